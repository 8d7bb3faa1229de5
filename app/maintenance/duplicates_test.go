package maintenance_test

import (
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"catalogsync/app/database"
	"catalogsync/app/library"
	"catalogsync/app/maintenance"
	"catalogsync/app/revision"
	"catalogsync/app/store"
	"catalogsync/models"
)

// house is a library with its database.
type house struct {
	*testing.T
	db      *database.DB
	store   *store.Store
	lib     *library.Library
	backend models.StorageBackend
	service *maintenance.Service
}

func newHouse(t *testing.T) *house {
	t.Helper()
	dir := t.TempDir()
	db, err := database.Open(t.Context(), filepath.Join(dir, "c.db"))
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	lib, err := library.Open(filepath.Join(dir, "library"), library.Options{ReserveBytes: -1})
	require.NoError(t, err)
	h := &house{T: t, db: db, store: store.New(db, revision.New(), time.Now), lib: lib}
	h.backend, err = h.store.EnsureDefaultBackend(t.Context(), lib.Root())
	require.NoError(t, err)
	h.service = maintenance.New(maintenance.Config{Store: h.store, Log: slog.New(slog.DiscardHandler),
		Now: func() time.Time { return time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC) }})
	return h
}

func (h *house) insert(row any) {
	h.Helper()
	require.NoError(h, h.db.Write.Create(row).Error)
}

// asset makes a song with one file of the size.
func (h *house) asset(name string, size int64) models.FileAsset {
	h.Helper()
	song := models.Song{Platform: "qq", RemoteSongID: name, Name: name, Downloaded: true}
	h.insert(&song)
	asset := models.FileAsset{SongID: song.ID, Source: "qq", Ext: "mp3", FileSizeBytes: size, SHA256: name}
	h.insert(&asset)
	return asset
}

// place records a location of the asset and, unless told otherwise, puts a file there.
func (h *house) place(a models.FileAsset, locator string, onDisk bool) models.FileLocation {
	h.Helper()
	l := models.FileLocation{FileAssetID: a.ID, SongID: a.SongID, BackendID: h.backend.ID, Locator: locator, LocatorKey: library.NameKey(locator), Status: models.LocationActive}
	h.insert(&l)
	if onDisk {
		h.write(locator, int(a.FileSizeBytes))
	}
	return l
}

func (h *house) write(locator string, size int) {
	h.Helper()
	path := filepath.Join(h.lib.Root(), filepath.FromSlash(locator))
	require.NoError(h, os.MkdirAll(filepath.Dir(path), 0o755))
	require.NoError(h, os.WriteFile(path, make([]byte, size), 0o600))
}

func (h *house) status(id int64) models.LocationStatus {
	h.Helper()
	var l models.FileLocation
	require.NoError(h, h.db.Read.Take(&l, id).Error)
	return l.Status
}

func TestWhichDuplicateIsKept(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		places []string // "-" before a name: not on disk
		keep   string
	}{
		"the one that exists":           {[]string{"-qq/A/a.mp3", "qq/A/a (1).mp3"}, "qq/A/a (1).mp3"},
		"the one without a number":      {[]string{"qq/A/a (1).mp3", "qq/A/a longer name.mp3"}, "qq/A/a longer name.mp3"},
		"neither (2)":                   {[]string{"qq/A/a (2).mp3", "qq/A/a at home.mp3"}, "qq/A/a at home.mp3"},
		"(3) is a name like any other":  {[]string{"qq/A/a (3).mp3", "qq/A/a longer name.mp3"}, "qq/A/a (3).mp3"},
		"a number in a folder is none":  {[]string{"qq/A (1)/a.mp3", "qq/A longer/aaaa.mp3"}, "qq/A (1)/a.mp3"},
		"the shorter one":               {[]string{"qq/A/aaa.mp3", "qq/A/aa.mp3"}, "qq/A/aa.mp3"},
		"the older one":                 {[]string{"qq/A/ab.mp3", "qq/A/aa.mp3"}, "qq/A/ab.mp3"},
		"the better name when all gone": {[]string{"-qq/A/a (1).mp3", "-qq/A/ab.mp3"}, "qq/A/ab.mp3"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHouse(t)
			h.write("keep the folder/x.txt", 1)
			a := h.asset("song", 100)
			for _, p := range c.places {
				missing := p[0] == '-'
				if missing {
					p = p[1:]
				}
				h.place(a, p, !missing)
			}
			r, err := h.service.Duplicates(t.Context())
			require.NoError(t, err)
			require.Equal(t, 1, r.Total)
			require.Equal(t, c.keep, r.Groups[0].Keep.Locator)
		})
	}
}

func TestDedupeRepointsAndRecycles(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	a, b := h.asset("a", 1000), h.asset("b", 50)
	keep, drop, gone := h.place(a, "qq/A/a.mp3", true), h.place(a, "qq/B/a (1).mp3", true), h.place(a, "qq/A/a (2).mp3", false)
	single := h.place(b, "qq/A/b.mp3", true)
	require.NoError(t, h.db.Write.Model(&models.FileLocation{}).Where("id = ?", drop.ID).Update("is_primary", true).Error)
	s3 := models.StorageBackend{Name: "bucket", Type: models.BackendObjectStorage}
	h.insert(&s3)
	h.insert(&models.FileLocation{FileAssetID: b.ID, SongID: b.SongID, BackendID: s3.ID, Locator: "one", Status: models.LocationActive})
	h.insert(&models.FileLocation{FileAssetID: b.ID, SongID: b.SongID, BackendID: s3.ID, Locator: "two", Status: models.LocationActive})
	upload := models.UploadTask{FileAssetID: a.ID, TargetBackendID: s3.ID, TargetLocator: "k", SourceLocationID: &drop.ID, State: models.UploadPending}
	h.insert(&upload)
	run := models.JobRun{Type: models.JobDownloadOnly, State: models.JobCompleted, ScopeJSON: "{}"}
	h.insert(&run)
	stage := models.JobStage{JobRunID: run.ID, Name: models.StageDownload, State: models.StageCompleted}
	h.insert(&stage)
	item := models.JobItem{JobRunID: run.ID, JobStageID: stage.ID, ItemKey: "x", State: models.ItemSucceeded, FileLocationID: &gone.ID}
	h.insert(&item)

	look, err := h.service.Duplicates(t.Context())
	require.NoError(t, err)
	require.Equal(t, 1, look.Total)
	require.Equal(t, 2, look.Files)
	require.Equal(t, int64(1000), look.Bytes, "a file that is gone gives no room back")
	require.Equal(t, models.LocationActive, h.status(drop.ID), "a look changes nothing")

	done, err := h.service.DedupeNow(t.Context(), 0, nil)
	require.NoError(t, err)
	require.Equal(t, 1, done.Removed)
	require.Equal(t, look.Bytes, done.Bytes, "what happens is what was shown")
	require.Equal(t, models.LocationInactive, h.status(drop.ID))
	require.Equal(t, models.LocationInactive, h.status(gone.ID))
	require.Equal(t, models.LocationActive, h.status(single.ID))
	require.NoError(t, h.db.Read.Take(&upload, upload.ID).Error)
	require.Equal(t, keep.ID, *upload.SourceLocationID)
	require.NoError(t, h.db.Read.Take(&item, item.ID).Error)
	require.Equal(t, keep.ID, *item.FileLocationID)
	var kept models.FileLocation
	require.NoError(t, h.db.Read.Take(&kept, keep.ID).Error)
	require.True(t, kept.IsPrimary)
	var presence models.Presence
	require.NoError(t, h.db.Read.Take(&presence, "song_id = ? AND backend_id = ?", a.SongID, h.backend.ID).Error)
	require.Equal(t, int64(1), presence.ActiveFiles)

	require.FileExists(t, filepath.Join(h.lib.Root(), "qq/A/a.mp3"))
	require.NoDirExists(t, filepath.Join(h.lib.Root(), "qq/B"), "a folder that is empty goes")
	require.FileExists(t, filepath.Join(h.lib.Root(), ".recycle/2026-03-04/qq/B/a (1).mp3"))

	again, err := h.service.DedupeNow(t.Context(), 0, nil)
	require.NoError(t, err)
	require.Zero(t, again.Total)
}

func TestDedupeWaitsForNobody(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	a := h.asset("a", 10)
	h.place(a, "qq/a.mp3", true)
	second := h.place(a, "qq/aa.mp3", true)
	run := models.JobRun{Type: models.JobSyncOnly, State: models.JobRunning, ScopeJSON: "{}"}
	h.insert(&run)
	_, err := h.service.DedupeNow(t.Context(), 0, nil)
	require.Equal(t, models.CodeJobsRunning, models.CodeOf(err))
	require.Equal(t, models.ClassConflict, models.ClassOf(err))
	require.Equal(t, models.LocationActive, h.status(second.ID))

	require.NoError(t, h.db.Write.Model(&run).Update("state", models.JobPaused).Error)
	done, err := h.service.DedupeNow(t.Context(), 0, nil)
	require.NoError(t, err)
	require.Equal(t, 1, done.Removed)
}

func TestAnUnmountedLibraryIsLeftAlone(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	a := h.asset("a", 10)
	h.place(a, "qq/a.mp3", false)
	h.place(a, "qq/aa.mp3", false)
	done, err := h.service.DedupeNow(t.Context(), 0, nil)
	require.NoError(t, err)
	require.Zero(t, done.Removed)
	require.Equal(t, []string{h.lib.Root()}, done.Unreachable)
}

func TestTheRecycleBinIsEmptiedByDays(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	day := time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC)
	for i, name := range []string{"qq/a.mp3", "qq/a.mp3", "b/c.mp3"} {
		h.write(name, 100)
		_, there, err := h.lib.Recycle(name, day.AddDate(0, 0, i/2))
		require.NoError(t, err)
		require.True(t, there)
	}
	require.FileExists(t, filepath.Join(h.lib.Root(), ".recycle/2026-05-01.2/qq/a.mp3"), "the bin loses nothing")
	h.write(".recycle/notes/mine.txt", 5)
	files, bytes, err := h.lib.EmptyBin(day.AddDate(0, 0, 1))
	require.NoError(t, err)
	require.Equal(t, 2, files)
	require.Equal(t, int64(200), bytes)
	require.FileExists(t, filepath.Join(h.lib.Root(), ".recycle/2026-05-02/b/c.mp3"))
	require.FileExists(t, filepath.Join(h.lib.Root(), ".recycle/notes/mine.txt"))
	_, there, err := h.lib.Recycle("not/here.mp3", day)
	require.NoError(t, err)
	require.False(t, there)
}

// Few duplicates are removed while the caller waits, many by a job.
func TestManyDuplicatesAreAJobsWork(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	asked := &queue{}
	h.service.Queue = asked
	for n := range 101 {
		a := h.asset(fmt.Sprint("song ", n), 10)
		h.place(a, fmt.Sprintf("qq/%d.mp3", n), true)
		h.place(a, fmt.Sprintf("qq/%d (1).mp3", n), true)
	}
	_, run, err := h.service.Dedupe(t.Context(), "api")
	require.NoError(t, err)
	require.NotNil(t, run)
	require.Equal(t, []models.JobType{models.JobDedupe}, asked.types)
	look, err := h.service.Duplicates(t.Context())
	require.NoError(t, err)
	require.Equal(t, 101, look.Total, "nothing is done before the job runs")

	h.insert(&models.JobRun{ID: 7, Type: models.JobDedupe, State: models.JobRunning, ScopeJSON: "{}"})
	_, err = h.service.DedupeNow(t.Context(), 8, nil)
	require.Equal(t, models.CodeJobsRunning, models.CodeOf(err))
	var last, total int64
	r, err := h.service.DedupeNow(t.Context(), 7, func(done, all int64, _ string) { last, total = done, all })
	require.NoError(t, err, "the job is not in its own way")
	require.Equal(t, 101, r.Removed)
	require.EqualValues(t, 101, last)
	require.EqualValues(t, 101, total)

	require.NoError(t, h.db.Write.Model(&models.JobRun{}).Where("id = 7").Update("state", models.JobPaused).Error)
	a := h.asset("one more", 10)
	h.place(a, "qq/one.mp3", true)
	h.place(a, "qq/one (1).mp3", true)
	r, run, err = h.service.Dedupe(t.Context(), "api")
	require.NoError(t, err)
	require.Nil(t, run)
	require.Equal(t, 1, r.Removed)
}
