package kugou

import (
	"net/http"
	"testing"
	"time"

	"catalogsync/app/sources"
	"catalogsync/app/sources/sourcetest"
)

// Paths under which the stand-in is asked.
const (
	searchPath      = "/songsearch.kugou.com/song_search_v2"
	infoPath        = "/m.kugou.com/app/i/getSongInfo.php"
	webPath         = "/wwwapi.kugou.com/play/songinfo"
	lyricSearchPath = "/lyrics.kugou.com/search"
	lyricPath       = "/lyrics.kugou.com/download"
	filePath        = "/sharefs.kugou.com/2024/0a/1.mp3"
)

// Hashes of one song's files.
const (
	hash128   = "0A1B2C3D4E5F60718293A4B5C6D70001"
	hash320   = "1A1B2C3D4E5F60718293A4B5C6D70001"
	hashFLAC  = "2A1B2C3D4E5F60718293A4B5C6D70001"
	hashHiRes = "3a1b2c3d4e5f60718293a4b5c6d70001"
)

// infos are the stream answers of the stand-in's files.
var infos = map[string]string{
	hash128:                            "info.json",
	"0A1B2C3D4E5F60718293A4B5C6D70011": "info_paid.json",
	"0A1B2C3D4E5F60718293A4B5C6D70012": "info_clip_size.json",
	"0A1B2C3D4E5F60718293A4B5C6D70013": "info_gone.json",
	"0A1B2C3D4E5F60718293A4B5C6D70014": "info_container.json",
	"0A1B2C3D4E5F60718293A4B5C6D70015": "login.json",
}

// standIn answers as the platform does, from testdata.
func standIn(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	switch {
	case r.URL.Path == searchPath && q.Get("keyword") == "夜航":
		sourcetest.Recorded(w, "search.json")
	case r.URL.Path == searchPath:
		sourcetest.Recorded(w, "search_none.json")
	case r.URL.Path == infoPath && infos[q.Get("hash")] != "":
		sourcetest.Recorded(w, infos[q.Get("hash")])
	case r.URL.Path == infoPath:
		sourcetest.Recorded(w, "info_paid.json")
	case r.URL.Path == filePath:
		sourcetest.ServeAudio(w, r)
	default:
		w.WriteHeader(http.StatusNotFound)
	}
}

// now is the time that web calls carry in tests.
var now = time.UnixMilli(1700000000000)

// newSource makes an adapter on a stand-in, without a login.
func newSource(t *testing.T, answer http.HandlerFunc) *Source {
	t.Helper()
	return withCookie(t, "", answer)
}

// withCookie makes an adapter on a stand-in with the operator's cookie.
func withCookie(t *testing.T, cookie string, answer http.HandlerFunc) *Source {
	t.Helper()
	cfg := ClientConfig()
	if cookie != "" {
		cfg.Header.Set("Cookie", cookie)
	}
	s := New(sourcetest.NewClient(t, cfg, sourcetest.Serve(t, answer)), cookie)
	s.now = func() time.Time { return now }
	return s
}

// answering is a source whose upstream gives the same file to everything.
func answering(t *testing.T, file string) *Source {
	t.Helper()
	return newSource(t, sourcetest.Always(file))
}

// candidate is a song with one plain file.
func candidate(hash string) sources.Candidate {
	return sources.Candidate{Source: Name, RemoteID: hash, Title: "夜航", DurationMS: 197_000, Keys: map[string]string{"hash_128": hash}}
}
