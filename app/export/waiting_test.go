package export_test

import (
	"context"
	"log/slog"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"catalogsync/app/export"
	"catalogsync/models"
)

// job adds an unfinished job.
func (h *house) job() *models.JobRun {
	h.t.Helper()
	run := &models.JobRun{Type: models.JobDownloadOnly, State: models.JobRunning, ItemsTotal: 10, ItemsDone: 4}
	h.insert(run)
	return run
}

func (h *house) end(run *models.JobRun, state models.JobState) {
	h.t.Helper()
	require.NoError(h.t, h.db.Model(run).Update("state", state).Error)
}

func (h *house) waiting() []export.Waiting {
	h.t.Helper()
	list, err := h.service.ListWaiting(h.t.Context())
	require.NoError(h.t, err)
	return list
}

// An export that waits becomes a ZIP when the last of its jobs has ended, whether or not all
// its songs could be had.
func TestWaitingExportBecomesAZIP(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	here, never := h.downloaded("Here", "x"), h.song("Never", "y")
	p := h.playlist("List", here, never)
	first, second := h.job(), h.job()
	w, err := h.service.Wait(t.Context(), []int64{p.ID}, models.ExportForm{Layout: models.LayoutShared}, []int64{first.ID, second.ID, 999})
	require.NoError(t, err)
	require.Equal(t, "List", w.Title)
	require.Equal(t, 40, h.waiting()[0].Percent())

	h.end(first, models.JobCompleted)
	require.NoError(t, h.service.SettleWaiting(t.Context()))
	require.Equal(t, models.WaitingForJobs, h.waiting()[0].State, "one job still runs")
	h.end(second, models.JobCompletedWithErrors)
	require.NoError(t, h.service.SettleWaiting(t.Context()))
	require.NoError(t, h.service.SettleWaiting(t.Context()))
	ready := h.waiting()[0]
	require.Equal(t, models.WaitingReady, ready.State)
	require.EqualValues(t, 1, ready.Missing)
	bundles, err := h.service.ListBundles(t.Context())
	require.NoError(t, err)
	require.Len(t, bundles, 1, "once")
	require.Equal(t, 1, bundles[0].Missing())
	plan, err := h.service.PrepareBundle(t.Context(), ready.BundleName, 0)
	require.NoError(t, err)
	require.Contains(t, open(t, plan).names, "songs/x - Here.mp3")

	require.NoError(t, h.service.Seen(t.Context(), ready.ID))
	require.NotZero(t, h.waiting()[0].SeenAtMS)
	h.now = h.now.Add(25 * 3600 * 1e9)
	_, err = h.service.Sweep(t.Context())
	require.NoError(t, err)
	require.Empty(t, h.waiting(), "an offer is forgotten with its ZIP")
}

func TestWaitingExportOfNothingSaysSo(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	p := h.playlist("List", h.song("Never", "y"))
	run := h.job()
	w, err := h.service.Wait(t.Context(), []int64{p.ID}, models.ExportForm{}, []int64{run.ID})
	require.NoError(t, err)
	h.end(run, models.JobCanceled)
	require.NoError(t, h.service.SettleWaiting(t.Context()))
	require.Equal(t, []any{models.WaitingFailed, models.CodeExportEmpty}, []any{h.waiting()[0].State, h.waiting()[0].ErrorCode})
	require.NoError(t, h.service.Forget(t.Context(), w.ID))
	require.Equal(t, models.ClassNotFound, models.ClassOf(h.service.Forget(t.Context(), w.ID)))
	require.Equal(t, models.ClassNotFound, models.ClassOf(h.service.Seen(t.Context(), w.ID)))
}

// The keeper of waiting exports looks at each change, and ends when it is told to.
func TestWaitingExportsAreLookedAfter(t *testing.T) {
	h := newHouse(t)
	synctest.Test(t, func(t *testing.T) {
		ctx, stop := context.WithCancel(t.Context())
		changes, looked := make(chan struct{}), 0
		done := make(chan struct{})
		go func() {
			defer close(done)
			h.service.RunWaiting(ctx, func() <-chan struct{} { looked++; return changes }, slog.New(slog.DiscardHandler))
		}()
		synctest.Wait()
		require.Equal(t, 1, looked)
		old := changes
		changes = make(chan struct{})
		close(old)
		// a change is followed by a pause, then by the next look
		stop()
		<-done
	})
}
