package catalog_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"catalogsync/app/sources"
	"catalogsync/models"
)

// undescribed are songs of a list of which only the ids are told.
func undescribed(ids ...string) []models.SongSnapshot {
	list := make([]models.SongSnapshot, len(ids))
	for i, id := range ids {
		list[i] = models.SongSnapshot{RemoteID: id, Undescribed: true}
	}
	return list
}

func TestShrinkGuard(t *testing.T) {
	t.Parallel()
	ten := []string{"a", "b", "c", "d", "e", "f", "g", "h", "i", "j"}
	unreadableID := songs("a", "b", "")
	for _, c := range []struct {
		name     string
		stored   []string
		snapshot sources.Snapshot
		songs    int64
		empty    models.EmptyReason
		note     models.Code
		class    models.ErrorClass // "" = no error
	}{
		{"empty at the source", nil, sources.Snapshot{Version: "v2"}, 0, models.EmptySource, "", ""},
		{"claimed and none came", nil, sources.Snapshot{Version: "v2", ClaimedSongs: 9}, 0, models.EmptyParseFailed, models.CodeUpstreamShape, models.ClassPermanent},
		{"came and none could be read", nil, sources.Snapshot{Version: "v2", Unreadable: 9}, 0, models.EmptyParseFailed, models.CodeUpstreamShape, models.ClassPermanent},
		{"claimed and none came any more", ten, sources.Snapshot{Version: "v2", ClaimedSongs: 9}, 10, "", models.CodeUpstreamShape, models.ClassPermanent},
		{"suddenly empty", ten, sources.Snapshot{Version: "v2"}, 10, "", models.CodeUpstreamEmpty, ""},
		{"far fewer than claimed", ten, sources.Snapshot{Version: "v2", ClaimedSongs: 10, Songs: songs("a", "z")}, 11, "", models.CodeUpstreamShape, ""},
		{"some unreadable", ten, sources.Snapshot{Version: "v2", ClaimedSongs: 10, Songs: songs(ten[:9]...), Unreadable: 1}, 10, "", models.CodeUpstreamShape, ""},
		{"half of them told by id alone", ten, sources.Snapshot{Version: "v2", ClaimedSongs: 10, Songs: append(songs("a", "b", "c", "d", "e"), undescribed("f", "g", "h", "i")...)}, 10, "", models.CodeUpstreamShape, ""},
		{"all told by id alone", nil, sources.Snapshot{Version: "v2", ClaimedSongs: 2, Songs: undescribed("a", "b")}, 0, models.EmptyParseFailed, models.CodeUpstreamShape, models.ClassPermanent},
		{"some without an id", ten, sources.Snapshot{Version: "v2", ClaimedSongs: 3, Songs: unreadableID}, 10, "", models.CodeUpstreamShape, ""},
		{"one fewer than claimed", ten, sources.Snapshot{Version: "v2", ClaimedSongs: 10, Songs: songs(ten[:9]...)}, 9, "", "", ""},
		{"a sudden loss with an agreeing total", ten, sources.Snapshot{Version: "v2", ClaimedSongs: 4, Songs: songs(ten[:4]...)}, 10, "", models.CodeHeldLoss, ""},
		{"a sudden loss without a total", ten, sources.Snapshot{Version: "v2", Songs: songs(ten[:4]...)}, 10, "", models.CodeHeldLoss, ""},
		{"all replaced", ten, sources.Snapshot{Version: "v2", ClaimedSongs: 10, Songs: songs("1", "2", "3", "4", "5", "6", "7", "8", "9", "0")}, 20, "", models.CodeHeldLoss, ""},
		{"a few gone", ten, sources.Snapshot{Version: "v2", ClaimedSongs: 5, Songs: songs(ten[:5]...)}, 5, "", "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			f := newFixture(t, 0)
			id := f.add(t)
			if c.stored != nil {
				f.collector.snapshot = sources.Snapshot{Version: "v1", ClaimedSongs: len(c.stored), Songs: songs(c.stored...)}
				_, err := f.service.Sync(t.Context(), id)
				require.NoError(t, err)
			}
			f.collector.snapshot = c.snapshot
			result, err := f.service.Sync(t.Context(), id)
			if c.class != "" {
				require.Equal(t, c.class, models.ClassOf(err))
				require.Equal(t, models.CodeUpstreamShape, models.CodeOf(err))
			} else {
				require.NoError(t, err)
			}
			require.Equal(t, c.note, result.NoteCode)
			row, err := f.store.GetPlaylist(t.Context(), id)
			require.NoError(t, err)
			require.Equal(t, c.songs, row.CollectedSongCount)
			require.Equal(t, c.empty, row.EmptyReason)
			require.Equal(t, c.note, row.SyncErrorCode)
			if c.note != "" {
				require.Empty(t, row.VersionTag, "the next sync fetches again")
			} else {
				require.Equal(t, "v2", row.VersionTag)
			}
		})
	}
}

// A withdrawn song is told by its id for ever; that must not hold the removals of others.
func TestSongsToldByIDAloneHoldNoRemovals(t *testing.T) {
	t.Parallel()
	f := newFixture(t, 0)
	id := f.add(t)
	f.collector.snapshot = sources.Snapshot{Version: "v1", ClaimedSongs: 4, Songs: songs("a", "b", "c", "d")}
	_, err := f.service.Sync(t.Context(), id)
	require.NoError(t, err)

	// b was withdrawn and stays on the list, c left it.
	list := append(append(songs("a"), undescribed("b")...), songs("d")...)
	f.collector.snapshot = sources.Snapshot{Version: "v2", ClaimedSongs: 3, Songs: list}
	result, err := f.service.Sync(t.Context(), id)
	require.NoError(t, err)
	require.Equal(t, "songs 3: +0, -1, moved 0", result.String())
	row, err := f.store.GetPlaylist(t.Context(), id)
	require.NoError(t, err)
	require.Empty(t, row.SyncErrorCode)
	require.Equal(t, "v2", row.VersionTag)
	rows, _, err := f.store.ListPlaylistSongs(t.Context(), id, models.Page{})
	require.NoError(t, err)
	require.Equal(t, []string{"Song a", "Song b", "Song d", "Song c"}, []string{rows[0].Name, rows[1].Name, rows[2].Name, rows[3].Name})
	require.NotZero(t, rows[3].GoneAtMS)

	// One that was never described makes no song, and is asked for again.
	f.collector.snapshot = sources.Snapshot{Version: "v3", ClaimedSongs: 4, Songs: append(list, undescribed("e")...)}
	result, err = f.service.Sync(t.Context(), id)
	require.NoError(t, err)
	require.Equal(t, "songs 3: +0, -0, moved 0, not described by the platform: 1", result.String())
	row, err = f.store.GetPlaylist(t.Context(), id)
	require.NoError(t, err)
	require.EqualValues(t, 3, row.CollectedSongCount)
	require.Empty(t, row.VersionTag)
}
