package export_test

import (
	"archive/zip"
	"bytes"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash/crc32"
	"io"
	"os"
	"path"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"gorm.io/gorm"

	"catalogsync/app/database"
	"catalogsync/app/export"
	"catalogsync/app/revision"
	"catalogsync/app/store"
	"catalogsync/models"
)

// house is a database and a library folder with an export service over both.
type house struct {
	t       *testing.T
	db      *gorm.DB
	store   *store.Store
	library string
	service *export.Service
	now     time.Time
	backend models.StorageBackend
}

var start = time.Date(2026, 5, 4, 3, 2, 1, 0, time.UTC)

func newHouse(t *testing.T) *house {
	t.Helper()
	h := &house{t: t, library: t.TempDir(), now: start}
	db, err := database.Open(t.Context(), filepath.Join(t.TempDir(), "c.db"))
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	h.db = db.Write
	h.store = store.New(db, revision.New(), h.clock)
	h.service = export.New(h.store, export.Config{Now: h.clock, Random: rand.Reader, Waiting: h.store})
	h.backend = models.StorageBackend{Name: "library", Type: models.BackendLocalFS, Root: h.library, IsDefault: true}
	h.insert(&h.backend)
	return h
}

func (h *house) clock() time.Time { return h.now }

func (h *house) insert(row any) {
	h.t.Helper()
	require.NoError(h.t, h.db.Create(row).Error)
}

func (h *house) playlist(name string, songs ...*models.Song) *models.Playlist {
	h.t.Helper()
	p := &models.Playlist{Platform: "qq", RemotePlaylistID: fmt.Sprint("r", h.count(&models.Playlist{})), Kind: models.KindPlaylist, Name: name,
		SyncedAtMS: models.NowMS(start), CollectedSongCount: int64(len(songs))}
	h.insert(p)
	times := map[int64]int{}
	for i, s := range songs {
		nth := times[s.ID]
		times[s.ID]++
		h.insert(&models.PlaylistSong{PlaylistID: p.ID, SongID: s.ID, Occurrence: nth, Position: i, SeenFromMS: models.NowMS(start)})
		h.insert(&models.PlaylistChange{PlaylistID: p.ID, SongID: s.ID, Occurrence: nth, Kind: models.ChangeAdded, FromPosition: -1, ToPosition: i, AtMS: models.NowMS(start)})
	}
	return p
}

func (h *house) count(model any) int64 {
	var n int64
	require.NoError(h.t, h.db.Model(model).Count(&n).Error)
	return n
}

// song adds a song without a file.
func (h *house) song(name, singers string) *models.Song {
	h.t.Helper()
	s := &models.Song{Platform: "qq", RemoteSongID: fmt.Sprint(h.count(&models.Song{})), Name: name, Singers: singers, DurationMS: 61_499}
	h.insert(s)
	return s
}

// downloaded adds a song with its file in the library.
func (h *house) downloaded(name, singers string) *models.Song {
	h.t.Helper()
	s := h.song(name, singers)
	h.file(s, strings.Repeat("sound of "+name+"\n", 50), models.Quality320, true)
	return s
}

// file puts a file of a song into the library and gives its path.
func (h *house) file(s *models.Song, data string, q models.Quality, primary bool) string {
	h.t.Helper()
	sum := sha256.Sum256([]byte(data))
	a := models.FileAsset{SongID: s.ID, Source: "qq", SourceSongID: s.RemoteSongID, Quality: q, Ext: "mp3", FileSizeBytes: int64(len(data)),
		DurationMS: 61_400, SHA256: hex.EncodeToString(sum[:]), CRC32: crc32.ChecksumIEEE([]byte(data))}
	h.insert(&a)
	locator := fmt.Sprintf("qq/%d.mp3", a.ID)
	file := filepath.Join(h.library, filepath.FromSlash(locator))
	require.NoError(h.t, os.MkdirAll(filepath.Dir(file), 0o750))
	require.NoError(h.t, os.WriteFile(file, []byte(data), 0o600))
	at := start.Add(time.Duration(a.ID) * time.Minute)
	require.NoError(h.t, os.Chtimes(file, at, at))
	h.insert(&models.FileLocation{FileAssetID: a.ID, SongID: s.ID, BackendID: h.backend.ID, Locator: locator,
		Status: models.LocationActive, IsPrimary: primary, ModTimeMS: models.NowMS(at)})
	return file
}

func (h *house) statusOf(s *models.Song) models.LocationStatus {
	h.t.Helper()
	var l models.FileLocation
	require.NoError(h.t, h.db.Take(&l, "song_id = ?", s.ID).Error)
	return l.Status
}

func (h *house) prepare(scope export.Scope) *export.Plan {
	h.t.Helper()
	plan, err := h.service.Prepare(h.t.Context(), scope)
	require.NoError(h.t, err)
	return plan
}

func (h *house) refused(scope export.Scope) *models.Error {
	h.t.Helper()
	_, err := h.service.Prepare(h.t.Context(), scope)
	var e *models.Error
	require.ErrorAs(h.t, err, &e)
	return e
}

func of(playlists ...*models.Playlist) export.Scope {
	var scope export.Scope
	for _, p := range playlists {
		scope.PlaylistIDs = append(scope.PlaylistIDs, p.ID)
	}
	return scope
}

// archive is what a reader finds in a plan: name → content, and the order of names.
type archive struct {
	names []string
	files map[string]string
}

func open(t *testing.T, plan *export.Plan) archive {
	t.Helper()
	var b bytes.Buffer
	require.NoError(t, plan.WriteRange(t.Context(), &b, 0, plan.Size()))
	r, err := zip.NewReader(bytes.NewReader(b.Bytes()), int64(b.Len()))
	require.NoError(t, err)
	a := archive{files: map[string]string{}}
	for _, f := range r.File {
		require.True(t, filepath.IsLocal(filepath.FromSlash(f.Name)), f.Name)
		in, err := f.Open()
		require.NoError(t, err)
		data, err := io.ReadAll(in)
		require.NoError(t, err, f.Name)
		a.names = append(a.names, f.Name)
		require.NotContains(t, a.files, f.Name)
		a.files[f.Name] = string(data)
	}
	return a
}

// tracks lists the paths that a playlist file names, from the root of the archive.
func (a archive) tracks(listName string) []string {
	var out []string
	for line := range strings.Lines(a.files[listName]) {
		if line = strings.TrimSuffix(line, "\n"); !strings.HasPrefix(line, "#") {
			out = append(out, path.Join(path.Dir(listName), line))
		}
	}
	return out
}
