package jobs_test

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"catalogsync/jobs"
	"catalogsync/jobs/jobstest"
	"catalogsync/models"
)

// BenchmarkItems runs items with all bookkeeping, ten workers at a time.
func BenchmarkItems(b *testing.B) {
	for _, work := range []time.Duration{0, 5 * time.Millisecond} {
		b.Run(fmt.Sprintf("work=%s", work), func(b *testing.B) {
			x := &jobstest.Executor{Items: jobstest.Items(b.N, "netease", "qq", "kuwo")}
			if work > 0 {
				x.OnRun = func(context.Context, models.JobItem, jobs.Reporter) (jobs.Outcome, error) {
					time.Sleep(work)
					return jobs.Outcome{}, nil
				}
			}
			runner := startBench(b, x)
			b.ResetTimer()
			run, err := runner.Enqueue(b.Context(), jobs.NewJob{Type: models.JobDownloadOnly})
			require.NoError(b, err)
			_, err = runner.Wait(b.Context(), run.ID)
			require.NoError(b, err)
			b.StopTimer()
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "items/s")
		})
	}
}

// BenchmarkFirstItem measures from Enqueue to the first item in a worker's hands.
func BenchmarkFirstItem(b *testing.B) {
	began := make(chan struct{}, 1)
	x := &jobstest.Executor{Items: jobstest.Items(1)}
	x.OnRun = func(context.Context, models.JobItem, jobs.Reporter) (jobs.Outcome, error) {
		began <- struct{}{}
		return jobs.Outcome{}, nil
	}
	runner := startBench(b, x)
	var waits []time.Duration
	for b.Loop() {
		start := time.Now()
		run, err := runner.Enqueue(b.Context(), jobs.NewJob{Type: models.JobDownloadOnly})
		require.NoError(b, err)
		<-began
		waits = append(waits, time.Since(start))
		_, err = runner.Wait(b.Context(), run.ID)
		require.NoError(b, err)
	}
	slices.Sort(waits)
	b.ReportMetric(waits[len(waits)/2].Seconds()*1000, "p50-ms")
	b.ReportMetric(waits[len(waits)*99/100].Seconds()*1000, "p99-ms")
}

func startBench(b *testing.B, x *jobstest.Executor) *jobs.Runner {
	b.Helper()
	st, _ := jobstest.Open(b)
	runner, err := jobs.NewRunner(jobs.Options{Store: st, Executors: all(x), Logger: slog.New(slog.DiscardHandler)})
	require.NoError(b, err)
	require.NoError(b, runner.Start(b.Context()))
	b.Cleanup(func() { require.NoError(b, runner.Stop(context.Background())) })
	return runner
}
