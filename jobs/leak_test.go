package jobs_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"catalogsync/jobs"
	"catalogsync/jobs/jobstest"
	"catalogsync/models"
)

// A runner that was stopped leaves no goroutine behind, in real time as well.
func TestNothingIsLeftBehind(t *testing.T) {
	st, _ := jobstest.Open(t)
	defer goleak.VerifyNone(t, goleak.IgnoreCurrent())
	for range 3 {
		runner, err := jobs.NewRunner(jobs.Options{Store: st, Executors: all(&jobstest.Executor{Items: jobstest.Items(50, "qq", "kuwo")})})
		require.NoError(t, err)
		require.NoError(t, runner.Start(t.Context()))
		run, err := runner.Enqueue(t.Context(), jobs.NewJob{Type: models.JobCatalogSync})
		require.NoError(t, err)
		done, err := runner.Wait(t.Context(), run.ID)
		require.NoError(t, err)
		require.Equal(t, models.JobCompleted, done.State)
		require.NoError(t, runner.Stop(context.Background()))
	}
}
