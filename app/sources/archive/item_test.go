package archive

import (
	"net/http"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/tidwall/gjson"

	"catalogsync/app/sources"
	"catalogsync/models"
)

func fixture(t testing.TB, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("testdata", name))
	require.NoError(t, err)
	return b
}

func TestSongsOfARelease(t *testing.T) {
	t.Parallel()
	snap, err := open(t, standIn(t)).FetchPlaylist(t.Context(), refOf("kite-009_rain"), "")
	require.NoError(t, err)
	require.Equal(t, "[kite-009] Rain on tin roofs", snap.Summary.Name)
	require.Equal(t, "Slow Gutter, Eaves", snap.Summary.Creator)
	require.Equal(t, "Four songs of rain.\nRecorded under a roof & a tree.", snap.Summary.Description)
	require.Equal(t, "https://archive.org/details/kite-009_rain", snap.Summary.WebURL)
	require.Equal(t, "https://archive.org/download/kite-009_rain/Rain%20cover.jpg?cnt=0", snap.Summary.CoverURL)
	require.Len(t, snap.Songs, 4)

	tin := snap.Songs[0]
	require.Equal(t, "Tin #1?", tin.Name)
	require.Equal(t, []models.ArtistRef{{Name: "Slow Gutter"}}, tin.Artists)
	require.Equal(t, "[kite-009] Rain on tin roofs", tin.Album)
	require.EqualValues(t, 214_020, tin.DurationMS)
	require.Equal(t, models.QualityLossless, tin.Quality)
	require.Equal(t, "flac", tin.Ext)
	require.EqualValues(t, 4801, tin.FileSizeBytes)
	require.Equal(t, 1, tin.Track)
	require.Equal(t, 2012, tin.Year)

	require.Equal(t, []string{"Eaves"}, snap.Songs[1].ArtistNames())
	require.Equal(t, 2, snap.Songs[1].Track)
	require.Equal(t, []string{"Slow Gutter", "Eaves"}, snap.Songs[3].ArtistNames(), "the item's artists, when the file names none")
	require.Equal(t, models.QualityHiRes, snap.Songs[3].Quality)
}

func TestConcertsAreNamedByTheirOriginals(t *testing.T) {
	t.Parallel()
	snap, err := open(t, standIn(t)).FetchPlaylist(t.Context(), refOf("gutter2004-10-02"), "")
	require.NoError(t, err)
	require.Len(t, snap.Songs, 2, "Shorten files are no songs of their own")
	require.Equal(t, "Boathouse", snap.Songs[0].Name, "track 2 stands before track 10")
	require.Equal(t, models.QualityLossless, snap.Songs[0].Quality)
	require.Equal(t, "Encore: Rain", snap.Songs[1].Name)
	require.EqualValues(t, 420_000, snap.Songs[1].DurationMS)
	require.Zero(t, snap.Songs[0].Year, "0000 is no year")
	require.Empty(t, snap.Summary.Description)
}

func TestOddRowsAreCounted(t *testing.T) {
	t.Parallel()
	snap, err := open(t, standIn(t)).FetchPlaylist(t.Context(), refOf("oddrows"), "")
	require.NoError(t, err)
	require.Equal(t, 3, snap.Unreadable)
	require.Equal(t, 4, snap.ClaimedSongs)
	require.Equal(t, "Odd", snap.Summary.Name)
	require.Equal(t, "Two", snap.Songs[0].Name)
	require.Empty(t, snap.Songs[0].Artists)
	require.Equal(t, 1977, snap.Songs[0].Year)
}

func TestItemsThatGiveNothing(t *testing.T) {
	t.Parallel()
	s := open(t, standIn(t))
	for id, want := range map[string]struct {
		class models.ErrorClass
		code  models.Code
		says  string
	}{
		"unknown-item": {models.ClassNotFound, models.CodePlaylistGone, "no such item"},
		"dark":         {models.ClassNotFound, models.CodePlaylistGone, "removed"},
		"lent":         {models.ClassUnavailable, models.CodePlaylistPrivate, "lent"},
		"restricted":   {models.ClassUnavailable, models.CodePlaylistPrivate, "restricted"},
		"silent":       {models.ClassUnavailable, models.CodeNotAudio, "no audio"},
		"nofiles":      {models.ClassUnavailable, models.CodeNotAudio, "no audio"},
		"film":         {models.ClassUnavailable, models.CodeNotAudio, "movies"},
		"netlabels":    {models.ClassUnavailable, models.CodeBadURL, "SOURCE_ARCHIVE_COLLECTIONS"},
		"other":        {models.ClassPermanent, models.CodeUpstreamShape, "another item"},
		"nometa":       {models.ClassPermanent, models.CodeUpstreamShape, "metadata"},
		"no/id":        {models.ClassInvalid, models.CodeBadValue, "identifier"},
	} {
		_, err := s.FetchPlaylist(t.Context(), refOf(id), "")
		require.Equal(t, want.class, models.ClassOf(err), id)
		require.Equal(t, want.code, models.CodeOf(err), id)
		require.ErrorContains(t, err, want.says, id)
	}
}

func TestRefusedQueriesAreErrors(t *testing.T) {
	t.Parallel()
	s := open(t, func(w http.ResponseWriter, _ *http.Request) { recorded(w, "error.json") })
	for name, ask := range map[string]func() error{
		"metadata": func() error { _, err := s.FetchPlaylist(t.Context(), refOf("x"), ""); return err },
		"search":   func() error { _, err := s.Search(t.Context(), "rain", 3); return err },
		"scrape": func() error {
			_, err := s.FetchPage(t.Context(), sources.Pool{Kind: models.PoolPlaylistSquare}, "")
			return err
		},
	} {
		err := ask()
		require.Equal(t, models.CodeUpstreamStatus, models.CodeOf(err), name)
		require.ErrorContains(t, err, "UNSUPPORTED_VALUE", name)
	}
}

func TestPoolsSkipCollectionsAndEnd(t *testing.T) {
	t.Parallel()
	s := open(t, standIn(t))
	square := s.Pools()[0]
	first, err := s.FetchPage(t.Context(), square, "")
	require.NoError(t, err)
	require.Len(t, first.Playlists, 2)
	require.Equal(t, 1, first.Skipped, "a collection in a collection")
	require.Equal(t, 5, first.Total)
	require.EqualValues(t, 512, first.Playlists[0].PlayCount)
	require.EqualValues(t, 77, first.Playlists[1].PlayCount)
	last, err := s.FetchPage(t.Context(), square, first.Next)
	require.NoError(t, err)
	require.Empty(t, last.Next)
	require.Equal(t, "kite-011", last.Playlists[0].Name, "an item without a title")

	stuck := open(t, func(w http.ResponseWriter, _ *http.Request) { recorded(w, "scrape_first.json") })
	again, err := stuck.FetchPage(t.Context(), square, first.Next)
	require.NoError(t, err)
	require.Empty(t, again.Next, "a cursor that does not move on is the end")
	_, err = s.FetchPage(t.Context(), sources.Pool{Kind: models.PoolToplist}, "101")
	require.Equal(t, models.ClassInvalid, models.ClassOf(err), "the search cannot be paged further")
}

func TestSmallReaders(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]float64{"266.02": 266.02, "04:26": 266, "1:02:33": 3753, "": 0, "x": 0, "1:2:3:4": 0, "-4": 0, "NaN": 0, "9e99": 0, "99999:99:99": 0} {
		require.InDelta(t, want, seconds(text), 0.001, text)
	}
	for text, want := range map[string]int{"1": 1, "01": 1, "1/12": 1, "A1": 1, "": 0, "x": 0, "123456789": 12345} {
		require.Equal(t, want, leadingNumber(text), text)
	}
	for text, want := range map[string]int{"2012-05-01": 2012, "1999": 1999, "1977-00-00": 1977, "0000-01-01T00:00:00Z": 0, "T::Z": 0, "19990101": 0, "": 0} {
		require.Equal(t, want, yearOf(text), text)
	}
	require.Equal(t, "https://archive.org/download/x/CD%201/a%23b%3F.mp3?cnt=0", fileURL("x", "CD 1/a#b?.mp3"))
}

func TestQualities(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		format, ext   string
		bitrate, size int64
		secs          float64
		want          models.Quality
	}{
		{"24bit Flac", "flac", 0, 0, 0, models.QualityHiRes},
		{"Flac", "flac", 0, 0, 0, models.QualityLossless},
		{"Apple Lossless Audio", "m4a", 0, 0, 0, models.QualityLossless},
		{"WAVE", "wav", 0, 0, 0, models.QualityLossless},
		{"320Kbps MP3", "mp3", 0, 0, 0, models.Quality320},
		{"256Kbps MP3", "mp3", 0, 0, 0, models.Quality320},
		{"128Kbps MP3", "mp3", 0, 0, 0, models.Quality128},
		{"64Kbps MP3", "mp3", 0, 0, 0, models.QualityLow},
		{"VBR MP3", "mp3", 245_000, 0, 0, models.Quality192},
		{"VBR MP3", "mp3", 0, 0, 0, models.Quality192},
		{"MPEG-4 Audio", "m4a", 0, 3_200_000, 100, models.Quality320},
		{"Ogg Vorbis", "ogg", 0, 0, 0, models.Quality128},
	} {
		require.Equal(t, c.want, qualityOf(c.format, c.ext, c.bitrate, c.size, c.secs), "%+v", c)
	}
}

func TestVersionFollowsTheSongs(t *testing.T) {
	t.Parallel()
	read := func(edit string) string {
		body := gjson.ParseBytes(fixture(t, "item_kite-009_rain.json")).Raw
		if edit != "" {
			body = edit
		}
		it, err := readItem(gjson.Parse(body), "kite-009_rain")
		require.NoError(t, err)
		return it.version()
	}
	before := string(fixture(t, "item_kite-009_rain.json"))
	require.Equal(t, read(""), read(replace(t, before, `"created": 1760000000`, `"created": 1`)), "a review changes nothing")
	require.NotEqual(t, read(""), read(replace(t, before, `"Last drop"`, `"Last drops"`)))
	require.NotEqual(t, read(""), read(replace(t, before, `"60000000"`, `"60000001"`)))
}
