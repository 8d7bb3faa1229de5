package store

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"catalogsync/models"
)

// finishedJob plants a job in a state that finished at a time, with rows in every table.
func finishedJob(t *testing.T, s *Store, state models.JobState, finishedMS int64, items int) int64 {
	t.Helper()
	tables := []any{}
	run := models.JobRun{Type: models.JobSyncOnly, State: state, ScopeJSON: "{}", ItemsTotal: int64(items), ItemsDone: int64(items), FinishedAtMS: finishedMS}
	require.NoError(t, s.db.Write.Create(&run).Error)
	stage := models.JobStage{JobRunID: run.ID, Name: models.StageSync, Lane: models.LaneGeneral, State: models.StageCompleted, Total: int64(items), Succeeded: int64(items)}
	require.NoError(t, s.db.Write.Create(&stage).Error)
	for i := range items {
		require.NoError(t, s.db.Write.Create(&models.JobItem{JobRunID: run.ID, JobStageID: stage.ID, ItemKey: fmt.Sprint(i), State: models.ItemSucceeded}).Error)
	}
	var playlist int64
	require.NoError(t, s.db.Read.Raw("SELECT min(id) FROM playlists").Scan(&playlist).Error)
	tables = append(tables,
		&models.JobLog{JobRunID: run.ID, Level: "info", Text: "page 1"},
		&models.JobEventRow{JobRunID: run.ID, Kind: "job_created"},
		&models.JobWorker{JobRunID: run.ID, JobStageID: stage.ID, Name: "sync-1"},
		&models.JobCommand{JobRunID: run.ID, Kind: models.CommandPause, State: models.CommandApplied},
		&models.JobPlaylist{JobRunID: run.ID, PlaylistID: playlist})
	for _, row := range tables {
		require.NoError(t, s.db.Write.Create(row).Error)
	}
	return run.ID
}

// details counts a job's rows by table.
func details(t *testing.T, s *Store, job int64) map[string]int64 {
	t.Helper()
	counts := map[string]int64{}
	for _, p := range prunable {
		var n int64
		require.NoError(t, s.db.Read.Raw("SELECT count(*) FROM "+p.table+" WHERE job_run_id = ?", job).Scan(&n).Error)
		if n > 0 {
			counts[p.table] = n
		}
	}
	return counts
}

func TestPruningTakesOldFinishedJobsOnly(t *testing.T) {
	s := newCatalog(t)
	addPlaylists(t, s, "qq", 1)
	const cutoff = int64(1_000_000)
	old := finishedJob(t, s, models.JobCompleted, cutoff-1, 25)
	failed := finishedJob(t, s, models.JobFailed, cutoff-1, 3)
	young := finishedJob(t, s, models.JobCompleted, cutoff, 3)
	reopened := finishedJob(t, s, models.JobRunning, cutoff-1, 3)
	kept := details(t, s, young)

	ids, err := s.FindPrunableJobs(t.Context(), cutoff, 0, 10)
	require.NoError(t, err)
	require.Equal(t, []int64{old, failed}, ids)
	after, err := s.FindPrunableJobs(t.Context(), cutoff, old, 10)
	require.NoError(t, err)
	require.Equal(t, []int64{failed}, after)

	for _, id := range []int64{old, failed, young, reopened} {
		for turn := 0; ; turn++ {
			require.Less(t, turn, 10)
			step, err := s.PruneJob(t.Context(), id, cutoff, 10)
			require.NoError(t, err)
			require.LessOrEqual(t, step.Rows, int64(10))
			if step.Done {
				break
			}
		}
	}
	require.Equal(t, map[string]int64{"job_events": 1}, details(t, s, old), "the mark alone is left")
	require.Equal(t, map[string]int64{"job_events": 1}, details(t, s, failed))
	require.Equal(t, kept, details(t, s, young))
	require.Equal(t, kept, details(t, s, reopened), "a live job is never touched")

	job, err := s.GetJob(t.Context(), old)
	require.NoError(t, err)
	require.EqualValues(t, 25, job.ItemsTotal, "the sums stay")
	require.EqualValues(t, 25, job.Stages[0].Succeeded)
	events, err := s.ListJobEvents(t.Context(), old, 0, 10)
	require.NoError(t, err)
	require.Equal(t, models.EventHistoryPruned, events[0].Kind)
	again, err := s.FindPrunableJobs(t.Context(), cutoff, 0, 10)
	require.NoError(t, err)
	require.Empty(t, again, "a pruned job is not looked at again")
}

func TestACommandThatWaitsForItsAnswerIsKept(t *testing.T) {
	s := newCatalog(t)
	addPlaylists(t, s, "qq", 1)
	job := finishedJob(t, s, models.JobCompleted, 1, 1)
	require.NoError(t, s.db.Write.Create(&models.JobCommand{JobRunID: job, Kind: models.CommandRetryFailed, State: models.CommandPending}).Error)
	step, err := s.PruneJob(t.Context(), job, 2, 100)
	require.NoError(t, err)
	require.True(t, step.Done)
	require.EqualValues(t, 1, details(t, s, job)["job_commands"])
	require.Greater(t, step.Held, time.Duration(0))
}

func TestEveryQueryOfPruningIsServedByAnIndex(t *testing.T) {
	s := newCatalog(t)
	plan := func(query string, args ...any) string {
		var steps []struct{ Detail string }
		require.NoError(t, s.read(t.Context()).Raw("EXPLAIN QUERY PLAN "+query, args...).Scan(&steps).Error)
		var text strings.Builder
		for _, step := range steps {
			text.WriteString(step.Detail + "\n")
		}
		return text.String()
	}
	find := plan(prunableJobsSQL(), 0, models.LiveJobStates, 1, 200)
	for _, p := range prunable {
		require.NotContains(t, find, "SCAN "+p.table)
		require.Contains(t, find, "SEARCH "+p.table)
		prune := plan(pruneSQL(p.table, p.key, p.also), 1, 1, 10)
		require.NotContains(t, prune, "SCAN", p.table)
		require.NotContains(t, prune, "TEMP B-TREE FOR ORDER BY", p.table)
	}
}
