package jobs_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"catalogsync/config"
	"catalogsync/jobs"
	"catalogsync/jobs/jobstest"
	"catalogsync/models"
)

// during limits downloads to hours; the bubble's clock begins on Saturday 2000-01-01 at
// 00:00 UTC.
func during(t testing.TB, text, zone string) func(*jobs.Options) {
	place, err := time.LoadLocation(zone)
	require.NoError(t, err)
	hours, err := config.ParseHours(text, place)
	require.NoError(t, err)
	return func(o *jobs.Options) {
		o.DownloadHours = hours
		o.Poll, o.Watch, o.Flush = time.Minute, time.Minute, time.Minute // many hours pass
	}
}

// hourly is an executor whose items take an hour each; begun notes when.
func hourly(items int) (x *jobstest.Executor, begun *[]string) {
	begun = new([]string)
	x = &jobstest.Executor{Items: jobstest.Items(items)}
	x.OnRun = func(_ context.Context, _ models.JobItem, r jobs.Reporter) (jobs.Outcome, error) {
		*begun = append(*begun, time.Now().UTC().Format("Mon 15:04"))
		for range 60 {
			time.Sleep(time.Minute)
			r.Progress(1, 2, "bytes", "")
		}
		return jobs.Outcome{}, nil
	}
	return x, begun
}

func oneWorker(o *jobs.Options) { o.Workers = map[models.StageName]int{models.StageDownload: 1} }

func longItems(o *jobs.Options) {
	def := jobs.StageDefinitions[models.StageDownload]
	def.HardLimit = 2 * time.Hour
	o.Stages = map[models.StageName]jobs.StageDefinition{models.StageCollect: jobs.StageDefinitions[models.StageCollect],
		models.StageSync: jobs.StageDefinitions[models.StageSync], models.StageDownload: def}
}

func TestDownloadsKeepTheirHours(t *testing.T) {
	inWorld(t, func(w *world) {
		x, begun := hourly(5)
		w.start(all(x), during(t, "22:00-00:30,12:00-13:00", "UTC"), oneWorker, longItems)
		job := w.enqueue(models.JobDownloadOnly)
		synctest.Wait()
		time.Sleep(31 * time.Minute)
		synctest.Wait()
		require.Equal(t, []string{"Sat 00:00"}, *begun)
		require.Equal(t, "downloads wait until 12:00", w.job(job.ID).Stages[0].Message, "said while the last item is finished")
		time.Sleep(time.Hour)
		synctest.Wait()
		now := w.job(job.ID)
		require.Equal(t, models.JobRunning, now.State)
		require.EqualValues(t, 1, now.Stages[0].Succeeded, "what ran was finished")
		require.Equal(t, "downloads wait until 12:00", now.Stages[0].Message)

		done := w.wait(job.ID)
		require.Equal(t, models.JobCompleted, done.State)
		require.Equal(t, []string{"Sat 00:00", "Sat 12:00", "Sat 22:00", "Sat 23:00", "Sun 00:00"}, *begun)
		require.Empty(t, done.Stages[0].Message)
		require.Equal(t, 1, x.Plans())
	})
}

func TestOtherStagesDoNotWaitForTheHours(t *testing.T) {
	inWorld(t, func(w *world) {
		x := &jobstest.Executor{Items: jobstest.Items(3)}
		w.start(all(x), during(t, "Mon 10:00-11:00", "UTC"))
		synced := w.wait(w.enqueue(models.JobSyncOnly).ID)
		require.Equal(t, models.JobCompleted, synced.State)
		whole := w.enqueue(models.JobSyncDownload)
		queued := w.enqueue(models.JobDownloadOnly)
		synctest.Wait()
		require.Equal(t, models.StageCompleted, w.job(whole.ID).Stages[0].State)
		require.Equal(t, "downloads wait until 2000-01-03 10:00", w.job(whole.ID).Stages[1].Message)
		require.Equal(t, models.JobQueued, w.job(queued.ID).State)
		require.Equal(t, "downloads wait until 2000-01-03 10:00", w.job(queued.ID).Stages[0].Message)

		require.Equal(t, models.CommandApplied, w.command(queued.ID, models.CommandDownloadNow).State)
		require.Equal(t, models.JobCompleted, w.wait(queued.ID).State)
		require.Less(t, time.Since(time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)), time.Minute, "this job does not wait")
		again := w.command(queued.ID, models.CommandDownloadNow)
		require.Equal(t, models.CommandRejected, again.State)
		require.Equal(t, models.CommandApplied, w.command(whole.ID, models.CommandCancel).State)
		require.Equal(t, models.JobCanceled, w.wait(whole.ID).State)
	})
}

func TestPausedDownloadKeepsItsHoursWhenResumed(t *testing.T) {
	inWorld(t, func(w *world) {
		x, begun := hourly(2)
		w.start(all(x), during(t, "00:00-00:30", "UTC"), oneWorker, longItems)
		job := w.enqueue(models.JobDownloadOnly)
		synctest.Wait()
		time.Sleep(40 * time.Minute)
		w.command(job.ID, models.CommandPause)
		time.Sleep(time.Hour)
		synctest.Wait()
		require.Equal(t, models.JobPaused, w.job(job.ID).State)
		w.command(job.ID, models.CommandResume)
		require.Equal(t, models.JobCompleted, w.wait(job.ID).State)
		require.Equal(t, []string{"Sat 00:00", "Sun 00:00"}, *begun)
	})
}

// In Berlin the hours are those on the clocks there, an hour ahead of UTC in January.
func TestHoursAreThoseOfTheirZone(t *testing.T) {
	inWorld(t, func(w *world) {
		x, begun := hourly(1)
		w.start(all(x), during(t, "07:00-08:00", "Europe/Berlin"), oneWorker, longItems)
		job := w.enqueue(models.JobDownloadOnly)
		synctest.Wait()
		require.Equal(t, "downloads wait until 07:00", w.job(job.ID).Stages[0].Message)
		w.wait(job.ID)
		require.Equal(t, []string{"Sat 06:00"}, *begun)
	})
}
