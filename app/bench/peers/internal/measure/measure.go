// Package measure has what the programs of this module share: the flags that say what to
// run, and the line of JSON that says how long it took.
package measure

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"sync/atomic"
	"time"
)

// Task is what a program is asked to run.
type Task struct {
	Items, Workers int
	Work           time.Duration
	Redis          string // address, for programs that need it
	left           atomic.Int64
	done           chan struct{}
}

// Result is a program's answer, in seconds: to write all items, and to run them.
type Result struct {
	Items   int     `json:"items"`
	Filled  float64 `json:"filled_s"`
	Drained float64 `json:"drained_s"`
}

// Main reads the flags, runs fill and then drain, and prints the result. drain begins to
// run the items; Main waits until Do was called for each.
func Main(fill func(ctx context.Context, t *Task) (drain func() error, err error)) {
	t := &Task{done: make(chan struct{})}
	flag.IntVar(&t.Items, "items", 50000, "items to run")
	flag.DurationVar(&t.Work, "work", 0, "time that each item takes")
	flag.IntVar(&t.Workers, "workers", 10, "items at once")
	flag.StringVar(&t.Redis, "redis", "", "address of the Redis server")
	flag.Parse()
	t.left.Store(int64(t.Items))
	if err := t.run(fill); err != nil {
		fmt.Fprintln(os.Stderr, "measure:", err)
		os.Exit(1)
	}
}

func (t *Task) run(fill func(ctx context.Context, t *Task) (func() error, error)) error {
	began := time.Now()
	drain, err := fill(context.Background(), t)
	if err != nil {
		return err
	}
	filled := time.Now()
	if err := drain(); err != nil {
		return err
	}
	<-t.done
	ended := time.Now()
	return json.NewEncoder(os.Stdout).Encode(Result{
		Items: t.Items, Filled: filled.Sub(began).Seconds(), Drained: ended.Sub(filled).Seconds()})
}

// Do is the work of one item.
func (t *Task) Do() {
	if t.Work > 0 {
		time.Sleep(t.Work)
	}
	if t.left.Add(-1) == 0 {
		close(t.done)
	}
}
