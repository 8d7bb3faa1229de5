package store

import (
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"catalogsync/models"
)

// day is what a playlist held after a sync.
type day struct {
	atMS  int64
	order []string // remote ids
}

// remoteIDs lists the songs of a page by remote id.
func remoteIDs(rows []models.PlaylistSongRow) []string {
	ids := make([]string, len(rows))
	for i, r := range rows {
		ids[i] = r.RemoteSongID
	}
	return ids
}

// expected is the model of a sync: what the list is afterwards. A doubtful fetch appends,
// for each song, as many places as it has more of it than the list.
func expected(before, fetched []string, doubtful bool) []string {
	if !doubtful {
		return slices.Clone(fetched)
	}
	have := map[string]int{}
	for _, id := range before {
		have[id]++
	}
	after := slices.Clone(before)
	for _, id := range fetched {
		if have[id]--; have[id] < 0 {
			after = append(after, id)
		}
	}
	return after
}

// Replaying the differences from empty gives the stored state of every day: repeated songs,
// moves, songs that come back, doubtful fetches, held changes that were accepted.
func TestReplayGivesEveryDay(t *testing.T) {
	t.Parallel()
	s := newCatalog(t)
	round := 0
	rapid.Check(t, func(rt *rapid.T) {
		round++
		id := addPlaylists(t, s, fmt.Sprintf("p%d", round), 1)[0]
		days := livePlaylist(rt, s, id)
		for _, d := range days {
			rows, total, err := s.ListPlaylistSongsAt(t.Context(), id, d.atMS, models.Page{})
			require.NoError(rt, err)
			require.Equal(rt, d.order, remoteIDs(rows))
			require.EqualValues(rt, len(d.order), total)
			for i, r := range rows {
				require.Equal(rt, i, r.Position)
			}
		}
		last := days[len(days)-1].order
		requireEver(rt, s, id, days, last)
		requireDiffs(rt, s, id, days)
		requireLinks(rt, s, id)
	})
}

// livePlaylist syncs a playlist for some days and tells what the model says of each.
func livePlaylist(rt *rapid.T, s *Store, id int64) []day {
	song := rapid.SampledFrom([]string{"a1", "b1", "c1", "d1", "e1", "f1"})
	ctx := rt.Context()
	now := []string{}
	days := []day{{atMS: 0, order: now}}
	for n := range rapid.IntRange(1, 8).Draw(rt, "days") {
		fetched := rapid.SliceOfN(song, 0, 9).Draw(rt, fmt.Sprintf("day %d", n))
		doubtful := rapid.IntRange(0, 3).Draw(rt, "doubtful") == 0
		_, err := s.SaveSync(ctx, models.FetchedPlaylist{PlaylistID: id, Songs: snapshots(fetched...), KeepMissing: doubtful, EmptyReason: models.EmptySource})
		require.NoError(rt, err)
		now = expected(now, fetched, doubtful)
		days = append(days, day{lastChange(rt, s, id), now})
		held, err := s.FindHeld(ctx, id, 100)
		require.NoError(rt, err)
		if held != nil && rapid.Bool().Draw(rt, "accept") {
			removed, err := s.AcceptHeld(ctx, id, held.SetAtMS)
			require.NoError(rt, err)
			require.Equal(rt, held.Songs, removed)
			for _, h := range slices.Backward(held.Rows) {
				now = slices.Delete(slices.Clone(now), h.Position, h.Position+1)
			}
			days = append(days, day{lastChange(rt, s, id), now})
		}
	}
	require.Equal(rt, now, order(rt, s, id))
	return days
}

// lastChange is the time of the last difference; a sync that changed nothing has none.
func lastChange(t require.TestingT, s *Store, id int64) int64 {
	var at int64
	require.NoError(t, s.db.Read.Raw("SELECT coalesce(max(at_ms), 0) FROM playlist_changes WHERE playlist_id = ?", id).Scan(&at).Error)
	return at
}

func requireEver(rt *rapid.T, s *Store, id int64, days []day, last []string) {
	rows, _, err := s.ListPlaylistSongsEver(rt.Context(), id, models.Page{})
	require.NoError(rt, err)
	require.Equal(rt, last, remoteIDs(rows)[:len(last)], "what is on it comes first")
	most := map[string]int{} // how often a song stood on the list at once
	for _, d := range days {
		count := map[string]int{}
		for _, song := range d.order {
			count[song]++
			most[song] = max(most[song], count[song])
		}
	}
	found := map[string]int{}
	for i, r := range rows {
		found[r.RemoteSongID]++
		require.Equal(rt, i >= len(last), r.GoneAtMS > 0)
		require.LessOrEqual(rt, r.FirstSeenMS, r.SeenFromMS)
		require.Positive(rt, r.Stays)
	}
	require.Equal(rt, most, found)
}

// Each difference leads from one day to the other, backwards too.
func requireDiffs(rt *rapid.T, s *Store, id int64, days []day) {
	from := rapid.SampledFrom(days).Draw(rt, "from")
	to := rapid.SampledFrom(days).Draw(rt, "to")
	diff, err := s.DiffPlaylist(rt.Context(), id, from.atMS, to.atMS, 1000)
	require.NoError(rt, err)
	require.Len(rt, diff.Changes, diff.Total())
	require.Equal(rt, len(to.order), diff.SongsTo)
	require.Equal(rt, len(to.order)-len(from.order), diff.Added-diff.Removed)
	before, err := s.PlaylistMembersAt(rt.Context(), id, from.atMS)
	require.NoError(rt, err)
	changes := make([]models.PlaylistChange, 0, len(before)+len(diff.Changes))
	for i, m := range before {
		changes = append(changes, models.PlaylistChange{SongID: m.SongID, Occurrence: m.Occurrence, Kind: models.ChangeAdded, ToPosition: i, AtMS: 1})
	}
	for _, c := range diff.Changes {
		c.AtMS = 2
		changes = append(changes, c.PlaylistChange)
	}
	after, err := s.PlaylistMembersAt(rt.Context(), id, to.atMS)
	require.NoError(rt, err)
	require.Equal(rt, songsOf(after), songsOf(models.ReplayChanges(changes).On()))
}

func songsOf(members []models.Member) []int64 {
	ids := make([]int64, len(members))
	for i, m := range members {
		ids[i] = m.SongID
	}
	return ids
}

// The membership rows say the same as the replay, down to when a song came and left.
func requireLinks(rt *rapid.T, s *Store, id int64) {
	var links []models.PlaylistSong
	require.NoError(rt, s.db.Read.Where("playlist_id = ?", id).Find(&links).Error)
	changes, err := readChanges(s.db.Read, id, endOfTime)
	require.NoError(rt, err)
	members := models.ReplayChanges(changes).Ever()
	require.Len(rt, members, len(links))
	for _, m := range members {
		require.Contains(rt, links, models.PlaylistSong{PlaylistID: id, SongID: m.SongID, Occurrence: m.Occurrence,
			Position: m.Position, SeenFromMS: m.SeenFromMS, GoneAtMS: m.GoneAtMS})
	}
}
