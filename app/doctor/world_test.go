package doctor_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"catalogsync/app/database"
	"catalogsync/app/doctor"
	"catalogsync/app/library"
	"catalogsync/app/revision"
	"catalogsync/app/store"
	"catalogsync/jobs"
	"catalogsync/jobs/jobstest"
	"catalogsync/models"
)

// world is a database that the real store and runner filled, and the library beside it.
type world struct {
	*testing.T
	db        *database.DB
	store     *store.Store
	library   *library.Library
	backend   models.StorageBackend
	playlists []int64
}

func newWorld(t *testing.T) *world {
	t.Helper()
	dir := t.TempDir()
	db, err := database.Open(t.Context(), filepath.Join(dir, "catalogsync.db"))
	require.NoError(t, err)
	t.Cleanup(func() { db.Close() })
	lib, err := library.Open(filepath.Join(dir, "library"), library.Options{ReserveBytes: -1})
	require.NoError(t, err)
	w := &world{T: t, db: db, store: store.New(db, revision.New(), time.Now), library: lib}
	w.backend, err = w.store.EnsureDefaultBackend(t.Context(), lib.Root())
	require.NoError(t, err)
	w.fillCatalog()
	w.file("a1", "qq/A/a1.mp3")
	w.file("b1", "qq/B/b1.mp3")
	w.runJobs()
	return w
}

// fillCatalog makes playlists 1 (with a song twice, and one that left), 2, 3 (empty) and 4
// (never synced).
func (w *world) fillCatalog() {
	var refs []models.PlaylistRef
	for i := range 4 {
		refs = append(refs, models.PlaylistRef{Platform: "qq", RemoteID: fmt.Sprint(i + 1), Kind: models.KindPlaylist})
	}
	ids, err := w.store.AddPlaylists(w.Context(), models.PoolPlaylistSquare, refs)
	require.NoError(w, err)
	w.playlists = ids
	w.sync(0, "z1", "a1", "a2", "a1", "b1")
	w.sync(0, "a2", "a1", "b1", "a1")
	w.sync(1, "b1", "c1")
	w.sync(2)
	task := models.DownloadTask{SongID: w.song("c1"), DecisionJSON: "{}", LastErrorCode: models.CodePaid, LastError: "qq: paid"}
	require.NoError(w, w.store.RecordSkip(w.Context(), task, models.AvailabilityUnavailable))
}

func (w *world) sync(playlist int, ids ...string) {
	songs := make([]models.SongSnapshot, len(ids))
	for i, id := range ids {
		songs[i] = models.SongSnapshot{RemoteID: id, Name: "Song " + id, Artists: []models.ArtistRef{{Name: "Artist " + id[:1]}}}
	}
	_, err := w.store.SaveSync(w.Context(), models.FetchedPlaylist{PlaylistID: w.playlists[playlist], Songs: songs, EmptyReason: models.EmptySource})
	require.NoError(w, err)
}

func (w *world) song(remoteID string) int64 {
	var song models.Song
	require.NoError(w, w.db.Read.Take(&song, "remote_song_id = ?", remoteID).Error)
	return song.ID
}

// file places a song's file like a download does.
func (w *world) file(remoteID, locator string) {
	id := w.beginFile(remoteID, locator)
	part, err := w.library.CreatePart(locator)
	require.NoError(w, err)
	_, err = part.Write([]byte(locator))
	require.NoError(w, err)
	placed, err := part.Place(locator)
	require.NoError(w, err)
	require.NoError(w, w.store.FinishPlacing(w.Context(), id, placed.ModTimeMS))
}

func (w *world) beginFile(remoteID, locator string) int64 {
	sum := sha256.Sum256([]byte(locator))
	id, err := w.store.BeginPlacing(w.Context(), models.DownloadRecord{
		Asset:    models.FileAsset{SongID: w.song(remoteID), Source: "qq", Ext: "mp3", FileSizeBytes: int64(len(locator)), SHA256: hex.EncodeToString(sum[:])},
		Location: models.FileLocation{BackendID: w.backend.ID, Locator: locator, LocatorKey: library.NameKey(locator)},
		Task:     models.DownloadTask{ChosenSource: "qq", DecisionJSON: "{}", Attempts: 1},
	})
	require.NoError(w, err)
	return id
}

// runJobs runs job 1 to its end, with errors, lets job 2 pause and job 3 be canceled.
func (w *world) runJobs() {
	items := jobstest.Items(6, "qq", "kuwo")
	for i := range items {
		id := w.playlists[i%2]
		items[i].PlaylistID = &id
	}
	run := func(_ context.Context, item models.JobItem, r jobs.Reporter) (jobs.Outcome, error) {
		switch item.ItemKey {
		case items[1].ItemKey:
			return jobs.Outcome{}, models.NewError(models.ClassPermanent, models.CodeNotAudio, "no audio")
		case items[2].ItemKey:
			return jobs.Outcome{Skipped: true, Code: models.CodePaid, Reason: "paid"}, nil
		}
		return jobs.Outcome{Bytes: 10}, nil
	}
	full := &jobstest.Executor{Items: items, OnRun: func(context.Context, models.JobItem, jobs.Reporter) (jobs.Outcome, error) {
		return jobs.Outcome{}, models.NewError(models.ClassLocal, models.CodeDiskFull, "disk full")
	}}
	runner, err := jobs.NewRunner(jobs.Options{Store: w.store, Executors: map[models.StageName]jobs.Executor{
		models.StageSync: &jobstest.Executor{Items: items, OnRun: run}, models.StageDownload: full,
	}})
	require.NoError(w, err)
	require.NoError(w, runner.Start(w.Context()))
	first, err := runner.Enqueue(w.Context(), jobs.NewJob{Type: models.JobSyncOnly, Origin: "cli"})
	require.NoError(w, err)
	_, err = runner.Wait(w.Context(), first.ID)
	require.NoError(w, err)
	second, err := runner.Enqueue(w.Context(), jobs.NewJob{Type: models.JobDownloadOnly, Origin: "cli"})
	require.NoError(w, err)
	require.Eventually(w, func() bool {
		detail, err := w.store.GetJob(w.Context(), second.ID)
		return err == nil && detail.State == models.JobPaused
	}, 10*time.Second, 5*time.Millisecond)
	_, err = runner.Command(w.Context(), models.JobCommand{JobRunID: first.ID, Kind: models.CommandPause, Origin: "cli"}) // rejected: it is finished
	require.NoError(w, err)
	third, err := runner.Enqueue(w.Context(), jobs.NewJob{Type: models.JobSyncDownload, Origin: "cli"})
	require.NoError(w, err)
	_, err = runner.Command(w.Context(), models.JobCommand{JobRunID: third.ID, Kind: models.CommandCancel, Origin: "cli"})
	require.NoError(w, err)
	require.NoError(w, runner.Stop(w.Context()))
}

func (w *world) exec(sql string, args ...any) {
	w.Helper()
	res := w.db.Write.Exec(sql, args...)
	require.NoError(w, res.Error)
}

// path is the file of a locator on the disk.
func (w *world) path(locator string) string {
	return filepath.Join(w.library.Root(), filepath.FromSlash(locator))
}

func (w *world) write(locator, text string) {
	require.NoError(w, os.MkdirAll(filepath.Dir(w.path(locator)), 0o755))
	require.NoError(w, os.WriteFile(w.path(locator), []byte(text), 0o600))
}

func (w *world) examine(o doctor.Options) doctor.Report {
	w.Helper()
	report, err := doctor.New(w.store).Examine(w.Context(), o)
	require.NoError(w, err)
	return report
}

// found gives the check of a name.
func found(t *testing.T, r doctor.Report, name string) doctor.Check {
	t.Helper()
	for _, c := range r.Checks {
		if c.Name == name {
			return c
		}
	}
	require.Fail(t, "there is no check "+name)
	return doctor.Check{}
}
