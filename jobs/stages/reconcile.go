package stages

import (
	"context"
	"fmt"
	"log/slog"

	"catalogsync/app/maintenance"
	"catalogsync/jobs"
	"catalogsync/models"
)

// Reconciler compares database and disks; maintenance.Service is one.
type Reconciler interface {
	Look(ctx context.Context, o maintenance.LookOptions, report maintenance.Progress) (models.MaintenanceLook, error)
	Fix(ctx context.Context, fixes []models.FindingFix, report maintenance.Progress) (maintenance.FixReport, error)
	DownloadAgain(ctx context.Context, songIDs []int64) (models.JobRun, error)
}

// Reconcile looks at the library and settles what it finds, in one item: what is settled
// depends on the whole look.
type Reconcile struct{ library Reconciler }

// NewReconcile makes the executor.
func NewReconcile(library Reconciler) *Reconcile { return &Reconcile{library} }

// Plan makes the only item.
func (r *Reconcile) Plan(_ context.Context, stage jobs.Stage, add func([]models.JobItem) error) error {
	if s := stage.Scope.Reconcile; s != nil {
		if err := maintenance.CheckFixes(s.Fix); err != nil {
			return err
		}
	}
	return add([]models.JobItem{{ItemKey: "library", Title: "library"}})
}

// Run looks, then settles what the job asks for.
func (r *Reconcile) Run(ctx context.Context, stage jobs.Stage, _ models.JobItem, report jobs.Reporter) (jobs.Outcome, error) {
	scope := models.ReconcileScope{}
	if stage.Scope.Reconcile != nil {
		scope = *stage.Scope.Reconcile
	}
	var text string
	if !scope.SkipLook {
		look, err := r.library.Look(ctx, maintenance.LookOptions{Deep: scope.Deep, JobID: stage.Job.ID}, func(done, total int64, where string) {
			report.Progress(done, total, "files", fmt.Sprintf("%d of %d files in %s", done, total, where))
		})
		if err != nil {
			return jobs.Outcome{}, err
		}
		text = fmt.Sprintf("looked at %d files, found %d", look.Files, look.Found)
		report.Log(slog.LevelInfo, text)
		if look.Unreachable != "" {
			report.Log(slog.LevelWarn, "not there or empty, so left alone: "+look.Unreachable)
		}
	}
	if len(scope.Fix) == 0 {
		return jobs.Outcome{Text: text}, nil
	}
	fixed, err := r.library.Fix(ctx, scope.Fix, func(done, total int64, class string) {
		report.Progress(done, total, "files", fmt.Sprintf("settling %d of %d: %s", done, total, class))
	})
	if err != nil {
		return jobs.Outcome{}, err
	}
	text = fmt.Sprintf("settled %d, failed %d, left %d; %d files went into the recycle bin", fixed.Settled, fixed.Failed, fixed.Left, fixed.Recycled)
	report.Log(slog.LevelInfo, text)
	if fixed.Stopped {
		report.Log(slog.LevelWarn, "stopped because a download began; settle the rest when it has ended")
	}
	if scope.Download && len(fixed.Songs) > 0 {
		run, err := r.library.DownloadAgain(ctx, fixed.Songs)
		if err != nil {
			return jobs.Outcome{}, err
		}
		report.Log(slog.LevelInfo, fmt.Sprintf("job %d downloads %d songs again", run.ID, len(fixed.Songs)))
	}
	return jobs.Outcome{Text: text, Bytes: fixed.Bytes}, nil
}

var _ jobs.Executor = (*Reconcile)(nil)
