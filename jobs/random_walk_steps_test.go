package jobs_test

import (
	"context"
	"hash/fnv"
	"io"
	"time"

	"github.com/stretchr/testify/require"

	"catalogsync/jobs"
	"catalogsync/models"
)

// chance is a number that depends on the walk, a name and the try.
func (w *walk) chance(key string, try int) uint64 {
	h := fnv.New64a()
	_, _ = io.WriteString(h, key)
	x := h.Sum64() ^ w.seed*0xD1B54A32D192ED03 ^ uint64(try)*0x9E3779B97F4A7C15
	x ^= x >> 31
	x *= 0xBF58476D1CE4E5B9
	return x ^ x>>29
}

// faults are how an item may end, each as likely as the others.
var faults = []func(context.Context) (jobs.Outcome, error){
	fails(models.ClassTransient, models.CodeNetwork),
	fails(models.ClassRateLimited, models.CodeRateLimited),
	fails(models.ClassRiskControl, models.CodeRiskControl),
	fails(models.ClassUnavailable, models.CodePaid),
	fails(models.ClassPermanent, models.CodeNotAudio),
	fails(models.ClassInvalid, models.CodeBadValue),
	fails(models.ClassNotFound, models.CodeNotFound),
	func(context.Context) (jobs.Outcome, error) {
		return jobs.Outcome{Skipped: true, Code: models.CodeNotMusic}, nil
	},
	func(context.Context) (jobs.Outcome, error) { panic("boom") },
	func(ctx context.Context) (jobs.Outcome, error) { // hangs until its time is up
		<-ctx.Done()
		return jobs.Outcome{}, ctx.Err()
	},
	func(context.Context) (jobs.Outcome, error) { // does not even obey that
		time.Sleep(7 * time.Second)
		return jobs.Outcome{}, nil
	},
}

func fails(class models.ErrorClass, code models.Code) func(context.Context) (jobs.Outcome, error) {
	return func(context.Context) (jobs.Outcome, error) {
		return jobs.Outcome{}, models.NewError(class, code, "it is so")
	}
}

func (w *walk) runItem(ctx context.Context, item models.JobItem, r jobs.Reporter) (jobs.Outcome, error) {
	c := w.chance(item.ItemKey, w.exec.Runs(item.ItemKey))
	select {
	case <-time.After(time.Duration(c%40) * 10 * time.Millisecond):
	case <-ctx.Done():
		return jobs.Outcome{}, ctx.Err()
	}
	r.Progress(1, 2, "bytes", "half")
	n := c >> 20 % 25
	switch {
	case w.calm.Load():
	case n < uint64(len(faults)):
		return faults[n](ctx)
	case n == 24 && c>>40%3 == 0: // this one pauses the whole job
		return fails(models.ClassLocal, models.CodeDiskFull)(ctx)
	}
	return jobs.Outcome{Bytes: 3}, nil
}

// task is the planning or the finishing of a stage: seldom it fails in some way.
func (w *walk) task(ctx context.Context, stage jobs.Stage) error {
	c := w.chance(string(stage.Row.Name), int(w.tries.Add(1)))
	if n := c >> 20 % 40; !w.calm.Load() && n < uint64(len(faults)) {
		_, err := faults[n](ctx)
		return err
	}
	return nil
}

// fickle is a source whose probes fail now and then.
type fickle struct {
	*walk
	source string
}

func (f fickle) Probe(context.Context) error {
	if n := f.tries.Add(1); !f.calm.Load() && f.chance(f.source, int(n))%3 == 0 {
		return models.NewError(models.ClassRiskControl, models.CodeRiskControl, "captcha")
	}
	return nil
}

// step is one thing that an operator, another process or fate does.
func (w *walk) step() {
	n := w.rnd.IntN(20)
	switch {
	case n < 10:
		c := w.command()
		w.give(c)
		if w.rnd.IntN(4) == 0 {
			w.give(c) // twice the same
		}
	case n < 13:
		_, err := w.store.AddCommand(context.Background(), w.command()) // from elsewhere, nobody rings
		require.NoError(w, err)
	case n < 15:
		if len(w.ids) < 3 {
			w.enqueue()
		}
	case n < 17:
		w.steps = append(w.steps, "stop")
		require.NoError(w, w.runner.Stop(ended()))
		w.start()
	case n < 18:
		w.steps = append(w.steps, "kill")
		w.mortal.Revive(int64(w.rnd.IntN(12))) // some more writes, then none
		time.Sleep(time.Duration(w.rnd.IntN(300)) * time.Millisecond)
		_ = w.runner.Stop(ended())
		w.start()
	case n < 19:
		w.atRest()
	default:
		w.unknown()
	}
}

// command is one that makes sense by its form; whether the job's state allows it is for
// the runner to say.
func (w *walk) command() models.JobCommand {
	c := models.JobCommand{
		JobRunID: w.ids[w.rnd.IntN(len(w.ids))], Kind: models.CommandKinds[w.rnd.IntN(len(models.CommandKinds))], Priority: w.rnd.IntN(4), Origin: "web",
	}
	switch c.Kind {
	case models.CommandRetryItem, models.CommandForceRetryItem:
		item := int64(1<<40) + 5 // there is no such item
		items, _, err := w.store.ListJobItems(context.Background(), c.JobRunID, models.ItemFilter{})
		require.NoError(w, err)
		if len(items) > 0 && w.rnd.IntN(10) > 0 {
			item = items[w.rnd.IntN(len(items))].ID
		}
		c.ItemID = &item
	case models.CommandRetryFailed:
		if w.rnd.IntN(2) == 0 {
			c.FailureCause = models.FailureCause{Source: "qq", ErrorCode: models.CodeNotAudio}
		}
	}
	w.steps = append(w.steps, string(c.Kind))
	return c
}

func (w *walk) give(c models.JobCommand) {
	before, err := w.store.GetJob(context.Background(), c.JobRunID)
	require.NoError(w, err)
	answer, err := w.runner.Command(context.Background(), c)
	require.NoError(w, err)
	w.judge(before, answer)
}

// judge looks at an answer.
func (w *walk) judge(before models.JobDetail, answer models.JobCommand) {
	require.NotEqual(w, models.CommandPending, answer.State)
	if before.State == models.JobCanceled {
		require.Equal(w, models.CommandRejected, answer.State, "nothing moves a canceled job")
	}
	if answer.State == models.CommandRejected {
		require.NotEmpty(w, answer.Reason)
	}
}

// atRest gives a command while nothing runs.
func (w *walk) atRest() {
	w.steps = append(w.steps, "at rest")
	require.NoError(w, w.runner.Stop(ended()))
	c := w.command()
	before, err := w.store.GetJob(context.Background(), c.JobRunID)
	require.NoError(w, err)
	answer, err := w.runner.CommandAtRest(context.Background(), c)
	require.NoError(w, err)
	w.judge(before, answer)
	w.start()
}

// unknown gives commands that cannot be meant.
func (w *walk) unknown() {
	w.steps = append(w.steps, "unknown")
	_, err := w.runner.Command(context.Background(), models.JobCommand{JobRunID: 1 << 40, Kind: models.CommandPause, Origin: "web"})
	require.Equal(w, models.ClassNotFound, models.ClassOf(err))
	_, err = w.runner.Command(context.Background(), models.JobCommand{JobRunID: w.ids[0], Kind: "explode", Origin: "web"})
	require.Equal(w, models.ClassInvalid, models.ClassOf(err))
}
