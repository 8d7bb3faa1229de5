package jobs_test

import (
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"catalogsync/jobs"
	"catalogsync/jobs/jobstest"
	"catalogsync/models"
)

// scarce refuses a kind of stage while reason is set, and notes when it was asked.
type scarce struct {
	stage models.StageName

	mu     sync.Mutex
	reason string
	asked  []time.Time
}

func (s *scarce) Check(stage models.StageName) (bool, string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if stage != s.stage {
		return true, ""
	}
	s.asked = append(s.asked, time.Now())
	return s.reason == "", s.reason
}

func (s *scarce) set(reason string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.reason = reason
}

func (s *scarce) times() []time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]time.Time(nil), s.asked...)
}

func TestAStageWaitsForTheMachineAndSaysWhy(t *testing.T) {
	inWorld(t, func(w *world) {
		machine := &scarce{stage: models.StageDownload, reason: "waits for memory: 10 MiB available, 200 MiB needed"}
		x := &jobstest.Executor{Items: jobstest.Items(3)}
		w.start(all(x), func(o *jobs.Options) { o.Resources = machine })
		run := w.enqueue(models.JobSyncDownload)
		light := w.enqueue(models.JobSyncOnly)
		require.Equal(t, models.JobCompleted, w.wait(light.ID).State, "a stage that needs little goes on")

		time.Sleep(time.Minute)
		job := w.job(run.ID)
		require.Equal(t, models.JobRunning, job.State)
		require.Equal(t, models.StageCompleted, job.Stages[0].State)
		require.Equal(t, models.StagePending, job.Stages[1].State)
		require.Equal(t, machine.reason, job.Stages[1].Message)
		asked := machine.times()
		require.InDelta(t, 60/4, len(asked), 6, "it asks every few seconds")

		machine.set("waits for the CPU: 99% busy, 95% allowed")
		time.Sleep(10 * time.Second)
		require.Equal(t, "waits for the CPU: 99% busy, 95% allowed", w.job(run.ID).Stages[1].Message)

		machine.set("")
		done := w.wait(run.ID)
		require.Equal(t, models.JobCompleted, done.State)
		require.Empty(t, done.Stages[1].Message)
	})
}

func TestACommandReachesAJobThatWaitsForTheMachine(t *testing.T) {
	inWorld(t, func(w *world) {
		machine := &scarce{stage: models.StageSync, reason: "waits for memory"}
		w.start(all(&jobstest.Executor{Items: jobstest.Items(1)}), func(o *jobs.Options) { o.Resources = machine })
		run := w.enqueue(models.JobSyncOnly)
		time.Sleep(5 * time.Second)
		require.Equal(t, models.JobQueued, w.job(run.ID).State)
		_, err := w.runner.Command(w.Context(), models.JobCommand{JobRunID: run.ID, Kind: models.CommandCancel, Origin: "web"})
		require.NoError(t, err)
		require.Equal(t, models.JobCanceled, w.wait(run.ID).State)
	})
}
