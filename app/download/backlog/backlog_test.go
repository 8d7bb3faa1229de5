package backlog_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"catalogsync/app/download/backlog"
)

// playlist is one of a case.
type playlist struct {
	priority int
	songs    []backlog.Song
}

// numbered makes songs of the ids from..to of one size.
func numbered(from, to int, bytes int64) []backlog.Song {
	var songs []backlog.Song
	for id := from; id <= to; id++ {
		songs = append(songs, backlog.Song{ID: int64(id), Bytes: bytes})
	}
	return songs
}

func order(lists []playlist) []backlog.Ranked {
	b := backlog.New()
	for _, l := range lists {
		b.Add(l.priority, l.songs)
	}
	return b.Order()
}

// completed gives for each playlist the bytes that were fetched when it was complete.
func completed(lists []playlist, ids []int64) []int64 {
	sizes := map[int64]int64{}
	for _, l := range lists {
		for _, s := range l.songs {
			if _, known := sizes[s.ID]; !known {
				sizes[s.ID] = s.Bytes
			}
		}
	}
	at, fetched := map[int64]int64{}, int64(0)
	for _, id := range ids {
		fetched += sizes[id]
		at[id] = fetched
	}
	ends := make([]int64, len(lists))
	for i, l := range lists {
		for _, s := range l.songs {
			ends[i] = max(ends[i], at[s.ID])
		}
	}
	return ends
}

func idsOf(ranked []backlog.Ranked) []int64 {
	ids := make([]int64, len(ranked))
	for i, r := range ranked {
		ids[i] = r.ID
	}
	return ids
}

// arrival is the order of first-come: the playlists by priority, one after the other.
func arrival(lists []playlist) []int64 {
	sorted := slices.Clone(lists)
	slices.SortStableFunc(sorted, func(a, b playlist) int { return b.priority - a.priority })
	var ids []int64
	seen := map[int64]bool{}
	for _, l := range sorted {
		for _, s := range l.songs {
			if !seen[s.ID] {
				seen[s.ID] = true
				ids = append(ids, s.ID)
			}
		}
	}
	return ids
}

func sum(ends []int64) (total int64) {
	for _, end := range ends {
		total += end
	}
	return total
}

func TestSmallPlaylistsAreCompleteFirst(t *testing.T) {
	t.Parallel()
	// 50, 10 and 2 songs of 4 MB; 45 to 54 are on the two large ones, 54 and 55 on the small.
	lists := []playlist{{0, numbered(1, 50, 4e6)}, {0, numbered(45, 54, 4e6)}, {0, numbered(54, 55, 4e6)}}
	got := idsOf(order(lists))
	ends := completed(lists, got)
	require.Len(t, got, 55)
	require.EqualValues(t, 2*4e6, ends[2])
	require.EqualValues(t, 11*4e6, ends[1], "one of its ten was there already")
	require.EqualValues(t, 55*4e6, ends[0])
	require.Less(t, sum(ends), sum(completed(lists, arrival(lists))))
}

func TestPriorityComesBeforeSize(t *testing.T) {
	t.Parallel()
	lists := []playlist{{0, numbered(1, 2, 1)}, {5, numbered(2, 60, 9)}, {-1, numbered(100, 100, 1)}}
	got := order(lists)
	require.Equal(t, backlog.Ranked{ID: 2, Priority: 5}, got[0], "a song takes the highest priority of its playlists")
	require.Equal(t, backlog.Ranked{ID: 1}, got[59])
	require.Equal(t, backlog.Ranked{ID: 100, Priority: -1}, got[60])
}

func TestASongThatSeveralPlaylistsNeedGains(t *testing.T) {
	t.Parallel()
	shared := backlog.Song{ID: 7, Bytes: 10}
	lists := []playlist{{0, numbered(1, 1, 9)}, {0, []backlog.Song{shared}}, {0, []backlog.Song{shared}}, {0, []backlog.Song{shared}}}
	require.EqualValues(t, 7, order(lists)[0].ID, "three playlists for ten bytes before one for nine")
}

func TestWhatNeedsNoDownloadHoldsNothingUp(t *testing.T) {
	t.Parallel()
	lists := []playlist{{0, numbered(1, 3, 5)}, {0, numbered(4, 5, 0)}, {0, nil}}
	require.Equal(t, []int64{4, 5, 1, 2, 3}, idsOf(order(lists)))
	require.Empty(t, backlog.New().Order())
}

func TestOrderIsNeverWorseThanArrival(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		sizes := rapid.SliceOfN(rapid.Int64Range(0, 50), 30, 30).Draw(t, "sizes")
		lists := make([]playlist, rapid.IntRange(1, 8).Draw(t, "lists"))
		for i := range lists {
			lists[i].priority = rapid.IntRange(0, 1).Draw(t, "priority")
			for _, id := range rapid.SliceOfN(rapid.IntRange(0, 29), 0, 20).Draw(t, fmt.Sprint("songs ", i)) {
				lists[i].songs = append(lists[i].songs, backlog.Song{ID: int64(id), Bytes: sizes[id]})
			}
		}
		got, plain := idsOf(order(lists)), arrival(lists)
		require.ElementsMatch(t, plain, got, "each song once")
		// Of the lists that come first: what is best for them may keep others waiting longer.
		first := slices.MaxFunc(lists, func(a, b playlist) int { return a.priority - b.priority }).priority
		of := func(ends []int64) (waits int64) {
			for i, l := range lists {
				if l.priority == first {
					waits += ends[i]
				}
			}
			return waits
		}
		require.LessOrEqual(t, of(completed(lists, got)), of(completed(lists, plain)))
	})
}

// BenchmarkOrder plans a catalog of 100,000 playlists, a million songs, three million links.
func BenchmarkOrder(b *testing.B) {
	for b.Loop() {
		b.StopTimer()
		log := backlog.New()
		state := uint64(1)
		for range 100_000 {
			songs := make([]backlog.Song, 30)
			for i := range songs {
				state = state*6364136223846793005 + 1442695040888963407
				id := int64(state>>33) % 1_000_000
				if i%3 == 0 {
					id %= 10_000 // what everybody listens to
				}
				songs[i] = backlog.Song{ID: id, Bytes: 4e6 + id}
			}
			log.Add(0, songs)
		}
		b.StartTimer()
		log.Order()
	}
}
