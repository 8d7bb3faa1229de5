package store

import (
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"catalogsync/models"
)

// addLiveJob makes a running job that works on playlists.
func addLiveJob(t *testing.T, s *Store, state models.JobState, playlistIDs ...int64) models.JobRun {
	t.Helper()
	run := models.JobRun{Type: models.JobSyncDownload, State: state, ScopeJSON: "{}"}
	require.NoError(t, s.db.Write.Create(&run).Error)
	require.NoError(t, s.LinkJobPlaylists(t.Context(), run.ID, playlistIDs))
	return run
}

// everyState makes a playlist in each state and some odd ones, and returns the ids.
func everyState(t *testing.T, s *Store) []int64 {
	t.Helper()
	ids := addPlaylists(t, s, "qq", 9)
	syncSongs(t, s, ids[1], "a1", "b1") // not downloaded
	syncSongs(t, s, ids[2], "a1", "c1") // partial
	syncSongs(t, s, ids[3], "c1", "qqtop_1")
	syncSongs(t, s, ids[4]) // empty
	syncSongs(t, s, ids[5], "a1", "d1")
	syncSongs(t, s, ids[6], "c1")
	syncSongs(t, s, ids[8], "b1")
	setDownloaded(t, s, songID(t, s, "qq", "c1"), true)
	addLiveJob(t, s, models.JobPaused, ids[5], ids[6], ids[7]) // missing songs, complete, never synced
	addLiveJob(t, s, models.JobCompleted, ids[8])
	// A job that goes on with other playlists after this one's last song has ended.
	ended := addLiveJob(t, s, models.JobRunning, ids[2])
	require.NoError(t, s.db.Write.Model(&models.JobPlaylist{}).Where("job_run_id = ?", ended.ID).Update("finished_at_ms", 1).Error)
	require.NoError(t, s.db.Write.Model(&models.Playlist{}).Where("id = ?", ids[7]).Update("collected_song_count", 3).Error)
	return ids
}

func TestStateFilterAgreesWithTheState(t *testing.T) {
	t.Parallel()
	s := newCatalog(t)
	ids := everyState(t, s)
	all, err := s.ListPlaylistRows(t.Context(), ids)
	require.NoError(t, err)
	require.Equal(t, models.PlaylistPartial, all[2].Status())
	want := map[models.PlaylistState][]int64{}
	for _, r := range all {
		want[r.Status()] = append(want[r.Status()], r.ID)
	}
	require.Len(t, want, len(models.PlaylistStates), "the fixture has a playlist in each state")
	coverage, err := s.Coverage(t.Context())
	require.NoError(t, err)
	for _, state := range models.PlaylistStates {
		got, err := s.SelectPlaylistIDs(t.Context(), models.PlaylistFilter{State: state}, 0)
		require.NoError(t, err)
		require.ElementsMatch(t, want[state], got, state)
		row := coverage[slices.IndexFunc(coverage, func(c models.CoverageRow) bool { return c.State == state })]
		require.EqualValues(t, len(want[state]), row.Playlists, state)
	}
	require.Equal(t, models.PlaylistUnsynced, coverage[0].State, "in the order of a playlist's life")
}

func TestListFiltersAndTotals(t *testing.T) {
	t.Parallel()
	s := newCatalog(t)
	var page []models.Playlist
	for i := range 25 {
		page = append(page, models.Playlist{RemotePlaylistID: fmt.Sprint(i), Kind: models.KindPlaylist, Name: fmt.Sprintf("List %02d", i), PlayCount: int64(i)})
	}
	page[3].Name, page[4].Name, page[5].Name = "發光的雲", "100% _Live_", "１００ years"
	savePage(t, s, page)
	require.NoError(t, s.FinishPool(t.Context(), "kuwo", models.PoolToplist))
	addPlaylists(t, s, "kuwo", 1)

	for _, c := range []struct {
		name   string
		filter models.PlaylistFilter
		total  int64
	}{
		{"all", models.PlaylistFilter{}, 26},
		{"platform", models.PlaylistFilter{Platform: "kuwo"}, 1},
		{"pool", models.PlaylistFilter{PoolKind: models.PoolToplist}, 0},
		{"simplified finds traditional", models.PlaylistFilter{Keyword: "发光"}, 1},
		{"width and case", models.PlaylistFilter{Keyword: "ＬＩＳＴ"}, 22},
		{"every word", models.PlaylistFilter{Keyword: "0 list"}, 9},
		{"wildcards are letters", models.PlaylistFilter{Keyword: "100% _"}, 1},
		{"percent alone", models.PlaylistFilter{Keyword: "%"}, 1},
		{"digits of any width", models.PlaylistFilter{Keyword: "100"}, 2},
		{"blank keyword", models.PlaylistFilter{Keyword: "  "}, 26},
		{"nothing", models.PlaylistFilter{Keyword: "nowhere"}, 0},
		{"wanted", models.PlaylistFilter{WantedOnly: true}, 0},
	} {
		c.filter.Page = models.Page{Number: 1, Size: 10}
		list, err := s.ListPlaylists(t.Context(), c.filter)
		require.NoError(t, err, c.name)
		require.Equal(t, c.total, list.Total, c.name)
		require.Len(t, list.Rows, int(min(c.total, 10)), c.name)
	}
}

func TestPagesDoNotOverlapInAnyOrder(t *testing.T) {
	t.Parallel()
	s := newCatalog(t)
	everyState(t, s)
	for _, sort := range append([]models.PlaylistSort{""}, models.PlaylistSorts...) {
		var seen []int64
		for number := 1; number <= 5; number++ {
			list, err := s.ListPlaylists(t.Context(), models.PlaylistFilter{Sort: sort, Page: models.Page{Number: number, Size: 2}})
			require.NoError(t, err)
			for _, r := range list.Rows {
				require.NotContains(t, seen, r.ID, sort)
				seen = append(seen, r.ID)
			}
		}
		require.Len(t, seen, 9, sort)
		selected, err := s.SelectPlaylistIDs(t.Context(), models.PlaylistFilter{Sort: sort}, 4)
		require.NoError(t, err)
		require.Equal(t, seen[:4], selected, "a selection has the order of the list")
	}
}

// Pages far down are read by another way, and from the end.
func TestDeepPagesAreThoseOfTheWholeList(t *testing.T) {
	t.Parallel()
	s := newCatalog(t)
	var all []models.Playlist
	for i := range 2*deepOffset + 130 {
		all = append(all, models.Playlist{RemotePlaylistID: fmt.Sprint(i), Kind: models.KindPlaylist, Name: fmt.Sprintf("List %d", i%7), PlayCount: int64(i % 50)})
	}
	savePage(t, s, all)
	for _, f := range []models.PlaylistFilter{{}, {Sort: models.SortName}, {Sort: models.SortSongs, Keyword: "list"}, {Sort: models.SortProgress, PoolKind: models.PoolPlaylistSquare}} {
		want, err := s.SelectPlaylistIDs(t.Context(), f, 0)
		require.NoError(t, err)
		f.Page.Size = 100
		for number := 1; number <= f.Page.Pages(int64(len(want)))+1; number++ {
			f.Page.Number = number
			list, err := s.ListPlaylists(t.Context(), f)
			require.NoError(t, err)
			require.EqualValues(t, len(want), list.Total)
			got := []int64{}
			for _, r := range list.Rows {
				got = append(got, r.ID)
			}
			from := min(f.Page.Offset(), len(want))
			require.Equal(t, want[from:min(from+100, len(want))], got, "%+v", f)
		}
	}
}

func TestBadFilterNamesItsField(t *testing.T) {
	t.Parallel()
	s := newCatalog(t)
	addPlaylists(t, s, "qq", 1)
	page := models.Page{Number: 1, Size: 10}
	_, err := s.ListPlaylists(t.Context(), models.PlaylistFilter{State: "sleeping", Page: page})
	require.Equal(t, models.ClassInvalid, models.ClassOf(err))
	_, err = s.ListPlaylists(t.Context(), models.PlaylistFilter{Sort: "colour", Page: page})
	require.Equal(t, models.CodeBadValue, models.CodeOf(err))
	_, err = s.GetPlaylist(t.Context(), 99)
	require.Equal(t, models.ClassNotFound, models.ClassOf(err))
}

func TestRunningSongsAreCounted(t *testing.T) {
	t.Parallel()
	s := newCatalog(t)
	ids := addPlaylists(t, s, "qq", 2)
	syncSongs(t, s, ids[0], "a1", "b1", "c1")
	syncSongs(t, s, ids[1], "a1")
	run := addLiveJob(t, s, models.JobRunning, ids...)
	stage := models.JobStage{JobRunID: run.ID, Name: models.StageDownload, Lane: models.LaneDownload, State: models.StageRunning}
	require.NoError(t, s.db.Write.Create(&stage).Error)
	for song, state := range map[string]models.ItemState{"a1": models.ItemRunning, "b1": models.ItemRunning, "c1": models.ItemInterrupted} {
		item := models.JobItem{JobRunID: run.ID, JobStageID: stage.ID, ItemKey: song, SongID: new(songID(t, s, "qq", song)), State: state}
		require.NoError(t, s.db.Write.Create(&item).Error)
	}
	rows, err := s.ListPlaylistRows(t.Context(), ids)
	require.NoError(t, err)
	require.Equal(t, []int{2, 1}, []int{rows[0].RunningSongs, rows[1].RunningSongs})
	require.True(t, rows[0].Live)
}

func TestSongsOfAPlaylistCarryFileAndDecision(t *testing.T) {
	t.Parallel()
	s := newCatalog(t)
	id := addPlaylists(t, s, "qq", 1)[0]
	syncSongs(t, s, id, "a1", "b1", "a1")
	a1, b1 := songID(t, s, "qq", "a1"), songID(t, s, "qq", "b1")
	setDownloaded(t, s, a1, true)
	require.NoError(t, s.db.Write.Create(&models.DownloadTask{SongID: b1, State: "skipped", LastErrorCode: models.CodePaid, LastError: "only for members", DecisionJSON: "{}"}).Error)

	rows, total, err := s.ListPlaylistSongs(t.Context(), id, models.Page{Number: 1, Size: 50})
	require.NoError(t, err)
	require.EqualValues(t, 3, total)
	require.Equal(t, fmt.Sprintf("%d.mp3", a1), rows[2].Locator)
	require.Equal(t, models.Quality320, rows[0].AssetQuality)
	require.True(t, rows[0].Downloaded)
	require.Equal(t, models.CodePaid, rows[1].TaskErrorCode)
	require.Empty(t, rows[1].Locator)

	second, _, err := s.ListPlaylistSongs(t.Context(), id, models.Page{Number: 2, Size: 2})
	require.NoError(t, err)
	require.Equal(t, rows[2:], second)
}

func TestWantedCountsWhatChanged(t *testing.T) {
	t.Parallel()
	s := newCatalog(t)
	ids := addPlaylists(t, s, "qq", 3)
	for _, c := range []struct {
		ids    []int64
		wanted bool
		want   int64
	}{{ids[:2], true, 2}, {ids, true, 1}, {ids[:1], false, 1}, {[]int64{999}, true, 0}, {nil, true, 0}} {
		changed, err := s.SetWanted(t.Context(), c.ids, c.wanted)
		require.NoError(t, err)
		require.Equal(t, c.want, changed)
	}
	list, err := s.ListPlaylists(t.Context(), models.PlaylistFilter{WantedOnly: true})
	require.NoError(t, err)
	require.EqualValues(t, 2, list.Total)
}

func TestDuePlaylistsFollowScopeAndOrder(t *testing.T) {
	t.Parallel()
	s := newCatalog(t)
	ids := addPlaylists(t, s, "qq", 4)
	other := addPlaylists(t, s, "kuwo", 1)
	update := func(id int64, column string, value any) {
		require.NoError(t, s.db.Write.Model(&models.Playlist{}).Where("id = ?", id).Update(column, value).Error)
	}
	update(ids[1], "play_count", 50)
	update(ids[2], "wanted", true)
	update(ids[3], "priority", 5)
	for _, c := range []struct {
		name  string
		scope models.JobScope
		want  []int64
	}{
		{"priority, then wanted, then plays", models.JobScope{Sources: []string{"qq"}}, []int64{ids[3], ids[2], ids[1], ids[0]}},
		{"limit", models.JobScope{Limit: 2}, []int64{ids[3], ids[2]}},
		{"named ones, with a limit", models.JobScope{PlaylistIDs: []int64{ids[0], ids[1], 999}, Limit: 1}, []int64{ids[1]}},
		{"wanted only", models.JobScope{WantedOnly: true}, []int64{ids[2]}},
		{"another pool", models.JobScope{PoolKinds: []models.PoolKind{models.PoolToplist}}, nil},
		{"another platform", models.JobScope{Sources: []string{"kuwo"}}, other},
	} {
		due, err := s.DuePlaylists(t.Context(), c.scope)
		require.NoError(t, err, c.name)
		var got []int64
		for _, p := range due {
			got = append(got, p.ID)
		}
		require.Equal(t, c.want, got, c.name)
	}
}
