// Package schedule starts jobs by the clock. A schedule is a cron expression in a time
// zone with the job that it makes; the Scheduler looks for what is due and makes the
// job, which then runs like any other. When that job has ended, a report is kept with
// the run and compared with the run before. A schedule of which nothing finishes by its
// time raises an alert.
package schedule
