package qq

import (
	"encoding/json"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/tidwall/gjson"

	"catalogsync/app/sources"
	"catalogsync/app/sources/sourcetest"
	"catalogsync/models"
)

// FuzzAnswers gives any JSON to every parser of answers: none may panic, and what they
// accept must be whole: each row of a list comes out as an entry or is counted.
func FuzzAnswers(f *testing.F) {
	sourcetest.Seed(f, "*.json")
	f.Fuzz(func(t *testing.T, body []byte) {
		if !sourcetest.Passes(body) {
			return // the HTTP client lets none of these through
		}
		if root, err := answerRoot("fuzz", body); err == nil {
			fuzzLegacy(t, root)
		}
		for _, key := range []string{"playlist", "toplist", "detail", "req", "req_0"} {
			if data, err := musicuData("fuzz", key, body); err == nil {
				fuzzMusicu(t, data)
			}
		}
	})
}

func fuzzLegacy(t *testing.T, root gjson.Result) {
	if l, err := readCDInfo(root, 7900000001); err == nil {
		fuzzListing(t, l)
	}
	_, _ = readLyrics(root)
}

func fuzzMusicu(t *testing.T, data gjson.Result) {
	if page, err := readSquare(data, 0); err == nil {
		for _, p := range page.Playlists {
			require.NotEmpty(t, p.Ref.RemoteID)
			require.True(t, json.Valid(p.Raw))
		}
	}
	if page, err := readToplists(data); err == nil {
		require.NotEmpty(t, page.Playlists)
		require.True(t, json.Valid(page.Playlists[0].Raw))
	}
	if page, err := readChart(data, 62); err == nil {
		var snap sources.Snapshot
		fillChart(&snap, 62, page, 0)
		require.Equal(t, page.rows(), len(snap.Songs)+snap.Unreadable)
		fuzzSongs(t, snap.Songs)
	}
	if l, err := readDissInfo(data, 7900000001); err == nil {
		fuzzListing(t, l)
	}
	if searchAllowed(data) == nil {
		found, _ := readSearch(data)
		for _, c := range found {
			require.True(t, validMid(c.RemoteID))
		}
	}
	streams, err := readStreams(data, []string{"M500000MediaMid001.mp3"}, wanted, models.Quality320, time.Unix(0, 0))
	if err == nil {
		require.NotEmpty(t, streams)
	}
	for _, st := range streams {
		u, err := url.Parse(st.URL)
		require.NoError(t, err)
		require.True(t, ownHost(u.Hostname()), st.URL)
		require.NotEqual(t, trialPrefix, strings.TrimPrefix(u.Path, "/")[:4])
	}
}

func fuzzListing(t *testing.T, l listing) {
	var snap sources.Snapshot
	fill(&snap, 7900000001, l.rows)
	require.Equal(t, len(l.rows), len(snap.Songs)+snap.Unreadable)
	require.True(t, json.Valid(l.summary.Raw))
	fuzzSongs(t, snap.Songs)
}

func fuzzSongs(t *testing.T, songs []models.SongSnapshot) {
	for _, s := range songs {
		require.NotEmpty(t, s.RemoteID)
		require.True(t, json.Valid(s.Raw))
		require.GreaterOrEqual(t, s.DurationMS, int64(0))
		require.NotContains(t, s.Name, "\x00")
	}
}

// FuzzURLs gives any address to the recogniser: an accepted one has an id of digits.
func FuzzURLs(f *testing.F) {
	for _, seed := range []string{
		"https://y.qq.com/n/ryqq/playlist/7707261125", "https://y.qq.com/n/yqq/toplist/26.html", "https://c6.y.qq.com/base/fcgi-bin/u?__=abc",
		"https://i.y.qq.com/n2/m/share/details/taoge.html?id=1", "https://y.qq.com/n/m/detail/taoge/index.html?id=%00", "//y.qq.com/%2e%2e/playlist/1", ":",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, address string) {
		u, err := url.Parse(address)
		if err != nil {
			return
		}
		ref, ok, err := New(nil).RecogniseURL(u)
		if !ok || err != nil {
			require.Empty(t, ref.RemoteID)
			return
		}
		require.Regexp(t, `^(toplist_)?[1-9][0-9]*$`, ref.RemoteID)
	})
}

// FuzzPages gives any page to the reader of short links and any text to those of texts.
func FuzzPages(f *testing.F) {
	f.Add(string(fixture(f, "shortlink.html")))
	f.Add("W3RpOnhdCg==")
	f.Add("&#0;&lt;br&gt;<BR/>\u00a0//")
	f.Fuzz(func(t *testing.T, page string) {
		if u := pageTarget(page); u != nil {
			require.True(t, ownPage(u))
		}
		lyricText(page)
		withoutBlankLines(page)
		require.NotContains(t, cleanLine(page), "\n")
		cleanText(page)
		kindOfFile(page)
	})
}
