package jamendo

import (
	"encoding/json"
	"net/http"
	"net/url"
	"testing"

	"github.com/stretchr/testify/require"

	"catalogsync/app/sources/sourcetest"
	"catalogsync/models"
)

// FuzzAnswers gives any JSON to every reader of answers: none may panic, and what they
// accept is whole: each row of a list comes out as an entry or is counted.
func FuzzAnswers(f *testing.F) {
	sourcetest.Seed(f, "*.json")
	f.Fuzz(func(t *testing.T, body []byte) {
		if !sourcetest.Passes(body) || classify(http.StatusOK, nil, body) != nil {
			return
		}
		results, err := readResults(endpointTracks, body)
		if err != nil {
			return
		}
		if page, err := readPlaylists(results, 0); err == nil {
			require.Equal(t, len(results), len(page.Playlists)+page.Skipped)
			for _, p := range page.Playlists {
				require.True(t, isID(p.Ref.RemoteID))
				require.NotEmpty(t, p.Name)
			}
		}
		for id, prefix := range map[string]string{rain: "", "290001": albumPrefix} {
			if l, err := readListing(endpointPlaylistTracks, results, id, prefix); err == nil {
				fuzzListing(t, l)
			}
		}
		fuzzListing(t, listing{summary: chartSummary("popularity_week", "x"), rows: results})
		if found, err := readSearch(results); err == nil {
			for _, c := range found {
				require.True(t, isID(c.RemoteID))
				require.Equal(t, c.Refused, len(c.Offers) == 0)
			}
		}
		if one, err := readOne(results, "1990001"); err == nil {
			if streams, err := streamsOf(one, formats); err == nil {
				u, err := url.Parse(streams[0].URL)
				require.NoError(t, err)
				require.True(t, ownHost(u.Hostname()))
			}
		}
		_, _ = readLyrics(results)
	})
}

func fuzzListing(t *testing.T, l listing) {
	snap := l.snapshot("")
	require.Equal(t, len(l.rows), len(snap.Songs)+snap.Unreadable)
	require.True(t, json.Valid(snap.Summary.Raw))
	require.True(t, l.snapshot(snap.Version).Unchanged)
	for _, s := range snap.Songs {
		require.True(t, isID(s.RemoteID))
		require.NotEmpty(t, s.Name)
		require.True(t, json.Valid(s.Raw))
		require.GreaterOrEqual(t, s.DurationMS, int64(0))
	}
}

// FuzzURLs gives any address to the recogniser: an accepted one has an id of digits.
func FuzzURLs(f *testing.F) {
	for _, seed := range []string{
		"https://www.jamendo.com/playlist/500990001/x", "https://www.jamendo.com/en/list/a29/x", "https://jamen.do/l/p1", "https://jamen.do/l/%00",
		"//jamendo.com/album/1", "https://www.jamendo.com/list/pa1", ":",
	} {
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
		require.Regexp(t, `^(album_)?[1-9][0-9]*$`, ref.RemoteID)
		require.Equal(t, models.KindPlaylist, ref.Kind)
	})
}
