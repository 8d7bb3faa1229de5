package download

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"catalogsync/app/database"
	demoaudio "catalogsync/app/demo/audio"
	"catalogsync/app/library"
	"catalogsync/app/revision"
	"catalogsync/app/sources"
	"catalogsync/app/store"
	"catalogsync/models"
)

// songSeconds is the length of all songs here.
const songSeconds = 20

// file makes a song's file of so many seconds; tune tells files apart.
func file(t *testing.T, f demoaudio.Format, seconds int, tune uint64) []byte {
	t.Helper()
	bank, err := demoaudio.NewBank()
	require.NoError(t, err)
	cells := demoaudio.CellsOf(time.Duration(seconds) * time.Second)
	b, err := io.ReadAll(bank.Open(demoaudio.Spec{Format: f, Cells: cells, Tune: tune, Title: "山路"}))
	require.NoError(t, err)
	return b
}

// served is what a fake source does with one song.
type served struct {
	stream  sources.Stream
	body    []byte
	length  int64 // announced; 0 = as long as the body
	cut     int   // bytes after which the connection breaks; 0 = never
	refused error // of Resolve
	hang    bool  // the body never ends
}

// fakeSource is a provider in memory.
type fakeSource struct {
	name      string
	songs     map[string]served // remote id → what happens
	found     []sources.Candidate
	searchErr error
	opened    chan struct{} // receives at each Open, when not nil

	searches, opens atomic.Int64
	mu              sync.Mutex
	queries         []string
}

func (f *fakeSource) Name() string { return f.name }

func (f *fakeSource) Search(_ context.Context, query string, _ int) ([]sources.Candidate, error) {
	f.searches.Add(1)
	f.mu.Lock()
	defer f.mu.Unlock()
	f.queries = append(f.queries, query)
	return f.found, f.searchErr
}

func (f *fakeSource) CandidateOf(s models.SongSnapshot) (sources.Candidate, bool) {
	_, known := f.songs[s.RemoteID]
	return sources.Candidate{Source: f.name, RemoteID: s.RemoteID, Title: s.Name, Artists: s.ArtistNames(), DurationMS: s.DurationMS}, known && s.Platform == f.name
}

func (f *fakeSource) Resolve(_ context.Context, c sources.Candidate, _ models.Quality) ([]sources.Stream, error) {
	s := f.songs[c.RemoteID]
	if s.refused != nil {
		return nil, s.refused
	}
	st := s.stream
	st.URL = c.RemoteID
	if st.Ext == "" {
		st.Ext = "mp3"
	}
	if st.Quality == "" {
		st.Quality = models.Quality320
	}
	return []sources.Stream{st}, nil
}

func (f *fakeSource) Open(ctx context.Context, st sources.Stream, _ int64, _ string) (*sources.Body, error) {
	f.opens.Add(1)
	if f.opened != nil {
		f.opened <- struct{}{}
	}
	s := f.songs[st.URL]
	var r io.Reader = bytes.NewReader(s.body)
	switch {
	case s.hang:
		r = io.MultiReader(r, waitFor{ctx})
	case s.cut > 0:
		r = io.MultiReader(bytes.NewReader(s.body[:s.cut]), brokenLine{})
	}
	length := int64(len(s.body))
	if s.length != 0 {
		length = s.length
	}
	return &sources.Body{ReadCloser: io.NopCloser(r), Length: length}, nil
}

// waitFor gives nothing until its context ends.
type waitFor struct{ ctx context.Context }

func (w waitFor) Read([]byte) (int, error) {
	<-w.ctx.Done()
	return 0, w.ctx.Err()
}

// brokenLine is a connection that breaks.
type brokenLine struct{}

func (brokenLine) Read([]byte) (int, error) { return 0, errors.New("connection reset by peer") }

// bench is a service with everything around it.
type bench struct {
	*Service
	t        *testing.T
	store    *store.Store
	db       *database.DB
	dir      string
	playlist int64
	netease  *fakeSource
	qq       *fakeSource
	free     atomic.Int64
	tags     bool // fetchFrom lets songs get tags
}

func newBench(t *testing.T) *bench {
	t.Helper()
	b := &bench{t: t, dir: filepath.Join(t.TempDir(), "library")}
	b.free.Store(1 << 40)
	db, err := database.Open(t.Context(), filepath.Join(t.TempDir(), "catalogsync.db"))
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	b.db = db
	b.store = store.New(db, revision.New(), time.Now)
	b.netease = &fakeSource{name: "netease", songs: map[string]served{}}
	b.qq = &fakeSource{name: "qq", songs: map[string]served{}}
	b.use(b.store)
	return b
}

// use starts the service anew on the same folders, as a new process would.
func (b *bench) use(s Store) {
	b.t.Helper()
	lib, err := library.Open(b.dir, library.Options{ReserveBytes: 1000, FreeBytes: func(string) (int64, error) { return b.free.Load(), nil }})
	require.NoError(b.t, err)
	registry, err := sources.NewRegistry(b.netease, b.qq)
	require.NoError(b.t, err)
	b.Service, err = New(b.t.Context(), Config{Store: s, Sources: registry, Library: lib})
	require.NoError(b.t, err)
}

// songs puts songs of NetEase on a playlist and gives their ids, in order.
func (b *bench) songs(list ...models.SongSnapshot) []int64 {
	b.t.Helper()
	ids, err := b.store.AddPlaylists(b.t.Context(), models.PoolManualFile, []models.PlaylistRef{{Platform: "netease", RemoteID: "1", Kind: models.KindPlaylist}})
	require.NoError(b.t, err)
	b.playlist = ids[0]
	_, err = b.store.SaveSync(b.t.Context(), models.FetchedPlaylist{PlaylistID: ids[0], Songs: list})
	require.NoError(b.t, err)
	out := make([]int64, len(list))
	for i, s := range list {
		var song models.Song
		require.NoError(b.t, b.db.Read.Take(&song, "remote_song_id = ?", s.RemoteID).Error)
		out[i] = song.ID
	}
	return out
}

// song is song "1" of NetEase on a playlist.
func (b *bench) song() int64 { return b.songs(snapshot("1", "山路"))[0] }

func snapshot(id, name string) models.SongSnapshot {
	return models.SongSnapshot{Platform: "netease", RemoteID: id, Name: name, Artists: []models.ArtistRef{{Name: "阿木"}, {Name: "Lin"}}, Album: "河口", DurationMS: songSeconds * 1000}
}

// candidate is a QQ candidate that matches the song of that name.
func candidate(id, name string) sources.Candidate {
	return sources.Candidate{Source: "qq", RemoteID: id, Title: name, Artists: []string{"阿木", "Lin"}, Album: "河口", DurationMS: songSeconds * 1000}
}

func (b *bench) download(songID int64) (Result, error) {
	return b.Download(b.t.Context(), songID, nil, nil)
}

// files lists what lies in the library, '/'-separated.
func (b *bench) files() []string {
	b.t.Helper()
	out := []string{}
	require.NoError(b.t, fs.WalkDir(os.DirFS(b.dir), ".", func(name string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			out = append(out, name)
		}
		return err
	}))
	return out
}

func (b *bench) row(songID int64) models.Song {
	b.t.Helper()
	var song models.Song
	require.NoError(b.t, b.db.Read.Take(&song, songID).Error)
	return song
}

func (b *bench) task(songID int64) models.DownloadTask {
	b.t.Helper()
	var task models.DownloadTask
	require.NoError(b.t, b.db.Read.Take(&task, "song_id = ?", songID).Error)
	return task
}

// counters are the playlist's downloaded and skipped songs.
func (b *bench) counters() [2]int64 {
	b.t.Helper()
	var p models.Playlist
	require.NoError(b.t, b.db.Read.Take(&p, b.playlist).Error)
	return [2]int64{p.DownloadedCount, p.SkippedCount}
}

// requireSound checks what must hold at any time: derived values equal their facts, and
// every file belongs to exactly one active location.
func (b *bench) requireSound() {
	b.t.Helper()
	corrected, err := b.store.RebuildCounters(b.t.Context())
	require.NoError(b.t, err)
	require.Zero(b.t, corrected, "counters agree with the facts")
	var locators []string
	require.NoError(b.t, b.db.Read.Model(&models.FileLocation{}).Where("status = 'active'").Order("locator").Pluck("locator", &locators).Error)
	require.ElementsMatch(b.t, locators, b.files())
	var wrong int64
	require.NoError(b.t, b.db.Read.Raw(`SELECT count(*) FROM song_backend_presence p WHERE active_files <>
		(SELECT count(*) FROM file_locations l WHERE l.song_id = p.song_id AND l.backend_id = p.backend_id AND l.status = 'active')`).Scan(&wrong).Error)
	require.Zero(b.t, wrong)
}

func unavailable(code models.Code) error {
	return models.NewError(models.ClassUnavailable, code, "not for you")
}

func transient() error {
	return models.NewError(models.ClassTransient, models.CodeTimeout, "no answer in time")
}

func long(s string, n int) string { return strings.Repeat(s, n) }

func remoteID(n int) string { return fmt.Sprintf("id%d", n) }
