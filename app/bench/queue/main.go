// Command queue measures how many items a second the job runner brings through, for the
// comparison in app/bench/peers. It prints one line of JSON.
//
// The items are written first and then run, so that the time is that of the queue alone:
// claims, states, counters, attempts, times, and at the end the job's own state.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"time"

	"catalogsync/app/database"
	"catalogsync/app/revision"
	"catalogsync/app/store"
	"catalogsync/jobs"
	"catalogsync/models"
)

func main() {
	items := flag.Int("items", 50000, "items to run")
	work := flag.Duration("work", 0, "time that each item takes")
	workers := flag.Int("workers", 10, "items at once")
	flag.Parse()
	if err := measure(context.Background(), *items, *workers, *work); err != nil {
		fmt.Fprintln(os.Stderr, "measure queue:", err)
		os.Exit(1)
	}
}

func measure(ctx context.Context, items, workers int, work time.Duration) (err error) {
	dir, err := os.MkdirTemp("", "bench-queue-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	db, err := database.Open(ctx, filepath.Join(dir, "queue.db"))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	x := &executor{items: items, work: work, gate: make(chan struct{})}
	runner, err := jobs.NewRunner(jobs.Options{
		Store:     store.New(db, revision.New(), time.Now),
		Executors: map[models.StageName]jobs.Executor{models.StageDownload: x},
		Workers:   map[models.StageName]int{models.StageDownload: workers},
		Logger:    slog.New(slog.DiscardHandler),
	})
	if err != nil {
		return err
	}
	if err := runner.Start(ctx); err != nil {
		return err
	}
	began := time.Now()
	run, err := runner.Enqueue(ctx, jobs.NewJob{Type: models.JobDownloadOnly})
	if err != nil {
		return err
	}
	if run, err = runner.Wait(ctx, run.ID); err != nil {
		return err
	}
	ended := time.Now()
	if run.State != models.JobCompleted || run.ItemsDone != int64(items) {
		return fmt.Errorf("the job is %s with %d of %d items", run.State, run.ItemsDone, items)
	}
	if err := runner.Stop(ctx); err != nil {
		return err
	}
	return json.NewEncoder(os.Stdout).Encode(map[string]any{
		"items": items, "filled_s": x.opened.Sub(began).Seconds(), "drained_s": ended.Sub(x.opened).Seconds(),
	})
}

// executor has items of three sources that do nothing, or sleep. None is done before all
// are written.
type executor struct {
	items  int
	work   time.Duration
	gate   chan struct{}
	once   sync.Once
	opened time.Time
}

func (x *executor) Plan(_ context.Context, _ jobs.Stage, add func([]models.JobItem) error) error {
	sources := []string{"netease", "qq", "kuwo"}
	list := make([]models.JobItem, x.items)
	for i := range list {
		list[i] = models.JobItem{ItemKey: fmt.Sprintf("item-%07d", i), Title: fmt.Sprintf("Item %d", i), Source: sources[i%len(sources)]}
	}
	if err := add(list); err != nil {
		return err
	}
	x.once.Do(func() {
		x.opened = time.Now()
		close(x.gate)
	})
	return nil
}

func (x *executor) Run(ctx context.Context, _ jobs.Stage, _ models.JobItem, _ jobs.Reporter) (jobs.Outcome, error) {
	select {
	case <-x.gate:
	case <-ctx.Done():
		return jobs.Outcome{}, ctx.Err()
	}
	if x.work > 0 {
		time.Sleep(x.work)
	}
	return jobs.Outcome{}, nil
}
