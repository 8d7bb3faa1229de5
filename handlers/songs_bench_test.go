package handlers_test

import (
	"fmt"
	"io"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/gofiber/fiber/v3"
	"github.com/stretchr/testify/require"

	"catalogsync/app/database"
	"catalogsync/app/revision"
	"catalogsync/app/store"
	"catalogsync/handlers/web"
)

// library fills a database with n songs of 50,000 artists, a fifth of them here, and
// indexes them.
func library(b *testing.B, n int) *store.Store {
	b.Helper()
	db, err := database.Open(b.Context(), filepath.Join(b.TempDir(), "c.db"))
	require.NoError(b, err)
	b.Cleanup(func() { require.NoError(b, db.Close()) })
	s := store.New(db, revision.New(), time.Now)
	start := time.Now()
	backend, err := s.EnsureDefaultBackend(b.Context(), "/music")
	require.NoError(b, err)
	// A character of a title is one of a few in one case of three, else any of 3,000.
	const letter = `CASE abs(random()) % 3 WHEN 0 THEN substr('的一是我你爱在不人心天有风夜雨海山路梦光', 1 + abs(random()) % 20, 1) ELSE char(19968 + abs(random()) % 3000) END`
	const word = letter + `||` + letter + `||` + letter
	for _, sql := range []string{
		`CREATE TEMP TABLE numbers AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < @songs) SELECT i FROM n`,
		`INSERT INTO songs (id, platform, remote_song_id, name, singers, album, duration_ms, metadata_json, search_key, availability, availability_code, downloaded, created_at_ms, updated_at_ms)
			SELECT i, p, i, name, singers, album, 200000, printf('%.*c', 900, 'm'), name || ' ' || singers || ' ' || album, a, CASE a WHEN '' THEN '' ELSE 'paid' END, i % 5 = 0, 1, 1
			FROM (SELECT i, CASE i % 3 WHEN 0 THEN 'qq' WHEN 1 THEN 'netease' ELSE 'kuwo' END AS p, ` + word + ` || CASE i % 4 WHEN 0 THEN ' (live at ' || (abs(random()) % 100000) || ')' ELSE '' END AS name,
				` + word + ` AS singers, ` + word + ` AS album, CASE i % 17 WHEN 0 THEN 'unavailable' WHEN 1 THEN 'not_music' ELSE '' END AS a FROM numbers)`,
		`INSERT INTO file_assets (id, song_id, source, quality, claimed_quality, ext, codec, file_size_bytes, bitrate_bps, sample_rate_hz, sha256, crc32, created_at_ms, updated_at_ms)
			SELECT i, i, CASE i % 4 WHEN 0 THEN 'qq' WHEN 1 THEN 'kuwo' ELSE 'netease' END, CASE i % 7 WHEN 0 THEN 'lossless' ELSE '320k' END, CASE i % 11 WHEN 0 THEN 'lossless' ELSE '' END, 'mp3', 'mp3', 8000000, 320000, 44100, i, 1, 1, 1
			FROM numbers WHERE i % 5 = 0`,
		`INSERT INTO file_locations (file_asset_id, song_id, backend_id, locator, status, is_primary, created_at_ms, updated_at_ms)
			SELECT i, i, @backend, 'netease/an artist/' || i || '.mp3', 'active', 1, 1, 1 FROM numbers WHERE i % 5 = 0`,
		`INSERT INTO artists (id, platform, name, name_key, song_count, created_at_ms, updated_at_ms)
			SELECT i, CASE i % 3 WHEN 0 THEN 'qq' WHEN 1 THEN 'netease' ELSE 'kuwo' END, ` + word + ` || i, ` + word + ` || i, @songs / 50000, 1, 1 FROM numbers WHERE i <= 50000`,
		`INSERT INTO artist_songs (artist_id, song_id, position) SELECT 1 + i % min(50000, @songs), i, 0 FROM numbers`,
	} {
		require.NoError(b, db.Write.Exec(strings.NewReplacer("@songs", fmt.Sprint(n), "@backend", fmt.Sprint(backend.ID)).Replace(sql)).Error)
	}
	for rows := 1; rows > 0; {
		rows, _, err = s.IndexSearch(b.Context(), 5000)
		require.NoError(b, err)
	}
	b.Logf("%d songs in %v", n, time.Since(start))
	return s
}

// BenchmarkSongsOfAMillion asks for pages of the library of 1,000,000 songs (50,000 with
// -short), as a browser does, and tells how long the slowest took and how large the answer is.
func BenchmarkSongsOfAMillion(b *testing.B) {
	n := 1_000_000
	if testing.Short() {
		n = 50_000
	}
	s := library(b, n)
	app, _ := newApp(b, newFake(), func(d *web.Deps) { d.Songs = s })
	for _, c := range []struct{ name, url string }{
		{"first page", "/songs"},
		{"largest page", "/songs?page_size=75"},
		{"last page", "/songs?at=last"},
		{"page in the middle", fmt.Sprintf("/songs?after=%d", n/2)},
		{"of a platform, in a state", "/songs?platform=qq&state=missing"},
		{"in a rare state, last page", "/songs?state=unavailable&at=last"},
		{"of a source and quality", "/songs?source=kuwo&quality=lossless"},
		{"mislabelled", "/songs?mislabelled=1"},
		{"keyword, common", "/songs?keyword=的"},
		{"keyword, common and narrowed", "/songs?keyword=的&state=unavailable&platform=kuwo"},
		{"keyword, common and narrowed by file", "/songs?keyword=的&mislabelled=1&quality=320k"},
		{"keyword, rare", "/songs?keyword=live at 4711"},
		{"keyword, two words", "/songs?keyword=夜雨 live"},
		{"keyword, not there", "/songs?keyword=zzz"},
		{"artists", "/artists"},
		{"artists, last page", "/artists?at=last"},
		{"artists, keyword", "/artists?keyword=风"},
		{"songs of an artist", "/artists/7"},
		{"songs of an artist, keyword", "/artists/7?keyword=的"},
	} {
		b.Run(c.name, func(b *testing.B) {
			var took []time.Duration
			size := 0
			for b.Loop() {
				req := httptest.NewRequest(fiber.MethodGet, "http://127.0.0.1"+escaped(c.url), nil)
				start := time.Now()
				res, err := app.Test(req, fiber.TestConfig{Timeout: time.Minute})
				require.NoError(b, err)
				body, err := io.ReadAll(res.Body)
				took = append(took, time.Since(start))
				require.NoError(b, err)
				require.Equal(b, fiber.StatusOK, res.StatusCode)
				require.NotContains(b, string(body), "plug-connected-x\"/></svg></span><p")
				size = len(body)
			}
			slices.Sort(took)
			for _, p := range []int{50, 95, 99} {
				b.ReportMetric(float64(took[(len(took)-1)*p/100].Microseconds())/1000, fmt.Sprintf("ms-p%d", p))
			}
			b.ReportMetric(float64(size)/1024, "KiB")
		})
	}
}

// escaped is an address as a browser sends it.
func escaped(address string) string {
	path, query, _ := strings.Cut(address, "?")
	values, _ := url.ParseQuery(query) // written above, and right
	return path + "?" + values.Encode()
}
