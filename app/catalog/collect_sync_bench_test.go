//go:build unix

package catalog_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"catalogsync/app/catalog"
	"catalogsync/app/database"
	"catalogsync/app/revision"
	"catalogsync/app/sources"
	"catalogsync/app/store"
	"catalogsync/models"
)

// benchSize is what the stand-in holds.
type benchSize struct{ playlists, songsEach, pageSize int }

// endless is a collector without latency that invents its answers.
type endless struct{ benchSize }

func (endless) Name() string { return "hill" }

func (endless) Pools() []sources.Pool {
	return []sources.Pool{{Kind: models.PoolPlaylistSquare, Name: "Square"}}
}

func (e endless) FetchPage(_ context.Context, _ sources.Pool, cursor string) (sources.Page, error) {
	first, _ := strconv.Atoi(cursor)
	page := sources.Page{Total: e.playlists}
	for n := first; n < min(first+e.pageSize, e.playlists); n++ {
		page.Playlists = append(page.Playlists, e.summary(n))
	}
	if next := first + e.pageSize; next < e.playlists {
		page.Next = strconv.Itoa(next)
	}
	return page, nil
}

func (e endless) summary(n int) sources.PlaylistSummary {
	return sources.PlaylistSummary{
		Ref:  models.PlaylistRef{Platform: "hill", RemoteID: strconv.Itoa(n), Kind: models.KindPlaylist},
		Name: "夜行列车 Vol. " + strconv.Itoa(n), Creator: "阿木", CoverURL: "https://p.example/" + strconv.Itoa(n) + ".jpg",
		PlayCount: int64(n * 7), TrackCount: int64(e.songsEach), Raw: models.RawJSON(`{"id":` + strconv.Itoa(n) + `,"from":"square"}`),
	}
}

func (e endless) FetchPlaylist(_ context.Context, ref models.PlaylistRef, known string) (sources.Snapshot, error) {
	if known == "v1" {
		return sources.Snapshot{Version: "v1", Unchanged: true}, nil
	}
	n, err := strconv.Atoi(ref.RemoteID)
	if err != nil {
		return sources.Snapshot{}, err
	}
	snapshot := sources.Snapshot{Version: "v1", Summary: e.summary(n), ClaimedSongs: e.songsEach, Songs: make([]models.SongSnapshot, e.songsEach)}
	for i := range snapshot.Songs {
		id := strconv.Itoa(n*e.songsEach + i)
		artist := strconv.Itoa((n*31 + i/3) % 20_000)
		snapshot.Songs[i] = models.SongSnapshot{
			RemoteID: id, Name: "潮水 " + id, Artists: []models.ArtistRef{{RemoteID: artist, Name: "歌手 " + artist}}, Album: "长夜 " + strconv.Itoa(n),
			AlbumRemoteID: strconv.Itoa(n), DurationMS: 180_000 + int64(i)*1000, Ext: "flac", FileSizeBytes: 30_000_000, Quality: models.QualityLossless,
			CoverURL: "https://p.example/a/" + id + ".jpg",
			Raw:      models.RawJSON(`{"id":` + id + `,"name":"潮水 ` + id + `","ar":[{"id":` + artist + `}],"al":{"id":` + strconv.Itoa(n) + `},"dt":200000,"fee":0}`),
		}
	}
	return snapshot, nil
}

// benchCatalog is a catalogue on a database of its own.
type benchCatalog struct {
	db      *database.DB
	store   *store.Store
	service *catalog.Service
	size    benchSize
}

// Playlists synced at once, as the sync stage does by default.
const benchWorkers = 8

func newBenchCatalog(b *testing.B, size benchSize) *benchCatalog {
	db, err := database.Open(b.Context(), filepath.Join(b.TempDir(), "catalogsync.db"))
	require.NoError(b, err)
	b.Cleanup(func() { require.NoError(b, db.Close()) })
	c := &benchCatalog{db: db, store: store.New(db, revision.New(), time.Now), size: size}
	registry, err := sources.NewRegistry(endless{size})
	require.NoError(b, err)
	c.service = catalog.New(c.store, registry, catalog.Config{PageLimit: size.playlists, Rest: models.SyncRest{Longest: 7 * 24 * time.Hour}})
	return c
}

// effort is how long something took and how much of it the process computed, which other
// programs on the machine hardly change.
type effort struct{ took, cpu time.Duration }

// stopwatch begins to measure an effort.
func stopwatch() func() effort {
	began, used := time.Now(), cpuTime()
	return func() effort { return effort{time.Since(began), cpuTime() - used} }
}

// cpuTime is what the process has computed since its start, by the system's account.
func cpuTime() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// run collects and syncs everything once and tells what it took and the most memory that
// was in use.
func (c *benchCatalog) run(b *testing.B) (spent effort, peak uint64) {
	ctx := b.Context()
	stop := stopwatch()
	_, err := c.service.Collect(ctx, catalog.CollectRequest{Source: "hill", Kind: models.PoolPlaylistSquare}, func(catalog.CollectProgress) {})
	require.NoError(b, err)
	due, err := c.store.DuePlaylists(ctx, models.JobScope{})
	require.NoError(b, err)
	require.Len(b, due, c.size.playlists)
	next := make(chan int64)
	failed := make([]error, benchWorkers)
	var workers sync.WaitGroup
	for w := range benchWorkers {
		workers.Go(func() {
			for id := range next {
				_, err := c.service.Sync(ctx, id)
				failed[w] = errors.Join(failed[w], err)
			}
		})
	}
	for i, p := range due {
		if i%500 == 0 {
			var m runtime.MemStats
			runtime.ReadMemStats(&m)
			peak = max(peak, m.HeapInuse)
		}
		next <- p.ID
	}
	close(next)
	workers.Wait()
	require.NoError(b, errors.Join(failed...))
	require.NoError(b, c.service.Flush(ctx))
	return stop(), peak
}

// written counts the rows that the writer's connection wrote since it was opened.
func (c *benchCatalog) written(b *testing.B) (n int64) {
	require.NoError(b, c.db.Write.Raw("SELECT total_changes()").Scan(&n).Error)
	return n
}

// BenchmarkCollectSync measures a first collect and sync, the same again unchanged, and bare
// batched inserts of the same rows through the same driver, into the same schema and into
// one without indexes for pages.
func BenchmarkCollectSync(b *testing.B) {
	size := benchSize{playlists: 10_000, songsEach: 100, pageSize: 100}
	if testing.Short() {
		size.playlists = 500
	}
	for b.Loop() {
		c := newBenchCatalog(b, size)
		first, peak := c.run(b)
		before := c.written(b)
		again, _ := c.run(b)
		rows := c.written(b) - before
		bare, lean := insertBare(b, c.db, false), insertBare(b, c.db, true)
		links := float64(size.playlists * size.songsEach)
		b.ReportMetric(links/first.took.Seconds(), "links/s")
		b.ReportMetric(links/bare.took.Seconds(), "bare-links/s")
		b.ReportMetric(bare.took.Seconds()/first.took.Seconds(), "of-bare")
		b.ReportMetric(lean.took.Seconds()/first.took.Seconds(), "of-lean")
		b.ReportMetric(float64(first.cpu.Microseconds())/links, "cpu-µs/link")
		b.ReportMetric(float64(bare.cpu.Microseconds())/links, "bare-cpu-µs/link")
		b.ReportMetric(first.took.Seconds()/again.took.Seconds(), "×-unchanged")
		b.ReportMetric(float64(rows), "rows-unchanged")
		b.ReportMetric(float64(peak)/(1<<20), "peak-MiB")
	}
}

// bareTables are the tables that a collect and sync fill, each with the condition that picks
// the rows that go with the playlists of a batch.
var bareTables = []struct{ table, rows string }{
	{"playlist_pools", ""},
	{"artist_pools", ""},
	{"playlists", "id BETWEEN ? AND ?"},
	{"pool_playlists", "playlist_id BETWEEN ? AND ?"},
	{"songs", "id IN (SELECT song_id FROM playlist_songs WHERE playlist_id BETWEEN ? AND ?)"},
	{"playlist_songs", "playlist_id BETWEEN ? AND ?"},
	{"playlist_changes", "playlist_id BETWEEN ? AND ?"},
	{"artists", "id IN (SELECT a.artist_id FROM playlist_songs ps JOIN artist_songs a ON a.song_id = ps.song_id WHERE ps.playlist_id BETWEEN ? AND ?)"},
	{"artist_songs", "song_id IN (SELECT song_id FROM playlist_songs WHERE playlist_id BETWEEN ? AND ?)"},
	{"pool_artists", "artist_id IN (SELECT a.artist_id FROM playlist_songs ps JOIN artist_songs a ON a.song_id = ps.song_id WHERE ps.playlist_id BETWEEN ? AND ?)"},
}

const (
	// barePlaylists are inserted with one transaction.
	barePlaylists = 20
	// bareRows are inserted with one prepared statement.
	bareRows = 100
)

// insertBare copies all rows into a database of its own and tells what the inserts took;
// reading the rows is not counted. A lean database has the keys of the tables and nothing
// that makes pages quick: what a program would write that only stores.
func insertBare(b *testing.B, from *database.DB, lean bool) (spent effort) {
	source, err := from.Read.DB()
	require.NoError(b, err)
	target, err := database.Open(b.Context(), filepath.Join(b.TempDir(), "bare.db"))
	require.NoError(b, err)
	defer func() { require.NoError(b, target.Close()) }()
	writer, err := target.Write.DB()
	require.NoError(b, err)
	if lean {
		dropExtras(b, target)
	}
	var last int64
	require.NoError(b, source.QueryRow("SELECT max(id) FROM playlists").Scan(&last))
	seen := map[string]map[any]bool{"artists": {}, "pool_artists": {}, "playlist_pools": {}, "artist_pools": {}}
	statements := map[string]*sql.Stmt{}
	for first := int64(1); first <= last; first += barePlaylists {
		batch := make([][][]any, len(bareTables))
		for i, t := range bareTables {
			batch[i] = readBare(b, source, t.table, t.rows, first, first+barePlaylists-1, seen[t.table])
		}
		for i, t := range bareTables {
			prepareRows(b, writer, statements, t.table, batch[i])
		}
		stop := stopwatch()
		tx, err := writer.Begin()
		require.NoError(b, err)
		for i, t := range bareTables {
			insertRows(b, tx, statements, t.table, batch[i])
		}
		require.NoError(b, tx.Commit())
		batchSpent := stop()
		spent.took, spent.cpu = spent.took+batchSpent.took, spent.cpu+batchSpent.cpu
	}
	return spent
}

// dropExtras drops the triggers, and all indexes but unique ones.
func dropExtras(b *testing.B, db *database.DB) {
	var drops []string
	require.NoError(b, db.Write.Raw(`SELECT 'DROP ' || type || ' ' || name FROM sqlite_master
		WHERE type = 'trigger' OR type = 'index' AND sql NOT LIKE 'CREATE UNIQUE%'`).Scan(&drops).Error)
	require.NotEmpty(b, drops)
	for _, drop := range drops {
		require.NoError(b, db.Write.Exec(drop).Error)
	}
}

// readBare reads the rows of one batch; of tables that batches share only those not seen yet.
func readBare(b *testing.B, db *sql.DB, table, condition string, from, to int64, seen map[any]bool) (list [][]any) {
	query, args := "SELECT * FROM "+table, []any{}
	if condition != "" {
		query, args = query+" WHERE "+condition, []any{from, to}
	}
	rows, err := db.Query(query, args...)
	require.NoError(b, err)
	defer rows.Close()
	columns, err := rows.Columns()
	require.NoError(b, err)
	key := 0
	if table == "pool_artists" {
		key = 1
	}
	for rows.Next() {
		values, targets := make([]any, len(columns)), make([]any, len(columns))
		for i := range values {
			targets[i] = &values[i]
		}
		require.NoError(b, rows.Scan(targets...))
		if seen != nil {
			if seen[values[key]] {
				continue
			}
			seen[values[key]] = true
		}
		list = append(list, values)
	}
	require.NoError(b, rows.Err())
	return list
}

// prepareRows prepares the statements that insertRows will use; the connection is one, so it
// cannot be done inside of the transaction.
func prepareRows(b *testing.B, db *sql.DB, statements map[string]*sql.Stmt, table string, rows [][]any) {
	for chunk := range slices.Chunk(rows, bareRows) {
		name := fmt.Sprint(table, len(chunk))
		if statements[name] != nil {
			continue
		}
		row := "(?" + strings.Repeat(",?", len(chunk[0])-1) + ")"
		statement, err := db.Prepare("INSERT INTO " + table + " VALUES " + row + strings.Repeat(","+row, len(chunk)-1))
		require.NoError(b, err)
		statements[name] = statement
		b.Cleanup(func() { _ = statement.Close() })
	}
}

func insertRows(b *testing.B, tx *sql.Tx, statements map[string]*sql.Stmt, table string, rows [][]any) {
	for chunk := range slices.Chunk(rows, bareRows) {
		args := make([]any, 0, len(chunk)*len(chunk[0]))
		for _, r := range chunk {
			args = append(args, r...)
		}
		require.NoError(b, execute(tx, statements[fmt.Sprint(table, len(chunk))], args))
	}
}

func execute(tx *sql.Tx, prepared *sql.Stmt, args []any) error {
	statement := tx.Stmt(prepared)
	defer func() { _ = statement.Close() }() // it ends with the transaction
	_, err := statement.Exec(args...)
	return err
}
