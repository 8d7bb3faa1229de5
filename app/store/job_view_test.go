package store

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"catalogsync/models"
)

// treeJob is a sync_download job on two playlists: the first with songs a1 a2 b1, the
// second with a2 c1. Its song items are pending.
func treeJob(t *testing.T, s *Store) (job models.JobDetail, playlists []int64) {
	t.Helper()
	playlists = addPlaylists(t, s, "qq", 2)
	syncSongs(t, s, playlists[0], "a1", "a2", "b1")
	syncSongs(t, s, playlists[1], "a2", "c1")
	job, err := s.CreateJob(t.Context(), models.JobRun{Type: models.JobSyncDownload, State: models.JobQueued, Title: "t"},
		[]models.JobStage{
			{Ordinal: 0, Name: models.StageSync, Lane: models.LaneGeneral, State: models.StageRunning},
			{Ordinal: 1, Name: models.StageDownload, Lane: models.LaneDownload, State: models.StageRunning},
		}, models.JobEventRow{Kind: "job_created"})
	require.NoError(t, err)
	var items []models.JobItem
	for i, id := range playlists {
		items = append(items, models.JobItem{ItemKey: fmt.Sprint(id), PlaylistID: &playlists[i], Source: "qq"})
	}
	n, err := s.AddItems(t.Context(), job.ID, job.Stages[0].ID, items)
	require.NoError(t, err)
	require.EqualValues(t, 2, n)
	items = nil
	for _, remote := range []string{"a1", "a2", "b1", "c1"} {
		id := songID(t, s, "qq", remote)
		items = append(items, models.JobItem{ItemKey: remote, SongID: &id, PlaylistID: &playlists[0], Source: "qq", Title: remote})
	}
	n, err = s.AddItems(t.Context(), job.ID, job.Stages[1].ID, items)
	require.NoError(t, err)
	require.EqualValues(t, 4, n)
	return job, playlists
}

// claim takes items of a stage; end writes what became of them.
func claim(t *testing.T, s *Store, job models.JobDetail, stage, n int) []models.JobItem {
	t.Helper()
	turned, err := s.TurnItems(t.Context(), models.ItemTurn{NowMS: s.nowMS(), MaxWaitMS: 1000,
		Claims: []models.ItemDemand{{JobID: job.ID, StageID: job.Stages[stage].ID, Source: "qq", Limit: n}}})
	require.NoError(t, err)
	return turned.Claimed
}

func end(t *testing.T, s *Store, item models.JobItem, r models.ItemResult) int64 {
	t.Helper()
	r.ItemID, r.StageID, r.JobID, r.Attempts = item.ID, item.JobStageID, item.JobRunID, item.Attempts
	turned, err := s.TurnItems(t.Context(), models.ItemTurn{NowMS: s.nowMS(), MaxWaitMS: 1 << 40, Results: []models.ItemResult{r}})
	require.NoError(t, err)
	return turned.Recorded
}

func TestTaskTree(t *testing.T) {
	s := newCatalog(t)
	job, playlists := treeJob(t, s)
	synced := claim(t, s, job, 0, 2)
	end(t, s, synced[0], models.ItemResult{To: models.ItemSucceeded})
	end(t, s, synced[1], models.ItemResult{To: models.ItemFailed, ErrorText: "gone", ErrorCode: models.CodePlaylistGone})
	songs := claim(t, s, job, 1, 2) // a1 and a2
	end(t, s, songs[0], models.ItemResult{To: models.ItemFailed, ErrorText: "odd", ErrorCode: models.CodeNotAudio})

	rows, total, err := s.ListJobPlaylists(t.Context(), job.ID, models.Page{Number: 1, Size: 10})
	require.NoError(t, err)
	require.EqualValues(t, 2, total)
	require.Equal(t, []int64{playlists[0], playlists[1]}, []int64{rows[0].ID, rows[1].ID})
	require.Equal(t, []int64{1, 1}, []int64{rows[0].RunningSongs, rows[1].RunningSongs}, "a2 stands on both")
	require.Equal(t, []int64{1, 0}, []int64{rows[0].FailedSongs, rows[1].FailedSongs})
	require.Equal(t, models.ItemSucceeded, rows[0].SyncState)
	require.Equal(t, models.ItemFailed, rows[1].SyncState)
	require.Equal(t, "gone", rows[1].SyncError)

	second, total, err := s.ListJobPlaylists(t.Context(), job.ID, models.Page{Number: 2, Size: 1})
	require.NoError(t, err)
	require.EqualValues(t, 2, total)
	require.Equal(t, playlists[1], second[0].ID)

	list, total, err := s.ListJobPlaylistSongs(t.Context(), job.ID, playlists[0], models.Page{Number: 1, Size: 10})
	require.NoError(t, err)
	require.EqualValues(t, 3, total)
	require.Equal(t, "Song a1", list[0].Name)
	require.Equal(t, []models.ItemState{models.ItemFailed, models.ItemRunning, models.ItemPending},
		[]models.ItemState{list[0].ItemState, list[1].ItemState, list[2].ItemState})
	require.Equal(t, models.CodeNotAudio, list[0].ErrorCode)
	require.Equal(t, songs[0].ID, list[0].ItemID)
}

func TestTreeOfUnknownThings(t *testing.T) {
	s := newCatalog(t)
	job, _ := treeJob(t, s)
	_, err := s.GetJob(t.Context(), 99)
	require.Equal(t, models.ClassNotFound, models.ClassOf(err))
	_, _, err = s.ListJobPlaylists(t.Context(), 99, models.Page{})
	require.Equal(t, models.ClassNotFound, models.ClassOf(err))
	_, _, err = s.ListJobPlaylistSongs(t.Context(), job.ID, 99, models.Page{})
	require.Equal(t, models.ClassNotFound, models.ClassOf(err))
	_, _, err = s.ListJobItems(t.Context(), 99, models.ItemFilter{})
	require.Equal(t, models.ClassNotFound, models.ClassOf(err))
}

func TestJobLists(t *testing.T) {
	s := newCatalog(t)
	job, _ := treeJob(t, s)
	for _, item := range claim(t, s, job, 1, 3) {
		end(t, s, item, models.ItemResult{To: models.ItemFailed, ErrorCode: models.CodeNetwork, ErrorText: "reset"})
	}
	items, total, err := s.ListJobItems(t.Context(), job.ID, models.ItemFilter{States: []models.ItemState{models.ItemFailed}, Page: models.Page{Number: 2, Size: 2}})
	require.NoError(t, err)
	require.EqualValues(t, 3, total)
	require.Len(t, items, 1)
	_, total, err = s.ListJobItems(t.Context(), job.ID, models.ItemFilter{Cause: models.FailureCause{ErrorCode: models.CodeNetwork}})
	require.NoError(t, err)
	require.EqualValues(t, 3, total)
	for cause, want := range map[models.FailureCause]int64{
		{Stage: models.StageDownload, Source: "qq", ErrorCode: models.CodeNetwork}:   3,
		{Stage: models.StageSync, Source: "qq", ErrorCode: models.CodeNetwork}:       0,
		{Stage: models.StageDownload, Source: "kuwo", ErrorCode: models.CodeNetwork}: 0,
	} {
		items, total, err = s.ListJobItems(t.Context(), job.ID, models.ItemFilter{States: []models.ItemState{models.ItemFailed}, Cause: cause})
		require.NoError(t, err)
		require.Equal(t, want, total, cause)
		require.Len(t, items, int(want), cause)
	}
	_, total, err = s.ListJobItems(t.Context(), job.ID, models.ItemFilter{})
	require.NoError(t, err)
	require.EqualValues(t, 6, total)

	groups, err := s.GroupFailedItems(t.Context(), job.ID)
	require.NoError(t, err)
	require.Equal(t, []models.FailureGroup{{Stage: models.StageDownload, Source: "qq", ErrorCode: models.CodeNetwork, Count: 3, Sample: "reset"}}, groups)

	list, total, err := s.ListJobs(t.Context(), models.JobFilter{States: models.LiveJobStates, Page: models.Page{Number: 1, Size: 5}})
	require.NoError(t, err)
	require.EqualValues(t, 1, total)
	require.Len(t, list[0].Stages, 2)
	require.EqualValues(t, 3, list[0].ItemsFailed)
	_, total, err = s.ListJobs(t.Context(), models.JobFilter{States: []models.JobState{models.JobFailed}})
	require.NoError(t, err)
	require.Zero(t, total)
}

func TestEventsAreFollowedOrTheLatest(t *testing.T) {
	s := newCatalog(t)
	job, _ := treeJob(t, s)
	for i := range 5 {
		require.NoError(t, s.SaveProgress(t.Context(), models.JobProgress{Logs: []models.JobLog{{JobRunID: job.ID, Level: "info", Text: fmt.Sprint(i)}}}))
	}
	texts := func(afterID int64, limit int) (out []string, last int64) {
		rows, err := s.ListJobLogs(t.Context(), job.ID, afterID, limit)
		require.NoError(t, err)
		for _, row := range rows {
			out, last = append(out, row.Text), row.ID
		}
		return out, last
	}
	latest, _ := texts(0, 2)
	require.Equal(t, []string{"3", "4"}, latest)
	first, id := texts(1, 2)
	require.Equal(t, []string{"1", "2"}, first)
	rest, _ := texts(id, 10)
	require.Equal(t, []string{"3", "4"}, rest)
}

func TestPlaylistIsFinishedWithItsLastSong(t *testing.T) {
	s := newCatalog(t)
	job, playlists := treeJob(t, s)
	finished := func() map[int64]bool {
		var rows []models.JobPlaylist
		require.NoError(t, s.read(t.Context()).Where("job_run_id = ? AND finished_at_ms > 0", job.ID).Find(&rows).Error)
		out := map[int64]bool{}
		for _, row := range rows {
			out[row.PlaylistID] = true
		}
		return out
	}
	songs := claim(t, s, job, 1, 4) // a1 a2 b1 c1
	for _, i := range []int{1, 3} {
		end(t, s, songs[i], models.ItemResult{To: models.ItemSucceeded})
		require.NoError(t, s.FinishJobPlaylists(t.Context(), job.ID, []int64{*songs[i].SongID}))
	}
	require.Equal(t, map[int64]bool{playlists[1]: true}, finished())
	for _, i := range []int{0, 2} {
		end(t, s, songs[i], models.ItemResult{To: models.ItemFailed})
	}
	require.NoError(t, s.FinishJobPlaylists(t.Context(), job.ID, []int64{*songs[0].SongID, *songs[2].SongID}))
	require.Len(t, finished(), 2)
}
