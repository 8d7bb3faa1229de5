package store

import (
	"encoding/json"
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"catalogsync/models"
)

func TestSyncKeepsOrderRepetitionsAndDifferences(t *testing.T) {
	t.Parallel()
	s := newCatalog(t)
	id := addPlaylists(t, s, "qq", 1)[0]

	require.Equal(t, models.SyncOutcome{Songs: 4, Added: 4, NewSongs: 3}, syncSongs(t, s, id, "a1", "b1", "a1", "c1"))
	require.Equal(t, []string{"a1", "b1", "a1", "c1"}, order(t, s, id))

	// A new song at the top is one change and no move of those below it.
	require.Equal(t, models.SyncOutcome{Songs: 5, Added: 1, NewSongs: 1}, syncSongs(t, s, id, "d1", "a1", "b1", "a1", "c1"))
	require.Equal(t, models.SyncOutcome{Songs: 5, Moved: 1}, syncSongs(t, s, id, "c1", "d1", "a1", "b1", "a1"))
	require.Equal(t, models.SyncOutcome{Songs: 3, Removed: 2}, syncSongs(t, s, id, "c1", "d1", "b1"))

	changes, total, err := s.ListPlaylistHistory(t.Context(), id, 0, endOfTime, models.Page{Number: 1, Size: 2})
	require.NoError(t, err)
	require.EqualValues(t, 8, total)
	require.Len(t, changes, 2)
	require.Equal(t, models.ChangeRemoved, changes[0].Kind)
	require.Equal(t, "Song a1", changes[0].SongName)
	require.Equal(t, "Artist a", changes[0].Singers)

	// What left stays known, and coming back is an addition.
	rows, total, err := s.ListPlaylistSongs(t.Context(), id, models.Page{Number: 1, Size: 10})
	require.NoError(t, err)
	require.EqualValues(t, 5, total)
	require.NotZero(t, rows[3].GoneAtMS)
	require.Equal(t, models.SyncOutcome{Songs: 4, Added: 1}, syncSongs(t, s, id, "c1", "d1", "b1", "a1"))
}

func TestDoubtfulFetchNeverRemoves(t *testing.T) {
	t.Parallel()
	s := newCatalog(t)
	id := addPlaylists(t, s, "qq", 1)[0]
	syncSongs(t, s, id, "a1", "b1", "c1")

	out, err := s.SaveSync(t.Context(), models.FetchedPlaylist{PlaylistID: id, Songs: snapshots("c1", "d1"), KeepMissing: true,
		NoteCode: models.CodeUpstreamShape, Note: "2 of 40 songs came"})
	require.NoError(t, err)
	require.Equal(t, models.SyncOutcome{Songs: 4, Added: 1, Held: 2, NewSongs: 1, NoteCode: models.CodeUpstreamShape, Note: "2 of 40 songs came"}, out)
	require.Equal(t, []string{"a1", "b1", "c1", "d1"}, order(t, s, id))
	require.Equal(t, "2 of 40 songs came", playlist(t, s, id).SyncError)
}

func TestEmptyPlaylistSaysWhich(t *testing.T) {
	t.Parallel()
	s := newCatalog(t)
	ids := addPlaylists(t, s, "qq", 2)
	for i, reason := range []models.EmptyReason{models.EmptySource, models.EmptyParseFailed} {
		_, err := s.SaveSync(t.Context(), models.FetchedPlaylist{PlaylistID: ids[i], EmptyReason: reason})
		require.NoError(t, err)
		require.Equal(t, reason, playlist(t, s, ids[i]).EmptyReason)
	}
	syncSongs(t, s, ids[1], "a1")
	require.Empty(t, playlist(t, s, ids[1]).EmptyReason)
}

func TestRepeatedSyncChangesNoRow(t *testing.T) {
	t.Parallel()
	s := newCatalog(t)
	ids := addPlaylists(t, s, "qq", 2)
	fetch := func() {
		for _, id := range ids {
			_, err := s.SaveSync(t.Context(), models.FetchedPlaylist{PlaylistID: id, Songs: snapshots("a1", "b1", "a1"), VersionTag: "v1",
				About: models.Playlist{Name: "夜车", PlayCount: 7, TrackCount: 3}})
			require.NoError(t, err)
		}
	}
	fetch()
	before := catalogRows(t, s)
	fetch()
	require.Equal(t, before, catalogRows(t, s))
}

func TestAListThatTellsLessTakesNothingAway(t *testing.T) {
	t.Parallel()
	s := newCatalog(t)
	ids := addPlaylists(t, s, "qq", 2)
	rich := snapshots("a1")
	rich[0].Keys = map[string]string{"mid": "m1"}
	poor := []models.SongSnapshot{{RemoteID: "a1", Name: "Song a1", Artists: []models.ArtistRef{{Name: "Artist a"}}, Raw: models.RawJSON(`{"rank":1}`)}}
	_, err := s.SaveSync(t.Context(), models.FetchedPlaylist{PlaylistID: ids[0], Songs: rich})
	require.NoError(t, err)
	before := catalogRows(t, s)["songs"]
	out, err := s.SaveSync(t.Context(), models.FetchedPlaylist{PlaylistID: ids[1], Songs: poor})
	require.NoError(t, err)
	require.Zero(t, out.UpdatedSongs)
	require.Equal(t, before, catalogRows(t, s)["songs"])
}

func TestSnapshotComesBackWhole(t *testing.T) {
	t.Parallel()
	s := newCatalog(t)
	id := addPlaylists(t, s, "qq", 1)[0]
	in := models.SongSnapshot{Platform: "qq", RemoteID: "x", Name: `<b>"夜"</b>`, Artists: []models.ArtistRef{{RemoteID: "9", Name: "阿木"}, {Name: "林阿七"}},
		Album: "潮", AlbumRemoteID: "7", DurationMS: 222_000, Track: 3, Disc: 1, Year: 2020, Ext: "flac", FileSizeBytes: 3e7, Quality: models.QualityLossless,
		CoverURL: "https://p.example/1.jpg", Keys: map[string]string{"mid": "m"}, Raw: models.RawJSON(`{"a":[1,2]}`)}
	_, err := s.SaveSync(t.Context(), models.FetchedPlaylist{PlaylistID: id, Songs: []models.SongSnapshot{in}})
	require.NoError(t, err)
	var row models.Song
	require.NoError(t, s.read(t.Context()).Take(&row, songID(t, s, "qq", "x")).Error)
	var out models.SongSnapshot
	require.NoError(t, json.Unmarshal([]byte(row.MetadataJSON), &out))
	require.Equal(t, in, out)
	require.Equal(t, "阿木 / 林阿七", row.Singers)
	require.Contains(t, row.SearchKey, "阿木")
}

func TestNonMusicIsSkippedEverywhere(t *testing.T) {
	t.Parallel()
	s := newCatalog(t)
	ids := addPlaylists(t, s, "qq", 2)
	chart := append(snapshots("a1", "b1"), models.SongSnapshot{RemoteID: "qqtop_5", Name: "有声书"})
	_, err := s.SaveSync(t.Context(), models.FetchedPlaylist{PlaylistID: ids[0], Songs: chart})
	require.NoError(t, err)
	require.EqualValues(t, 1, playlist(t, s, ids[0]).SkippedCount)

	// The platform finds out later that another entry is none either: all lists follow.
	syncSongs(t, s, ids[1], "b1")
	chart[1].NotMusic = true
	_, err = s.SaveSync(t.Context(), models.FetchedPlaylist{PlaylistID: ids[0], Songs: chart})
	require.NoError(t, err)
	require.EqualValues(t, 2, playlist(t, s, ids[0]).SkippedCount)
	require.EqualValues(t, 1, playlist(t, s, ids[1]).SkippedCount)
}

func TestArtistsAndTheirPoolsFollowInTheSameStep(t *testing.T) {
	t.Parallel()
	s := newCatalog(t)
	id := addPlaylists(t, s, "qq", 1)[0]
	duo := snapshots("a1", "a2")
	duo[0].Artists = []models.ArtistRef{{Name: "阿木"}, {Name: "林阿七"}, {Name: "阿木"}}
	duo[1].Artists = []models.ArtistRef{{Name: "阿木", RemoteID: "77"}}
	_, err := s.SaveSync(t.Context(), models.FetchedPlaylist{PlaylistID: id, Songs: duo})
	require.NoError(t, err)

	counts := func() map[string]int64 {
		var artists []models.Artist
		require.NoError(t, s.read(t.Context()).Find(&artists).Error)
		out := map[string]int64{}
		for _, a := range artists {
			out[a.Name+a.RemoteArtistID] = a.SongCount
		}
		return out
	}
	inPool := func(kind models.PoolKind) (names []string) {
		require.NoError(t, s.read(t.Context()).Raw(`SELECT a.name FROM pool_artists pa JOIN artists a ON a.id = pa.artist_id
			JOIN artist_pools p ON p.id = pa.artist_pool_id WHERE p.kind = ? ORDER BY a.name`, kind).Scan(&names).Error)
		return names
	}
	require.Equal(t, map[string]int64{"阿木77": 2, "林阿七": 1}, counts())
	require.Equal(t, []string{"林阿七", "阿木"}, inPool(models.PoolPlaylistSquare))

	// A pool that finds the playlist later has its artists too.
	_, err = s.AddPlaylists(t.Context(), models.PoolManualFile, []models.PlaylistRef{{Platform: "qq", RemoteID: "1", Kind: models.KindPlaylist}})
	require.NoError(t, err)
	require.Equal(t, []string{"林阿七", "阿木"}, inPool(models.PoolManualFile))

	// A song that is known already brings its artist into the pools of a further playlist.
	chart, err := s.AddPlaylists(t.Context(), models.PoolToplist, []models.PlaylistRef{{Platform: "qq", RemoteID: "26", Kind: models.KindToplist}})
	require.NoError(t, err)
	_, err = s.SaveSync(t.Context(), models.FetchedPlaylist{PlaylistID: chart[0], Songs: duo[1:]})
	require.NoError(t, err)
	require.Equal(t, []string{"阿木"}, inPool(models.PoolToplist))

	// The platform corrects an artist.
	duo[0].Artists = []models.ArtistRef{{Name: "周末"}}
	_, err = s.SaveSync(t.Context(), models.FetchedPlaylist{PlaylistID: id, Songs: duo})
	require.NoError(t, err)
	require.Equal(t, map[string]int64{"阿木77": 1, "林阿七": 0, "周末": 1}, counts())
	require.Contains(t, inPool(models.PoolManualFile), "周末")
}

// link is a song's place on a list, for replaying differences.
type link struct {
	song       int64
	occurrence int
}

// replay applies the differences from empty, sync by sync.
func replay(changes []models.PlaylistChange) []link {
	var list []link
	for len(changes) > 0 {
		n := 0
		for n < len(changes) && changes[n].AtMS == changes[0].AtMS {
			n++
		}
		sync := changes[:n]
		changes = changes[n:]
		leaves := map[link]bool{}
		for _, c := range sync {
			if c.Kind != models.ChangeAdded {
				leaves[link{c.SongID, c.Occurrence}] = true
			}
		}
		list = slices.DeleteFunc(list, func(l link) bool { return leaves[l] })
		for _, c := range sync {
			if c.Kind != models.ChangeRemoved {
				list = slices.Insert(list, c.ToPosition, link{c.SongID, c.Occurrence})
			}
		}
	}
	return list
}

// Whatever comes in whatever order: counters equal what a rebuild finds, the differences
// replayed from empty give the stored list, and a repeated sync changes nothing.
func TestRandomSyncsKeepTheInvariants(t *testing.T) {
	t.Parallel()
	s := newCatalog(t)
	run := 0
	rapid.Check(t, func(r *rapid.T) {
		run++
		platform := fmt.Sprintf("p%d", run) // one database for all runs; each has its own rows
		ids := addPlaylists(t, s, platform, 2)
		song := rapid.SampledFrom([]string{"a1", "a2", "b1", "b2", "c1", "c2", "qqtop_1"})
		for range rapid.IntRange(1, 6).Draw(r, "steps") {
			list := rapid.SliceOfN(song, 0, 10).Draw(r, "songs")
			f := models.FetchedPlaylist{
				PlaylistID:  rapid.SampledFrom(ids).Draw(r, "playlist"),
				Songs:       snapshots(list...),
				KeepMissing: rapid.Bool().Draw(r, "doubtful"),
				EmptyReason: models.EmptySource,
			}
			_, err := s.SaveSync(t.Context(), f)
			require.NoError(r, err)
			if !f.KeepMissing {
				require.Equal(r, append([]string{}, list...), order(r, s, f.PlaylistID))
			}
			if len(list) > 0 {
				id := songID(t, s, platform, rapid.SampledFrom(list).Draw(r, "song"))
				if rapid.Bool().Draw(r, "downloads") {
					setDownloaded(r, s, id, rapid.Bool().Draw(r, "downloaded"))
				} else {
					setAvailability(r, s, id, rapid.SampledFrom([]models.Availability{models.AvailabilityOpen, models.AvailabilityUnavailable}).Draw(r, "availability"))
				}
			}
			requireReplay(r, s, f.PlaylistID)
		}
		corrected, err := s.RebuildCounters(t.Context())
		require.NoError(r, err)
		require.Zero(r, corrected)
	})
}

func requireReplay(t require.TestingT, s *Store, playlistID int64) {
	var changes []models.PlaylistChange
	require.NoError(t, s.db.Read.Where("playlist_id = ?", playlistID).Order("at_ms, id").Find(&changes).Error)
	var stored []models.PlaylistSong
	require.NoError(t, s.db.Read.Where("playlist_id = ? AND gone_at_ms = 0", playlistID).Order("position").Find(&stored).Error)
	var want []link
	for i, l := range stored {
		require.Equal(t, i, l.Position)
		want = append(want, link{l.SongID, l.Occurrence})
	}
	got := replay(changes)
	require.ElementsMatch(t, want, got)
	require.Equal(t, fmt.Sprint(want), fmt.Sprint(got))
}

func TestRebuildMendsWhatIsWrong(t *testing.T) {
	t.Parallel()
	s := newCatalog(t)
	ids := addPlaylists(t, s, "qq", 2)
	syncSongs(t, s, ids[0], "a1", "b1", "b1")
	setDownloaded(t, s, songID(t, s, "qq", "b1"), true)
	right := catalogRows(t, s)

	require.NoError(t, s.db.Write.Exec("UPDATE playlists SET downloaded_count = 9, collected_song_count = 9, skipped_count = 9").Error)
	require.NoError(t, s.db.Write.Exec("UPDATE artists SET song_count = 9").Error)
	require.NoError(t, s.db.Write.Exec("UPDATE songs SET downloaded = 0").Error)
	corrected, err := s.RebuildCounters(t.Context())
	require.NoError(t, err)
	require.EqualValues(t, 5, corrected) // 2 playlists, 2 artists, 1 song

	mended := catalogRows(t, s)
	for _, rows := range [][]map[string]any{right["playlists"], mended["playlists"], right["artists"], mended["artists"], right["songs"], mended["songs"]} {
		for _, row := range rows {
			delete(row, "updated_at_ms")
		}
	}
	require.Equal(t, right, mended)
}
