package stages

import (
	"context"
	"fmt"
	"log/slog"

	"catalogsync/app/maintenance"
	"catalogsync/jobs"
	"catalogsync/models"
)

// Importer takes the songs of a folder; maintenance.Service is one.
type Importer interface {
	CheckImport(ctx context.Context, scope models.ImportScope) error
	Import(ctx context.Context, jobID int64, scope models.ImportScope, report maintenance.Progress) (maintenance.ImportReport, error)
}

// Import takes an existing folder into the library, in one item that goes on where it
// stopped.
type Import struct{ library Importer }

// NewImport makes the executor.
func NewImport(library Importer) *Import { return &Import{library} }

// Plan makes the only item.
func (i *Import) Plan(ctx context.Context, stage jobs.Stage, add func([]models.JobItem) error) error {
	scope := models.ImportScope{}
	if stage.Scope.Import != nil {
		scope = *stage.Scope.Import
	}
	if err := i.library.CheckImport(ctx, scope); err != nil {
		return err
	}
	return add([]models.JobItem{{ItemKey: "folder", Title: scope.Folder}})
}

// Run imports the folder.
func (i *Import) Run(ctx context.Context, stage jobs.Stage, _ models.JobItem, r jobs.Reporter) (jobs.Outcome, error) {
	if stage.Scope.Import == nil {
		return jobs.Outcome{}, models.NewError(models.ClassPermanent, models.CodeInternal, "the job names no folder")
	}
	report, err := i.library.Import(ctx, stage.Job.ID, *stage.Scope.Import, func(done, total int64, name string) {
		r.Progress(done, total, "files", name)
	})
	if err != nil {
		return jobs.Outcome{}, err
	}
	text := fmt.Sprintf("files %d: adopted %d, matched %d, known %d, unmatched %d, refused %d",
		report.Files, report.Adopted, report.Matched, report.Known, report.Unmatched, report.Refused)
	r.Log(slog.LevelInfo, text)
	return jobs.Outcome{Text: text, Bytes: report.Bytes}, nil
}

var _ jobs.Executor = (*Import)(nil)
