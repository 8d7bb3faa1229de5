package api

import (
	"encoding/json"
	"time"

	"catalogsync/app/schedule"
	"catalogsync/models"
)

// readSchedule reads the fields that a body has into a draft, and leaves the others.
func (h *handlers) readSchedule(b *body, d *schedule.Draft) {
	kept := func(name string, take func()) {
		if _, ok := b.fields[name]; ok {
			take()
		}
	}
	kept("name", func() { d.Name = b.text("name", maxTitle) })
	kept("cron", func() { d.Cron = b.text("cron", maxTitle) })
	kept("time_zone", func() { d.TimeZone = b.text("time_zone", maxTitle) })
	kept("job_type", func() { d.JobType = h.jobType(b, "job_type") })
	kept("overlap", func() { d.Overlap = models.Overlap(b.requireOneOf("overlap", names(models.Overlaps))) })
	kept("catch_up", func() { d.CatchUp = b.flag("catch_up") })
	kept("enabled", func() { d.Enabled = b.flag("enabled") })
	sc := &d.Scope
	kept("sources", func() { sc.Sources = b.listOf("sources", h.Collectors()) })
	kept("download_sources", func() { sc.DownloadSources = b.listOf("download_sources", h.Providers()) })
	kept("pool_kinds", func() { sc.PoolKinds = typed[models.PoolKind](b.listOf("pool_kinds", names(models.PoolKinds))) })
	kept("playlist_ids", func() { sc.PlaylistIDs = b.ids("playlist_ids") })
	kept("wanted_only", func() { sc.WantedOnly = b.flag("wanted_only") })
	kept("limit", func() { sc.Limit = b.number("limit", 0, maxLimit) })
	kept("workers", func() { sc.Workers = b.number("workers", 0, maxWorkers) })
}

// scheduleJSON is a schedule with what there is to know about it now. Next runs are in
// the schedule's own zone.
type scheduleJSON struct {
	ID             int64                 `json:"id"`
	Name           string                `json:"name"`
	Cron           string                `json:"cron"`
	TimeZone       string                `json:"time_zone"`
	JobType        models.JobType        `json:"job_type"`
	Scope          json.RawMessage       `json:"scope"`
	Enabled        bool                  `json:"enabled"`
	Overlap        models.Overlap        `json:"overlap"`
	CatchUp        bool                  `json:"catch_up"`
	NextRuns       []string              `json:"next_runs"`
	LastRunAt      instant               `json:"last_run_at"`
	LastRunID      int64                 `json:"last_run_id,omitempty"`
	LastJobID      int64                 `json:"last_job_id,omitempty"`
	LastResult     models.ScheduleResult `json:"last_result"`
	LastFinishedAt instant               `json:"last_finished_at"`
	Alert          *alertJSON            `json:"alert"`
	Fault          string                `json:"fault,omitempty"`
	CreatedAt      instant               `json:"created_at"`
	UpdatedAt      instant               `json:"updated_at"`
}

// nextRunsJSON is when an expression would run, in its own zone.
type nextRunsJSON struct {
	NextRuns []string `json:"next_runs"`
}

// alertJSON says which run should have finished by when, and did not.
type alertJSON struct {
	PlannedAt instant `json:"planned_at"`
	Since     instant `json:"since"`
	Running   bool    `json:"running"`
	Message   string  `json:"message"`
}

func scheduleOf(e schedule.Entry) scheduleJSON {
	out := scheduleJSON{
		ID: e.ID, Name: e.Name, Cron: e.Cron, TimeZone: e.TimeZone, JobType: e.JobType, Scope: rawOf(e.ScopeJSON), Enabled: e.Enabled,
		Overlap: e.Overlap, CatchUp: e.CatchUp, NextRuns: each(e.Next, rfc3339), LastRunAt: instant(e.LastRunMS), LastJobID: e.LastJobID,
		LastResult: e.LastResult, LastFinishedAt: instant(e.LastFinishedMS), CreatedAt: instant(e.CreatedAtMS), UpdatedAt: instant(e.UpdatedAtMS),
	}
	if e.Latest != nil {
		out.LastRunID = e.Latest.ID
	}
	if e.Fault != nil {
		out.Fault = e.Fault.Error()
	}
	if a := e.Alert; a != nil {
		out.Alert = &alertJSON{PlannedAt: instant(models.NowMS(a.Planned)), Since: instant(models.NowMS(a.Since)), Running: a.Running, Message: a.String()}
	}
	return out
}

func rfc3339(t time.Time) string { return t.Format(time.RFC3339) }

// scheduleRunJSON is one planned run; report is null until its job has ended.
type scheduleRunJSON struct {
	ID         int64                   `json:"id"`
	ScheduleID int64                   `json:"schedule_id"`
	PlannedAt  instant                 `json:"planned_at"`
	State      models.ScheduleRunState `json:"state"`
	Result     models.ScheduleResult   `json:"result"`
	Origin     string                  `json:"origin"`
	JobID      *int64                  `json:"job_id"`
	Report     json.RawMessage         `json:"report"`
	CreatedAt  instant                 `json:"created_at"`
	FinishedAt instant                 `json:"finished_at"`
}

func scheduleRunOf(r models.ScheduleRun) scheduleRunJSON {
	return scheduleRunJSON{
		ID: r.ID, ScheduleID: r.ScheduleID, PlannedAt: instant(r.PlannedMS), State: r.State, Result: schedule.ResultOf(r), Origin: r.Origin,
		JobID: r.JobRunID, Report: rawOf(r.ReportJSON), CreatedAt: instant(r.CreatedAtMS), FinishedAt: instant(r.FinishedAtMS),
	}
}
