// Command river measures River on SQLite, with the journal that the product uses and the
// shortest fetch times that River allows; its defaults are slower by far.
package main

import (
	"context"
	"database/sql"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riversqlite"
	"github.com/riverqueue/river/rivermigrate"
	_ "modernc.org/sqlite"

	"catalogsync/app/bench/peers/internal/measure"
)

// batch is the number of jobs that one call inserts.
const batch = 500

type itemArgs struct {
	Key string `json:"key"`
}

func (itemArgs) Kind() string { return "item" }

type worker struct {
	river.WorkerDefaults[itemArgs]
	task *measure.Task
}

func (w *worker) Work(context.Context, *river.Job[itemArgs]) error {
	w.task.Do()
	return nil
}

func main() { measure.Main(fill) }

func fill(ctx context.Context, t *measure.Task) (func() error, error) {
	dir, err := os.MkdirTemp("", "bench-river-")
	if err != nil {
		return nil, err
	}
	db, err := sql.Open("sqlite", "file:"+filepath.Join(dir, "river.db")+
		"?_pragma=busy_timeout(30000)&_pragma=journal_mode(WAL)&_pragma=synchronous(NORMAL)&_pragma=temp_store(MEMORY)&_pragma=cache_size(-16384)&_txlock=immediate")
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(1)
	driver := riversqlite.New(db)
	migrator, err := rivermigrate.New(driver, nil)
	if err != nil {
		return nil, err
	}
	if _, err := migrator.Migrate(ctx, rivermigrate.DirectionUp, nil); err != nil {
		return nil, fmt.Errorf("migrate: %w", err)
	}
	workers := river.NewWorkers()
	river.AddWorker(workers, &worker{task: t})
	client, err := river.NewClient(driver, &river.Config{
		Queues:            map[string]river.QueueConfig{river.QueueDefault: {MaxWorkers: t.Workers}},
		Workers:           workers,
		FetchCooldown:     time.Millisecond,
		FetchPollInterval: 5 * time.Millisecond,
		Logger:            slog.New(slog.DiscardHandler),
	})
	if err != nil {
		return nil, err
	}
	for i := 0; i < t.Items; i += batch {
		list := make([]river.InsertManyParams, 0, batch)
		for k := i; k < min(i+batch, t.Items); k++ {
			list = append(list, river.InsertManyParams{Args: itemArgs{Key: fmt.Sprintf("item-%07d", k)}})
		}
		if _, err := client.InsertManyFast(ctx, list); err != nil {
			return nil, fmt.Errorf("insert: %w", err)
		}
	}
	return func() error { return client.Start(ctx) }, nil
}
