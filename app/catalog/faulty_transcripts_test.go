package catalog_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"catalogsync/app/catalog"
	"catalogsync/app/database"
	"catalogsync/app/demo"
	"catalogsync/app/httpclient"
	"catalogsync/app/revision"
	"catalogsync/app/sources"
	"catalogsync/app/sources/kuwo"
	"catalogsync/app/sources/netease"
	"catalogsync/app/sources/qq"
	"catalogsync/app/store"
	"catalogsync/models"
)

// platforms are the adapters that the demo speaks to, and how each platform blocks a caller.
var platforms = []struct {
	name   string
	config httpclient.Config
	make   func(*httpclient.Client) sources.Source
	risk   string
}{
	{netease.Name, netease.ClientConfig(), func(c *httpclient.Client) sources.Source { return netease.New(c) }, `{"code":-460,"message":"Cheating"}`},
	{qq.Name, qq.ClientConfig(), func(c *httpclient.Client) sources.Source { return qq.New(c) }, `<html><title>verify</title>captcha</html>`},
	{kuwo.Name, kuwo.ClientConfig(), func(c *httpclient.Client) sources.Source { return kuwo.New(c) }, `<html><title>verify</title>captcha</html>`},
}

// transcript damages an answer; n is the number of songs that are on the list.
type transcript struct {
	name   string
	status int // 0 = as it was
	damage func(body []byte, n int) []byte
	late   bool // the first answer passes
	repeat bool // later answers are the first once more
}

func instead(body string) func([]byte, int) []byte {
	return func([]byte, int) []byte { return []byte(body) }
}

// reshaped changes the lists and numbers of a JSON answer; another answer stays.
func reshaped(list func([]any) []any, number func(v float64, n int) float64) func([]byte, int) []byte {
	return func(body []byte, n int) []byte {
		var v any
		if json.Unmarshal(body, &v) != nil {
			return body
		}
		changed, err := json.Marshal(reshape(v, list, func(v float64) float64 { return number(v, n) }))
		if err != nil {
			return nil
		}
		return changed
	}
}

func reshape(v any, list func([]any) []any, number func(float64) float64) any {
	switch v := v.(type) {
	case []any:
		for i := range v {
			v[i] = reshape(v[i], list, number)
		}
		if len(v) < 4 { // artists, tags and the like
			return v
		}
		return list(v)
	case map[string]any:
		for key, inner := range v {
			v[key] = reshape(inner, list, number)
		}
		return v
	case float64:
		return number(v)
	default:
		return v
	}
}

func sameList(l []any) []any              { return l }
func half(l []any) []any                  { return l[:len(l)/2] }
func none([]any) []any                    { return []any{} }
func sameNumber(v float64, _ int) float64 { return v }
func repeated(l []any) []any              { return append(append([]any{}, l[:len(l)/2]...), l[:len(l)/2]...) }
func firstOnly(l []any) []any             { return append([]any{}, l[0], l[0], l[0], l[0], l[0], l[0], l[0], l[0]) }
func emptied(l []any) []any               { return make([]any, len(l)) }
func agreeing(to func(int) float64) func(float64, int) float64 {
	return func(v float64, n int) float64 {
		if v == float64(n) {
			return to(n)
		}
		return v
	}
}

func transcripts(risk string) []transcript {
	zero := agreeing(func(int) float64 { return 0 })
	halved := agreeing(func(n int) float64 { return float64(n / 2) })
	tenfold := agreeing(func(n int) float64 { return float64(10 * n) })
	negative := agreeing(func(int) float64 { return -1 })
	truncated := func(b []byte, _ int) []byte { return b[:len(b)*2/3] }
	return []transcript{
		{name: "short page", damage: reshaped(half, sameNumber)},
		{name: "short later page", damage: reshaped(half, sameNumber), late: true},
		{name: "suddenly halved, total agrees", damage: reshaped(half, halved)},
		{name: "empty page, total stays", damage: reshaped(none, sameNumber)},
		{name: "empty later page", damage: reshaped(none, sameNumber), late: true},
		{name: "suddenly empty, total agrees", damage: reshaped(none, zero)},
		{name: "rows without content", damage: reshaped(emptied, sameNumber)},
		{name: "total ten times too large", damage: reshaped(sameList, tenfold)},
		{name: "total zero", damage: reshaped(sameList, zero)},
		{name: "total negative", damage: reshaped(sameList, negative)},
		{name: "half the rows twice", damage: reshaped(repeated, sameNumber)},
		{name: "one row again and again", damage: reshaped(firstOnly, agreeing(func(int) float64 { return 8 }))},
		{name: "each page is the first", repeat: true},
		{name: "no body", damage: instead("")},
		{name: "empty object", damage: instead("{}")},
		{name: "empty list", damage: instead("[]")},
		{name: "null", damage: instead("null")},
		{name: "truncated", damage: truncated},
		{name: "truncated later", damage: truncated, late: true},
		{name: "web page", damage: instead("<!DOCTYPE html><html><body>login</body></html>")},
		{name: "web page later", damage: instead("<!DOCTYPE html><html><body>login</body></html>"), late: true},
		{name: "risk control", damage: instead(risk)},
		{name: "risk control later", damage: instead(risk), late: true},
		{name: "rate limit", status: http.StatusTooManyRequests, damage: instead("")},
		{name: "server error", status: http.StatusBadGateway, damage: instead("<html>bad gateway</html>")},
	}
}

// wire damages the answers of an upstream as a transcript says.
type wire struct {
	mu    sync.Mutex
	fault *transcript
	songs int
	seen  int
	first []byte
}

func (w *wire) set(fault *transcript, songs int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.fault, w.songs, w.seen, w.first = fault, songs, 0, nil
}

func (w *wire) RoundTrip(r *http.Request) (*http.Response, error) {
	resp, err := http.DefaultTransport.RoundTrip(r)
	w.mu.Lock()
	defer w.mu.Unlock()
	if err != nil || w.fault == nil {
		return resp, err
	}
	body, err := io.ReadAll(resp.Body)
	_ = resp.Body.Close()
	if err != nil {
		return nil, err
	}
	w.seen++
	switch {
	case w.fault.repeat && w.first != nil:
		body = w.first
	case w.fault.repeat:
		w.first = body
	case !w.fault.late || w.seen > 1:
		body = w.fault.damage(body, w.songs)
		if w.fault.status != 0 {
			resp.StatusCode = w.fault.status
		}
	}
	resp.Body, resp.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
	resp.Header.Del("Content-Length")
	return resp, nil
}

// transcriptWorld is a catalogue that is fed by one platform of the demo.
type transcriptWorld struct {
	db      *database.DB
	store   *store.Store
	service *catalog.Service
	wire    *wire
	ids     []int64 // the longest playlist and the longest chart
	reopen  func(*testing.T)
}

// No answer of a platform that has gone wrong takes a song off a list, and when it is well
// again nothing is left of the fault.
func TestFaultyTranscriptsReduceNoMembership(t *testing.T) {
	t.Parallel()
	upstream, err := demo.New(demo.Config{Playlists: 24, Songs: 120, Seed: 5})
	require.NoError(t, err)
	srv := httptest.NewServer(upstream)
	t.Cleanup(srv.Close)
	for _, p := range platforms {
		for _, fault := range transcripts(p.risk) {
			t.Run(p.name+"/"+fault.name, func(t *testing.T) {
				t.Parallel()
				cfg := p.config
				w := &wire{}
				cfg.BaseURL, cfg.Transport, cfg.RatePerSecond, cfg.Attempts = srv.URL, w, 0, 1
				world := newTranscriptWorld(t, cfg, p.make, w)
				for _, id := range world.ids {
					world.survives(t, id, fault)
				}
			})
		}
	}
}

func newTranscriptWorld(t *testing.T, cfg httpclient.Config, open func(*httpclient.Client) sources.Source, w *wire) *transcriptWorld {
	t.Helper()
	db, err := database.Open(t.Context(), filepath.Join(t.TempDir(), "c.db"))
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	world := &transcriptWorld{db: db, store: store.New(db, revision.New(), time.Now), wire: w}
	// A source made anew has no open circuit.
	world.reopen = func(t *testing.T) {
		client, err := httpclient.New(cfg)
		require.NoError(t, err)
		registry, err := sources.NewRegistry(open(client))
		require.NoError(t, err)
		world.service = catalog.New(world.store, registry, catalog.Config{})
	}
	world.reopen(t)
	for _, kind := range []models.PoolKind{models.PoolPlaylistSquare, models.PoolToplist} {
		_, err := world.service.Collect(t.Context(), catalog.CollectRequest{Source: cfg.Source, Kind: kind}, func(catalog.CollectProgress) {})
		require.NoError(t, err)
		list, err := world.store.ListPlaylists(t.Context(), models.PlaylistFilter{PoolKind: kind, Sort: models.SortSongs, Page: models.Page{Number: 1, Size: 1}})
		require.NoError(t, err)
		require.NotEmpty(t, list.Rows)
		world.ids = append(world.ids, list.Rows[0].ID)
	}
	return world
}

// members lists what is on a playlist, by remote id and how often.
func (w *transcriptWorld) members(t *testing.T, id int64) map[string]int {
	t.Helper()
	rows, _, err := w.store.ListPlaylistSongs(t.Context(), id, models.Page{})
	require.NoError(t, err)
	on := map[string]int{}
	for _, r := range rows {
		if r.GoneAtMS == 0 {
			on[r.RemoteSongID]++
		}
	}
	return on
}

func (w *transcriptWorld) survives(t *testing.T, id int64, fault transcript) {
	t.Helper()
	w.wire.set(nil, 0)
	_, err := w.service.Sync(t.Context(), id)
	require.NoError(t, err)
	before := w.members(t, id)
	songs := 0
	for _, n := range before {
		songs += n
	}
	require.Greater(t, songs, 12, "the list is long enough to lose something")
	// The version would spare the platform the fault.
	require.NoError(t, w.db.Write.Exec("UPDATE playlists SET version_tag = ''").Error)

	w.wire.set(&fault, songs)
	_, _ = w.service.Sync(t.Context(), id) // an error is as good as a doubt
	after := w.members(t, id)
	for song, n := range before {
		require.GreaterOrEqual(t, after[song], n, "%s left the list", song)
	}

	w.wire.set(nil, 0)
	require.NoError(t, w.db.Write.Exec("UPDATE playlists SET version_tag = ''").Error)
	w.reopen(t)
	_, err = w.service.Sync(t.Context(), id)
	require.NoError(t, err)
	require.Equal(t, before, w.members(t, id), "a sound answer mends everything")
	held, err := w.store.FindHeld(t.Context(), id, 1)
	require.NoError(t, err)
	require.Nil(t, held)
}
