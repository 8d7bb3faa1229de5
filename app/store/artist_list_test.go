package store

import (
	"testing"

	"github.com/stretchr/testify/require"

	"catalogsync/models"
)

func TestArtistsByNumberOfSongs(t *testing.T) {
	t.Parallel()
	s := newCatalog(t)
	lists := addPlaylists(t, s, "qq", 2)
	syncSongs(t, s, lists[0], "a1", "a2", "a3", "b1", "c1", "c2", "d1")
	syncSongs(t, s, addPlaylists(t, s, "kuwo", 1)[0], "a1", "e1")
	setDownloaded(t, s, songID(t, s, "qq", "a2"), true)
	names := func(f models.ArtistFilter) (list []string, found models.Found) {
		t.Helper()
		page, err := s.ListArtists(t.Context(), f)
		require.NoError(t, err)
		for _, a := range page.Rows {
			list = append(list, a.Platform+" "+a.Name)
		}
		return list, page.Found
	}
	want := []string{"qq Artist a", "qq Artist c", "kuwo Artist a", "qq Artist b", "qq Artist d", "kuwo Artist e"}
	for _, indexed := range []bool{false, true} {
		if indexed {
			indexAll(t, s, 10)
		}
		var all []string
		f := models.ArtistFilter{Size: 2}
		for {
			page, err := s.ListArtists(t.Context(), f)
			require.NoError(t, err)
			require.Equal(t, int64(6), page.Total)
			for _, a := range page.Rows {
				all = append(all, a.Platform+" "+a.Name)
			}
			if !page.Later {
				break
			}
			f.Place = models.Place{After: page.Rows[len(page.Rows)-1].ID}
		}
		require.Equal(t, want, all)

		last, found := names(models.ArtistFilter{Size: 4, Place: models.Place{Last: true}})
		require.Equal(t, want[2:], last)
		require.Equal(t, models.Found{Total: 6, Earlier: true}, found)
		page, err := s.ListArtists(t.Context(), models.ArtistFilter{Size: 4, Place: models.Place{Last: true}})
		require.NoError(t, err)
		first, found := names(models.ArtistFilter{Size: 4, Place: models.Place{Before: page.Rows[0].ID}})
		require.Equal(t, want[:2], first)
		require.Equal(t, models.Found{Total: 6, Later: true}, found)

		only, found := names(models.ArtistFilter{Platform: "kuwo", Size: 10})
		require.Equal(t, []string{"kuwo Artist a", "kuwo Artist e"}, only)
		require.Equal(t, int64(2), found.Total)
		only, _ = names(models.ArtistFilter{Keyword: "ＴＩＳＴ", Platform: "kuwo", Size: 10})
		require.Equal(t, []string{"kuwo Artist a", "kuwo Artist e"}, only)
		only, _ = names(models.ArtistFilter{Keyword: "artist C", Size: 10})
		require.Equal(t, []string{"qq Artist c"}, only)
	}
	_, err := s.GetArtist(t.Context(), 999)
	require.Equal(t, models.ClassNotFound, models.ClassOf(err))
}

func TestSongsOfAnArtist(t *testing.T) {
	t.Parallel()
	s := newCatalog(t)
	lists := addPlaylists(t, s, "qq", 2)
	syncSongs(t, s, lists[0], "x1", "y1", "a1", "a2", "b1") // so that no id equals another by chance
	syncSongs(t, s, lists[1], "a2", "a3")
	setDownloaded(t, s, songID(t, s, "qq", "a2"), true)
	setAvailability(t, s, songID(t, s, "qq", "a3"), models.AvailabilityNotMusic)
	song, err := s.GetSong(t.Context(), songID(t, s, "qq", "a1"))
	require.NoError(t, err)
	require.Len(t, song.Artists, 1)
	artist := song.Artists[0].ID

	for _, c := range []struct {
		filter models.SongFilter
		want   []string
	}{
		{models.SongFilter{}, []string{"a3", "a2", "a1"}},
		{models.SongFilter{State: models.SongHere}, []string{"a2"}},
		{models.SongFilter{State: models.SongNotMusic}, []string{"a3"}},
		{models.SongFilter{Keyword: "SONG a1"}, []string{"a1"}},
		{models.SongFilter{Quality: models.Quality320, Platform: "qq"}, []string{"a2"}},
		{models.SongFilter{Source: "kuwo"}, nil},
	} {
		c.filter.ArtistID, c.filter.Size = artist, 10
		list, err := s.ListSongs(t.Context(), c.filter)
		require.NoError(t, err)
		var got []string
		for _, r := range list.Rows {
			got = append(got, r.RemoteSongID)
		}
		require.Equal(t, c.want, got, "%+v", c.filter)
		require.Equal(t, int64(len(c.want)), list.Total)
	}
	missing, err := s.ListArtistMissing(t.Context(), artist, 10)
	require.NoError(t, err)
	require.Equal(t, []int64{song.ID}, missing)
	playlists, err := s.ListArtistPlaylists(t.Context(), artist, 10)
	require.NoError(t, err)
	require.Equal(t, []int64{2, 2}, []int64{playlists[0].Songs, playlists[1].Songs})

	of, total, err := s.ListSongPlaylists(t.Context(), songID(t, s, "qq", "a2"), 1)
	require.NoError(t, err)
	require.Equal(t, int64(2), total)
	require.Len(t, of, 1)
	ids, here, err := s.ListMissingIDs(t.Context(), []int64{song.ID, songID(t, s, "qq", "a2"), songID(t, s, "qq", "a3"), 999})
	require.NoError(t, err)
	require.Equal(t, []int64{song.ID}, ids)
	require.Equal(t, 1, here)
	_, err = s.GetSongAudio(t.Context(), song.ID)
	require.Equal(t, models.ClassNotFound, models.ClassOf(err))
	audio, err := s.GetSongAudio(t.Context(), songID(t, s, "qq", "a2"))
	require.NoError(t, err)
	require.Equal(t, "mp3", audio.Ext)
}
