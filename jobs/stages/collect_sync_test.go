package stages

import (
	"context"
	"errors"
	"log/slog"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"catalogsync/app/catalog"
	"catalogsync/app/sources"
	"catalogsync/jobs"
	"catalogsync/models"
)

// listingSource is a collector of which only the pools are asked for.
type listingSource struct {
	sources.Collector
	name string
}

func (l listingSource) Name() string { return l.name }

func (l listingSource) Pools() []sources.Pool {
	return []sources.Pool{{Kind: models.PoolPlaylistSquare, Name: "Square"}, {Kind: models.PoolToplist, Name: "Charts"}}
}

// fakeCatalog notes what it was asked for and answers as it is told.
type fakeCatalog struct {
	request  catalog.CollectRequest
	pages    []catalog.CollectProgress
	result   catalog.CollectResult
	playlist int64
	synced   catalog.Synced
	flushed  int
	err      error
}

func (f *fakeCatalog) Collect(_ context.Context, r catalog.CollectRequest, report func(catalog.CollectProgress)) (catalog.CollectResult, error) {
	f.request = r
	for _, p := range f.pages {
		report(p)
	}
	return f.result, f.err
}

func (f *fakeCatalog) Sync(_ context.Context, id int64) (catalog.Synced, error) {
	f.playlist = id
	return f.synced, f.err
}

func (f *fakeCatalog) Flush(context.Context) error {
	f.flushed++
	return f.err
}

type fakeSyncStore struct {
	due    []models.Playlist
	scope  models.JobScope
	linked []int64
}

func (f *fakeSyncStore) DuePlaylists(_ context.Context, scope models.JobScope) ([]models.Playlist, error) {
	f.scope = scope
	return f.due, nil
}

func (f *fakeSyncStore) LinkJobPlaylists(_ context.Context, _ int64, ids []int64) error {
	f.linked = append(f.linked, ids...)
	return nil
}

// notes keeps what an item reports.
type notes struct{ progress, logs []string }

func (n *notes) Progress(_, _ int64, unit, text string) {
	n.progress = append(n.progress, unit+": "+text)
}
func (n *notes) Log(level slog.Level, text string) {
	n.logs = append(n.logs, level.String()+" "+text)
}

func planned(t *testing.T, e jobs.Executor, scope models.JobScope) ([]models.JobItem, error) {
	t.Helper()
	var items []models.JobItem
	err := e.Plan(t.Context(), jobs.Stage{Job: models.JobRun{ID: 1}, Scope: scope}, func(batch []models.JobItem) error {
		items = append(items, batch...)
		return nil
	})
	return items, err
}

func TestCollectPlansAnItemForEachSourceAndPool(t *testing.T) {
	t.Parallel()
	registry, err := sources.NewRegistry(listingSource{name: "netease"}, listingSource{name: "qq"})
	require.NoError(t, err)
	for _, c := range []struct {
		name  string
		scope models.JobScope
		want  []string
		bad   bool
	}{
		{"everything", models.JobScope{}, []string{"netease:playlist_square", "netease:toplist", "qq:playlist_square", "qq:toplist"}, false},
		{"one source", models.JobScope{Sources: []string{"qq"}}, []string{"qq:playlist_square", "qq:toplist"}, false},
		{"one pool", models.JobScope{PoolKinds: []models.PoolKind{models.PoolToplist}}, []string{"netease:toplist", "qq:toplist"}, false},
		{"a pool that is not collected", models.JobScope{PoolKinds: []models.PoolKind{models.PoolManualFile}}, nil, false},
		{"an unknown source", models.JobScope{Sources: []string{"valley"}}, nil, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			items, err := planned(t, NewCollect(&fakeCatalog{}, registry), c.scope)
			require.Equal(t, c.bad, err != nil)
			var keys []string
			for _, i := range items {
				keys = append(keys, i.ItemKey)
				require.NotEmpty(t, i.Source)
				require.NotEmpty(t, i.Title)
			}
			require.Equal(t, c.want, keys)
		})
	}
}

func TestCollectReportsEachPage(t *testing.T) {
	t.Parallel()
	f := &fakeCatalog{
		pages:  []catalog.CollectProgress{{Page: 1, Added: 30, Total: 30}, {Page: 2, Added: 5, Total: 35}},
		result: catalog.CollectResult{Pages: 2, Total: 35, New: 5, Stop: catalog.StopPageLimit},
	}
	n := &notes{}
	out, err := NewCollect(f, nil).Run(t.Context(), jobs.Stage{Scope: models.JobScope{Limit: 40}}, models.JobItem{ItemKey: "qq:toplist"}, n)
	require.NoError(t, err)
	require.Equal(t, catalog.CollectRequest{Source: "qq", Kind: models.PoolToplist, Limit: 40}, f.request)
	require.Equal(t, []string{"pages: page 1: +30, total 30", "pages: page 2: +5, total 35"}, n.progress)
	require.Equal(t, "pages 2, playlists 35: +5 new, 0 updated", out.Text)
	require.Contains(t, n.logs, "WARN stopped at the page limit after 2 pages")

	f.err = models.NewError(models.ClassRiskControl, models.CodeRiskControl, "slow down")
	_, err = NewCollect(f, nil).Run(t.Context(), jobs.Stage{}, models.JobItem{ItemKey: "qq:toplist"}, n)
	require.Equal(t, models.ClassRiskControl, models.ClassOf(err), "the class reaches the retry policy")
}

func TestSyncPlansAndLinksItsPlaylists(t *testing.T) {
	t.Parallel()
	store := &fakeSyncStore{}
	for i := range int64(plannedBatch + 2) {
		store.due = append(store.due, models.Playlist{ID: i + 1, Platform: "qq", Name: "夜车", Priority: 3})
	}
	scope := models.JobScope{WantedOnly: true}
	items, err := planned(t, NewSync(nil, store, func() models.SyncRest { return models.SyncRest{} }, time.Now), scope)
	require.NoError(t, err)
	require.Equal(t, scope, store.scope)
	require.Len(t, items, plannedBatch+2)
	require.Len(t, store.linked, plannedBatch+2)
	last := items[plannedBatch+1]
	require.Equal(t, "playlist:502", last.ItemKey)
	require.EqualValues(t, 502, *last.PlaylistID)
	require.Equal(t, "qq", last.Source)
	require.Equal(t, 3, last.Priority)
}

func TestSyncTellsWhatItDid(t *testing.T) {
	t.Parallel()
	item := models.JobItem{ItemKey: "playlist:7", PlaylistID: new(int64(7)), Title: "夜车", Source: "qq"}
	for _, c := range []struct {
		name   string
		synced catalog.Synced
		text   string
		warned bool
	}{
		{"changed", catalog.Synced{SyncOutcome: models.SyncOutcome{Songs: 12, Added: 3, Removed: 1, Moved: 2}}, "songs 12: +3, -1, moved 2", false},
		{"unchanged", catalog.Synced{Unchanged: true}, "unchanged", false},
		{"empty", catalog.Synced{EmptyReason: models.EmptySource}, "empty at the source", false},
		{"doubtful", catalog.Synced{SyncOutcome: models.SyncOutcome{Songs: 12, Note: "3 entries could not be read"}}, "songs 12: +0, -0, moved 0; 3 entries could not be read", true},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			f, n := &fakeCatalog{synced: c.synced}, &notes{}
			out, err := NewSync(f, nil, func() models.SyncRest { return models.SyncRest{} }, time.Now).Run(t.Context(), jobs.Stage{}, item, n)
			require.NoError(t, err)
			require.EqualValues(t, 7, f.playlist)
			require.Equal(t, c.text, out.Text)
			require.Equal(t, c.warned, len(n.logs) > 0)
		})
	}
}

func TestItemsThatNameNothingFail(t *testing.T) {
	t.Parallel()
	_, err := NewSync(&fakeCatalog{}, nil, func() models.SyncRest { return models.SyncRest{} }, time.Now).Run(t.Context(), jobs.Stage{}, models.JobItem{ItemKey: "playlist:7"}, &notes{})
	require.Equal(t, models.ClassPermanent, models.ClassOf(err))
	_, err = NewCollect(&fakeCatalog{err: errors.New("never asked")}, nil).Run(t.Context(), jobs.Stage{}, models.JobItem{ItemKey: "qq"}, &notes{})
	require.Equal(t, models.ClassPermanent, models.ClassOf(err))
}
