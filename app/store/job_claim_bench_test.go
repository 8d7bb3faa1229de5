package store

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"catalogsync/models"
)

// fillItems gives a new job so many items of three sources, in the given state. It writes
// them in one statement: planning a million items the usual way takes a while.
func fillItems(b *testing.B, s *Store, n int, state models.ItemState) models.JobDetail {
	b.Helper()
	job, err := s.CreateJob(b.Context(), models.JobRun{Type: models.JobDownloadOnly, State: models.JobRunning},
		[]models.JobStage{{Name: models.StageDownload, Lane: models.LaneDownload, State: models.StageRunning}}, models.JobEventRow{Kind: "job_created"})
	require.NoError(b, err)
	counter := "pending"
	if state != models.ItemPending {
		counter = "succeeded"
	}
	for _, sql := range []string{
		fmt.Sprintf(`WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < %d)
			INSERT INTO job_items (job_run_id, job_stage_id, item_key, title, source, rank, state, updated_at_ms)
			SELECT %d, %d, 'song:' || i, 'Song ' || i, CASE i %% 3 WHEN 0 THEN 'qq' WHEN 1 THEN 'kuwo' ELSE 'netease' END, i, '%s', 1 FROM n`,
			n, job.ID, job.Stages[0].ID, state),
		fmt.Sprintf(`UPDATE job_stages SET total = %d, %s = %d WHERE id = %d`, n, counter, n, job.Stages[0].ID),
		fmt.Sprintf(`UPDATE job_runs SET items_total = %d WHERE id = %d`, n, job.ID),
		`PRAGMA wal_checkpoint(TRUNCATE)`,
	} {
		require.NoError(b, s.db.Write.Exec(sql).Error)
	}
	return job
}

// claimTurn records the items of the turn before and claims ten of each source: a turn as
// the dispatcher makes it.
func claimTurn(ctx context.Context, s *Store, job models.JobDetail, held []models.JobItem) ([]models.JobItem, error) {
	stage := job.Stages[0].ID
	turn := models.ItemTurn{NowMS: 1, Stages: []int64{stage}}
	for _, item := range held {
		turn.Results = append(turn.Results, models.ItemResult{ItemID: item.ID, JobID: job.ID, StageID: stage, To: models.ItemSucceeded, FinishedAtMS: 1})
	}
	for _, source := range []string{"kuwo", "netease", "qq"} {
		turn.Claims = append(turn.Claims, models.ItemDemand{JobID: job.ID, StageID: stage, Source: source, Limit: 10})
	}
	turned, err := s.TurnItems(ctx, turn)
	return turned.Claimed, err
}

// BenchmarkClaim measures a claimed and recorded item with so many items waiting, and with
// a history of finished ones.
func BenchmarkClaim(b *testing.B) {
	for _, c := range []struct{ pending, history int }{
		{1000, 0}, {10_000, 0}, {100_000, 0}, {1_000_000, 0}, {10_000, 1_000_000},
	} {
		b.Run(fmt.Sprintf("pending=%d/history=%d", c.pending, c.history), func(b *testing.B) {
			s := newCatalog(b)
			if c.history > 0 {
				fillItems(b, s, c.history, models.ItemSucceeded)
			}
			job := fillItems(b, s, c.pending, models.ItemPending)
			// So few that the queue keeps its length: what is measured is the claim beside it.
			turns := min(c.pending/60, 200)
			var took []time.Duration
			for b.Loop() {
				var held []models.JobItem
				for range turns {
					began := time.Now()
					claimed, err := claimTurn(b.Context(), s, job, held)
					require.NoError(b, err)
					took, held = append(took, time.Since(began)), claimed
					require.Len(b, held, 30)
				}
				b.StopTimer()
				require.NoError(b, s.db.Write.Exec(`UPDATE job_items SET state = 'pending' WHERE job_stage_id = ? AND state <> 'pending'`, job.Stages[0].ID).Error)
				b.StartTimer()
			}
			slices.Sort(took)
			for _, percent := range []int{10, 50} { // the lower one is what a busy machine adds least to
				b.ReportMetric(float64(took[len(took)*percent/100].Nanoseconds())/30_000, fmt.Sprintf("µs/item-p%d", percent))
			}
			b.ReportMetric(0, "ns/op")
		})
	}
}

// BenchmarkDashboardWithHistory asks what the dashboard asks, with and without a history of
// a million finished items.
func BenchmarkDashboardWithHistory(b *testing.B) {
	for _, history := range []int{0, 1_000_000} {
		b.Run(fmt.Sprintf("history=%d", history), func(b *testing.B) {
			s := newCatalog(b)
			for range 10 { // jobs
				if history > 0 {
					job := fillItems(b, s, history/10, models.ItemSucceeded)
					_, err := s.ChangeJob(b.Context(), models.JobChange{JobID: job.ID, Event: models.JobFinish,
						Stages: []models.StageChange{{StageID: job.Stages[0].ID, To: models.StageCompleted}}})
					require.NoError(b, err)
				}
			}
			job := fillItems(b, s, 1000, models.ItemPending)
			_, err := claimTurn(b.Context(), s, job, nil)
			require.NoError(b, err)
			var took []time.Duration
			for b.Loop() {
				began := time.Now()
				dashboard(b, s, job.ID)
				took = append(took, time.Since(began))
			}
			slices.Sort(took)
			b.ReportMetric(float64(took[len(took)/2].Microseconds()), "µs-p50")
			b.ReportMetric(float64(took[len(took)*99/100].Microseconds()), "µs-p99")
			b.ReportMetric(0, "ns/op")
		})
	}
}

// dashboard makes the queries of one reload of the dashboard and of a job's page.
func dashboard(b *testing.B, s *Store, job int64) {
	b.Helper()
	ctx, page := b.Context(), models.Page{Number: 1, Size: 50}
	_, err := s.Coverage(ctx)
	require.NoError(b, err)
	for _, states := range [][]models.JobState{models.LiveJobStates, {models.JobCompleted, models.JobCompletedWithErrors, models.JobFailed, models.JobCanceled}} {
		_, _, err = s.ListJobs(ctx, models.JobFilter{States: states, Page: page})
		require.NoError(b, err)
	}
	_, err = s.GroupFailedItems(ctx, job)
	require.NoError(b, err)
	_, _, err = s.ListJobItems(ctx, job, models.ItemFilter{States: []models.ItemState{models.ItemRunning}, Page: page})
	require.NoError(b, err)
}
