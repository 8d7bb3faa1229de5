package schedule

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"path/filepath"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
	"gorm.io/gorm"

	"catalogsync/app/database"
	"catalogsync/app/revision"
	"catalogsync/app/store"
	"catalogsync/models"
)

// house is a service on a real database, in a bubble whose clock begins on Saturday,
// 1 January 2000, at midnight UTC.
type house struct {
	*Service
	t        *testing.T
	path     string
	db       *database.DB
	store    *store.Store
	enqueued []models.JobRun
	refused  atomic.Value // what the queue says: a refusal

	stop func()
}

// inBubble runs a test at midnight, on a database without schedules.
func inBubble(t *testing.T, test func(t *testing.T, h *house)) {
	synctest.Test(t, func(t *testing.T) {
		h := &house{t: t, path: filepath.Join(t.TempDir(), "c.db"), stop: func() {}}
		h.open()
		require.NoError(t, h.db.Write.Exec("DELETE FROM schedules").Error)
		defer h.close() // in the bubble, whose end waits for it
		test(t, h)
	})
}

func (h *house) open() {
	h.t.Helper()
	var err error
	h.db, err = database.Open(context.Background(), h.path)
	require.NoError(h.t, err)
	h.store = store.New(h.db, revision.New(), time.Now)
	h.Service = New(Options{Store: h.store, Jobs: h, CheckType: checkType, Now: time.Now, Log: slog.New(slog.DiscardHandler),
		LongestSleep: 30 * time.Minute, JobLook: 10 * time.Minute})
}

func (h *house) close() {
	h.down()
	require.NoError(h.t, h.db.Close())
}

// up begins to look at the clock, as a console does when it starts.
func (h *house) up() {
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan struct{})
	go func() { defer close(ended); h.Run(ctx) }()
	h.stop = func() { cancel(); <-ended; h.stop = func() {} }
	synctest.Wait()
}

// down ends the process.
func (h *house) down() { h.stop() }

// restart is a new process on the same database.
func (h *house) restart() {
	h.close()
	h.open()
	h.up()
}

type refusal struct{ err error }

// refuse lets the queue take no job, nil = take them again.
func (h *house) refuse(err error) { h.refused.Store(refusal{err}) }

// until lets the clock run to a time such as "2000-01-02 03:30".
func (h *house) until(text string) {
	h.t.Helper()
	time.Sleep(time.Until(at(h.t, "UTC", text)))
	synctest.Wait()
}

// Enqueue keeps a job as the runner does; endJob is its end.
func (h *house) Enqueue(ctx context.Context, t models.JobType, scope models.JobScope, title, origin string, priority int) (models.JobRun, error) {
	if r, _ := h.refused.Load().(refusal); r.err != nil {
		return models.JobRun{}, r.err
	}
	text, err := json.Marshal(scope)
	require.NoError(h.t, err)
	d, err := h.store.CreateJob(ctx, models.JobRun{Type: t, State: models.JobQueued, Title: title, ScopeJSON: string(text), Origin: origin, Priority: priority},
		[]models.JobStage{{Name: models.StageCollect, State: models.StagePending}, {Ordinal: 1, Name: models.StageDownload, State: models.StagePending}},
		models.JobEventRow{Kind: "job_created"})
	if err == nil {
		h.enqueued = append(h.enqueued, d.JobRun)
	}
	return d.JobRun, err
}

// endJob ends a job an hour after it was made.
func (h *house) endJob(id int64, state models.JobState, downloaded, skipped, failed int64) {
	h.t.Helper()
	job, err := h.store.GetJob(h.t.Context(), id)
	require.NoError(h.t, err)
	now := models.NowMS(time.Now())
	require.NoError(h.t, h.db.Write.Model(&models.JobRun{}).Where("id = ?", id).Updates(map[string]any{
		"state": state, "started_at_ms": job.CreatedAtMS, "finished_at_ms": now, "items_failed": failed, "bytes_done": downloaded * 1000}).Error)
	require.NoError(h.t, h.db.Write.Model(&models.JobStage{}).Where("job_run_id = ? AND ordinal = 1", id).
		Updates(map[string]any{"succeeded": downloaded, "skipped": skipped, "failed": failed}).Error)
	for i := range failed {
		h.insert(&models.JobItem{JobRunID: id, JobStageID: job.Stages[1].ID, ItemKey: fmt.Sprint(i), Source: "qq", State: models.ItemFailed, ErrorCode: models.CodeStalled, ErrorText: "no byte for 30 s"})
	}
}

func (h *house) insert(row any) {
	h.t.Helper()
	require.NoError(h.t, h.db.Write.Session(&gorm.Session{}).Create(row).Error)
}

// nightly is a schedule at half past three, switched on.
func (h *house) nightly(change func(*Draft)) models.Schedule {
	h.t.Helper()
	d := Draft{Name: "Nightly", Cron: "30 3 * * *", TimeZone: "UTC", JobType: models.JobCatalogSync, Enabled: true}
	if change != nil {
		change(&d)
	}
	sc, err := h.Create(h.t.Context(), d)
	require.NoError(h.t, err)
	return sc
}

func (h *house) entry(id int64) Entry {
	h.t.Helper()
	e, err := h.Get(h.t.Context(), id)
	require.NoError(h.t, err)
	return e
}

// runs lists a schedule's runs, oldest first: planned time, state and result.
func (h *house) runs(id int64) []string {
	h.t.Helper()
	rows, _, err := h.ListRuns(h.t.Context(), id, models.Page{Number: 1, Size: 200})
	require.NoError(h.t, err)
	var list []string
	for i := len(rows) - 1; i >= 0; i-- {
		list = append(list, fmt.Sprintf("%s %s %s", time.UnixMilli(rows[i].PlannedMS).UTC().Format("01-02 15:04"), rows[i].State, ResultOf(rows[i])))
	}
	return list
}

// checkType lets two types of jobs be made.
func checkType(t models.JobType) error {
	if t == models.JobCatalogSync || t == models.JobSyncOnly {
		return nil
	}
	return models.Invalid("type", models.CodeBadValue, "there is no job type %q", t)
}
