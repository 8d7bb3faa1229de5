package api_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gofiber/fiber/v3"
	"github.com/stretchr/testify/require"
	"gorm.io/gorm"

	"catalogsync/app/catalog"
	"catalogsync/app/database"
	"catalogsync/app/export"
	"catalogsync/app/revision"
	"catalogsync/app/store"
	"catalogsync/handlers/api"
	"catalogsync/handlers/api/openapi/openapitest"
	"catalogsync/jobs"
	"catalogsync/models"
)

var start = time.Date(2026, 5, 4, 3, 2, 1, 0, time.UTC)

// server is the API over a real database and library, listening on a free port.
type server struct {
	t       *testing.T
	db      *gorm.DB
	url     string
	library string
	backend models.StorageBackend
	runner  *runner
	app     *fiber.App
	log     *bytes.Buffer
}

// texts translates into the language and code, so that a test sees both.
type texts struct{}

func (texts) Translate(lang, code string, _ map[string]any) string { return lang + ":" + code }

// runner keeps jobs as the real one does and runs nothing.
type runner struct {
	store *store.Store
	live  jobs.Live
	fail  error
}

func (r *runner) Enqueue(ctx context.Context, n jobs.NewJob) (models.JobRun, error) {
	if r.fail != nil {
		return models.JobRun{}, r.fail
	}
	scope, err := json.Marshal(n.Scope)
	if err != nil {
		return models.JobRun{}, err
	}
	definition, _ := jobs.DefinitionOf(n.Type)
	var stages []models.JobStage
	for i, name := range definition.Stages {
		stages = append(stages, models.JobStage{Ordinal: i, Name: name, State: models.StagePending})
	}
	run := models.JobRun{Type: n.Type, State: models.JobQueued, Title: n.Title, ScopeJSON: string(scope), Origin: n.Origin, Priority: n.Priority}
	d, err := r.store.CreateJob(ctx, run, stages, models.JobEventRow{Kind: "job_created"})
	return d.JobRun, err
}

func (r *runner) Command(ctx context.Context, c models.JobCommand) (models.JobCommand, error) {
	c.State = models.CommandApplied
	job, err := r.store.GetJob(ctx, c.JobRunID)
	if err == nil && c.Kind == models.CommandPause && !job.State.Allows(models.JobPause) {
		c.State, c.Reason = models.CommandRejected, "the job is "+string(job.State)
	}
	return c, err
}

func (r *runner) Types() []models.JobType { return jobs.Types()[:5] }

func (r *runner) Live() jobs.Live { return r.live }

// enqueuer is the queue as the bulk actions know it.
type enqueuer struct{ *runner }

func (e enqueuer) Enqueue(ctx context.Context, t models.JobType, scope models.JobScope, title, origin string, priority int) (models.JobRun, error) {
	return e.runner.Enqueue(ctx, jobs.NewJob{Type: t, Scope: scope, Title: title, Origin: origin, Priority: priority})
}

func newServer(t *testing.T, adapt ...func(*api.Deps)) *server {
	t.Helper()
	db, err := database.Open(t.Context(), filepath.Join(t.TempDir(), "c.db"))
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	revisions := revision.New()
	now := func() time.Time { return start }
	st := store.New(db, revisions, now)
	s := &server{t: t, db: db.Write, library: t.TempDir(), runner: &runner{store: st, live: jobs.Live{Health: jobs.Health{OK: true}}}, log: &bytes.Buffer{}}
	s.backend = models.StorageBackend{Name: "library", Type: models.BackendLocalFS, Root: s.library}
	s.insert(&s.backend)
	exports := export.New(st, export.Config{Now: now, Random: rand.Reader, Waiting: st})
	queue := enqueuer{s.runner}
	bulk := catalog.NewBulk(catalog.NewSelection(st, queue, exports), st, catalog.BulkOptions{Queue: queue, Commands: s.runner, Exports: exports, Now: now, Random: rand.Reader})
	folders, err := export.NewFolders(exports, filepath.Join(t.TempDir(), "playlists"))
	require.NoError(t, err)
	deps := api.Deps{
		Folders: folders,
		Jobs:    st, Logs: st, Playlists: st, History: st, Keeper: catalog.NewKeeper(st), Runner: s.runner, Selection: bulk, Bulk: bulk, Exports: exports,
		Texts: texts{}, Log: slog.New(slog.NewTextHandler(s.log, nil)), Collectors: func() []string { return []string{"netease", "qq"} }, Providers: func() []string { return []string{"kuwo", "qq"} },
		Version: "1.2.3", Started: start.Add(-time.Minute), Now: now, Revisions: revisions,
	}
	for _, f := range adapt {
		f(&deps)
	}
	app := fiber.New(fiber.Config{Immutable: true})
	api.Register(app, deps)
	s.app = app
	s.serve(app)
	return s
}

func (s *server) serve(app *fiber.App) {
	listener, err := (&net.ListenConfig{}).Listen(s.t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(s.t, err)
	s.url = "http://" + listener.Addr().String()
	ended := make(chan error, 1)
	go func() { ended <- app.Listener(listener, fiber.ListenConfig{DisableStartupMessage: true}) }()
	s.t.Cleanup(func() {
		require.NoError(s.t, app.ShutdownWithTimeout(5*time.Second))
		require.NoError(s.t, <-ended)
	})
}

func (s *server) insert(row any) {
	s.t.Helper()
	require.NoError(s.t, s.db.Create(row).Error)
}

// answer is a response that has been read.
type answer struct {
	*http.Response
	body []byte
}

// do sends a request; header are names and values in turn.
func (s *server) do(method, path, body string, header ...string) answer {
	s.t.Helper()
	req, err := http.NewRequestWithContext(s.t.Context(), method, s.url+path, strings.NewReader(body))
	require.NoError(s.t, err)
	if body != "" {
		req.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i+1 < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	res, err := http.DefaultClient.Do(req)
	require.NoError(s.t, err)
	defer res.Body.Close()
	data, err := io.ReadAll(res.Body)
	require.NoError(s.t, err)
	if strings.HasPrefix(path, "/api/") {
		if err := contract(s.t).Check(method, path, res.StatusCode, res.Header.Get("Content-Type"), data); err != nil {
			s.t.Error(err) // not fatal: requests are also made by tests within this one
		}
	}
	return answer{res, data}
}

// readContract reads the description once a test process; every answer is held against it.
var readContract sync.Once

var described *openapitest.Contract

func contract(t *testing.T) *openapitest.Contract {
	t.Helper()
	readContract.Do(func() {
		doc, err := api.Reference()
		require.NoError(t, err)
		text, err := json.Marshal(doc)
		require.NoError(t, err)
		described = openapitest.New(t, text)
	})
	return described
}

func (s *server) get(path string, header ...string) answer {
	s.t.Helper()
	return s.do(http.MethodGet, path, "", header...)
}

func (s *server) post(path, body string) answer {
	s.t.Helper()
	return s.do(http.MethodPost, path, body)
}

// object is the answer's JSON.
func (a answer) object(t *testing.T, status int) map[string]any {
	t.Helper()
	require.Equal(t, status, a.StatusCode, string(a.body))
	var v map[string]any
	require.NoError(t, json.Unmarshal(a.body, &v), string(a.body))
	return v
}

func (a answer) items(t *testing.T) []map[string]any {
	t.Helper()
	list, ok := a.object(t, http.StatusOK)["items"].([]any)
	require.True(t, ok, string(a.body))
	out := make([]map[string]any, len(list))
	for i, v := range list {
		out[i], ok = v.(map[string]any)
		require.True(t, ok)
	}
	return out
}

// requireProblem checks the shape that all errors have.
func requireProblem(t *testing.T, a answer, status int, code models.Code, field string) map[string]any {
	t.Helper()
	p := a.object(t, status)
	require.Equal(t, "application/problem+json", a.Header.Get("Content-Type"))
	require.Equal(t, string(code), p["code"], string(a.body))
	require.Equal(t, "urn:catalogsync:problem:"+string(code), p["type"])
	require.EqualValues(t, status, p["status"])
	require.NotEmpty(t, p["title"])
	require.NotEmpty(t, p["detail"])
	if field == "" {
		require.NotContains(t, p, "field")
	} else {
		require.Equal(t, field, p["field"], string(a.body))
	}
	return p
}

// playlist adds a synced playlist of songs that lie in the library.
func (s *server) playlist(name string, contents ...string) *models.Playlist {
	s.t.Helper()
	p := s.bare(name, true, len(contents), len(contents))
	for i, data := range contents {
		var n int64
		require.NoError(s.t, s.db.Model(&models.Song{}).Count(&n).Error)
		song := models.Song{Platform: "qq", RemoteSongID: fmt.Sprint("s", n), Name: fmt.Sprint("Song ", i), Singers: "甲", Downloaded: true}
		s.insert(&song)
		s.insert(&models.PlaylistSong{PlaylistID: p.ID, SongID: song.ID, Position: i, SeenFromMS: models.NowMS(start)})
		s.insert(&models.PlaylistChange{PlaylistID: p.ID, SongID: song.ID, Kind: models.ChangeAdded, FromPosition: -1, ToPosition: i, AtMS: models.NowMS(start)})
		s.file(&song, data)
	}
	return p
}

func (s *server) file(song *models.Song, data string) {
	s.t.Helper()
	sum := sha256.Sum256([]byte(data))
	asset := models.FileAsset{SongID: song.ID, Source: "qq", Quality: models.Quality320, Ext: "mp3", FileSizeBytes: int64(len(data)),
		SHA256: hex.EncodeToString(sum[:]), CRC32: crc32.ChecksumIEEE([]byte(data))}
	s.insert(&asset)
	locator := fmt.Sprintf("%d.mp3", asset.ID)
	require.NoError(s.t, os.WriteFile(filepath.Join(s.library, locator), []byte(data), 0o600))
	require.NoError(s.t, os.Chtimes(filepath.Join(s.library, locator), start, start))
	s.insert(&models.FileLocation{FileAssetID: asset.ID, SongID: song.ID, BackendID: s.backend.ID, Locator: locator,
		Status: models.LocationActive, IsPrimary: true, ModTimeMS: models.NowMS(start)})
}

// bare adds a playlist with counters and no songs behind them.
func (s *server) bare(name string, synced bool, songs, downloaded int) *models.Playlist {
	s.t.Helper()
	var n int64
	require.NoError(s.t, s.db.Model(&models.Playlist{}).Count(&n).Error)
	p := &models.Playlist{Platform: "qq", RemotePlaylistID: fmt.Sprint("r", n), Kind: models.KindPlaylist, Name: name, NameKey: name,
		CollectedSongCount: int64(songs), DownloadedCount: int64(downloaded)}
	if synced {
		p.SyncedAtMS = models.NowMS(start)
	}
	s.insert(p)
	return p
}

var errTest = errors.New("secret cause")
