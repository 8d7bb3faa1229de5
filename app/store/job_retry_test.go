package store

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"catalogsync/models"
)

// failedJob is a finished job of n items that all failed.
func failedJob(t testing.TB, s *Store, n int) models.JobDetail {
	t.Helper()
	job, err := s.CreateJob(t.Context(), models.JobRun{Type: models.JobDownloadOnly, State: models.JobRunning},
		[]models.JobStage{{Name: models.StageDownload, Lane: models.LaneDownload, State: models.StageRunning}}, models.JobEventRow{Kind: "job_created"})
	require.NoError(t, err)
	items := make([]models.JobItem, n)
	for i := range items {
		items[i].ItemKey = fmt.Sprint("item-", i)
	}
	_, err = s.AddItems(t.Context(), job.ID, job.Stages[0].ID, items)
	require.NoError(t, err)
	for claimed := n; claimed > 0; {
		turned, err := s.TurnItems(t.Context(), models.ItemTurn{Claims: []models.ItemDemand{{JobID: job.ID, StageID: job.Stages[0].ID, Limit: 500}}})
		require.NoError(t, err)
		var turn models.ItemTurn
		for _, item := range turned.Claimed {
			turn.Results = append(turn.Results, models.ItemResult{ItemID: item.ID, JobID: job.ID, StageID: item.JobStageID, To: models.ItemFailed, ErrorCode: models.CodeTimeout})
		}
		_, err = s.TurnItems(t.Context(), turn)
		require.NoError(t, err)
		claimed -= len(turned.Claimed)
	}
	_, err = s.ChangeJob(t.Context(), models.JobChange{JobID: job.ID, Event: models.JobFinishWithErrors,
		Stages: []models.StageChange{{StageID: job.Stages[0].ID, To: models.StageCompletedWithErrors}}})
	require.NoError(t, err)
	job, err = s.GetJob(t.Context(), job.ID)
	require.NoError(t, err)
	return job
}

// retryOf is what the runner makes of retry_failed.
func retryOf(job models.JobDetail, command int64) models.JobChange {
	return models.JobChange{JobID: job.ID, Event: models.JobReopen,
		Stages: []models.StageChange{{StageID: job.Stages[0].ID, To: models.StageRunning}},
		Items:  &models.ItemsChange{Event: models.ItemRetry, From: []models.ItemState{models.ItemFailed}, Optional: true},
		Events: []models.JobEventRow{{Kind: "job_reopened"}},
		Answer: &models.CommandAnswer{CommandID: command, State: models.CommandApplied, Event: models.JobEventRow{Kind: "command_applied"}}}
}

func TestRetryOfManyItemsGoesByBatchesAndIsAnsweredOnce(t *testing.T) {
	t.Parallel()
	s := newCatalog(t)
	job := failedJob(t, s, 2*retryBatch)
	command, err := s.AddCommand(t.Context(), models.JobCommand{JobRunID: job.ID, Kind: models.CommandRetryFailed})
	require.NoError(t, err)
	change := retryOf(job, command.ID)
	first, err := s.ChangeJob(t.Context(), change)
	require.NoError(t, err)
	require.True(t, first.More)
	require.EqualValues(t, retryBatch, first.Items)
	require.True(t, first.State.Live(), "the job is open before its items are ready, so that none is ever ready in a job that is over")
	between, err := s.GetCommand(t.Context(), command.ID)
	require.NoError(t, err)
	require.Equal(t, models.CommandPending, between.State)

	last, err := s.ChangeJob(t.Context(), models.JobChange{JobID: job.ID, Items: change.Items, Answer: change.Answer})
	require.NoError(t, err)
	require.False(t, last.More, "nothing is left, which is known with the last batch and not after it")
	require.EqualValues(t, 2*retryBatch, last.Stages[0].Pending)
	require.Zero(t, last.ItemsFailed)
	answered, err := s.GetCommand(t.Context(), command.ID)
	require.NoError(t, err)
	require.Equal(t, models.CommandApplied, answered.State)
	events, err := s.ListJobEvents(t.Context(), job.ID, 0, 10)
	require.NoError(t, err)
	var kinds []string
	for _, e := range events {
		kinds = append(kinds, e.Kind)
	}
	require.Equal(t, []string{"job_created", "job_reopened", "command_applied"}, kinds)
}

func TestRetryReopensThePlaylistsOfItsSongs(t *testing.T) {
	t.Parallel()
	s := newCatalog(t)
	lists := addPlaylists(t, s, "qq", 3)
	syncSongs(t, s, lists[0], "a1", "b1")
	syncSongs(t, s, lists[1], "b1")
	syncSongs(t, s, lists[2], "c1")
	job, err := s.CreateJob(t.Context(), models.JobRun{Type: models.JobDownloadOnly, State: models.JobRunning},
		[]models.JobStage{{Name: models.StageDownload, State: models.StageRunning}}, models.JobEventRow{Kind: "job_created"})
	require.NoError(t, err)
	require.NoError(t, s.LinkJobPlaylists(t.Context(), job.ID, lists))
	var songs []int64
	var items []models.JobItem
	for _, name := range []string{"a1", "b1", "c1"} {
		id := songID(t, s, "qq", name)
		songs, items = append(songs, id), append(items, models.JobItem{ItemKey: name, SongID: &id})
	}
	_, err = s.AddItems(t.Context(), job.ID, job.Stages[0].ID, items)
	require.NoError(t, err)
	turned, err := s.TurnItems(t.Context(), models.ItemTurn{Claims: []models.ItemDemand{{JobID: job.ID, StageID: job.Stages[0].ID, Limit: 9}}})
	require.NoError(t, err)
	var turn models.ItemTurn
	for _, item := range turned.Claimed {
		to := models.ItemSucceeded
		if item.ItemKey == "b1" {
			to = models.ItemFailed
		}
		turn.Results = append(turn.Results, models.ItemResult{ItemID: item.ID, JobID: job.ID, StageID: item.JobStageID, To: to})
	}
	_, err = s.TurnItems(t.Context(), turn)
	require.NoError(t, err)
	finished := func() (ids []int64) {
		require.NoError(t, s.read(t.Context()).Model(&models.JobPlaylist{}).Where("job_run_id = ? AND finished_at_ms > 0", job.ID).
			Order("position").Pluck("playlist_id", &ids).Error)
		return ids
	}
	require.NoError(t, s.FinishJobPlaylists(t.Context(), job.ID, songs))
	require.Equal(t, lists, finished())
	_, err = s.ChangeJob(t.Context(), models.JobChange{JobID: job.ID,
		Items: &models.ItemsChange{Event: models.ItemRetry, From: []models.ItemState{models.ItemFailed}}})
	require.NoError(t, err)
	require.Equal(t, lists[2:], finished(), "both playlists with the song are open again")
}

// BenchmarkRetryOfManyItems queues 100,000 failed items again; max-ms is how long the writer
// was held at the longest.
func BenchmarkRetryOfManyItems(b *testing.B) {
	s := newCatalog(b)
	var longest time.Duration
	for b.Loop() {
		b.StopTimer()
		change := retryOf(failedJob(b, s, 100_000), 0)
		b.StartTimer()
		for more := true; more; {
			began := time.Now()
			changed, err := s.ChangeJob(b.Context(), change)
			require.NoError(b, err)
			longest = max(longest, time.Since(began))
			change, more = models.JobChange{JobID: change.JobID, Items: change.Items, Answer: change.Answer}, changed.More
		}
	}
	b.ReportMetric(float64(longest.Microseconds())/1000, "max-ms")
}
