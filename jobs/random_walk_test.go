package jobs_test

import (
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"os"
	"runtime"
	"strconv"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"catalogsync/app/database"
	"catalogsync/app/store"
	"catalogsync/jobs"
	"catalogsync/jobs/jobstest"
	"catalogsync/models"
)

// TestRandomWalk gives random commands at random moments to jobs whose items meet random
// errors, while the process is stopped and killed again and again. The database notes
// every change of a state: none leaves the tables, no item is lost, every counter equals
// a count, and when the operator lets them, all jobs end. RANDOM_WALKS is how many
// sequences there are, RANDOM_SEED the first one's number, which makes it again.
func TestRandomWalk(t *testing.T) {
	walks, first := number(t, "RANDOM_WALKS", 200), number(t, "RANDOM_SEED", 1)
	workers := min(runtime.GOMAXPROCS(0), walks)
	for worker := range workers {
		t.Run(fmt.Sprintf("part %d", worker), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				defer time.Sleep(time.Minute) // items that do not obey end at last
				st, db := jobstest.Open(t)
				jobstest.Trail(t, db)
				began := 0
				for seed := first + worker; seed < first+walks; seed += workers {
					newWalk(t, uint64(seed), st, db).run()
					if began++; began%100 == 0 { // so that history does not slow the rest
						require.NoError(t, db.Write.Exec("DELETE FROM job_runs").Error)
					}
				}
			})
		})
	}
}

// number reads a setting of a test.
func number(t *testing.T, name string, usual int) int {
	t.Helper()
	text := os.Getenv(name)
	if text == "" {
		return usual
	}
	n, err := strconv.Atoi(text)
	require.NoError(t, err, name)
	return n
}

// walk is one random sequence.
type walk struct {
	*testing.T
	seed   uint64
	rnd    *rand.Rand
	store  *store.Store
	db     *database.DB
	mortal *jobstest.Mortal
	runner *jobs.Runner
	exec   *jobstest.Executor
	calm   atomic.Bool // no errors any more
	tries  atomic.Int64
	ids    []int64
	steps  []string // what was done, told when it fails
}

func newWalk(t *testing.T, seed uint64, st *store.Store, db *database.DB) *walk {
	w := &walk{T: t, seed: seed, rnd: rand.New(rand.NewPCG(seed, 7)), store: st, db: db}
	size := 6
	if w.rnd.IntN(10) == 0 {
		size = 30 // more than the workers can hold
	}
	w.exec = &jobstest.Executor{Items: jobstest.Items(w.rnd.IntN(size), "netease", "qq", "kuwo"), Batch: 4, OnRun: w.runItem, OnPlan: w.task, OnFinish: w.task}
	return w
}

func (w *walk) run() {
	defer func() {
		if w.Failed() {
			w.Logf("RANDOM_SEED=%d RANDOM_WALKS=1 makes it again: %v", w.seed, w.steps)
			w.tell()
			_ = w.runner.Stop(ended())
		}
	}()
	w.start()
	w.enqueue()
	for range 1 + w.rnd.IntN(10) {
		w.step()
		if w.rnd.IntN(2) == 0 {
			time.Sleep(time.Duration(1+w.rnd.IntN(400)) * time.Millisecond)
		}
	}
	w.calm.Store(true)
	w.end()
	require.NoError(w, w.runner.Stop(context.Background()))
	jobstest.CheckTrail(w, w.db)
	jobstest.CheckCounters(w, w.db, w.ids...)
	w.checkItems()
	w.checkCommands()
}

// tell says what the jobs of a walk that failed are like.
func (w *walk) tell() {
	w.Logf("runner: %+v", w.runner.Live())
	for _, id := range w.ids {
		job, err := w.store.GetJob(context.Background(), id)
		w.Logf("%+v, %v", job, err)
		items, _, err := w.store.ListJobItems(context.Background(), id, models.ItemFilter{States: []models.ItemState{models.ItemPending, models.ItemRunning}})
		w.Logf("unfinished items: %+v, %v", items, err)
	}
}

// limits are short, so that a hanging item's time is soon up.
func limits() map[models.StageName]jobs.StageDefinition {
	table := map[models.StageName]jobs.StageDefinition{}
	for name, d := range jobs.StageDefinitions {
		d.SoftLimit, d.HardLimit, d.Workers = 800*time.Millisecond, 2*time.Second, 4
		table[name] = d
	}
	return table
}

func (w *walk) options() jobs.Options {
	return jobs.Options{
		Store: w.mortal, Executors: all(w.exec), Logger: slog.New(slog.DiscardHandler), Stages: limits(),
		RecoverPaused: w.seed%3 == 0, Poll: 5 * time.Second, Watch: 2 * time.Second,
		Backoff: jobs.Backoff{Base: 100 * time.Millisecond, Cooldown: 200 * time.Millisecond, CooldownMax: time.Second, Waits: 3, MaxOutage: time.Minute},
		Prober: func(source string) jobs.Prober {
			if source == "netease" || source == "kuwo" {
				return fickle{w, source}
			}
			return nil
		},
	}
}

func (w *walk) start() {
	w.mortal = jobstest.NewMortal(w.store, 1<<40)
	var err error
	w.runner, err = jobs.NewRunner(w.options())
	require.NoError(w, err)
	require.NoError(w, w.runner.Start(context.Background()))
}

func (w *walk) enqueue() {
	types := w.runner.Types()
	run, err := w.runner.Enqueue(context.Background(), jobs.NewJob{Type: types[w.rnd.IntN(len(types))], Priority: len(w.ids) % 3, Origin: "web"})
	require.NoError(w, err)
	w.ids = append(w.ids, run.ID)
	w.steps = append(w.steps, "enqueue "+string(run.Type))
}

// end resumes what is paused until everything is over, and every command answered.
func (w *walk) end() {
	for tries := 0; ; tries++ {
		require.Less(w, tries, 200, "a job does not end")
		pending, err := w.store.PendingCommands(context.Background(), 1)
		require.NoError(w, err)
		live := len(pending)
		for _, id := range w.ids {
			job, err := w.store.GetJob(context.Background(), id)
			require.NoError(w, err)
			if job.State.Live() {
				live++
			}
			if job.State == models.JobPaused {
				_, err := w.runner.Command(context.Background(), models.JobCommand{JobRunID: id, Kind: models.CommandResume, Origin: "web"})
				require.NoError(w, err)
			}
		}
		if live == 0 {
			return
		}
		time.Sleep(3 * time.Second)
	}
}

// checkItems looks for lost items: of a job that is done, every item has ended.
func (w *walk) checkItems() {
	for _, id := range w.ids {
		job, err := w.store.GetJob(context.Background(), id)
		require.NoError(w, err)
		for _, stage := range job.Stages {
			require.Zero(w, stage.Running+stage.Interrupted)
			switch job.State {
			case models.JobCompleted, models.JobCompletedWithErrors:
				require.True(w, stage.State.Final())
				require.EqualValues(w, len(w.exec.Items), stage.Succeeded+stage.Skipped+stage.Failed)
				require.Equal(w, job.State == models.JobCompletedWithErrors, job.ItemsFailed > 0)
			case models.JobCanceled:
				require.Zero(w, stage.Pending)
			}
		}
	}
}

// checkCommands looks for commands without an answer, or with one that says nothing.
func (w *walk) checkCommands() {
	var mute int64
	require.NoError(w, w.db.Read.Model(&models.JobCommand{}).
		Where("job_run_id IN ? AND (state = 'pending' OR answered_ms = 0 OR (state = 'rejected' AND reason = ''))", w.ids).Count(&mute).Error)
	require.Zero(w, mute)
}
