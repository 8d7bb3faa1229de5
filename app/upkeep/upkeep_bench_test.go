package upkeep_test

import (
	"fmt"
	"log/slog"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"catalogsync/app/database"
	"catalogsync/app/revision"
	"catalogsync/app/store"
	"catalogsync/app/upkeep"
	"catalogsync/models"
)

// history is a store with finished jobs of so many items each, and a live job with items
// to claim.
func history(b *testing.B, jobs, items int) (*store.Store, models.JobDetail) {
	b.Helper()
	db, err := database.Open(b.Context(), filepath.Join(b.TempDir(), "c.db"))
	require.NoError(b, err)
	b.Cleanup(func() { require.NoError(b, db.Close()) })
	s := store.New(db, revision.New(), time.Now)
	old := models.NowMS(time.Now().AddDate(0, 0, -60))
	for range jobs {
		run := models.JobRun{Type: models.JobDownloadOnly, State: models.JobCompleted, ScopeJSON: "{}", FinishedAtMS: old}
		require.NoError(b, db.Write.Create(&run).Error)
		stage := models.JobStage{JobRunID: run.ID, Name: models.StageDownload, Lane: models.LaneDownload, State: models.StageCompleted}
		require.NoError(b, db.Write.Create(&stage).Error)
		require.NoError(b, db.Write.Exec(`WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)
			INSERT INTO job_items (job_run_id, job_stage_id, item_key, title, source, playlist_id, song_id, state, updated_at_ms)
			SELECT ?, ?, 'song:' || (i * 7919 % 1000003), 'A song with a title of usual length', 'qq', i / 30, i * 7919 % 1000003, 'succeeded', ? FROM n`,
			items, run.ID, stage.ID, old).Error)
		require.NoError(b, db.Write.Exec(`INSERT INTO job_logs (job_run_id, level, text, at_ms)
			SELECT job_run_id, 'info', 'a line of the log', updated_at_ms FROM job_items WHERE job_run_id = ? LIMIT ?`, run.ID, items/20).Error)
	}
	live, err := s.CreateJob(b.Context(), models.JobRun{Type: models.JobDownloadOnly, State: models.JobRunning, ScopeJSON: "{}"},
		[]models.JobStage{{Name: models.StageDownload, Lane: models.LaneDownload, State: models.StageRunning}}, models.JobEventRow{Kind: "job_created"})
	require.NoError(b, err)
	waiting := make([]models.JobItem, 20_000)
	for i := range waiting {
		waiting[i] = models.JobItem{ItemKey: fmt.Sprint(i), Source: "qq"}
	}
	_, err = s.AddItems(b.Context(), live.ID, live.Stages[0].ID, waiting)
	require.NoError(b, err)
	return s, live
}

// BenchmarkMillionFinishedItems prunes a million items while a job claims and a page lists.
//
//	go test ./app/upkeep -run '^$' -bench MillionFinishedItems -benchtime 1x
func BenchmarkMillionFinishedItems(b *testing.B) {
	if testing.Short() {
		b.Skip("plants a million rows")
	}
	for b.Loop() {
		b.StopTimer()
		s, live := history(b, 50, 20_000)
		service := upkeep.New(upkeep.Config{Store: s, Retention: 30 * 24 * time.Hour, Now: time.Now, Log: slog.New(slog.DiscardHandler)})
		done := make(chan struct{})
		var others sync.WaitGroup
		var claim, list time.Duration
		others.Go(func() {
			claim = longest(done, func() error {
				_, err := s.TurnItems(b.Context(), models.ItemTurn{NowMS: models.NowMS(time.Now()), MaxWaitMS: 1000,
					Claims: []models.ItemDemand{{JobID: live.ID, StageID: live.Stages[0].ID, Source: "qq", Limit: 1}}})
				return err
			})
		})
		others.Go(func() {
			list = longest(done, func() error {
				_, _, err := s.ListJobs(b.Context(), models.JobFilter{Page: models.Page{Number: 1, Size: 25}})
				return err
			})
		})
		b.StartTimer()
		report, err := service.Once(b.Context())
		b.StopTimer()
		close(done)
		others.Wait()
		require.NoError(b, err)
		require.GreaterOrEqual(b, report.Rows, int64(1_000_000))
		b.ReportMetric(float64(report.LongestHold.Milliseconds()), "ms-longest-hold")
		b.ReportMetric(float64(claim.Milliseconds()), "ms-longest-claim")
		b.ReportMetric(float64(list.Milliseconds()), "ms-longest-list")
		b.ReportMetric(float64(report.Rows)/b.Elapsed().Seconds(), "rows/s")
		b.StartTimer()
	}
}

// longest does something again and again until done is closed, and gives the longest time
// that it took; a failure counts as an hour.
func longest(done <-chan struct{}, do func() error) time.Duration {
	var most time.Duration
	pace := time.NewTicker(5 * time.Millisecond)
	defer pace.Stop()
	for {
		select {
		case <-done:
			return most
		case <-pace.C:
		}
		began := time.Now()
		if do() != nil {
			return time.Hour
		}
		most = max(most, time.Since(began))
	}
}
