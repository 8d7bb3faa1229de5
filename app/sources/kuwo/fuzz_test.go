package kuwo

import (
	"encoding/json"
	"net/url"
	"testing"

	"github.com/stretchr/testify/require"

	"catalogsync/app/sources"
	"catalogsync/app/sources/sourcetest"
)

// FuzzAnswers gives any JSON to every parser of answers: none may panic, and what they
// accept must be whole: each row of a list comes out as an entry or is counted.
func FuzzAnswers(f *testing.F) {
	sourcetest.Seed(f, "*.json")
	f.Fuzz(func(t *testing.T, body []byte) {
		if !sourcetest.Passes(body) {
			return // the HTTP client lets none of these through
		}
		root, err := objectRoot("fuzz", body)
		if err != nil {
			return
		}
		for _, read := range []func() (listing, error){
			func() (listing, error) { return readPCPlaylist(root, "3400011122") },
			func() (listing, error) { return readPCChart(root, "93") },
			func() (listing, error) { return readWebPlaylist(root.Get("data"), "3400011122") },
			func() (listing, error) { return readWebChart(root.Get("data"), "93") },
		} {
			if l, err := read(); err == nil {
				fuzzListing(t, l)
			}
		}
		if data, err := webData("fuzz", root); err == nil {
			_, _ = readSquare(data)
		}
		if page, err := readCharts("fuzz", root); err == nil {
			require.Positive(t, len(page.Playlists)+page.Skipped)
			for _, p := range page.Playlists {
				require.True(t, json.Valid(p.Raw))
			}
		}
		nodePlaylist(root)
		_, _, _ = readLyrics("fuzz", root)
		if stream, err := readPlayURL(root); err == nil {
			u, err := url.Parse(stream.URL)
			require.NoError(t, err)
			require.True(t, ownHost(u.Hostname()))
		}
	})
}

func fuzzListing(t *testing.T, l listing) {
	var snap sources.Snapshot
	fill(&snap, l.rows, l.read)
	require.Equal(t, len(l.rows), len(snap.Songs)+snap.Unreadable)
	require.True(t, json.Valid(l.summary.Raw))
	for _, s := range snap.Songs {
		require.True(t, isID(s.RemoteID))
		require.True(t, json.Valid(s.Raw))
		require.GreaterOrEqual(t, s.DurationMS, int64(0))
	}
}

// FuzzSearch gives any text to the search's reader, which knows two syntaxes.
func FuzzSearch(f *testing.F) {
	for _, name := range []string{"search.json", "search_literal.txt", "search_cut.txt", "search_glitch.json"} {
		f.Add(fixture(f, name))
	}
	f.Add([]byte(`{'a':'\`))
	f.Add([]byte(`{'a':'\u12`))
	f.Fuzz(func(t *testing.T, body []byte) {
		_ = searchGlitch(200, nil, body)
		found, err := readSearch(body)
		if err != nil {
			require.Empty(t, found)
		}
		for _, c := range found {
			require.True(t, isID(c.RemoteID))
		}
	})
}

// FuzzTexts gives any text to the small readers.
func FuzzTexts(f *testing.F) {
	f.Add("林阿七&The&nbsp;Gulls", "level:p,bitrate:320,format:mp3,size:8.17Mb", "Hm_Iuvt_cdb524f42f0ce19b169b8072123a4727")
	f.Add("&&amp;&#38;&reg&a;", "size:1e999Mb,bitrate:128,format:mp3", "")
	f.Fuzz(func(t *testing.T, artists, minfo, name string) {
		for _, a := range splitArtists(artists) {
			require.NotEmpty(t, a)
		}
		for _, file := range announcedFiles(minfo, minfo) {
			require.GreaterOrEqual(t, file.sizeBytes, int64(0))
		}
		_, _ = secretOf(name, tokenSample, 12345678)
		cleanText(artists)
	})
}

// FuzzURLs gives any address to the recogniser: an accepted one has an id of digits.
func FuzzURLs(f *testing.F) {
	for _, seed := range []string{
		"https://www.kuwo.cn/playlist_detail/3400011122", "https://www.kuwo.cn/rankList?bangId=16", "https://kuwo.cn/playlist/%00", "//kuwo.cn/%2e%2e", ":",
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
