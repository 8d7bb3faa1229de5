// Package jobstest has what tests of the job engine need: a scripted executor, a store on
// a temporary database, and a store that can die in the midst like a killed process.
package jobstest

import (
	"context"
	"fmt"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"catalogsync/app/database"
	"catalogsync/app/revision"
	"catalogsync/app/store"
	"catalogsync/jobs"
	"catalogsync/models"
)

// Open makes a store on a new database that is closed when the test ends.
func Open(t testing.TB) (*store.Store, *database.DB) {
	t.Helper()
	db, err := database.Open(t.Context(), filepath.Join(t.TempDir(), "jobs.db"))
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	return store.New(db, revision.New(), time.Now), db
}

// Executor is a scripted executor. The zero value plans nothing.
type Executor struct {
	// Items are planned in this order, Batch at a time (0 = all at once).
	Items []models.JobItem
	Batch int
	// OnPlan, OnRun and OnFinish stand in for the work; nil succeeds at once.
	OnPlan   func(ctx context.Context, stage jobs.Stage) error // after the items were handed over
	OnRun    func(ctx context.Context, item models.JobItem, r jobs.Reporter) (jobs.Outcome, error)
	OnFinish func(ctx context.Context, stage jobs.Stage) error

	mu       sync.Mutex
	runs     map[string]int
	order    []string
	plans    int
	finishes int
}

// Plan hands the items over.
func (x *Executor) Plan(ctx context.Context, stage jobs.Stage, add func([]models.JobItem) error) error {
	x.mu.Lock()
	x.plans++
	x.mu.Unlock()
	batch := x.Batch
	if batch < 1 {
		batch = max(len(x.Items), 1)
	}
	for i := 0; i < len(x.Items); i += batch {
		if err := add(x.Items[i:min(i+batch, len(x.Items))]); err != nil {
			return err
		}
	}
	if x.OnPlan != nil {
		return x.OnPlan(ctx, stage)
	}
	return nil
}

// Run counts the item and does what the script says.
func (x *Executor) Run(ctx context.Context, _ jobs.Stage, item models.JobItem, r jobs.Reporter) (jobs.Outcome, error) {
	x.mu.Lock()
	if x.runs == nil {
		x.runs = map[string]int{}
	}
	x.runs[item.ItemKey]++
	x.order = append(x.order, item.ItemKey)
	x.mu.Unlock()
	if x.OnRun == nil {
		return jobs.Outcome{}, nil
	}
	return x.OnRun(ctx, item, r)
}

// Finish counts and does what the script says.
func (x *Executor) Finish(ctx context.Context, stage jobs.Stage) error {
	x.mu.Lock()
	x.finishes++
	x.mu.Unlock()
	if x.OnFinish != nil {
		return x.OnFinish(ctx, stage)
	}
	return nil
}

// Runs is how often an item was run.
func (x *Executor) Runs(key string) int {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.runs[key]
}

// Order lists the keys of the items in the order in which they were begun.
func (x *Executor) Order() []string {
	x.mu.Lock()
	defer x.mu.Unlock()
	return append([]string(nil), x.order...)
}

// Plans and Finishes count the calls.
func (x *Executor) Plans() int {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.plans
}

// Finishes counts the calls of Finish.
func (x *Executor) Finishes() int {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.finishes
}

// Items makes n items, their sources taken in turn; without sources they have none.
func Items(n int, sources ...string) []models.JobItem {
	list := make([]models.JobItem, n)
	for i := range list {
		list[i] = models.JobItem{ItemKey: fmt.Sprintf("item-%04d", i), Title: fmt.Sprintf("Item %d", i)}
		if len(sources) > 0 {
			list[i].Source = sources[i%len(sources)]
		}
	}
	return list
}
