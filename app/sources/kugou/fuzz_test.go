package kugou

import (
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"catalogsync/app/sources"
	"catalogsync/app/sources/sourcetest"
	"catalogsync/app/sources/upstreamtext"
	"catalogsync/models"
)

// read reads a body as the client would; false when it raises something instead.
func read(body []byte, out any) bool {
	return judge(200, nil, body) == nil && utf8.Valid(body) && json.Unmarshal(body, out) == nil
}

func FuzzSearch(f *testing.F) {
	sourcetest.Seed(f, "search*.json")
	f.Fuzz(func(t *testing.T, body []byte) {
		var a searchAnswer
		if !read(body, &a) {
			return
		}
		found, err := readSearch(&a)
		if err != nil {
			require.Empty(t, found)
			return
		}
		seen := map[string]bool{}
		for _, c := range found {
			require.True(t, isHash(c.RemoteID))
			require.False(t, seen[strings.ToUpper(c.RemoteID)])
			seen[strings.ToUpper(c.RemoteID)] = true
			require.NotEmpty(t, c.Title)
			require.GreaterOrEqual(t, c.DurationMS, int64(0))
			files := filesOfKeys(c.Keys)
			require.Equal(t, c.RemoteID, files.id(), "a candidate leads back to its files")
			require.Len(t, c.Offers, len(files.existing()))
		}
	})
}

// requireStreams asserts what holds of all that is granted.
func requireStreams(t *testing.T, streams []sources.Stream, err error) {
	t.Helper()
	if err != nil {
		require.Empty(t, streams)
		require.Contains(t, []models.ErrorClass{models.ClassUnavailable, models.ClassPermanent}, models.ClassOf(err))
		return
	}
	require.NotEmpty(t, streams)
	for _, s := range streams {
		require.NotEmpty(t, upstreamtext.WebAddress(s.URL))
		require.True(t, sources.IsClearContainer(s.Ext))
		require.LessOrEqual(t, s.Quality.Rank(), models.Quality320.Rank())
		require.GreaterOrEqual(t, s.SizeBytes, int64(0))
		require.GreaterOrEqual(t, s.DurationMS, int64(0))
	}
}

func FuzzPlayInfo(f *testing.F) {
	sourcetest.Seed(f, "info*.json")
	f.Fuzz(func(t *testing.T, body []byte) {
		var p playInfo
		if !read(body, &p) {
			return
		}
		for _, k := range fileKinds {
			streams, err := p.streams(file{fileKind: k, size: 3_152_000}, candidate(hash128), models.Quality320)
			requireStreams(t, streams, err)
		}
		files := filesOfInfo(&p)
		for _, f := range files.existing() {
			require.True(t, isHash(f.hash))
		}
	})
}

func FuzzWebSong(f *testing.F) {
	sourcetest.Seed(f, "web*.json")
	f.Fuzz(func(t *testing.T, body []byte) {
		var a webAnswer
		if !read(body, &a) {
			return
		}
		song, err := readWebSong(&a)
		if err != nil {
			require.Nil(t, song)
			return
		}
		streams, err := song.streams(candidate(hash128), 3_152_000, models.Quality320)
		requireStreams(t, streams, err)
	})
}

func FuzzLyrics(f *testing.F) {
	sourcetest.Seed(f, "lyrics*.json")
	sourcetest.Seed(f, "words*.json")
	f.Fuzz(func(t *testing.T, body []byte) {
		var l lyricCandidates
		if read(body, &l) {
			if c, found, err := chooseLyric(&l); err == nil && found {
				require.Regexp(t, accessForm, string(c.ID))
				require.Regexp(t, accessForm, string(c.AccessKey))
			}
		}
		var file lyricFile
		if read(body, &file) {
			words, err := readLyric(&file)
			require.True(t, utf8.ValidString(words))
			if err != nil {
				require.Empty(t, words)
			}
		}
	})
}

// FuzzTexts gives any text to the small readers.
func FuzzTexts(f *testing.F) {
	f.Add("林阿七、The Gulls - <em>河边的风</em>", ownCookie)
	f.Add("<e<em>m>&lt;em&gt; - ", "KuGoo=&&==;;t")
	f.Fuzz(func(t *testing.T, name, cookie string) {
		singers, title := splitFileName(line(text(name)))
		require.NotContains(t, singers+title, "\n")
		for _, a := range artists(&songRow{SingerName: text(name)}, "") {
			require.NotEmpty(t, a)
		}
		if address := cover(text(name)); address != "" {
			require.True(t, strings.HasPrefix(address, "https://"))
		}
		l := loginOf(cookie)
		require.NotEmpty(t, l.device)
		require.Len(t, l.params("hash", name, now).Get("signature"), 32)
	})
}
