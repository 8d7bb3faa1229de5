package jobstest

import (
	"testing"

	"github.com/stretchr/testify/require"

	"catalogsync/app/database"
	"catalogsync/models"
)

// CheckCounters compares the counters of the jobs and their stages with a count of the
// items; without ids, of all jobs.
func CheckCounters(t require.TestingT, db *database.DB, jobIDs ...int64) {
	if len(jobIDs) == 0 {
		require.NoError(t, db.Read.Model(&models.JobRun{}).Pluck("id", &jobIDs).Error)
	}
	var stages []models.JobStage
	require.NoError(t, db.Read.Where("job_run_id IN ?", jobIDs).Order("id").Find(&stages).Error)
	sums := map[int64]*models.JobRun{}
	for _, stage := range stages {
		var rows []struct {
			State models.ItemState
			N     int64
		}
		require.NoError(t, db.Read.Raw("SELECT state, COUNT(*) AS n FROM job_items WHERE job_stage_id = ? GROUP BY state", stage.ID).Scan(&rows).Error)
		counts := map[models.ItemState]int64{}
		var total int64
		for _, row := range rows {
			counts[row.State] = row.N
			total += row.N
		}
		require.Equal(t, total, stage.Total, "stage %d total", stage.ID)
		sum := sums[stage.JobRunID]
		if sum == nil {
			sum = &models.JobRun{}
			sums[stage.JobRunID] = sum
		}
		sum.ItemsTotal += total
		for _, state := range models.ItemStates {
			require.Equal(t, counts[state], stage.Count(state), "stage %d of job %d: %s", stage.ID, stage.JobRunID, state)
			if state.Ended() {
				sum.ItemsDone += counts[state]
			}
		}
		sum.ItemsFailed += counts[models.ItemFailed]
		sum.ItemsSkipped += counts[models.ItemSkipped]
	}
	var runs []models.JobRun
	require.NoError(t, db.Read.Where("id IN ?", jobIDs).Find(&runs).Error)
	for _, run := range runs {
		sum := sums[run.ID]
		require.Equal(t, []int64{sum.ItemsTotal, sum.ItemsDone, sum.ItemsFailed, sum.ItemsSkipped},
			[]int64{run.ItemsTotal, run.ItemsDone, run.ItemsFailed, run.ItemsSkipped}, "sums of job %d", run.ID)
	}
}

// StateOf reads the state of every item of a job by key.
func StateOf(t testing.TB, db *database.DB, jobID int64) map[string]models.ItemState {
	t.Helper()
	var items []models.JobItem
	require.NoError(t, db.Read.Where("job_run_id = ?", jobID).Find(&items).Error)
	states := make(map[string]models.ItemState, len(items))
	for _, item := range items {
		states[item.ItemKey] = item.State
	}
	return states
}
