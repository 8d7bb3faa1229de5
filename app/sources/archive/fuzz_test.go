package archive

import (
	"encoding/json"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"catalogsync/app/sources/sourcetest"
	"catalogsync/models"
)

// FuzzAnswers gives any JSON to every parser of answers: none may panic, and what they
// accept must be whole.
func FuzzAnswers(f *testing.F) {
	sourcetest.Seed(f, "*.json")
	f.Fuzz(func(t *testing.T, body []byte) {
		if !sourcetest.Passes(body) {
			return // the HTTP client lets none of these through
		}
		_ = refusedQuery(200, nil, body)
		root, err := objectRoot("fuzz", body)
		if err != nil {
			return
		}
		for _, read := range []func() (found, error){
			func() (found, error) { return readSearch(root) },
			func() (found, error) { return readScrape(root) },
		} {
			if rows, err := read(); err == nil {
				for _, p := range rows.page().Playlists {
					require.Regexp(t, identifier, p.Ref.RemoteID)
					require.NotEmpty(t, p.Name)
					require.True(t, json.Valid(p.Raw))
				}
			}
		}
		id := root.Get("metadata.identifier").String()
		if !identifier.MatchString(id) {
			return
		}
		it, err := readItem(root, id)
		if err != nil {
			return
		}
		fuzzItem(t, it)
	})
}

func fuzzItem(t *testing.T, it *item) {
	t.Helper()
	snap := it.snapshot("")
	require.Equal(t, snap.ClaimedSongs, len(snap.Songs)+snap.Unreadable)
	require.NotEmpty(t, snap.Songs)
	for i, s := range snap.Songs {
		_, ok := splitSongID(s.RemoteID)
		require.True(t, ok)
		require.True(t, json.Valid(s.Raw))
		require.GreaterOrEqual(t, s.DurationMS, int64(0))
		streams, err := it.songs[i].streams(it.id, models.QualityUnknown)
		if err != nil {
			require.Equal(t, models.ClassUnavailable, models.ClassOf(err))
		}
		for _, st := range streams {
			u, err := url.Parse(st.URL)
			require.NoError(t, err)
			require.Equal(t, "archive.org", u.Host)
			require.GreaterOrEqual(t, st.SizeBytes, int64(0))
		}
	}
	_ = it.matches(words("rain 雨"))
}

// FuzzTexts gives any text to the small readers.
func FuzzTexts(f *testing.F) {
	f.Add("1:02:33", "01/12", "1977-00-00", "<p>a<br/>b & <i>c</i>")
	f.Add("NaN", "A", "T::Z", "<<<>")
	f.Fuzz(func(t *testing.T, length, track, date, text string) {
		require.GreaterOrEqual(t, seconds(length), 0.0)
		require.GreaterOrEqual(t, leadingNumber(track), 0)
		require.GreaterOrEqual(t, yearOf(date), 0)
		if q := withWords(text); q != "" {
			require.LessOrEqual(t, len(q), longestQuery)
			own := strings.TrimSuffix(q, " AND "+openAudio)
			require.NotContains(t, strings.Trim(own, "()"), "(")
			require.NotContains(t, own, `"`)
			require.NotContains(t, own, ":")
		}
		u, err := url.Parse(fileURL("x", text))
		require.NoError(t, err)
		require.Equal(t, "cnt=0", u.RawQuery)
		require.Equal(t, "/download/x/"+text, u.Path)
	})
}

// FuzzURLs gives any address to the recogniser: an accepted one has an identifier.
func FuzzURLs(f *testing.F) {
	for _, seed := range []string{"https://archive.org/details/kite-009_rain", "https://archive.org/details/@me", "//archive.org/%2e%2e/x", ":"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, address string) {
		u, err := url.Parse(address)
		if err != nil {
			return
		}
		ref, ok, err := (&Source{}).RecogniseURL(u)
		if !ok || err != nil {
			require.Empty(t, ref.RemoteID)
			return
		}
		require.Regexp(t, identifier, ref.RemoteID)
	})
}
