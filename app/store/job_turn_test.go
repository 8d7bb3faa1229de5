package store

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"catalogsync/models"
)

func TestResultOfAnItemThatNoLongerRunsIsDropped(t *testing.T) {
	s := newCatalog(t)
	job, _ := treeJob(t, s)
	item := claim(t, s, job, 1, 1)[0]
	require.EqualValues(t, 1, end(t, s, item, models.ItemResult{To: models.ItemSucceeded, Bytes: 10}))
	require.Zero(t, end(t, s, item, models.ItemResult{To: models.ItemFailed, Bytes: 10}))
	after, err := s.GetJob(t.Context(), job.ID)
	require.NoError(t, err)
	require.EqualValues(t, 10, after.BytesDone)
	require.Zero(t, after.ItemsFailed)
}

func TestResultOutsideTheTableIsRefused(t *testing.T) {
	s := newCatalog(t)
	job, _ := treeJob(t, s)
	item := claim(t, s, job, 1, 1)[0]
	_, err := s.TurnItems(t.Context(), models.ItemTurn{Results: []models.ItemResult{{ItemID: item.ID, To: models.ItemRunning}}})
	require.ErrorContains(t, err, "cannot go from running to running")
}

func TestWaitingItemsAreReleasedWhenTheyAreDue(t *testing.T) {
	s := newCatalog(t)
	job, _ := treeJob(t, s)
	stage := job.Stages[1].ID
	now := int64(1_000_000)
	turn := func(t *testing.T, now int64) models.StageNow {
		turned, err := s.TurnItems(t.Context(), models.ItemTurn{Stages: []int64{stage}, NowMS: now, MaxWaitMS: 10_000})
		require.NoError(t, err)
		return turned.Stages[0]
	}
	for i, item := range claim(t, s, job, 1, 4) {
		end(t, s, item, models.ItemResult{To: models.ItemPending, NotBeforeMS: now + int64(i)*1000, WaitReason: "asked to"})
	}
	first := turn(t, now-1)
	require.Empty(t, first.ReadySources)
	require.Equal(t, now, first.NextMS)
	require.Empty(t, claim(t, s, job, 1, 10), "who waits is not claimed")
	second := turn(t, now+1000)
	require.Equal(t, []string{"qq"}, second.ReadySources)
	require.Equal(t, now+2000, second.NextMS)
	require.Len(t, claim(t, s, job, 1, 10), 2)
	jumped := turn(t, now-1_000_000)
	require.Equal(t, []string{"qq"}, jumped.ReadySources, "the clock jumped back: nobody waits a thousand seconds")
}

func TestEveryQueryOfATurnIsServedByAnIndex(t *testing.T) {
	s := newCatalog(t)
	for name, c := range map[string]struct{ query, index string }{
		"claim":   {`SELECT id FROM job_items WHERE job_stage_id = 1 AND source = 'qq' AND state = 'pending' AND not_before_ms = 0 ORDER BY priority DESC, rank, id LIMIT 5`, "job_items_ready"},
		"sources": {`SELECT MIN(source) FROM job_items WHERE job_stage_id = 1 AND state = 'pending' AND not_before_ms = 0 AND source > 'a'`, "job_items_ready"},
		"release": {`SELECT id FROM job_items WHERE job_stage_id = 1 AND state = 'pending' AND not_before_ms > 0 AND wait_source = '' AND not_before_ms <= 9`, "job_items_waiting"},
		"next":    {`SELECT MIN(not_before_ms) FROM job_items WHERE job_stage_id = 1 AND state = 'pending' AND not_before_ms > 0 AND wait_source = ''`, "job_items_waiting"},
		"stopped": {`SELECT id FROM job_items WHERE state = 'pending' AND wait_source <> '' AND wait_source = 'qq' LIMIT 5000`, "job_items_stopped"},
		"recover": {`SELECT job_run_id FROM job_items WHERE state IN ('running', 'interrupted')`, "job_items_active"},
		"failed":  {`SELECT id FROM job_items WHERE job_run_id = 1 AND state = 'failed' GROUP BY error_code`, "job_items_failed"},
		"items":   {`SELECT id FROM job_items WHERE job_run_id = 1 ORDER BY id LIMIT 50`, "job_items_by_job"},
	} {
		var plan []struct{ Detail string }
		require.NoError(t, s.read(t.Context()).Raw("EXPLAIN QUERY PLAN "+c.query).Scan(&plan).Error)
		var text strings.Builder
		for _, step := range plan {
			text.WriteString(step.Detail + "\n")
		}
		require.Contains(t, text.String(), c.index, name)
		require.NotContains(t, text.String(), "TEMP B-TREE FOR ORDER BY", name)
	}
}

func TestItemsOfAFinishedStageAreNotAdded(t *testing.T) {
	s := newCatalog(t)
	job, _ := treeJob(t, s)
	_, err := s.ChangeJob(t.Context(), models.JobChange{JobID: job.ID, Event: models.JobCancel,
		Stages: []models.StageChange{{StageID: job.Stages[1].ID, To: models.StageCanceled}},
		Items:  &models.ItemsChange{Event: models.ItemCancel, From: models.ItemStatesAllowing(models.ItemCancel)}})
	require.NoError(t, err)
	_, err = s.AddItems(t.Context(), job.ID, job.Stages[1].ID, []models.JobItem{{ItemKey: "late"}})
	require.Equal(t, models.ClassConflict, models.ClassOf(err))
}

func TestItemsAreAddedOnce(t *testing.T) {
	s := newCatalog(t)
	job, _ := treeJob(t, s)
	n, err := s.AddItems(t.Context(), job.ID, job.Stages[1].ID, []models.JobItem{{ItemKey: "a1"}, {ItemKey: "new"}, {ItemKey: "new"}})
	require.NoError(t, err)
	require.EqualValues(t, 1, n)
	after, err := s.GetJob(t.Context(), job.ID)
	require.NoError(t, err)
	require.EqualValues(t, 5, after.Stages[1].Total)
	require.EqualValues(t, 7, after.ItemsTotal)
}

func TestLargeCancelIsSwept(t *testing.T) {
	s := newCatalog(t)
	job, _ := treeJob(t, s)
	items := make([]models.JobItem, 2*cancelBatch+10)
	for i := range items {
		items[i].ItemKey = fmt.Sprint("many-", i)
	}
	_, err := s.AddItems(t.Context(), job.ID, job.Stages[1].ID, items)
	require.NoError(t, err)
	_, err = s.ChangeJob(t.Context(), models.JobChange{JobID: job.ID, Event: models.JobCancel,
		Stages: []models.StageChange{{StageID: job.Stages[0].ID, To: models.StageCanceled}, {StageID: job.Stages[1].ID, To: models.StageCanceled}},
		Items:  &models.ItemsChange{Event: models.ItemCancel, From: models.ItemStatesAllowing(models.ItemCancel)}})
	require.NoError(t, err)
	sweeps := 0
	for more := true; more; sweeps++ {
		more, err = s.CancelLeftovers(t.Context(), job.ID)
		require.NoError(t, err)
	}
	require.Equal(t, 2, sweeps)
	after, err := s.GetJob(t.Context(), job.ID)
	require.NoError(t, err)
	require.EqualValues(t, len(items)+4, after.Stages[1].Canceled)
	require.Zero(t, after.Stages[1].Pending)
	require.Equal(t, after.ItemsTotal, after.ItemsDone)
}
