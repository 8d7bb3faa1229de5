package migu

import (
	"net/http"
	"testing"

	"catalogsync/app/sources/sourcetest"
)

// Paths under which the stand-in is asked.
const (
	searchPath = "/app.u.nf.migu.cn/pc/resource/song/item/search/v1.0"
	listenPath = "/app.c.nf.migu.cn/MIGUM3.0/strategy/pc/listen/v1.0"
	detailPath = "/app.c.nf.migu.cn/MIGUM2.0/v1.0/content/resourceinfo.do"
	filePath   = "/freetyst.nf.migu.cn/public/product9th/x/2024/1.mp3"
	wordsPath  = "/d.musicapp.migu.cn/data/oss/resource/00/ab/"
)

// listens are the stream answers of the stand-in's songs by contentId, whatever quality
// is asked for.
var listens = map[string]string{
	"600900000000000201": "listen.json",
	"600900000000000202": "listen_preview.json",
	"600900000000000203": "listen.json",
	"600900000000000301": "listen_members.json",
	"600900000000000302": "listen_cannot.json",
	"600900000000000303": "listen_container.json",
}

// standIn answers as the platform does, from testdata.
func standIn(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	switch r.URL.Path {
	case searchPath:
		if q.Get("text") == "旧码头" {
			sourcetest.Recorded(w, "search.json")
			return
		}
		sourcetest.Recorded(w, "search_none.json")
	case listenPath:
		sourcetest.Recorded(w, listens[q.Get("contentId")])
	case detailPath:
		sourcetest.Recorded(w, "detail_"+q.Get("resourceId")+".json")
	case filePath:
		if r.URL.RawQuery != "channelid=02&Tim=1&Key=a%2Bb" {
			w.WriteHeader(http.StatusForbidden)
			return
		}
		sourcetest.ServeAudio(w, r)
	case wordsPath + "l":
		sourcetest.Recorded(w, "words.txt")
	case wordsPath + "t":
		sourcetest.Recorded(w, "translation.txt")
	default:
		w.WriteHeader(http.StatusNotFound)
	}
}

// newSource makes an adapter on a stand-in.
func newSource(t *testing.T, answer http.HandlerFunc) *Source {
	t.Helper()
	return New(sourcetest.NewClient(t, ClientConfig(), sourcetest.Serve(t, answer)))
}

// answering is a source whose upstream gives the same file to everything.
func answering(t *testing.T, file string) *Source {
	t.Helper()
	return newSource(t, sourcetest.Always(file))
}
