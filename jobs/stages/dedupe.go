package stages

import (
	"context"
	"fmt"
	"log/slog"

	"catalogsync/app/maintenance"
	"catalogsync/jobs"
	"catalogsync/models"
)

// Deduper keeps one file of those that a folder has several times; maintenance.Service is one.
type Deduper interface {
	DedupeNow(ctx context.Context, jobID int64, report maintenance.Progress) (maintenance.DuplicateReport, error)
}

// Dedupe removes duplicate files, in one item that goes on with what is left.
type Dedupe struct{ library Deduper }

// NewDedupe makes the executor.
func NewDedupe(library Deduper) *Dedupe { return &Dedupe{library} }

// Plan makes the only item.
func (d *Dedupe) Plan(_ context.Context, _ jobs.Stage, add func([]models.JobItem) error) error {
	return add([]models.JobItem{{ItemKey: "library", Title: "library"}})
}

// Run removes the duplicates.
func (d *Dedupe) Run(ctx context.Context, stage jobs.Stage, _ models.JobItem, report jobs.Reporter) (jobs.Outcome, error) {
	r, err := d.library.DedupeNow(ctx, stage.Job.ID, func(done, total int64, text string) { report.Progress(done, total, "songs", text) })
	if err != nil {
		return jobs.Outcome{}, err
	}
	text := fmt.Sprintf("tidied %d of %d songs", r.Removed, r.Total)
	report.Log(slog.LevelInfo, text)
	for _, root := range r.Unreachable {
		report.Log(slog.LevelWarn, "not there or empty, so left alone: "+root)
	}
	if r.Stopped {
		report.Log(slog.LevelWarn, "stopped because another job began; start it again when that has ended")
	}
	return jobs.Outcome{Text: text, Bytes: r.Bytes}, nil
}

var _ jobs.Executor = (*Dedupe)(nil)
