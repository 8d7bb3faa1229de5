package jobs_test

import (
	"context"
	"hash/fnv"
	"io"
	"log/slog"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"catalogsync/app/database"
	"catalogsync/app/store"
	"catalogsync/jobs"
	"catalogsync/jobs/jobstest"
	"catalogsync/models"
)

// TestRandomWalk gives random commands at random moments to jobs whose items meet random
// errors, while the process is stopped and killed again and again. The database notes
// every change of a state: none leaves the tables, no item is lost, every counter equals
// a count, and when the operator lets them, all jobs end.
func TestRandomWalk(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		st, db := jobstest.Open(t)
		jobstest.Trail(t, db)
		rapid.Check(noDeadline{t}, func(rt *rapid.T) { newWalk(rt, st, db).run() })
	})
}

// noDeadline hides the deadline of a test, which does not exist inside a bubble.
type noDeadline struct{ testing.TB }

// walk is one random sequence.
type walk struct {
	*rapid.T
	store  *store.Store
	db     *database.DB
	mortal *jobstest.Mortal
	runner *jobs.Runner
	exec   *jobstest.Executor
	seed   uint64
	calm   atomic.Bool // no errors any more
	probes atomic.Int64
	ids    []int64
}

func newWalk(rt *rapid.T, st *store.Store, db *database.DB) *walk {
	w := &walk{T: rt, store: st, db: db, seed: rapid.Uint64().Draw(rt, "seed")}
	n := rapid.IntRange(0, 25).Draw(rt, "items")
	w.exec = &jobstest.Executor{Items: jobstest.Items(n, "netease", "qq", "kuwo"), Batch: 6, OnRun: w.runItem}
	return w
}

// chance is a number that depends on the walk, the item and its try.
func (w *walk) chance(key string, try int) uint64 {
	h := fnv.New64a()
	_, _ = io.WriteString(h, key)
	x := h.Sum64() ^ w.seed ^ uint64(try)*0x9E3779B97F4A7C15
	x ^= x >> 31
	x *= 0xBF58476D1CE4E5B9
	return x ^ x>>29
}

func (w *walk) runItem(ctx context.Context, item models.JobItem, r jobs.Reporter) (jobs.Outcome, error) {
	c := w.chance(item.ItemKey, w.exec.Runs(item.ItemKey))
	select {
	case <-time.After(time.Duration(c%40) * 10 * time.Millisecond):
	case <-ctx.Done():
		return jobs.Outcome{}, ctx.Err()
	}
	r.Progress(1, 2, "bytes", "half")
	if w.calm.Load() {
		return jobs.Outcome{}, nil
	}
	switch c >> 20 % 12 {
	case 0:
		return jobs.Outcome{}, models.NewError(models.ClassTransient, models.CodeNetwork, "reset")
	case 1:
		return jobs.Outcome{}, models.NewError(models.ClassRiskControl, models.CodeRiskControl, "captcha")
	case 2:
		return jobs.Outcome{}, models.NewError(models.ClassUnavailable, models.CodePaid, "paid")
	case 3:
		return jobs.Outcome{}, models.NewError(models.ClassPermanent, models.CodeNotAudio, "no audio")
	case 4:
		return jobs.Outcome{Skipped: true, Code: models.CodeNotMusic}, nil
	case 5:
		panic("boom")
	case 6:
		if c>>40%4 == 0 {
			return jobs.Outcome{}, models.NewError(models.ClassLocal, models.CodeDiskFull, "full")
		}
	}
	return jobs.Outcome{Bytes: 3}, nil
}

func (w *walk) start() {
	w.mortal = jobstest.NewMortal(w.store, 1<<40)
	runner, err := jobs.NewRunner(jobs.Options{
		Store: w.mortal, Executors: all(w.exec), Logger: slog.New(slog.DiscardHandler),
		RecoverPaused: w.seed%3 == 0,
		Backoff:       jobs.Backoff{Base: 100 * time.Millisecond, Cooldown: 200 * time.Millisecond, CooldownMax: time.Second, Waits: 3, MaxOutage: time.Minute},
		Probers:       map[string]jobs.Prober{"netease": fickle{w, "netease"}, "kuwo": fickle{w, "kuwo"}},
	})
	require.NoError(w, err)
	require.NoError(w, runner.Start(context.Background()))
	w.runner = runner
}

// fickle is a source whose probes fail now and then.
type fickle struct {
	*walk
	source string
}

func (f fickle) Probe(context.Context) error {
	if n := f.probes.Add(1); !f.calm.Load() && f.chance(f.source, int(n))%3 == 0 {
		return models.NewError(models.ClassRiskControl, models.CodeRiskControl, "captcha")
	}
	return nil
}

func (w *walk) run() {
	w.start()
	w.enqueue()
	for range rapid.IntRange(1, 25).Draw(w.T, "steps") {
		w.step()
		if rapid.Bool().Draw(w.T, "pass time") {
			time.Sleep(time.Duration(rapid.IntRange(1, 400).Draw(w.T, "ms")) * time.Millisecond)
		}
	}
	w.calm.Store(true)
	w.end()
	require.NoError(w, w.runner.Stop(context.Background()))
	jobstest.CheckTrail(w, w.db)
	jobstest.CheckCounters(w, w.db, w.ids...)
	w.checkItems()
}

func (w *walk) enqueue() {
	run, err := w.runner.Enqueue(context.Background(), jobs.NewJob{Type: rapid.SampledFrom(w.runner.Types()).Draw(w.T, "type"), Priority: len(w.ids) % 3, Origin: "web"})
	require.NoError(w, err)
	w.ids = append(w.ids, run.ID)
}

func (w *walk) step() {
	switch rapid.SampledFrom([]string{"command", "command", "command", "enqueue", "stop", "kill"}).Draw(w.T, "step") {
	case "command":
		w.command()
	case "enqueue":
		if len(w.ids) < 5 {
			w.enqueue()
		}
	case "stop":
		require.NoError(w, w.runner.Stop(ended()))
		w.start()
	case "kill":
		w.mortal.Kill()
		_ = w.runner.Stop(ended())
		w.start()
	}
}

func (w *walk) command() {
	id := rapid.SampledFrom(w.ids).Draw(w.T, "job")
	kind := rapid.SampledFrom(models.CommandKinds).Draw(w.T, "command")
	var item *int64
	if kind == models.CommandRetryItem || kind == models.CommandForceRetryItem {
		items, _, err := w.store.ListJobItems(context.Background(), id, models.ItemFilter{})
		require.NoError(w, err)
		if len(items) == 0 {
			return
		}
		id := rapid.SampledFrom(items).Draw(w.T, "item").ID
		item = &id
	}
	before, err := w.store.GetJob(context.Background(), id)
	require.NoError(w, err)
	answer, err := w.runner.Command(context.Background(), models.JobCommand{JobRunID: id, Kind: kind, ItemID: item, Priority: rapid.IntRange(0, 3).Draw(w.T, "priority"), Origin: "web"})
	require.NoError(w, err)
	require.NotEqual(w, models.CommandPending, answer.State)
	if before.State == models.JobCanceled {
		require.Equal(w, models.CommandRejected, answer.State, "nothing moves a canceled job")
	}
	if answer.State == models.CommandRejected {
		require.NotEmpty(w, answer.Reason)
	}
}

// end resumes what is paused until everything is over.
func (w *walk) end() {
	for _, id := range w.ids {
		for tries := 0; ; tries++ {
			require.Less(w, tries, 20, "job %d does not end", id)
			w.resumeAll()
			ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
			run, err := w.runner.Wait(ctx, id)
			cancel()
			if err == nil {
				require.False(w, run.State.Live())
				break
			}
		}
	}
}

func (w *walk) resumeAll() {
	time.Sleep(10 * time.Second) // what pauses is paused by then
	for _, id := range w.ids {
		job, err := w.store.GetJob(context.Background(), id)
		require.NoError(w, err)
		if job.State == models.JobPaused {
			_, err := w.runner.Command(context.Background(), models.JobCommand{JobRunID: id, Kind: models.CommandResume, Origin: "web"})
			require.NoError(w, err)
		}
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
