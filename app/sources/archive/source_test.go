package archive

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"catalogsync/app/httpclient"
	"catalogsync/app/sources"
	"catalogsync/app/sources/sourcetest"
	"catalogsync/models"
)

var settings = map[string]string{optionCollections: "netlabels, etree", optionContact: "me@example.org"}

// standIn answers as the Archive does, from testdata.
func standIn(t *testing.T) http.HandlerFunc {
	t.Helper()
	return func(w http.ResponseWriter, r *http.Request) {
		host, path, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
		query := r.URL.Query()
		switch {
		case host == "ia800001.us.archive.org":
			storage(w, r, path)
		case path == "advancedsearch.php" && query.Get("sort[]") == sortByDownloads:
			recorded(w, "toplist_"+query.Get("page")+".json")
		case path == "advancedsearch.php" && strings.HasPrefix(query.Get("q"), "identifier:"):
			recorded(w, "collections.json")
		case path == "advancedsearch.php":
			recorded(w, searchFor(query.Get("q")))
		case path == "services/search/v1/scrape" && strings.HasPrefix(query.Get("q"), `collection:("kite-records")`):
			recorded(w, "collection_"+query.Get("cursor")+".json")
		case path == "services/search/v1/scrape" && query.Get("cursor") == "":
			recorded(w, "scrape_first.json")
		case path == "services/search/v1/scrape":
			recorded(w, "scrape_next.json")
		case strings.HasPrefix(path, "metadata/"):
			recorded(w, "item_"+strings.TrimPrefix(path, "metadata/")+".json")
		case strings.HasPrefix(path, "download/"):
			w.Header().Set("Location", "https://ia800001.us.archive.org/8/items/"+strings.TrimPrefix(r.URL.EscapedPath(), "/archive.org/download/"))
			w.WriteHeader(http.StatusFound)
		default:
			w.WriteHeader(http.StatusNotFound)
		}
	}
}

func searchFor(q string) string {
	switch {
	case strings.HasPrefix(q, "(tin AND slow) AND (mediatype:"), strings.HasPrefix(q, "(tin) AND "):
		return "search_song.json"
	case strings.HasPrefix(q, "(removed) AND "):
		return "search_gone.json"
	case strings.HasPrefix(q, "(refused) AND "):
		return "error.json"
	}
	return "search_none.json"
}

// recorded answers with a file of testdata, {} when there is none: so are unknown items.
func recorded(w http.ResponseWriter, name string) {
	body, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		body = []byte(`{}`)
	}
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write(body)
}

func storage(w http.ResponseWriter, r *http.Request, path string) {
	switch {
	case strings.HasSuffix(path, "Tin #1?.flac"):
		content, _ := os.ReadFile("testdata/kite.flac")
		w.Header().Set("ETag", `"kite"`)
		http.ServeContent(w, r, "kite.flac", time.Time{}, bytes.NewReader(content))
	case strings.HasSuffix(path, "Withheld.flac"):
		w.Header().Set("Content-Type", "text/html")
		w.WriteHeader(http.StatusForbidden)
		_, _ = w.Write([]byte("<html>Item not available</html>"))
	case strings.HasSuffix(path, "asks.flac"):
		w.WriteHeader(http.StatusUnauthorized)
	case strings.HasSuffix(path, "page.flac"):
		w.Header().Set("Content-Type", "text/html")
		_, _ = w.Write([]byte("<html>temporarily offline</html>"))
	case strings.HasSuffix(path, "away.flac"):
		w.Header().Set("Location", "https://files.example/away.flac")
		w.WriteHeader(http.StatusFound)
	default:
		w.WriteHeader(http.StatusNotFound)
	}
}

// open makes the source against h.
func open(t *testing.T, h http.HandlerFunc) *Source {
	t.Helper()
	srv := httptest.NewServer(h)
	t.Cleanup(srv.Close)
	cfg := ClientConfig(settings)
	cfg.BaseURL, cfg.RatePerSecond, cfg.Attempts = srv.URL, 0, 1
	c, err := httpclient.New(cfg)
	require.NoError(t, err)
	s, err := New(c, settings)
	require.NoError(t, err)
	return s
}

func song0(name string) string { return songID("kite-009_rain", name) }

func candidateFor(id string) sources.Candidate {
	return sources.Candidate{Source: Name, RemoteID: id}
}

func TestContract(t *testing.T) {
	t.Parallel()
	srv := httptest.NewServer(standIn(t))
	t.Cleanup(srv.Close)
	content, err := os.ReadFile("testdata/kite.flac")
	require.NoError(t, err)
	sourcetest.Run(t, sourcetest.Fixture{
		BaseURL: srv.URL,
		Config:  ClientConfig(settings),
		New: func(c *httpclient.Client) sources.Source {
			s, err := New(c, settings)
			require.NoError(t, err)
			return s
		},
		Playlist: refOf("kite-009_rain"),
		Songs: []string{song0("01 - Tin #1?.flac"), song0("02 - Gutter song.mp3"), song0("03 - Withheld.flac"),
			song0("10 - Last drop.flac")},
		RefusedPlaylists: map[models.Code]models.PlaylistRef{
			models.CodePlaylistGone:    refOf("dark"),
			models.CodePlaylistPrivate: refOf("lent"),
			models.CodeNotAudio:        refOf("silent"),
			models.CodeBadURL:          refOf("netlabels"),
			models.CodeUpstreamShape:   refOf("other"),
		},
		Query: "Tin Slow", Nothing: "没有这样一首歌",
		Playable: candidateFor(song0("01 - Tin #1?.flac")), Content: content,
		Refused: map[models.Code]sources.Candidate{
			models.CodeLoginRequired: candidateFor(song0("03 - Withheld.flac")),
			models.CodeWithdrawn:     candidateFor("dark/0123456789abcdef"),
		},
		URLs: map[string]models.PlaylistRef{
			"https://archive.org/details/kite-009_rain":                   refOf("kite-009_rain"),
			"http://www.archive.org/details/kite-009_rain/":               refOf("kite-009_rain"),
			"https://archive.org/details/kite-009_rain/01+-+Tin.flac":     refOf("kite-009_rain"),
			"https://archive.org/download/kite-009_rain/01%20-%20Tin.mp3": refOf("kite-009_rain"),
			"https://archive.org/embed/kite-009_rain?playlist=1":          refOf("kite-009_rain"),
			"https://archive.org/metadata/kite-009_rain":                  refOf("kite-009_rain"),
			"https://ARCHIVE.org/details/netlabels":                       refOf("netlabels"),
		},
		NotPlaylists: []string{"https://archive.org/", "https://archive.org/details/", "https://archive.org/details/@somebody",
			"https://archive.org/search?query=rain", "https://archive.org/details/a%20b", "https://archive.org/details/" + strings.Repeat("a", 101)},
		Foreign: []string{"https://archive.org.example/details/x", "https://web.archive.org/details/x", "ftp://archive.org/details/x"},

		EmptyIsGone: true,
	})
}

func TestOptionsAreChecked(t *testing.T) {
	t.Parallel()
	for _, list := range []string{"", " , ", "net labels", "a/b", `x" OR y`, strings.Repeat("a,", 13), strings.Repeat("a", 101)} {
		_, err := New(nil, map[string]string{optionCollections: list})
		require.Error(t, err, list)
	}
	require.NoError(t, checkContact("mailto:me@example.org"))
	for _, contact := range []string{"a\r\nCookie: x", "老张", strings.Repeat("a", 101), "x)"} {
		require.Error(t, checkContact(contact), contact)
	}
	require.Equal(t, "catalogsync (own music library; me@example.org)", ClientConfig(settings).Header.Get("User-Agent"))
}

func TestProbe(t *testing.T) {
	t.Parallel()
	require.NoError(t, open(t, standIn(t)).Probe(t.Context()))
	err := open(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusServiceUnavailable) }).Probe(t.Context())
	require.Equal(t, models.ClassTransient, models.ClassOf(err))
}
