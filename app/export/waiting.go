package export

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"catalogsync/models"
)

// WaitingStore keeps exports that wait for downloads.
type WaitingStore interface {
	CreateWaitingExport(ctx context.Context, w *models.WaitingExport) error
	ListWaitingExports(ctx context.Context, nowMS int64, limit int, states ...models.WaitingState) ([]models.WaitingExport, error)
	EndWaitingExport(ctx context.Context, w models.WaitingExport) (bool, error)
	SeeWaitingExport(ctx context.Context, id int64) (bool, error)
	DeleteWaitingExport(ctx context.Context, id int64) (bool, error)
	DeleteExpiredWaitingExports(ctx context.Context, nowMS int64) error
	JobsProgress(ctx context.Context, ids []int64) (live int, done, total int64, err error)
}

// waitingTTL is how long an export waits: downloads of a large selection may take weeks.
const waitingTTL = 60 * 24 * time.Hour

// listedWaiting bounds the exports that wait.
const listedWaiting = 200

// Waiting is an export that waits, and how far its downloads are.
type Waiting struct {
	models.WaitingExport
	Jobs                []int64
	ItemsDone, ItemsAll int64
	PlaylistIDs         []int64
	Form                models.ExportForm
}

// Percent of the downloads that are done.
func (w Waiting) Percent() int {
	if w.ItemsAll == 0 {
		return 0
	}
	return int(w.ItemsDone * 100 / w.ItemsAll)
}

// Wait keeps an export until the jobs have ended, whoever is looking; see RunWaiting.
func (s *Service) Wait(ctx context.Context, playlistIDs []int64, form models.ExportForm, jobs []int64) (models.WaitingExport, error) {
	now := s.cfg.Now()
	w := models.WaitingExport{
		Playlists: int64(len(playlistIDs)), State: models.WaitingForJobs,
		CreatedAtMS: models.NowMS(now), ExpiresAtMS: models.NowMS(now.Add(waitingTTL)),
	}
	for text, v := range map[*string]any{&w.PlaylistsJSON: playlistIDs, &w.FormJSON: form, &w.JobsJSON: jobs} {
		b, err := json.Marshal(v)
		if err != nil {
			return w, fmt.Errorf("write waiting export: %w", err)
		}
		*text = string(b)
	}
	playlists, err := s.store.FindPlaylistsByIDs(ctx, playlistIDs[:min(len(playlistIDs), 1)])
	if err != nil {
		return w, err
	}
	if len(playlists) > 0 {
		w.Title = playlists[0].Name
	}
	return w, s.cfg.Waiting.CreateWaitingExport(ctx, &w)
}

// ListWaiting lists the exports that wait, are ready, or failed, newest first.
func (s *Service) ListWaiting(ctx context.Context) ([]Waiting, error) {
	if s.cfg.Waiting == nil {
		return nil, nil
	}
	rows, err := s.cfg.Waiting.ListWaitingExports(ctx, models.NowMS(s.cfg.Now()), listedWaiting)
	if err != nil {
		return nil, err
	}
	list := make([]Waiting, 0, len(rows))
	for _, row := range rows {
		w, err := readWaiting(row)
		if err != nil {
			return nil, err
		}
		if row.State == models.WaitingForJobs {
			if _, w.ItemsDone, w.ItemsAll, err = s.cfg.Waiting.JobsProgress(ctx, w.Jobs); err != nil {
				return nil, err
			}
		}
		list = append(list, w)
	}
	return list, nil
}

func readWaiting(row models.WaitingExport) (Waiting, error) {
	w := Waiting{WaitingExport: row}
	if err := errors.Join(json.Unmarshal([]byte(row.JobsJSON), &w.Jobs), json.Unmarshal([]byte(row.PlaylistsJSON), &w.PlaylistIDs),
		json.Unmarshal([]byte(row.FormJSON), &w.Form)); err != nil {
		return w, fmt.Errorf("read waiting export %d: %w", row.ID, err)
	}
	return w, nil
}

// Seen puts the offer of an export away; the ZIP stays among the exports.
func (s *Service) Seen(ctx context.Context, id int64) error {
	return s.foundWaiting(s.cfg.Waiting.SeeWaitingExport(ctx, id))
}

// Forget takes a waiting export away; its jobs and a ZIP that is ready stay.
func (s *Service) Forget(ctx context.Context, id int64) error {
	return s.foundWaiting(s.cfg.Waiting.DeleteWaitingExport(ctx, id))
}

func (s *Service) foundWaiting(found bool, err error) error {
	if err == nil && !found {
		err = models.NotFound("there is no such waiting export")
	}
	return err
}

// RunWaiting prepares the ZIPs of waiting exports as their jobs end, until ctx ends. changed
// gives a channel that is closed at the next change of anything.
func (s *Service) RunWaiting(ctx context.Context, changed func() <-chan struct{}, log *slog.Logger) {
	for ctx.Err() == nil {
		next := changed() // taken first: what changes meanwhile wakes the next round
		if err := s.SettleWaiting(ctx); err != nil && ctx.Err() == nil {
			log.ErrorContext(ctx, "settle waiting exports", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-next:
		}
		timer := time.NewTimer(waitingPause)
		select {
		case <-ctx.Done():
			timer.Stop()
			return
		case <-timer.C:
		}
	}
}

// waitingPause is the least time between two rounds: downloads change things all the time.
const waitingPause = time.Second

// SettleWaiting prepares the ZIPs whose jobs have ended. Songs that no source had are left
// out, and the manifest names them.
func (s *Service) SettleWaiting(ctx context.Context) error {
	rows, err := s.cfg.Waiting.ListWaitingExports(ctx, models.NowMS(s.cfg.Now()), listedWaiting, models.WaitingForJobs)
	if err != nil {
		return err
	}
	slices.Reverse(rows) // the first that was asked for first
	var errs []error
	for _, row := range rows {
		errs = append(errs, s.settle(ctx, row))
	}
	return errors.Join(errs...)
}

func (s *Service) settle(ctx context.Context, row models.WaitingExport) error {
	w, err := readWaiting(row)
	if err != nil {
		return err
	}
	if live, _, _, err := s.cfg.Waiting.JobsProgress(ctx, w.Jobs); err != nil || live > 0 {
		return err
	}
	now := s.cfg.Now()
	row.State, row.EndedAtMS, row.ExpiresAtMS = models.WaitingReady, models.NowMS(now), models.NowMS(now.Add(s.cfg.BundleTTL))
	bundle, missing, err := s.createComplete(ctx, w.PlaylistIDs, w.Form)
	switch class := models.ClassOf(err); {
	case err == nil:
		row.BundleName, row.Missing = bundle.Name, int64(missing)
	case class == models.ClassConflict || class == models.ClassNotFound || class == models.ClassInvalid:
		row.State, row.ErrorCode, row.ErrorText = models.WaitingFailed, models.CodeOf(err), err.Error()
	default:
		return err // tried again at the next change
	}
	_, err = s.cfg.Waiting.EndWaitingExport(ctx, row)
	return err
}

// createComplete prepares a bundle, without what could not be had if need be, and counts the
// songs that are not in it.
func (s *Service) createComplete(ctx context.Context, ids []int64, form models.ExportForm) (b models.ExportBundle, missing int, err error) {
	b, err = s.CreateBundle(ctx, ids, form)
	if code := models.CodeOf(err); !form.Partial && (code == models.CodeExportNotReady || code == models.CodeExportChanged) {
		form.Partial = true
		b, err = s.CreateBundle(ctx, ids, form)
	}
	if err != nil {
		return b, 0, err
	}
	return b, b.Missing(), nil
}
