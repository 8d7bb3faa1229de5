package subsonic

import (
	"encoding/json"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"catalogsync/app/sources"
	"catalogsync/models"
)

// seeds adds all answers of testdata.
func seeds(f *testing.F) {
	list, err := filepath.Glob(filepath.Join("testdata", "*.*"))
	require.NoError(f, err)
	require.NotEmpty(f, list)
	for _, file := range list {
		body, err := os.ReadFile(file)
		require.NoError(f, err)
		f.Add(body)
	}
	f.Add([]byte(`{"subsonic-response":{"status":"ok","playlist":{"id":"` + evening + `","entry":{"id":1e400}}}}`))
	f.Add([]byte(`<subsonic-response status="failed"><error code="x"/></subsonic-response>`))
}

// FuzzAnswers gives any text to every reader of answers: none may panic, and what they
// accept is whole: each row of a list comes out as an entry or is counted.
func FuzzAnswers(f *testing.F) {
	seeds(f)
	s := (&standIn{url: "https://music.example"}).fuzzed(f)
	f.Fuzz(func(t *testing.T, body []byte) {
		if !utf8.Valid(body) {
			return // the HTTP client lets none of these through
		}
		if e := s.documentError(body); e != nil {
			require.NotEmpty(t, models.CodeOf(e))
		}
		_ = judge(http.StatusNotFound, nil, body)
		if judge(http.StatusOK, nil, body) != nil {
			return
		}
		root := envelope(body)
		readAbilities(root)
		if page, err := s.readPlaylists(root); err == nil {
			for _, p := range page.Playlists {
				require.True(t, isID(p.Ref.RemoteID))
				require.NotEmpty(t, p.Name)
				require.True(t, json.Valid(p.Raw))
			}
		}
		for _, read := range []func() (sources.Snapshot, error){
			func() (sources.Snapshot, error) { return s.readPlaylist(root, evening, "") },
			func() (sources.Snapshot, error) { return s.readStarred(root, "") },
		} {
			if snap, err := read(); err == nil {
				fuzzSnapshot(t, s, snap)
			}
		}
		if found, err := s.readSearch(root); err == nil {
			for _, c := range found {
				require.True(t, isID(c.RemoteID))
				require.NotEmpty(t, c.Title)
			}
		}
		if c, err := s.readSong(root, "tr-12"); err == nil {
			if st, err := s.streamOf(c, models.Quality192); err == nil {
				u, err := url.Parse(st.URL)
				require.NoError(t, err)
				require.True(t, s.holds(u))
				require.LessOrEqual(t, st.Quality.Rank(), models.Quality192.Rank())
			}
		}
		_, _ = s.readPlainLyrics(root)
		_, _ = s.readSongLyrics(root)
	})
}

func fuzzSnapshot(t *testing.T, s *Source, snap sources.Snapshot) {
	require.True(t, json.Valid(snap.Summary.Raw))
	require.GreaterOrEqual(t, snap.ClaimedSongs, len(snap.Songs)+snap.Unreadable)
	for _, song := range snap.Songs {
		require.True(t, isID(song.RemoteID))
		require.NotEmpty(t, song.Name)
		require.GreaterOrEqual(t, song.DurationMS, int64(0))
		require.GreaterOrEqual(t, song.FileSizeBytes, int64(0))
		require.NotContains(t, song.Ext, "/")
		if c, ok := s.CandidateOf(song); ok {
			require.Equal(t, song.Name, c.Title)
		}
	}
}

// FuzzURLs gives any address to the recogniser and the guard of files.
func FuzzURLs(f *testing.F) {
	for _, seed := range []string{
		"https://music.example/app/#/playlist/abc/show", "https://music.example/playlist/%00", "https://music.example/rest/getPlaylist?id=1",
		"https://music.example/rest/../x", "//music.example", "https://music.example/#playlist/%2", ":",
	} {
		f.Add(seed)
	}
	s := (&standIn{url: "https://music.example"}).fuzzed(f)
	f.Fuzz(func(t *testing.T, address string) {
		u, err := url.Parse(address)
		if err != nil {
			return
		}
		if s.holds(u) {
			require.Equal(t, "music.example", strings.ToLower(u.Host))
		}
		ref, ok, err := s.RecogniseURL(u)
		if !ok || err != nil {
			require.Empty(t, ref.RemoteID)
			return
		}
		require.True(t, isID(ref.RemoteID))
	})
}

// FuzzBase gives any text to the reader of a server's address.
func FuzzBase(f *testing.F) {
	f.Add("https://music.example/app/#/x")
	f.Add("http://[::1]:4533/rest")
	f.Fuzz(func(t *testing.T, address string) {
		base, err := parseBase(address)
		if err != nil {
			return
		}
		again, err := parseBase(base.String())
		require.NoError(t, err, "what is read can be read again")
		require.Equal(t, base.Hostname(), again.Hostname())
		require.Nil(t, base.User)
		require.Empty(t, base.RawQuery+base.Fragment)
	})
}

// fuzzed is a source without a network.
func (s *standIn) fuzzed(f *testing.F) *Source {
	f.Helper()
	source, err := New(nil, s.values())
	require.NoError(f, err)
	return source
}
