package qianqian

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"catalogsync/app/sources/sourcetest"
)

// now is the time that the adapter's signatures carry in tests.
var now = time.Unix(1700000000, 0)

// Paths under which the stand-in is asked.
const (
	searchPath = "/music.91q.com/v1/search"
	linkPath   = "/music.91q.com/v1/song/tracklink"
	infoPath   = "/music.91q.com/v1/song/info"
	filePath   = "/audio04.dmhmusic.com/0000/bb.mp3"
	wordsPath  = "/static-qianqian.taihe.com/0000/lyric/"
)

// links are the stream answers of the stand-in's songs, whatever rate is asked for.
var links = map[string]string{
	"T10090000021": "link.json",
	"T10090000022": "link_trial.json",
	"T10090000031": "link_members.json",
	"T10090000032": "nothing.json",
	"T10090000033": "link_container.json",
}

// standIn answers as the platform does, from testdata, to signed calls alone.
func standIn(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	switch r.URL.Path {
	case filePath:
		sourcetest.ServeAudio(w, r)
		return
	case wordsPath + "bb.lrc":
		sourcetest.Recorded(w, "words.txt")
		return
	case wordsPath + "header.lrc":
		sourcetest.Recorded(w, "words_header.txt")
		return
	case wordsPath + "empty.lrc":
		sourcetest.Recorded(w, "words_empty.txt")
		return
	}
	if !strings.HasPrefix(r.URL.Path, "/music.91q.com/") {
		w.WriteHeader(http.StatusNotFound)
		return
	}
	told := q.Get("sign")
	q.Del("sign")
	switch {
	case told != sign(q) || q.Get("appid") != "16073360" || q.Get("timestamp") == "":
		sourcetest.Recorded(w, "badsign.json")
	case r.URL.Path == searchPath && q.Get("word") == "灯塔":
		sourcetest.Recorded(w, "search.json")
	case r.URL.Path == searchPath:
		sourcetest.Recorded(w, "nothing.json")
	case r.URL.Path == linkPath:
		sourcetest.Recorded(w, links[q.Get("TSID")])
	case r.URL.Path == infoPath:
		sourcetest.Recorded(w, "info_"+q.Get("TSID")+".json", "nothing.json")
	default:
		w.WriteHeader(http.StatusNotFound)
	}
}

// newSource makes an adapter on a stand-in.
func newSource(t *testing.T, answer http.HandlerFunc) *Source {
	t.Helper()
	s := New(sourcetest.NewClient(t, ClientConfig(), sourcetest.Serve(t, answer)))
	s.now = func() time.Time { return now }
	return s
}

// answering is a source whose upstream gives the same file to everything.
func answering(t *testing.T, file string) *Source {
	t.Helper()
	return newSource(t, sourcetest.Always(file))
}
