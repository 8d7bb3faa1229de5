package catalog_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"catalogsync/app/catalog"
	"catalogsync/models"
)

// all keeps "all that match" and gives it as a pick.
func (d *desk) all(f models.PlaylistFilter, except ...int64) catalog.Pick {
	d.t.Helper()
	sel, err := d.Keep(d.t.Context(), f)
	require.NoError(d.t, err)
	return catalog.Pick{Token: sel.Token, Except: except}
}

func (d *desk) wanted() []int64 {
	d.t.Helper()
	var ids []int64
	require.NoError(d.t, d.db.Model(&models.Playlist{}).Where("wanted").Order("id").Pluck("id", &ids).Error)
	return ids
}

func TestAllThatMatchButAFew(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	one, two, three := d.playlist(false, 9, 0, 0), d.playlist(false, 9, 0, 0), d.playlist(false, 9, 0, 0)
	synced := d.playlist(true, 5, 0, 0)
	unsynced := models.PlaylistFilter{State: models.PlaylistUnsynced}
	pick := d.all(unsynced, two)
	pick.IDs = []int64{synced, one}
	out, err := d.act(models.BulkWant, pick)
	require.NoError(t, err)
	require.Equal(t, catalog.WantedResult{Selected: 3, Changed: 3}, out.Wanted)
	require.Equal(t, []int64{one, three, synced}, d.wanted())
	require.NotNil(t, out.Job)

	v, err := d.View(t.Context(), out.Action.ID)
	require.NoError(t, err)
	require.Equal(t, &unsynced, v.Filter)
	require.Equal(t, 3, v.Changed)
	byJob, err := d.ViewOfJob(t.Context(), out.Job.ID)
	require.NoError(t, err)
	require.Equal(t, v, byJob)

	among, err := d.Among(t.Context(), pick.Token, []int64{one, two, synced})
	require.NoError(t, err)
	require.Equal(t, []int64{one, two}, among, "of what matches; what is taken out is the browser's to know")
}

// A number that was true when the operator saw it is asked about again when it is not.
func TestStaleSelectionIsRefusedWithTheNewNumber(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.playlist(false, 9, 0, 0)
	pick := d.all(models.PlaylistFilter{Platform: "qq"})
	d.playlist(false, 9, 0, 0)
	for _, act := range []func() error{
		func() error { _, err := d.act(models.BulkWant, pick); return err },
		func() error { _, err := d.Rehearse(t.Context(), models.BulkDownload, pick); return err },
	} {
		err := act()
		require.True(t, catalog.IsSelectionChanged(err), err)
		var e *models.Error
		require.ErrorAs(t, err, &e)
		require.Equal(t, models.ClassConflict, e.Class)
		require.Equal(t, map[string]any{"Before": int64(1), "Count": 2}, e.Params)
	}
	require.Empty(t, d.wanted())
	tally, err := d.Tally(t.Context(), pick)
	require.NoError(t, err)
	require.EqualValues(t, 2, tally.Playlists, "the bar tells what matches now")
	held, err := d.Held(t.Context(), pick.Token)
	require.NoError(t, err)
	require.True(t, held.Changed)

	_, err = d.act(models.BulkWant, catalog.Pick{Token: "unknown"})
	require.Equal(t, models.ClassNotFound, models.ClassOf(err))
	_, err = d.act(models.BulkWant, d.all(models.PlaylistFilter{Platform: "kuwo"}))
	require.Equal(t, models.CodeNothingSelected, models.CodeOf(err))
	out, err := d.act(models.BulkWant, catalog.Pick{Filter: &models.PlaylistFilter{Platform: "qq"}})
	require.NoError(t, err)
	require.Equal(t, 2, out.Wanted.Changed, "a filter alone agrees with whatever matches")
}

func TestUndoRestoresMarks(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	before, changed, meanwhile := d.playlist(true, 1, 0, 0), d.playlist(true, 1, 0, 0), d.playlist(true, 1, 0, 0)
	_, err := d.SetWanted(t.Context(), []int64{before}, true)
	require.NoError(t, err)
	out, err := d.act(models.BulkWant, catalog.Pick{IDs: []int64{before, changed, meanwhile}})
	require.NoError(t, err)
	_, err = d.SetWanted(t.Context(), []int64{meanwhile}, false)
	require.NoError(t, err)

	u, err := d.Undo(t.Context(), out.Action.ID, "web")
	require.NoError(t, err)
	require.Equal(t, 1, u.Restored)
	require.Equal(t, []int64{before}, d.wanted(), "what was marked before stays so")
	_, err = d.Undo(t.Context(), out.Action.ID, "web")
	require.Equal(t, models.CodeNothingToUndo, models.CodeOf(err))
	_, err = d.Undo(t.Context(), 999, "web")
	require.Equal(t, models.ClassNotFound, models.ClassOf(err))
}

func TestUndoCancelsWhatHasNotBegun(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	unsynced, partial := d.playlist(false, 9, 0, 0), d.playlist(true, 5, 3, 0)
	out, err := d.act(models.BulkExport, catalog.Pick{IDs: []int64{unsynced, partial}})
	require.NoError(t, err)
	jobs := out.Export.Download.JobIDs()
	require.Len(t, jobs, 2)
	require.Equal(t, []int64{unsynced, partial}, d.queue.waits)
	require.Equal(t, jobs, d.queue.waitsFor)
	require.NoError(t, d.db.Model(&models.JobRun{}).Where("id = ?", jobs[0]).Updates(map[string]any{"items_total": 10, "items_done": 3}).Error)

	u, err := d.Undo(t.Context(), out.Action.ID, "web")
	require.NoError(t, err)
	require.Equal(t, catalog.Undone{Kind: models.BulkExport, Canceled: jobs, Stopped: 7, Stay: 3}, u)
	require.EqualValues(t, 9, d.queue.forgotten, "nothing waits for canceled jobs")
	v, err := d.View(t.Context(), out.Action.ID)
	require.NoError(t, err)
	require.False(t, v.Undoable)
	require.NotZero(t, v.UndoneAtMS)

	ended, err := d.act(models.BulkDownload, catalog.Pick{IDs: []int64{unsynced, partial}})
	require.NoError(t, err)
	require.NoError(t, d.db.Model(&models.JobRun{}).Where("1 = 1").Update("state", models.JobCompleted).Error)
	_, err = d.Undo(t.Context(), ended.Action.ID, "web")
	require.Equal(t, models.CodeNothingToUndo, models.CodeOf(err), "what has ended stays")
}

// An action on very many playlists is answered at once and done by its job, in steps that can
// be repeated; undone in the midst, it is as if it had never been.
func TestManyPlaylistsAreActedOnInSteps(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	for range 1200 {
		d.bare()
	}
	out, err := d.act(models.BulkWant, d.all(models.PlaylistFilter{}))
	require.NoError(t, err)
	require.False(t, out.Done)
	require.Equal(t, &models.BulkScope{ActionID: out.Action.ID, Kind: models.BulkWant, Selected: 1200}, d.scopeOf(out.Job).Bulk)
	require.Empty(t, d.wanted())

	id := out.Action.ID
	steps, err := d.JobSteps(t.Context(), id)
	require.NoError(t, err)
	require.Equal(t, 3, steps)
	for _, step := range []int{0, 1, 1, 2} {
		_, err := d.JobStep(t.Context(), id, step)
		require.NoError(t, err)
	}
	require.NoError(t, d.JobFinish(t.Context(), id))
	require.NoError(t, d.JobFinish(t.Context(), id))
	v, err := d.View(t.Context(), id)
	require.NoError(t, err)
	require.Equal(t, []int{1200, 0}, []int{v.Changed, v.Same})

	_, err = d.Undo(t.Context(), id, "web")
	require.NoError(t, err)
	require.Empty(t, d.wanted())

	again, err := d.act(models.BulkWant, d.all(models.PlaylistFilter{}))
	require.NoError(t, err)
	_, err = d.JobStep(t.Context(), again.Action.ID, 0)
	require.NoError(t, err)
	u, err := d.Undo(t.Context(), again.Action.ID, "web")
	require.NoError(t, err)
	require.Equal(t, 500, u.Restored)
	require.Equal(t, []int64{again.Job.ID}, u.Canceled)
	_, err = d.JobStep(t.Context(), again.Action.ID, 1)
	require.NoError(t, err)
	require.Empty(t, d.wanted(), "a step that comes late changes nothing")
}

func TestManyPlaylistsAreRoutedByTheirJob(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	for range 2 * atOnce {
		d.bare()
	}
	out, err := d.act(models.BulkDownload, catalog.Pick{Filter: &models.PlaylistFilter{}}, catalog.JobOptions{Origin: "api", Workers: 3})
	require.NoError(t, err)
	require.False(t, out.Done)
	for range 2 { // the second time finds it done
		n, err := d.JobStep(t.Context(), out.Action.ID, 0)
		require.NoError(t, err)
		require.Equal(t, 2*atOnce, n)
	}
	v, err := d.View(t.Context(), out.Action.ID)
	require.NoError(t, err)
	require.Len(t, v.BulkResult.Jobs, 1)
	require.Equal(t, 2*atOnce, v.SyncDownload)
	job, err := d.store.GetJob(t.Context(), v.BulkResult.Jobs[0])
	require.NoError(t, err)
	require.Equal(t, 3, d.scopeOf(&job.JobRun).Workers)
	require.True(t, v.Undoable)
}

func (d *desk) bare() {
	d.t.Helper()
	d.bares++
	require.NoError(d.t, d.db.Create(&models.Playlist{Platform: "qq", RemotePlaylistID: fmt.Sprint("b", d.bares), Kind: models.KindPlaylist}).Error)
}

// song adds a song to a playlist's list.
func (d *desk) song(playlist, id int64, downloaded bool, a models.Availability) {
	d.t.Helper()
	require.NoError(d.t, d.db.Save(&models.Song{ID: id, Platform: "qq", RemoteSongID: fmt.Sprint(id), Name: "song", Downloaded: downloaded, Availability: a, FileSizeBytes: 4 << 20, QualityLabel: models.Quality320}).Error)
	require.NoError(d.t, d.db.Create(&models.PlaylistSong{PlaylistID: playlist, SongID: id, Position: int(id)}).Error)
}

func TestRehearsalCountsEachSongOnce(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	partial, other, whole, unsynced := d.playlist(true, 4, 1, 1), d.playlist(true, 2, 0, 0), d.playlist(true, 1, 1, 0), d.playlist(false, 30, 0, 0)
	d.song(partial, 1, true, models.AvailabilityOpen)
	d.song(partial, 2, false, models.AvailabilityOpen)
	d.song(partial, 3, false, models.AvailabilityNotMusic)
	d.song(partial, 4, false, models.AvailabilityUnavailable)
	d.song(other, 2, false, models.AvailabilityOpen)
	d.song(other, 5, false, models.AvailabilityOpen)
	d.song(whole, 1, true, models.AvailabilityOpen)
	all := catalog.Pick{IDs: []int64{partial, other, whole, unsynced}}
	require.NoError(t, d.db.Create(&models.JobRun{Type: models.JobDownloadOnly, State: models.JobCompleted}).Error)
	require.NoError(t, d.db.Create(&models.JobStage{JobRunID: 1, Name: models.StageDownload, State: models.StageCompleted, Succeeded: 2, BytesDone: 4 << 20, StartedAtMS: 1000, FinishedAtMS: 6000}).Error)

	r, err := d.Rehearse(t.Context(), models.BulkDownload, all)
	require.NoError(t, err)
	require.Equal(t, catalog.Rehearsal{
		Kind: models.BulkDownload, Selected: 4, SyncDownload: 1, Download: 2, Complete: 1, Will: 2, Here: 1, Blocked: 2, Claimed: 30,
		Bytes: 8 << 20, Free: 61 << 30, TookMS: 10_000,
	}, r)
	out, err := d.act(models.BulkDownload, all)
	require.NoError(t, err)
	require.Equal(t, []int{r.SyncDownload, r.Download, r.Complete}, []int{out.Download.SyncDownload, out.Download.Download, out.Download.Downloaded}, "what was told is what happens")
	again, err := d.Rehearse(t.Context(), models.BulkDownload, all)
	require.NoError(t, err)
	require.True(t, again.Nothing())

	want, err := d.Rehearse(t.Context(), models.BulkWant, all)
	require.NoError(t, err)
	require.Equal(t, []int{4, 0}, []int{want.Changes, want.Same})
	sync, err := d.Rehearse(t.Context(), models.BulkSync, all)
	require.NoError(t, err)
	require.Equal(t, 1, sync.Busy, "the never synced one is in the job above")
	tally, err := d.Tally(t.Context(), all)
	require.NoError(t, err)
	require.Equal(t, []int64{4, 37, 2, 1, 1}, []int64{tally.Playlists, tally.Songs, tally.Downloaded, tally.Complete, tally.Unsynced})
	require.Equal(t, 3, tally.Busy)
}

// A single playlist is no bulk: its action has no job of its own, and can be undone likewise.
func TestSinglePlaylistHasNoJobOfItsOwn(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	id := d.playlist(true, 5, 0, 0)
	out, err := d.act(models.BulkDownload, catalog.Pick{IDs: []int64{id}})
	require.NoError(t, err)
	require.Nil(t, out.Job)
	u, err := d.Undo(t.Context(), out.Action.ID, "web")
	require.NoError(t, err)
	require.Len(t, u.Canceled, 1)
}
