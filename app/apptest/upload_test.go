package apptest_test

import (
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"catalogsync/app/apptest"
	"catalogsync/app/database"
	"catalogsync/app/demo"
	"catalogsync/app/storage/storagetest"
	"catalogsync/models"
)

// partTap stands before an S3 server and notes which parts arrived.
type partTap struct {
	mu      sync.Mutex
	parts   []string // numbers, in order of arrival
	arrived chan struct{}
}

func (p *partTap) start(t *testing.T, server *storagetest.S3Server) string {
	target, err := url.Parse("http://" + server.Address)
	require.NoError(t, err)
	proxy := httputil.NewSingleHostReverseProxy(target)
	proxy.ModifyResponse = func(r *http.Response) error {
		if n := r.Request.URL.Query().Get("partNumber"); n != "" && r.StatusCode == http.StatusOK {
			p.mu.Lock()
			defer p.mu.Unlock()
			p.parts = append(p.parts, n)
			if len(p.parts) == 2 {
				close(p.arrived)
			}
		}
		return nil
	}
	s := httptest.NewServer(proxy)
	t.Cleanup(s.Close)
	return s.URL
}

// seedLibrary makes a data folder whose library holds files of these sizes.
func seedLibrary(t *testing.T, files map[string]int) (dir string, db *database.DB) {
	dir = t.TempDir()
	root := filepath.Join(dir, "data", "library")
	require.NoError(t, os.MkdirAll(root, 0o755))
	db, err := database.Open(t.Context(), filepath.Join(dir, "data", "catalogsync.db"))
	require.NoError(t, err)
	home := models.StorageBackend{Name: "library", Type: models.BackendLocalFS, Root: root, IsDefault: true, Enabled: true, ConfigJSON: `{"from_settings":true}`}
	require.NoError(t, db.Write.Create(&home).Error)
	for name, n := range files {
		content := storagetest.Content(n)
		require.NoError(t, os.WriteFile(filepath.Join(root, name), content, 0o644))
		o := storagetest.Promise(content)
		song := models.Song{Platform: "qq", RemoteSongID: name, Name: name, Downloaded: true}
		require.NoError(t, db.Write.Create(&song).Error)
		asset := models.FileAsset{SongID: song.ID, Source: "qq", Ext: "flac", FileSizeBytes: o.Size, SHA256: o.SHA256, CRC32: *o.CRC32}
		require.NoError(t, db.Write.Create(&asset).Error)
		require.NoError(t, db.Write.Create(&models.FileLocation{FileAssetID: asset.ID, SongID: song.ID, BackendID: home.ID, Locator: name,
			LocatorKey: name, Status: models.LocationActive, IsPrimary: true}).Error)
	}
	return dir, db
}

// The program is killed in the midst of a large file: the same command goes on with the
// parts that arrived, and everything is in the bucket once, as recorded.
func TestUploadKilledMidway(t *testing.T) {
	t.Parallel()
	server := storagetest.StartVersityGW(t)
	require.NoError(t, os.Mkdir(filepath.Join(server.Root, "music"), 0o755))
	tap := &partTap{arrived: make(chan struct{})}
	endpoint := tap.start(t, server)
	dir, db := seedLibrary(t, map[string]int{"large.flac": 100 << 20, "a.flac": 1000, "b.flac": 2000})
	require.NoError(t, db.Close())
	env := apptest.Env(t, "http://127.0.0.1:1", "MAIN_ACCESS_KEY_ID=csadmin", "MAIN_SECRET_ACCESS_KEY=cssecret12")
	r := apptest.Run(t, dir, env, "register-object-backend", "--data", "data", "--backend", "main", "--bucket", "music", "--endpoint", endpoint,
		"--region", server.Region, "--base-prefix", "m", "--credential-env-prefix", "MAIN")
	require.Zero(t, r.Code, r.Stderr)

	cmd := apptest.Command(t, dir, env, "upload", "--data", "data", "--workers", "1")
	require.NoError(t, cmd.Start())
	select {
	case <-tap.arrived:
	case <-time.After(2 * time.Minute):
		t.Error("no part arrived")
	}
	require.NoError(t, cmd.Process.Kill())
	_ = cmd.Wait()
	tap.mu.Lock()
	before := len(tap.parts)
	tap.mu.Unlock()

	r = apptest.Run(t, dir, env, "upload", "--data", "data", "--json")
	require.Zero(t, r.Code, r.Stderr+r.Stdout)
	tap.mu.Lock()
	require.Less(t, len(tap.parts)-before, 7, "the parts that arrived are not sent again: %v", tap.parts)
	tap.mu.Unlock()

	db, err := database.Open(t.Context(), filepath.Join(dir, "data", "catalogsync.db"))
	require.NoError(t, err)
	var recorded []models.FileLocation
	require.NoError(t, db.Read.Order("locator").Find(&recorded, "backend_id = 2 AND status = 'active'").Error)
	require.Len(t, recorded, 3)
	for name, n := range map[string]int{"large.flac": 100 << 20, "a.flac": 1000, "b.flac": 2000} {
		got, err := os.ReadFile(filepath.Join(server.Root, "music", "m", name))
		require.NoError(t, err)
		require.Equal(t, storagetest.Promise(storagetest.Content(n)).SHA256, storagetest.Promise(got).SHA256, name)
	}
	entries, err := os.ReadDir(filepath.Join(server.Root, "music", "m"))
	require.NoError(t, err)
	require.Len(t, entries, 3, "nothing is there twice")
	var present int64
	require.NoError(t, db.Read.Model(&models.Presence{}).Where("backend_id = 2 AND active_files = 1").Count(&present).Error)
	require.Equal(t, int64(3), present)
	require.NoError(t, db.Close())
	r = apptest.Run(t, dir, env, "upload", "--data", "data", "--verify", "--json")
	require.Zero(t, r.Code, r.Stderr)
}

// An operator registers a bucket in the console and uploads to it.
func TestUploadInTheBrowser(t *testing.T) {
	t.Parallel()
	tab := apptest.Browser(t, "en")
	server := storagetest.StartVersityGW(t)
	require.NoError(t, os.Mkdir(filepath.Join(server.Root, "music"), 0o755))
	files := map[string]int{"large.flac": 60 << 20}
	for _, name := range []string{"a", "b", "c", "d"} {
		files[name+".flac"] = 100_000
	}
	dir, db := seedLibrary(t, files)
	require.NoError(t, db.Close())
	_, base := apptest.Upstream(t, demo.Config{})
	env := apptest.Env(t, base, "CATALOGSYNC_MAIN_S3_ACCESS_KEY_ID=csadmin", "CATALOGSYNC_MAIN_S3_SECRET_ACCESS_KEY=cssecret12")
	console := apptest.Serve(t, dir, env, "serve", "--data", "data", "--port", "0")

	tab.Open(console.URL + "/storage/new")
	fill := func(field, value string) {
		apptest.Eval[string](tab, `document.querySelector('#storage-form [name="`+field+`"]').value = "`+value+`"`)
	}
	fill("name", "main-s3")
	fill("bucket", "nowhere")
	fill("endpoint", "http://"+server.Address)
	fill("region", server.Region)
	fill("base_prefix", "music")
	tab.Click("#storage-form [type=submit]")
	tab.WaitFor(`document.querySelector("#toasts").innerText.includes("bucket or folder of storage main-s3 does not exist")`)
	fill("bucket", "music")
	tab.Click("#storage-form [type=submit]")
	tab.WaitFor(`location.pathname === "/storage" && document.querySelector("#storage-2")`)
	tab.WaitFor(`document.querySelector("#storage-2").innerText.includes("Works")`)
	require.Contains(t, tab.Text("#storage-2"), "5 files missing here")

	tab.Click(`#storage-2 form[action$="/upload"] button`)
	tab.WaitFor(`document.querySelector("#storage-2").innerText.match(/0 files missing here/)`)
	require.Contains(t, tab.Text("#storage-2"), "5 files here")
	tab.WaitFor(`document.querySelectorAll("#storage-tasks li").length === 5`)
	require.Contains(t, tab.Text("#storage-tasks"), "music/large.flac")
	if folder := os.Getenv("SCREENSHOTS"); folder != "" {
		tab.Screenshot(filepath.Join(folder, "storage-uploaded.png"))
	}
}
