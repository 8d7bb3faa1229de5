package store

import (
	"testing"

	"github.com/stretchr/testify/require"

	"catalogsync/models"
)

func TestHoursTellWhatEndedInThem(t *testing.T) {
	s := newCatalog(t)
	job, _ := treeJob(t, s)
	items := claim(t, s, job, 1, 3)
	turn := func(nowMS int64, item models.JobItem, r models.ItemResult) {
		r.ItemID, r.StageID, r.JobID, r.Attempts = item.ID, item.JobStageID, item.JobRunID, item.Attempts
		_, err := s.TurnItems(t.Context(), models.ItemTurn{NowMS: nowMS, MaxWaitMS: 1 << 40, Results: []models.ItemResult{r}})
		require.NoError(t, err)
	}
	turn(5*hourMS+1, items[0], models.ItemResult{To: models.ItemSucceeded, Bytes: 700})
	turn(6*hourMS-1, items[1], models.ItemResult{To: models.ItemFailed, ErrorCode: models.CodeStalled, Bytes: 30})
	turn(6*hourMS, items[2], models.ItemResult{To: models.ItemPending, NotBeforeMS: 7 * hourMS, WaitReason: "asked to"})

	_, err := s.ChangeJob(t.Context(), models.JobChange{JobID: job.ID,
		Items: &models.ItemsChange{Event: models.ItemRetry, From: []models.ItemState{models.ItemFailed}}})
	require.NoError(t, err)
	hours, err := s.ListThroughput(t.Context(), models.StageDownload, 0)
	require.NoError(t, err)
	require.Equal(t, []models.ThroughputHour{{HourMS: 5 * hourMS, Stage: models.StageDownload, Succeeded: 1, Failed: 1, Bytes: 730}}, hours,
		"what ended is counted in its hour, and a retry takes nothing back")

	none, err := s.ListThroughput(t.Context(), models.StageDownload, 6*hourMS)
	require.NoError(t, err)
	require.Empty(t, none)
	require.NoError(t, s.PruneThroughput(t.Context()))
	hours, err = s.ListThroughput(t.Context(), models.StageDownload, 0)
	require.NoError(t, err)
	require.Empty(t, hours, "1970 is long ago")
}

func TestQueueIsCountedByReason(t *testing.T) {
	s := newCatalog(t)
	count := func() []models.QueueShare {
		shares, err := s.CountQueue(t.Context())
		require.NoError(t, err)
		return shares
	}
	require.Empty(t, count())
	job, _ := treeJob(t, s)
	all := job.Stages[1]
	require.NoError(t, s.db.Write.Exec("UPDATE job_runs SET state = 'running'").Error)
	running := claim(t, s, job, 1, 2)
	end(t, s, running[0], models.ItemResult{To: models.ItemPending, NotBeforeMS: 1 << 50, WaitReason: "asked to"})
	detail, err := s.GetJob(t.Context(), job.ID)
	require.NoError(t, err)
	ready := detail.Stages[0].Pending + detail.Stages[1].Pending - 1
	require.Equal(t, []models.QueueShare{
		{Wait: models.QueueRunning, Items: 1}, {Wait: models.QueueReady, Items: ready}, {Wait: models.QueueLater, Items: 1},
	}, count())

	require.NoError(t, s.db.Write.Exec("UPDATE job_stages SET message = 'waits for the CPU: 99% busy, 80% allowed' WHERE id = ?", all.ID).Error)
	require.Contains(t, count(), models.QueueShare{Wait: models.QueueStage, Detail: "waits for the CPU: 99% busy, 80% allowed", Items: detail.Stages[1].Pending})

	require.NoError(t, s.db.Write.Exec("UPDATE job_runs SET state = 'paused'").Error)
	require.Equal(t, []models.QueueShare{{Wait: models.QueueRunning, Items: 1}, {Wait: models.QueuePaused, Items: ready + 1}}, count())

	require.NoError(t, s.db.Write.Exec("UPDATE job_runs SET state = 'completed', finished_at_ms = 1").Error)
	require.Empty(t, count(), "finished jobs do not wait")
}

func TestQueueIsCountedFromIndexes(t *testing.T) {
	s := newCatalog(t)
	for query, index := range map[string]string{
		"SELECT 1 FROM job_items WHERE job_stage_id = 1 AND state = 'pending' AND not_before_ms > 0 AND wait_source = ''": "job_items_waiting",
		`SELECT wait_source FROM job_items WHERE state = 'pending' AND wait_source <> ''
			AND wait_source IN (SELECT source FROM source_outages WHERE state = 'open') AND job_stage_id = 1`: "job_items_stopped",
	} {
		var plan []struct{ Detail string }
		require.NoError(t, s.db.Read.Raw("EXPLAIN QUERY PLAN "+query).Scan(&plan).Error)
		found := ""
		for _, p := range plan {
			found += p.Detail + "\n"
		}
		require.Contains(t, found, index)
	}
}
