package catalog_test

import (
	"context"
	"fmt"
	"log/slog"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"catalogsync/app/catalog"
	"catalogsync/app/database"
	"catalogsync/app/revision"
	"catalogsync/app/sources"
	"catalogsync/app/store"
	"catalogsync/jobs"
	"catalogsync/jobs/stages"
	"catalogsync/models"
)

// nights is a catalogue whose clock the test sets, with one fetched playlist an item.
type nights struct {
	db        *database.DB
	store     *store.Store
	stage     *stages.Sync
	service   *catalog.Service
	collector *countingCollector
	now       time.Time
}

// countingCollector counts the requests that playlists cost; each has its own version.
type countingCollector struct {
	fakeCollector
	versions map[string]string
	requests int
}

func (c *countingCollector) FetchPlaylist(_ context.Context, ref models.PlaylistRef, known string) (sources.Snapshot, error) {
	c.requests++
	version := c.versions[ref.RemoteID]
	if known != "" && known == version {
		return sources.Snapshot{Version: version, Unchanged: true}, nil
	}
	return sources.Snapshot{Version: version, ClaimedSongs: 3, Songs: songs("a", "b", "c"+version)}, nil
}

const nightly = 24 * time.Hour

func newNights(t *testing.T, playlists int) *nights {
	t.Helper()
	db, err := database.Open(t.Context(), filepath.Join(t.TempDir(), "c.db"))
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	n := &nights{db: db, collector: &countingCollector{fakeCollector: fakeCollector{name: "hill"}, versions: map[string]string{}}, now: time.Date(2026, 3, 1, 3, 30, 0, 0, time.UTC)}
	clock := func() time.Time { return n.now }
	n.store = store.New(db, revision.New(), clock)
	registry, err := sources.NewRegistry(n.collector)
	require.NoError(t, err)
	rest := models.SyncRest{Longest: 7 * nightly}
	n.service = catalog.New(n.store, registry, catalog.Config{Rest: rest, Now: clock})
	n.stage = stages.NewSync(n.service, n.store, n.service.Rest, clock)
	refs := make([]models.PlaylistRef, playlists)
	for i := range refs {
		refs[i] = models.PlaylistRef{Platform: "hill", RemoteID: fmt.Sprint(i + 1), Kind: models.KindPlaylist}
		n.collector.versions[refs[i].RemoteID] = "v1"
	}
	_, err = n.service.AddManual(t.Context(), refs)
	require.NoError(t, err)
	return n
}

// night runs the sync stage of a job and tells what it cost: requests, and rows written by
// syncing (planning a job writes rows of its own).
func (n *nights) night(t *testing.T, scope models.JobScope) (requests int, written int64) {
	t.Helper()
	job, err := n.store.CreateJob(t.Context(), models.JobRun{Type: models.JobSyncOnly, State: models.JobRunning, ScopeJSON: "{}"},
		[]models.JobStage{{Name: models.StageSync, State: models.StageRunning}}, models.JobEventRow{Kind: "job_created"})
	require.NoError(t, err)
	stage := jobs.Stage{Job: job.JobRun, Scope: scope}
	var items []models.JobItem
	require.NoError(t, n.stage.Plan(t.Context(), stage, func(batch []models.JobItem) error {
		items = append(items, batch...)
		return nil
	}))
	before, rows := n.collector.requests, n.rows(t)
	for _, item := range items {
		_, err := n.stage.Run(t.Context(), stage, item, quiet{})
		require.NoError(t, err)
	}
	require.NoError(t, n.stage.Finish(t.Context(), stage))
	return n.collector.requests - before, n.rows(t) - rows
}

func (n *nights) rows(t *testing.T) (written int64) {
	t.Helper()
	require.NoError(t, n.db.Write.Raw("SELECT total_changes()").Scan(&written).Error)
	return written
}

// A night costs what changed: one request and no write for a playlist that is as it was, and
// neither for one that has not changed for long.
func TestNightsCostWhatChanged(t *testing.T) {
	t.Parallel()
	const playlists = 40
	n := newNights(t, playlists)
	requests, _ := n.night(t, models.JobScope{})
	require.Equal(t, playlists, requests)

	n.now = n.now.Add(nightly)
	requests, written := n.night(t, models.JobScope{})
	require.Equal(t, playlists, requests, "one request each")
	require.Zero(t, written, "and no write")

	n.now = n.now.Add(nightly)
	n.collector.versions["7"] = "v2"
	_, one := n.night(t, models.JobScope{})
	n.now = n.now.Add(nightly)
	n.collector.versions["7"], n.collector.versions["8"], n.collector.versions["9"] = "v3", "v3", "v3"
	_, three := n.night(t, models.JobScope{})
	require.Positive(t, one)
	require.LessOrEqual(t, three, 3*one, "the cost follows the number that changed")

	// A fortnight later all but those rest after one look, in which they are noted together.
	n.now = n.now.Add(14 * nightly)
	requests, written = n.night(t, models.JobScope{})
	require.Equal(t, playlists, requests)
	require.EqualValues(t, playlists, written)
	n.now = n.now.Add(nightly)
	requests, written = n.night(t, models.JobScope{})
	require.Zero(t, requests)
	require.Zero(t, written)
	n.now = n.now.Add(nightly)
	requests, _ = n.night(t, models.JobScope{})
	require.Equal(t, playlists, requests, "every second night")

	// The operator may say at any time that nothing rests.
	n.service.Configure(catalog.Config{Now: func() time.Time { return n.now }})
	requests, _ = n.night(t, models.JobScope{})
	require.Equal(t, playlists, requests)
}

func TestWhoeverIsWantedOrNamedDoesNotRest(t *testing.T) {
	t.Parallel()
	n := newNights(t, 5)
	n.night(t, models.JobScope{})
	for range 2 { // they have been quiet for long, and were looked at yesterday
		n.now = n.now.Add(20 * nightly)
		n.night(t, models.JobScope{})
	}
	n.now = n.now.Add(nightly)
	_, err := n.store.SetWanted(t.Context(), []int64{2}, true)
	require.NoError(t, err)
	require.NoError(t, n.store.MarkSyncFailed(t.Context(), 3, models.CodeTimeout, "no answer in time"))
	requests, _ := n.night(t, models.JobScope{})
	require.Equal(t, 2, requests, "the wanted one, and the one that failed")
	requests, _ = n.night(t, models.JobScope{PlaylistIDs: []int64{1, 4}})
	require.Equal(t, 2, requests, "those that the job names")
	requests, _ = n.night(t, models.JobScope{Limit: 1})
	require.Equal(t, 1, requests, "a limit counts those that are fetched")
}

// quiet is a reporter that nobody reads.
type quiet struct{}

func (quiet) Progress(int64, int64, string, string) {}

func (quiet) Log(slog.Level, string) {}
