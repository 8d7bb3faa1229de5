// Package hook runs the operator's own command after a download stage, so that what is
// built upon the library can follow it: once a stage, however the stage ended and however
// often the program was started since.
//
// The job's audit trail decides. The entry catalog_export_started is written before the
// command starts and keeps it from ever being started again for the stage; what the command
// prints goes into the job's log. A command that hangs, floods or does not exist is told of
// in the trail and changes nothing about the job.
package hook

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"path/filepath"
	"strconv"
	"time"

	"catalogsync/models"
)

// Store is what the package keeps in the database.
type Store interface {
	ClaimExport(ctx context.Context, end models.DownloadEnd, event models.JobEventRow) (models.ExportClaim, error)
	AddStageEvent(ctx context.Context, end models.DownloadEnd, event models.JobEventRow) error
	// ListCutExports lists the stages whose command was started and has no end.
	ListCutExports(ctx context.Context) ([]models.DownloadEnd, error)
	SaveProgress(ctx context.Context, progress models.JobProgress) error
}

// Config is the command and its surroundings.
type Config struct {
	// Args is the program and its arguments; empty = no command is configured.
	Args    []string
	Workdir string        // "" = the program's own
	Timeout time.Duration // 0 = 10 minutes
	// Env is the command's environment as KEY=value, to which the facts of the stage are
	// added: CATALOGSYNC_JOB_ID, CATALOGSYNC_STAGE and CATALOGSYNC_STATE.
	Env []string
	Now func() time.Time
	Log *slog.Logger
}

const defaultTimeout = 10 * time.Minute

// Service runs the command.
type Service struct {
	store Store
	cfg   Config
}

// New makes a service.
func New(store Store, cfg Config) *Service {
	if cfg.Timeout <= 0 {
		cfg.Timeout = defaultTimeout
	}
	return &Service{store: store, cfg: cfg}
}

// Recover notes the commands that the end of the last process cut short. Whether such a
// command did its work is unknown, so it is not run again.
func (s *Service) Recover(ctx context.Context) error {
	cut, err := s.store.ListCutExports(ctx)
	if err != nil {
		return err
	}
	for _, end := range cut {
		event := models.JobEventRow{Kind: models.EventExportFailed, Actor: "recovery",
			Text: "the program ended while the command ran; it is not run again for this stage"}
		if err := s.store.AddStageEvent(ctx, end, event); err != nil {
			return err
		}
	}
	return nil
}

// Run deals with the end of a download stage: it runs the command, or notes why not. The
// error is one of the database; what becomes of the command is told by the audit trail
// alone. When ctx ends the command is ended with all that it started.
func (s *Service) Run(ctx context.Context, end models.DownloadEnd) error {
	if reason := s.reasonToSkip(end); reason != "" {
		_, err := s.store.ClaimExport(ctx, end, skipped(reason))
		return err
	}
	name := filepath.Base(s.cfg.Args[0])
	claim, err := s.store.ClaimExport(ctx, end, s.event(models.EventExportStarted, outcome{}, "the command %s starts", name))
	switch {
	case err != nil || claim == models.ExportAnswered:
		return err
	case claim == models.ExportRanBefore:
		return s.store.AddStageEvent(ctx, end, skipped("the command ran for this stage before; it runs once a stage"))
	}
	result := s.execute(ctx, end)
	s.cfg.Log.Info("command after download ended", "job_id", end.JobID, "ok", result.ok(), "result", result.text())
	kind := models.EventExportSucceeded
	if !result.ok() {
		kind = models.EventExportFailed
	}
	// What has happened is written even when the program is being stopped.
	return s.store.AddStageEvent(context.WithoutCancel(ctx), end, s.event(kind, result, "the command %s %s", name, result.text()))
}

// reasonToSkip says why the command is not to be run at all, "" when it is.
func (s *Service) reasonToSkip(end models.DownloadEnd) string {
	switch {
	case len(s.cfg.Args) == 0:
		return "no command is configured (CATALOG_EXPORT_COMMAND)"
	case end.StartedAtMS == 0:
		return "the job was canceled before its download began"
	}
	return ""
}

func skipped(reason string) models.JobEventRow {
	return models.JobEventRow{Kind: models.EventExportSkipped, Actor: "runner", Text: reason}
}

func (s *Service) event(kind string, o outcome, format string, args ...any) models.JobEventRow {
	row := models.JobEventRow{Kind: kind, Actor: "runner", Text: fmt.Sprintf(format, args...)}
	if data, err := json.Marshal(o); err == nil && kind != models.EventExportStarted {
		row.DataJSON = string(data)
	}
	return row
}

// environ is the command's environment: of two values of a key the last one counts.
func (s *Service) environ(end models.DownloadEnd) []string {
	return append(append([]string(nil), s.cfg.Env...),
		"CATALOGSYNC_JOB_ID="+strconv.FormatInt(end.JobID, 10),
		"CATALOGSYNC_STAGE="+string(models.StageDownload),
		"CATALOGSYNC_STATE="+string(end.State),
	)
}
