package netease

import (
	"encoding/json"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"catalogsync/app/sources"
	"catalogsync/models"
)

// seed adds the files of testdata that match pattern, and some broken forms of them.
func seed(f *testing.F, pattern string) {
	f.Helper()
	files, err := filepath.Glob("testdata/" + pattern)
	require.NoError(f, err)
	require.NotEmpty(f, files)
	for _, name := range files {
		body, err := os.ReadFile(name)
		require.NoError(f, err)
		f.Add(body)
		f.Add(body[:len(body)/2])
		f.Add([]byte(strings.ReplaceAll(string(body), ":[", ":7,\"x\":[")))
		f.Add([]byte(strings.ReplaceAll(string(body), "\"id\":", "\"id\":-")))
	}
	f.Add([]byte(`{"code":200}`))
	f.Add([]byte(`{"code":{},"playlists":[null],"list":[[]],"playlist":{},"songs":[{}],"data":[{}],"result":{"songs":[0]}}`))
}

// readAs reads body as the client would; false when that fails or a part is missing.
func readAs(body []byte, out answer) bool {
	_ = verdict(body)
	return json.Unmarshal(body, out) == nil && out.missing() == ""
}

func FuzzParsePlaylist(f *testing.F) {
	seed(f, "detail_*.json")
	f.Fuzz(func(t *testing.T, body []byte) {
		var a detailAnswer
		if !readAs(body, &a) {
			return
		}
		d, err := a.read(list("9100000002"))
		if err != nil {
			require.Equal(t, models.CodeUpstreamShape, models.CodeOf(err))
			return
		}
		_ = songList(d.unknown())
		snap := d.complete()
		require.Equal(t, len(d.order), len(snap.Songs)+snap.Unreadable)
		for _, s := range snap.Songs {
			require.Equal(t, s.Undescribed, s.Name == "")
			require.True(t, isID(s.RemoteID))
		}
	})
}

func FuzzParseSquare(f *testing.F) {
	seed(f, "square_*.json")
	f.Fuzz(func(t *testing.T, body []byte) {
		var a squareAnswer
		if !readAs(body, &a) {
			return
		}
		if page, err := a.page(100); err == nil {
			require.NotEqual(t, "100", page.Next, "a page leads on")
			require.Equal(t, len(a.Playlists), len(page.Playlists)+page.Skipped)
		}
	})
}

func FuzzParseToplists(f *testing.F) {
	seed(f, "toplist.json")
	f.Fuzz(func(t *testing.T, body []byte) {
		var a toplistsAnswer
		if readAs(body, &a) {
			page, _ := a.page()
			require.Empty(t, page.Next)
		}
	})
}

func FuzzParseSongs(f *testing.F) {
	seed(f, "songs.json")
	f.Fuzz(func(t *testing.T, body []byte) {
		var a songsAnswer
		if readAs(body, &a) {
			d := &detail{songs: map[number]models.SongSnapshot{}}
			d.add(a.Songs)
		}
	})
}

func FuzzParseSearch(f *testing.F) {
	seed(f, "search.json")
	f.Fuzz(func(t *testing.T, body []byte) {
		var a searchAnswer
		if !readAs(body, &a) {
			return
		}
		if found, err := a.candidates(5); err == nil {
			require.LessOrEqual(t, len(found), 5)
		}
	})
}

func FuzzParseStream(f *testing.F) {
	seed(f, "player.json")
	f.Fuzz(func(t *testing.T, body []byte) {
		var a streamAnswer
		if !readAs(body, &a) {
			return
		}
		for _, g := range a.Data {
			if g.refusal(200_000) == nil {
				require.NotEmpty(t, g.stream(time.Unix(0, 0)).URL)
				require.True(t, sources.IsClearContainer(g.ext()))
			}
		}
	})
}

func FuzzParseLyrics(f *testing.F) {
	seed(f, "lyric.json")
	f.Fuzz(func(_ *testing.T, body []byte) {
		var a lyricsAnswer
		if readAs(body, &a) {
			_ = a.lyrics()
		}
	})
}

func FuzzRecogniseURL(f *testing.F) {
	for address := range goodAddresses {
		f.Add(address)
	}
	for _, address := range badAddresses {
		f.Add(address)
	}
	f.Fuzz(func(t *testing.T, address string) {
		u, err := url.Parse(address)
		if err != nil {
			return
		}
		if ref, ok, err := New(nil).RecogniseURL(u); ok && err == nil {
			require.True(t, isID(ref.RemoteID), ref.RemoteID)
		}
	})
}
