package stages

import (
	"context"
	"fmt"
	"log/slog"

	"github.com/dustin/go-humanize"

	"catalogsync/app/backup"
	"catalogsync/jobs"
	"catalogsync/models"
)

// Keeper writes backups; backup.Service is one.
type Keeper interface {
	Make(ctx context.Context, report backup.Progress) (models.Backup, error)
}

// Backup writes one backup, in one item.
type Backup struct{ keeper Keeper }

// NewBackup makes the executor.
func NewBackup(keeper Keeper) *Backup { return &Backup{keeper} }

// Plan makes the only item.
func (b *Backup) Plan(_ context.Context, _ jobs.Stage, add func([]models.JobItem) error) error {
	return add([]models.JobItem{{ItemKey: "database", Title: "database"}})
}

// Run writes the backup.
func (b *Backup) Run(ctx context.Context, _ jobs.Stage, _ models.JobItem, report jobs.Reporter) (jobs.Outcome, error) {
	made, err := b.keeper.Make(ctx, func(done, total int64, text string) { report.Progress(done, total, "bytes", text) })
	if err != nil {
		return jobs.Outcome{}, err
	}
	text := fmt.Sprintf("backup written: %s, %s", made.Name, humanize.IBytes(uint64(made.Bytes)))
	report.Log(slog.LevelInfo, text)
	return jobs.Outcome{Text: text, Bytes: made.Bytes}, nil
}

var _ jobs.Executor = (*Backup)(nil)
