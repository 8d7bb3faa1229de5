package catalog_test

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"gorm.io/gorm"

	"catalogsync/app/catalog"
	"catalogsync/app/database"
	"catalogsync/app/revision"
	"catalogsync/app/store"
	"catalogsync/models"
)

// desk is a selection over a real database; queue is its queue and its bundler.
type desk struct {
	*catalog.Bulk
	store *store.Store
	t     *testing.T
	bares int
	db    *gorm.DB
	queue *queue
}

// queue writes jobs as the runner does, without running them.
type queue struct {
	store   *store.Store
	db      *gorm.DB
	bundled []int64

	waits, waitsFor []int64
	forgotten       int64
	partial         bool
	refuse          error
}

func (q *queue) Enqueue(ctx context.Context, t models.JobType, scope models.JobScope, title, origin string, priority int) (models.JobRun, error) {
	stages := map[models.JobType][]models.StageName{
		models.JobSyncOnly:     {models.StageSync},
		models.JobSyncDownload: {models.StageSync, models.StageDownload},
		models.JobDownloadOnly: {models.StageDownload},
		models.JobBulk:         {models.StageBulk},
	}[t]
	text, err := json.Marshal(scope)
	if err != nil {
		return models.JobRun{}, err
	}
	run := models.JobRun{Type: t, State: models.JobQueued, ScopeJSON: string(text), Title: title, Origin: origin, Priority: priority}
	var rows []models.JobStage
	for i, name := range stages {
		rows = append(rows, models.JobStage{Ordinal: i, Name: name, State: models.StagePending})
	}
	d, err := q.store.CreateJob(ctx, run, rows, models.JobEventRow{Kind: "job_created"})
	return d.JobRun, err
}

func (q *queue) CreateBundle(_ context.Context, ids []int64, form models.ExportForm) (models.ExportBundle, error) {
	q.bundled, q.partial = ids, form.Partial
	return models.ExportBundle{Name: "bundle"}, q.refuse
}

func newDesk(t *testing.T) *desk {
	t.Helper()
	db, err := database.Open(t.Context(), filepath.Join(t.TempDir(), "c.db"))
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	s := store.New(db, revision.New(), time.Now)
	q := &queue{store: s, db: db.Write}
	bulk := catalog.NewBulk(catalog.NewSelection(s, q, q), s, catalog.BulkOptions{
		Queue: q, Commands: q, Exports: q, Now: time.Now, Random: rand.Reader, BestQuality: models.Quality320, AtOnce: atOnce,
		Free: func() (int64, error) { return 61 << 30, nil },
	})
	return &desk{Bulk: bulk, store: s, t: t, db: db.Write, queue: q}
}

// atOnce is a limit that tests can pass.
const atOnce = 20

func (d *desk) act(kind models.BulkKind, p catalog.Pick, o ...catalog.JobOptions) (catalog.BulkOutcome, error) {
	d.t.Helper()
	r := catalog.BulkRequest{Kind: kind, Pick: p}
	if len(o) > 0 {
		r.Jobs = o[0]
	}
	return d.Act(d.t.Context(), r)
}

// DownloadSelected, SyncSelected and the like are the actions on playlists that are named.
func (d *desk) DownloadSelected(_ context.Context, ids []int64, o catalog.JobOptions) (catalog.DownloadResult, error) {
	out, err := d.act(models.BulkDownload, catalog.Pick{IDs: ids}, o)
	return out.Download, err
}

func (d *desk) SyncSelected(_ context.Context, ids []int64, o catalog.JobOptions) (catalog.SyncResult, error) {
	out, err := d.act(models.BulkSync, catalog.Pick{IDs: ids}, o)
	return out.Sync, err
}

func (d *desk) SetWanted(_ context.Context, ids []int64, wanted bool) (catalog.WantedResult, error) {
	kind := models.BulkUnwant
	if wanted {
		kind = models.BulkWant
	}
	out, err := d.act(kind, catalog.Pick{IDs: ids})
	return out.Wanted, err
}

func (d *desk) ExportZIP(ctx context.Context, ids []int64, form models.ExportForm) (catalog.ExportResult, error) {
	out, err := d.Act(ctx, catalog.BulkRequest{Kind: models.BulkExport, Pick: catalog.Pick{IDs: ids}, Form: form})
	return out.Export, err
}

func (d *desk) Export(ctx context.Context, ids []int64, _ catalog.JobOptions) (catalog.ExportResult, error) {
	out, err := d.Act(ctx, catalog.BulkRequest{Kind: models.BulkExport, Pick: catalog.Pick{IDs: ids}, Routed: true})
	return out.Export, err
}

// Command cancels a job at once.
func (q *queue) Command(ctx context.Context, c models.JobCommand) (models.JobCommand, error) {
	job, err := q.store.GetJob(ctx, c.JobRunID)
	if err != nil {
		return c, err
	}
	c.State = models.CommandApplied
	return c, q.db.Model(&job.JobRun).Update("state", models.JobCanceled).Error
}

func (q *queue) Wait(_ context.Context, ids []int64, form models.ExportForm, jobs []int64) (models.WaitingExport, error) {
	q.waits, q.waitsFor, q.partial = ids, jobs, form.Partial
	return models.WaitingExport{ID: 9}, nil
}

func (q *queue) Forget(_ context.Context, id int64) error {
	q.forgotten = id
	return nil
}

// playlist adds a playlist with the counters of its state.
func (d *desk) playlist(synced bool, songs, downloaded, skipped int64) int64 {
	d.t.Helper()
	var n int64
	require.NoError(d.t, d.db.Model(&models.Playlist{}).Count(&n).Error)
	p := models.Playlist{Platform: "qq", RemotePlaylistID: fmt.Sprint(n), Kind: models.KindPlaylist, Name: "歌单",
		CollectedSongCount: songs, DownloadedCount: downloaded, SkippedCount: skipped}
	if synced {
		p.SyncedAtMS = 1
	}
	require.NoError(d.t, d.db.Create(&p).Error)
	return p.ID
}

func (d *desk) scopeOf(run *models.JobRun) models.JobScope {
	d.t.Helper()
	require.NotNil(d.t, run)
	var scope models.JobScope
	require.NoError(d.t, json.Unmarshal([]byte(run.ScopeJSON), &scope))
	return scope
}

func TestDownloadSelectedRoutesByState(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	unsynced1, unsynced2 := d.playlist(false, 9, 0, 0), d.playlist(false, 0, 0, 0)
	none, some := d.playlist(true, 5, 0, 0), d.playlist(true, 5, 3, 1)
	whole, allSkipped, empty := d.playlist(true, 5, 4, 1), d.playlist(true, 2, 0, 2), d.playlist(true, 0, 0, 0)
	unreadable := d.playlist(true, 0, 0, 0)
	require.NoError(t, d.db.Model(&models.Playlist{}).Where("id = ?", unreadable).Update("empty_reason", models.EmptyParseFailed).Error)

	all := []int64{some, none, whole, unsynced2, unsynced1, empty, allSkipped, unreadable, some}
	r, err := d.DownloadSelected(t.Context(), all, catalog.JobOptions{Origin: "web", Workers: 3, DownloadSources: []string{"kuwo"}, Priority: 2})
	require.NoError(t, err)
	require.Equal(t, 8, r.Selected)
	require.Equal(t, []int{3, 2, 3, 0}, []int{r.SyncDownload, r.Download, r.Downloaded, len(r.Busy)})
	require.Equal(t, models.JobSyncDownload, r.SyncDownloadJob.Type)
	require.Equal(t, models.JobDownloadOnly, r.DownloadJob.Type)
	require.Equal(t, "web", r.DownloadJob.Origin)
	require.Equal(t, 2, r.DownloadJob.Priority)
	require.Equal(t, models.JobScope{PlaylistIDs: []int64{unsynced1, unsynced2, unreadable}, Workers: 3, DownloadSources: []string{"kuwo"}}, d.scopeOf(r.SyncDownloadJob))
	require.Equal(t, []int64{none, some}, d.scopeOf(r.DownloadJob).PlaylistIDs)
}

func TestPressedTwiceQueuesNothingTwice(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	unsynced, partial, fresh := d.playlist(false, 9, 0, 0), d.playlist(true, 5, 3, 0), d.playlist(true, 5, 3, 0)
	first, err := d.DownloadSelected(t.Context(), []int64{unsynced, partial}, catalog.JobOptions{})
	require.NoError(t, err)

	second, err := d.DownloadSelected(t.Context(), []int64{unsynced, partial, fresh}, catalog.JobOptions{})
	require.NoError(t, err)
	require.Nil(t, second.SyncDownloadJob)
	require.Equal(t, []int64{fresh}, d.scopeOf(second.DownloadJob).PlaylistIDs)
	require.Equal(t, []catalog.Busy{{unsynced, first.SyncDownloadJob.ID}, {partial, first.DownloadJob.ID}}, second.Busy)

	// A job that has ended, or is done with a playlist, does not hold it.
	require.NoError(t, d.db.Model(first.SyncDownloadJob).Update("state", models.JobCanceled).Error)
	require.NoError(t, d.db.Create(&models.JobPlaylist{JobRunID: first.DownloadJob.ID, PlaylistID: partial, FinishedAtMS: 5}).Error)
	third, err := d.DownloadSelected(t.Context(), []int64{unsynced, partial, fresh}, catalog.JobOptions{})
	require.NoError(t, err)
	require.Equal(t, []int{1, 1}, []int{third.SyncDownload, third.Download})
	require.Equal(t, []catalog.Busy{{fresh, second.DownloadJob.ID}}, third.Busy)
}

// A job without a list of its own holds the playlists that its plan found.
func TestPlannedPlaylistsAreBusy(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	id := d.playlist(true, 5, 0, 0)
	run, err := d.queue.Enqueue(t.Context(), models.JobSyncDownload, models.JobScope{WantedOnly: true}, "", "", 0)
	require.NoError(t, err)
	require.NoError(t, d.db.Create(&models.JobPlaylist{JobRunID: run.ID, PlaylistID: id}).Error)
	r, err := d.DownloadSelected(t.Context(), []int64{id}, catalog.JobOptions{})
	require.NoError(t, err)
	require.Equal(t, []catalog.Busy{{id, run.ID}}, r.Busy)
}

func TestSyncSelected(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	one, two := d.playlist(false, 0, 0, 0), d.playlist(true, 5, 5, 0)
	first, err := d.SyncSelected(t.Context(), []int64{two, one}, catalog.JobOptions{})
	require.NoError(t, err)
	require.Equal(t, 2, first.Queued)
	require.Equal(t, models.JobSyncOnly, first.Job.Type)
	require.Equal(t, []int64{one, two}, d.scopeOf(first.Job).PlaylistIDs)

	again, err := d.SyncSelected(t.Context(), []int64{one}, catalog.JobOptions{})
	require.NoError(t, err)
	require.Nil(t, again.Job)
	require.Equal(t, []catalog.Busy{{one, first.Job.ID}}, again.Busy)

	// A job that only syncs is no reason not to download.
	r, err := d.DownloadSelected(t.Context(), []int64{one}, catalog.JobOptions{})
	require.NoError(t, err)
	require.Equal(t, 1, r.SyncDownload)
}

func TestSetWantedCountsChanges(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	one, two := d.playlist(false, 0, 0, 0), d.playlist(false, 0, 0, 0)
	_, err := d.SetWanted(t.Context(), []int64{one}, true)
	require.NoError(t, err)
	r, err := d.SetWanted(t.Context(), []int64{one, two, two}, true)
	require.NoError(t, err)
	require.Equal(t, catalog.WantedResult{Selected: 2, Changed: 1}, r)
}

func TestExportZIP(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	whole, other, partial := d.playlist(true, 5, 4, 1), d.playlist(true, 2, 2, 0), d.playlist(true, 5, 3, 0)

	ready, err := d.ExportZIP(t.Context(), []int64{other, whole}, models.ExportForm{})
	require.NoError(t, err)
	require.NotNil(t, ready.Bundle)
	require.Equal(t, []int64{whole, other}, d.queue.bundled)
	require.Zero(t, ready.Download)

	d.queue.bundled = nil
	queued, err := d.ExportZIP(t.Context(), []int64{whole, partial}, models.ExportForm{})
	require.NoError(t, err)
	require.Nil(t, queued.Bundle, "no partial ZIP")
	require.Nil(t, d.queue.bundled)
	require.Equal(t, []int64{partial}, d.scopeOf(queued.Download.DownloadJob).PlaylistIDs)

	taken, err := d.ExportZIP(t.Context(), []int64{whole, partial}, models.ExportForm{Partial: true})
	require.NoError(t, err)
	require.NotNil(t, taken.Bundle)
	require.True(t, d.queue.partial)
	require.Equal(t, []int64{whole, partial}, d.queue.bundled)

	d.queue.refuse = errors.New("the file is gone")
	_, err = d.ExportZIP(t.Context(), []int64{whole}, models.ExportForm{})
	require.ErrorIs(t, err, d.queue.refuse)
}

func TestExportRoutesEachByItsState(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	whole, empty, unsynced, partial := d.playlist(true, 5, 4, 1), d.playlist(true, 0, 0, 0), d.playlist(false, 5, 0, 0), d.playlist(true, 5, 1, 0)

	r, err := d.Export(t.Context(), []int64{whole, unsynced, partial}, catalog.JobOptions{})
	require.NoError(t, err)
	require.NotNil(t, r.Bundle)
	require.Equal(t, 1, r.Exported)
	require.Equal(t, []int{1, 1}, []int{r.Download.SyncDownload, r.Download.Download})

	d.queue.refuse = models.NewError(models.ClassConflict, models.CodeExportEmpty, "empty")
	r, err = d.Export(t.Context(), []int64{empty, partial}, catalog.JobOptions{})
	require.NoError(t, err, "an empty list does not keep the others from being queued")
	require.Len(t, r.Download.Busy, 1)
	_, err = d.Export(t.Context(), []int64{empty}, catalog.JobOptions{})
	require.Equal(t, models.CodeExportEmpty, models.CodeOf(err))
}

func TestSelectionsThatCannotBeMeant(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	known := d.playlist(true, 1, 0, 0)
	many := make([]int64, catalog.MaxSelected+1)
	for i := range many {
		many[i] = int64(i + 1)
	}
	for code, ids := range map[models.Code][]int64{
		models.CodeNothingSelected: nil,
		models.CodeNotFound:        {known, 998, 999},
		models.CodeTooLarge:        many,
	} {
		_, err := d.DownloadSelected(t.Context(), ids, catalog.JobOptions{})
		var e *models.Error
		require.ErrorAs(t, err, &e)
		require.Equal(t, code, e.Code)
		require.Equal(t, "playlist_ids", e.Field)
	}
	_, err := d.SetWanted(t.Context(), []int64{known, 998}, true)
	require.ErrorContains(t, err, "[998]")
	var jobs int64
	require.NoError(t, d.db.Model(&models.JobRun{}).Count(&jobs).Error)
	require.Zero(t, jobs, "nothing is queued by half")
}
