package catalog_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"catalogsync/app/catalog"
	"catalogsync/app/database"
	"catalogsync/app/revision"
	"catalogsync/app/sources"
	"catalogsync/app/store"
	"catalogsync/models"
)

// fakeCollector answers from memory.
type fakeCollector struct {
	name     string
	pages    []sources.Page // of its square; Next is the index of the next page
	failPage int            // 0 = none, counted from 1
	snapshot sources.Snapshot
	fetchErr error
	known    []string // versions that fetches were asked with
}

func (f *fakeCollector) Name() string { return f.name }

func (f *fakeCollector) Pools() []sources.Pool {
	return []sources.Pool{{Kind: models.PoolPlaylistSquare, Name: "Square"}, {Kind: models.PoolToplist, Name: "Charts"}}
}

func (f *fakeCollector) FetchPage(_ context.Context, _ sources.Pool, cursor string) (sources.Page, error) {
	i := 0
	if cursor != "" {
		if _, err := fmt.Sscan(cursor, &i); err != nil {
			return sources.Page{}, err
		}
	}
	if f.failPage == i+1 {
		return sources.Page{}, models.NewError(models.ClassTransient, models.CodeTimeout, "no answer in time")
	}
	return f.pages[i], nil
}

func (f *fakeCollector) FetchPlaylist(_ context.Context, _ models.PlaylistRef, known string) (sources.Snapshot, error) {
	f.known = append(f.known, known)
	if f.fetchErr != nil {
		return sources.Snapshot{}, f.fetchErr
	}
	if known != "" && known == f.snapshot.Version {
		return sources.Snapshot{Unchanged: true}, nil
	}
	return f.snapshot, nil
}

// listed is a page of playlists from number a to b.
func listed(next string, a, b int) sources.Page {
	p := sources.Page{Next: next}
	for n := a; n <= b; n++ {
		p.Playlists = append(p.Playlists, sources.PlaylistSummary{
			Ref: models.PlaylistRef{Platform: "hill", RemoteID: fmt.Sprint(n), Kind: models.KindPlaylist}, Name: fmt.Sprintf("List %d", n),
			PlayCount: int64(n), TrackCount: 3, Creator: "阿木", CoverURL: "//p.example/1.jpg",
		})
	}
	return p
}

func songs(ids ...string) []models.SongSnapshot {
	list := make([]models.SongSnapshot, len(ids))
	for i, id := range ids {
		list[i] = models.SongSnapshot{RemoteID: id, Name: "Song " + id, Artists: []models.ArtistRef{{Name: "阿木"}}}
	}
	return list
}

type fixture struct {
	store     *store.Store
	service   *catalog.Service
	collector *fakeCollector
	progress  []string
}

func newFixture(t *testing.T, pageLimit int) *fixture {
	t.Helper()
	db, err := database.Open(t.Context(), filepath.Join(t.TempDir(), "c.db"))
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	f := &fixture{collector: &fakeCollector{name: "hill"}}
	now := time.Date(2026, 3, 1, 3, 30, 0, 0, time.UTC)
	f.store = store.New(db, revision.New(), func() time.Time { now = now.Add(time.Second); return now })
	registry, err := sources.NewRegistry(f.collector)
	require.NoError(t, err)
	f.service = catalog.New(f.store, registry, catalog.Config{PageLimit: pageLimit})
	return f
}

func (f *fixture) collect(t *testing.T, limit int) (catalog.CollectResult, error) {
	t.Helper()
	f.progress = nil
	return f.service.Collect(t.Context(), catalog.CollectRequest{Source: "hill", Kind: models.PoolPlaylistSquare, Limit: limit},
		func(p catalog.CollectProgress) { f.progress = append(f.progress, p.String()) })
}

func (f *fixture) count(t *testing.T) int64 {
	t.Helper()
	list, err := f.store.ListPlaylists(t.Context(), models.PlaylistFilter{})
	require.NoError(t, err)
	return list.Total
}

// add makes one playlist to be synced.
func (f *fixture) add(t *testing.T) int64 {
	t.Helper()
	ids, err := f.service.AddManual(t.Context(), []models.PlaylistRef{{Platform: "hill", RemoteID: "1", Kind: models.KindPlaylist}})
	require.NoError(t, err)
	return ids[0]
}

func TestCollectStops(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name     string
		pages    []sources.Page
		limit    int
		stop     catalog.StopReason
		progress []string
	}{
		{"at the end sign", []sources.Page{listed("1", 1, 3), listed("", 4, 5)}, 0, catalog.StopEnd,
			[]string{"page 1: +3, total 3", "page 2: +2, total 5"}},
		{"at a page of duplicates", []sources.Page{listed("1", 1, 3), listed("2", 2, 3), listed("", 4, 5)}, 0, catalog.StopDuplicates,
			[]string{"page 1: +3, total 3", "page 2: +0, total 3"}},
		{"not at a page with some duplicates", []sources.Page{listed("1", 1, 3), listed("", 3, 4)}, 0, catalog.StopEnd,
			[]string{"page 1: +3, total 3", "page 2: +1, total 4"}},
		{"not at a page of albums", []sources.Page{{Next: "1", Skipped: 9}, listed("", 1, 1)}, 0, catalog.StopEnd,
			[]string{"page 1: +0, total 0", "page 2: +1, total 1"}},
		{"at an empty page", []sources.Page{{Next: "0"}}, 0, catalog.StopDuplicates, []string{"page 1: +0, total 0"}},
		{"at the page limit", []sources.Page{listed("1", 1, 1), listed("2", 2, 2), listed("3", 3, 3), listed("", 4, 4)}, 0, catalog.StopPageLimit,
			[]string{"page 1: +1, total 1", "page 2: +1, total 2", "page 3: +1, total 3"}},
		{"at the limit", []sources.Page{listed("1", 1, 3), listed("2", 4, 6), listed("", 7, 9)}, 4, catalog.StopLimit,
			[]string{"page 1: +3, total 3", "page 2: +1, total 4"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			f := newFixture(t, 3)
			f.collector.pages = c.pages
			result, err := f.collect(t, c.limit)
			require.NoError(t, err)
			require.Equal(t, c.stop, result.Stop)
			require.Equal(t, c.progress, f.progress)
			require.EqualValues(t, result.Total, f.count(t))

			again, err := f.collect(t, c.limit)
			require.NoError(t, err)
			require.Equal(t, [2]int{0, 0}, [2]int{again.New, again.Updated})
		})
	}
}

func TestFailingPageLosesNothingBeforeIt(t *testing.T) {
	t.Parallel()
	f := newFixture(t, 0)
	f.collector.pages = []sources.Page{listed("1", 1, 3), listed("", 4, 5)}
	f.collector.failPage = 2
	_, err := f.collect(t, 0)
	require.Equal(t, models.ClassTransient, models.ClassOf(err))
	require.ErrorContains(t, err, "collect hill playlist_square: page 2")
	require.EqualValues(t, 3, f.count(t))
}

func TestCollectOfAnUnknownSourceOrPoolIsRefused(t *testing.T) {
	t.Parallel()
	f := newFixture(t, 0)
	for _, r := range []catalog.CollectRequest{{Source: "valley", Kind: models.PoolToplist}, {Source: "hill", Kind: "cellar"}} {
		_, err := f.service.Collect(t.Context(), r, func(catalog.CollectProgress) {})
		require.Equal(t, models.ClassInvalid, models.ClassOf(err))
	}
}

func TestHostileTextStaysText(t *testing.T) {
	t.Parallel()
	f := newFixture(t, 0)
	page := listed("", 1, 3)
	page.Playlists[0].Name = "<script>alert(1)</script>\x00\xff\r\n夜"
	page.Playlists[0].CoverURL = "javascript:alert(1)"
	page.Playlists[0].Description = "one\r\ntwo\x07" + strings.Repeat("雨", 10_000)
	page.Playlists[0].Raw = models.RawJSON(`{"broken":`)
	page.Playlists[0].PlayCount = -5
	page.Playlists[1].Ref.RemoteID = ""
	page.Playlists[2].Ref.RemoteID = "3\n4"
	f.collector.pages = []sources.Page{page}
	_, err := f.collect(t, 0)
	require.NoError(t, err)
	require.EqualValues(t, 1, f.count(t), "an entry without an id is none")

	row, err := f.store.GetPlaylist(t.Context(), 1)
	require.NoError(t, err)
	require.Equal(t, "<script>alert(1)</script> 夜", row.Name)
	require.Empty(t, row.CoverURL)
	require.True(t, strings.HasPrefix(row.Description, "one\ntwo雨"))
	require.LessOrEqual(t, len([]rune(row.Description)), 5000)
	require.Empty(t, row.MetadataJSON)
	require.Zero(t, row.PlayCount)
}

func TestSyncStoresAndThenFindsNothingNew(t *testing.T) {
	t.Parallel()
	f := newFixture(t, 0)
	id := f.add(t)
	f.collector.snapshot = sources.Snapshot{Version: "v1", ClaimedSongs: 2, Songs: songs("a", "b"),
		Summary: sources.PlaylistSummary{Name: "夜车", CoverURL: "http://p.example/1.jpg", PlayCount: 7}}
	result, err := f.service.Sync(t.Context(), id)
	require.NoError(t, err)
	require.Equal(t, "songs 2: +2, -0, moved 0", result.String())

	row, err := f.store.GetPlaylist(t.Context(), id)
	require.NoError(t, err)
	require.Equal(t, "夜车", row.Name)
	require.Equal(t, "v1", row.VersionTag)
	require.EqualValues(t, 2, row.CollectedSongCount)

	result, err = f.service.Sync(t.Context(), id)
	require.NoError(t, err)
	require.True(t, result.Unchanged)
	require.Equal(t, []string{"", "v1"}, f.collector.known)
	after, err := f.store.GetPlaylist(t.Context(), id)
	require.NoError(t, err)
	require.Equal(t, row, after, "one request, and no write")
}

// A platform that leaves a name out does not take the known one away.
func TestBlankNamesKeepTheKnownOne(t *testing.T) {
	t.Parallel()
	f := newFixture(t, 0)
	f.collector.pages = []sources.Page{listed("", 1, 2)}
	_, err := f.collect(t, 0)
	require.NoError(t, err)
	page := listed("", 1, 3)
	page.Playlists[0].Name, page.Playlists[2].Name = " ", ""
	f.collector.pages = []sources.Page{page}
	for range 2 {
		_, err = f.collect(t, 0)
		require.NoError(t, err)
	}
	f.collector.snapshot = sources.Snapshot{Version: "v1", Songs: songs("a"), Summary: sources.PlaylistSummary{Name: "\t"}}
	for id, name := range []string{1: "List 1", 2: "List 2", 3: "3"} {
		if id == 0 {
			continue
		}
		_, err = f.service.Sync(t.Context(), int64(id))
		require.NoError(t, err)
		row, err := f.store.GetPlaylist(t.Context(), int64(id))
		require.NoError(t, err)
		require.Equal(t, name, row.Name)
	}
}

func TestFetchErrorIsKeptAtThePlaylist(t *testing.T) {
	t.Parallel()
	f := newFixture(t, 0)
	id := f.add(t)
	f.collector.snapshot = sources.Snapshot{Version: "v1", Songs: songs("a")}
	_, err := f.service.Sync(t.Context(), id)
	require.NoError(t, err)

	f.collector.fetchErr = models.NewError(models.ClassUnavailable, models.CodePlaylistPrivate, "the playlist is private now")
	_, err = f.service.Sync(t.Context(), id)
	require.Equal(t, models.ClassUnavailable, models.ClassOf(err))
	row, err := f.store.GetPlaylist(t.Context(), id)
	require.NoError(t, err)
	require.Equal(t, "the playlist is private now", row.SyncError)
	require.EqualValues(t, 1, row.CollectedSongCount)

	f.collector.fetchErr = nil
	_, err = f.service.Sync(t.Context(), id)
	require.NoError(t, err)
	row, err = f.store.GetPlaylist(t.Context(), id)
	require.NoError(t, err)
	require.Empty(t, row.SyncError)
}

func TestStoppedSyncIsNoFaultOfThePlaylist(t *testing.T) {
	t.Parallel()
	f := newFixture(t, 0)
	id := f.add(t)
	stopped, cancel := context.WithCancel(t.Context())
	row, err := f.store.GetPlaylist(t.Context(), id)
	require.NoError(t, err)
	f.collector.fetchErr = context.Canceled
	cancel()
	_, err = f.service.Sync(stopped, id)
	require.ErrorIs(t, err, context.Canceled)
	after, err := f.store.GetPlaylist(t.Context(), id)
	require.NoError(t, err)
	require.Equal(t, row, after)
}

func TestSyncOfAMissingPlaylist(t *testing.T) {
	t.Parallel()
	_, err := newFixture(t, 0).service.Sync(t.Context(), 99)
	require.Equal(t, models.ClassNotFound, models.ClassOf(err))
}

func TestAddManual(t *testing.T) {
	t.Parallel()
	f := newFixture(t, 0)
	ref := func(id string) models.PlaylistRef {
		return models.PlaylistRef{Platform: "hill", RemoteID: id, Kind: models.KindPlaylist}
	}
	ids, err := f.service.AddManual(t.Context(), []models.PlaylistRef{ref("7"), ref("8"), ref("7")})
	require.NoError(t, err)
	require.Len(t, ids, 2)
	again, err := f.service.AddManual(t.Context(), []models.PlaylistRef{ref("8"), ref("7")})
	require.NoError(t, err)
	require.Equal(t, []int64{ids[1], ids[0]}, again)

	_, err = f.service.AddManual(t.Context(), []models.PlaylistRef{{Platform: "valley", RemoteID: "1"}})
	require.Equal(t, models.CodeUnknownSource, models.CodeOf(err))
	var domain *models.Error
	require.True(t, errors.As(err, &domain))
}
