package upload_test

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"catalogsync/app/database"
	"catalogsync/app/revision"
	"catalogsync/app/storage"
	"catalogsync/app/storage/hub"
	"catalogsync/app/storage/local"
	"catalogsync/app/storage/s3"
	"catalogsync/app/storage/storagetest"
	"catalogsync/app/store"
	"catalogsync/app/upload"
	"catalogsync/models"
)

// world is a library with songs, and a storage beside it.
type world struct {
	*upload.Service
	store   *store.Store
	db      *database.DB
	library string
	target  models.StorageBackend
	home    models.StorageBackend
	jobs    []models.JobScope
}

func (w *world) Enqueue(_ context.Context, t models.JobType, scope models.JobScope, _, _ string, _ int) (models.JobRun, error) {
	w.jobs = append(w.jobs, scope)
	return models.JobRun{ID: int64(len(w.jobs)), Type: t}, nil
}

// folderKind is a folder under the name of buckets: what is tested here is not the wire.
func folderKind(dir string) storage.Kind {
	return storage.Kind{
		Type: models.BackendObjectStorage, Options: s3.Kind().Options, Check: func(storage.Settings) error { return nil },
		Open: func(context.Context, storage.Config) (storage.Backend, error) { return local.New(dir) },
	}
}

func newWorld(t *testing.T, kind storage.Kind, settings storage.Settings) *world {
	t.Helper()
	db, err := database.Open(t.Context(), filepath.Join(t.TempDir(), "catalogsync.db"))
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	w := &world{db: db, store: store.New(db, revision.New(), time.Now), library: t.TempDir()}
	h := hub.New(hub.Options{Kinds: []storage.Kind{local.Kind(), kind}, Find: w.store.GetStorage, Now: time.Now,
		Secret: func(key string) string {
			for ending, v := range map[string]string{"_SECRET_ACCESS_KEY": "cssecret12", "_ACCESS_KEY_ID": "csadmin"} {
				if strings.HasSuffix(key, ending) {
					return v
				}
			}
			return ""
		}})
	t.Cleanup(func() { require.NoError(t, h.Close()) })
	w.Service = upload.New(upload.Config{Store: w.store, Hub: h, Now: time.Now, Log: slog.New(slog.DiscardHandler), CheckPlaylists: func(context.Context, []int64) error { return nil }})
	w.Queue = w
	w.home, err = w.store.EnsureDefaultBackend(t.Context(), w.library)
	require.NoError(t, err)
	made, err := w.Register(t.Context(), upload.Registration{Name: "main", Settings: settings})
	require.NoError(t, err)
	w.target = made.StorageBackend
	return w
}

// song files a song of n bytes and gives its asset.
func (w *world) song(t *testing.T, locator string, n int) models.FileAsset {
	t.Helper()
	content := storagetest.Content(n)
	path := filepath.Join(w.library, filepath.FromSlash(locator))
	require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
	require.NoError(t, os.WriteFile(path, content, 0o600))
	o := storagetest.Promise(content)
	song := models.Song{Platform: "qq", RemoteSongID: locator, Name: locator, Downloaded: true}
	require.NoError(t, w.db.Write.Create(&song).Error)
	a := models.FileAsset{SongID: song.ID, Source: "qq", Ext: "flac", FileSizeBytes: o.Size, SHA256: o.SHA256, CRC32: *o.CRC32}
	require.NoError(t, w.db.Write.Create(&a).Error)
	require.NoError(t, w.db.Write.Create(&models.FileLocation{FileAssetID: a.ID, SongID: song.ID, BackendID: w.home.ID, Locator: locator, Status: models.LocationActive, IsPrimary: true}).Error)
	return a
}

func (w *world) plan(t *testing.T, f models.UploadFilter) []models.MissingUpload {
	t.Helper()
	var all []models.MissingUpload
	require.NoError(t, w.Plan(t.Context(), w.target, f, func(files []models.MissingUpload) error { all = append(all, files...); return nil }))
	return all
}

func quiet(int64, int64, string) {}

func (w *world) uploadAll(t *testing.T) {
	t.Helper()
	for _, m := range w.plan(t, models.UploadFilter{}) {
		_, err := w.Upload(t.Context(), w.target, m.FileAssetID, upload.Options{}, quiet)
		require.NoError(t, err)
	}
}

// remote lists what is recorded on the storage.
func (w *world) remote(t *testing.T) []models.FileLocation {
	t.Helper()
	var list []models.FileLocation
	require.NoError(t, w.db.Read.Order("locator").Find(&list, "backend_id = ? AND status = 'active'", w.target.ID).Error)
	return list
}

func (w *world) task(t *testing.T, asset int64) models.UploadTask {
	t.Helper()
	var task models.UploadTask
	require.NoError(t, w.db.Read.Order("id DESC").Take(&task, "file_asset_id = ?", asset).Error)
	return task
}

func folderWorld(t *testing.T) (*world, string) {
	dir := t.TempDir()
	return newWorld(t, folderKind(dir), storage.Settings{"bucket": "music", "endpoint": "http://x", "base_prefix": "music"}), dir
}

// A file goes up under its own path below the prefix, is recorded as no primary one, and
// is not sent again.
func TestUpload(t *testing.T) {
	t.Parallel()
	w, dir := folderWorld(t)
	a := w.song(t, "qq/Singer A/song-a.flac", 1000)
	w.uploadAll(t)
	sent, err := os.ReadFile(filepath.Join(dir, "music", "qq", "Singer A", "song-a.flac"))
	require.NoError(t, err)
	require.Equal(t, storagetest.Content(1000), sent)
	list := w.remote(t)
	require.Len(t, list, 1)
	require.Equal(t, "music/qq/Singer A/song-a.flac", list[0].Locator)
	require.False(t, list[0].IsPrimary)
	require.Equal(t, models.UploadSucceeded, w.task(t, a.ID).State)
	var p models.Presence
	require.NoError(t, w.db.Read.Take(&p, "song_id = ? AND backend_id = ?", a.SongID, w.target.ID).Error)
	require.Equal(t, int64(1), p.ActiveFiles)
	var home models.FileLocation
	require.NoError(t, w.db.Read.Take(&home, "file_asset_id = ? AND backend_id = ?", a.ID, w.home.ID).Error)
	require.True(t, home.IsPrimary, "the local file stays the primary one")
	require.Empty(t, w.plan(t, models.UploadFilter{}))
}

// Two library folders may hold the same path; a song that was replaced gives its name away.
func TestNamesCollide(t *testing.T) {
	t.Parallel()
	w, _ := folderWorld(t)
	first := w.song(t, "qq/x.flac", 100)
	w.uploadAll(t)
	other := t.TempDir()
	second := models.StorageBackend{Name: "second", Type: models.BackendLocalFS, Root: other, Enabled: true}
	require.NoError(t, w.db.Write.Create(&second).Error)
	home := w.home
	w.home, w.library = second, other
	b := w.song(t, "qq/./x.flac", 200)
	require.NoError(t, w.db.Write.Exec("UPDATE file_locations SET locator = 'qq/x.flac' WHERE file_asset_id = ?", b.ID).Error)
	w.uploadAll(t)
	list := w.remote(t)
	require.Len(t, list, 2)
	require.Equal(t, "music/qq/x.flac", list[1].Locator)
	require.Contains(t, list[0].Locator, "music/qq/x [")

	require.NoError(t, w.db.Write.Exec("UPDATE file_locations SET status = 'inactive' WHERE file_asset_id = ? AND backend_id = ?", first.ID, home.ID).Error)
	w.home = home
	var root models.StorageBackend
	require.NoError(t, w.db.Read.Take(&root, home.ID).Error)
	w.library = root.Root
	c := w.song(t, "qq/new.flac", 300)
	require.NoError(t, os.Rename(filepath.Join(w.library, "qq", "new.flac"), filepath.Join(w.library, "qq", "x.flac")))
	require.NoError(t, w.db.Write.Exec("UPDATE file_locations SET locator = 'qq/x.flac' WHERE file_asset_id = ?", c.ID).Error)
	w.uploadAll(t)
	list = w.remote(t)
	require.Len(t, list, 2, "the replaced file is history")
	require.Equal(t, c.ID, list[1].FileAssetID)
}

// A file that changed on disk is no longer the one that is recorded, and does not go up.
func TestChangedAndGoneFiles(t *testing.T) {
	t.Parallel()
	w, _ := folderWorld(t)
	changed, gone := w.song(t, "qq/changed.flac", 100), w.song(t, "qq/gone.flac", 100)
	w.plan(t, models.UploadFilter{})
	require.NoError(t, os.WriteFile(filepath.Join(w.library, "qq", "changed.flac"), []byte("other"), 0o600))
	_, err := w.Upload(t.Context(), w.target, changed.ID, upload.Options{}, quiet)
	require.Equal(t, models.CodeChecksumMismatch, models.CodeOf(err))
	require.Equal(t, models.UploadFailed, w.task(t, changed.ID).State)

	// Same length, other bytes: the storage notices.
	require.NoError(t, os.WriteFile(filepath.Join(w.library, "qq", "changed.flac"), make([]byte, 100), 0o600))
	_, err = w.Upload(t.Context(), w.target, changed.ID, upload.Options{}, quiet)
	require.Equal(t, models.CodeChecksumMismatch, models.CodeOf(err), "%v", err)

	require.NoError(t, w.db.Write.Exec("UPDATE file_locations SET status = 'missing' WHERE file_asset_id = ?", gone.ID).Error)
	r, err := w.Upload(t.Context(), w.target, gone.ID, upload.Options{}, quiet)
	require.NoError(t, err)
	require.True(t, r.Skipped)
	require.Equal(t, models.CodeSourceFileGone, r.Code)
	require.Empty(t, w.remote(t))
}

func TestFilters(t *testing.T) {
	t.Parallel()
	w, _ := folderWorld(t)
	a, b := w.song(t, "qq/a.flac", 10), w.song(t, "qq/b.flac", 20)
	require.NoError(t, w.db.Write.Exec("UPDATE songs SET platform = 'kuwo' WHERE id = ?", b.SongID).Error)
	p := models.Playlist{Platform: "qq", RemotePlaylistID: "1", Kind: models.KindPlaylist, Name: "P"}
	require.NoError(t, w.db.Write.Create(&p).Error)
	require.NoError(t, w.db.Write.Create(&models.PlaylistSong{PlaylistID: p.ID, SongID: a.SongID, SeenFromMS: 1}).Error)
	require.Len(t, w.plan(t, models.UploadFilter{}), 2)
	require.Len(t, w.plan(t, models.UploadFilter{Limit: 1}), 1)
	require.Equal(t, b.ID, w.plan(t, models.UploadFilter{Sources: []string{"kuwo"}})[0].FileAssetID)
	require.Equal(t, a.ID, w.plan(t, models.UploadFilter{PlaylistIDs: []int64{p.ID}})[0].FileAssetID)
	require.NoError(t, w.db.Write.Exec("UPDATE playlist_songs SET gone_at_ms = 5").Error)
	require.Empty(t, w.plan(t, models.UploadFilter{PlaylistIDs: []int64{p.ID}}), "what left the playlist is not on it")
}

func TestRegisterRefuses(t *testing.T) {
	t.Parallel()
	w, _ := folderWorld(t)
	for field, r := range map[string]upload.Registration{
		"name":                  {Name: " "},
		"surprise":              {Name: "x", Settings: storage.Settings{"surprise": "1"}},
		"credential_env_prefix": {Name: "x", Settings: storage.Settings{"credential_env_prefix": "AKIA/secret+key"}},
		"type":                  {Name: "x", Type: models.BackendLocalFS},
	} {
		_, err := w.Register(t.Context(), r)
		e, ok := errors.AsType[*models.Error](err)
		require.True(t, ok, "%v", err)
		require.Equal(t, field, e.Field)
		require.NotContains(t, err.Error(), "secret+key")
	}
	_, err := w.Register(t.Context(), upload.Registration{Name: w.home.Name, Settings: storage.Settings{}})
	require.Equal(t, models.CodeNameTaken, models.CodeOf(err))
	list, err := w.Storages(t.Context())
	require.NoError(t, err)
	require.Len(t, list, 2)
	made, err := w.Register(t.Context(), upload.Registration{Name: "main", Settings: storage.Settings{"bucket": "other"}})
	require.NoError(t, err)
	require.False(t, made.New)
	require.Contains(t, made.ConfigJSON, "other")
}

func TestTargets(t *testing.T) {
	t.Parallel()
	w, _ := folderWorld(t)
	run, err := w.UploadSelected(t.Context(), []int64{3}, 0, "web")
	require.NoError(t, err)
	require.Equal(t, models.JobUploadOnly, run.Type)
	require.Equal(t, w.target.ID, w.jobs[0].Upload.BackendID)
	_, err = w.UploadSelected(t.Context(), nil, 0, "web")
	require.Equal(t, models.CodeNothingSelected, models.CodeOf(err))
	_, err = w.Target(t.Context(), &models.UploadScope{BackendID: w.home.ID})
	require.Equal(t, models.ClassInvalid, models.ClassOf(err))
	require.NoError(t, w.SetEnabled(t.Context(), w.target.ID, false))
	_, err = w.Target(t.Context(), nil)
	require.Equal(t, models.CodeNoStorage, models.CodeOf(err))
	_, err = w.Target(t.Context(), &models.UploadScope{BackendID: w.target.ID})
	require.Equal(t, models.CodeStorageDisabled, models.CodeOf(err))
	require.Error(t, w.SetEnabled(t.Context(), w.home.ID, false), "the library stays on")
}
