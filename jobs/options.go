package jobs

import (
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"time"

	"catalogsync/models"
)

// Options make a runner. Store and Executors are required; the rest has defaults.
type Options struct {
	Store     Store
	Executors map[models.StageName]Executor
	Clock     func() time.Time // default time.Now
	Random    func() float64   // in [0,1), for jitter
	Logger    *slog.Logger     // default slog.Default

	// Definitions and Stages default to the tables of this package.
	Definitions []Definition
	Stages      map[models.StageName]StageDefinition
	// Workers overrides the number of workers of kinds of stages.
	Workers map[models.StageName]int
	// GeneralStages bounds the stages that run at once in the general lane; default 4.
	GeneralStages int

	Backoff Backoff
	// Prober gives who asks a source whether it serves again, nil for a source that cannot be
	// asked: items that are stopped by it wait each for itself. It is called anew each time,
	// since sources come and go while the runner works. nil = no source can be asked.
	Prober func(source string) Prober
	// Poll is how often the database is asked for news that nobody announced; default 2 s.
	Poll time.Duration
	// Watch is how often it is asked whether another process wrote, which costs next to
	// nothing; default 500 ms.
	Watch time.Duration
	// Flush is how often progress, workers and logs are written, and limits checked; default 1 s.
	Flush time.Duration
	// DrainGrace is how long Stop lets running items go on, default 10 s; CancelGrace how
	// long an item may take to end after its context ended, default 2 s.
	DrainGrace, CancelGrace time.Duration
	// AnswerWait is how long Command waits for its answer; default 5 s.
	AnswerWait time.Duration
	// OtherWrote is called when another process wrote to the database, for those who keep
	// in memory what stands there; it must not wait. nil = nobody does.
	OtherWrote func()
	// Ended is told of every item whose end is written, with the kind of its stage; it must
	// not wait. nil = nobody is.
	Ended func(stage models.StageName, r models.ItemResult)
	// DownloadHours limits the times at which downloads begin; nil = at any time.
	DownloadHours Hours
	// DownloadGate holds downloads back for other reasons than the hour; nil = nothing does.
	DownloadGate Gate
	// Resources is asked before a stage begins; nil = every stage may.
	Resources Resources
	// RecoverPaused lets jobs that were running come back paused after a start.
	RecoverPaused bool
}

// maxWorkers bounds the workers of one stage.
const maxWorkers = 64

// check fills in the defaults.
func (o *Options) check() error {
	if o.Store == nil {
		return errors.New("the job runner needs a store")
	}
	if len(o.Executors) == 0 {
		return errors.New("the job runner needs executors")
	}
	if o.Clock == nil {
		o.Clock = time.Now
	}
	if o.Random == nil {
		o.Random = rand.Float64
	}
	if o.Logger == nil {
		o.Logger = slog.Default()
	}
	if o.Definitions == nil {
		o.Definitions = Definitions
	}
	if o.Stages == nil {
		o.Stages = StageDefinitions
	}
	for name := range o.Executors {
		if _, ok := o.Stages[name]; !ok {
			return fmt.Errorf("executor %s has no stage definition", name)
		}
	}
	o.defaults()
	return nil
}

func (o *Options) defaults() {
	if o.GeneralStages < 1 {
		o.GeneralStages = 4
	}
	for _, d := range []struct {
		value *time.Duration
		usual time.Duration
	}{
		{&o.Poll, 2 * time.Second}, {&o.Watch, 500 * time.Millisecond}, {&o.Flush, time.Second},
		{&o.DrainGrace, 10 * time.Second}, {&o.CancelGrace, 2 * time.Second}, {&o.AnswerWait, 5 * time.Second},
	} {
		if *d.value <= 0 {
			*d.value = d.usual
		}
	}
	o.Backoff.defaults()
}

// workersOf is the number of workers of a stage: the job's own wish for downloads, then
// the configuration, then the table.
func (o *Options) workersOf(name models.StageName, scope models.JobScope) int {
	n := o.Stages[name].Workers
	if w := o.Workers[name]; w > 0 {
		n = w
	}
	if o.Stages[name].Lane == models.LaneDownload && scope.Workers > 0 {
		n = scope.Workers
	}
	if name == models.StageUpload && scope.Upload != nil && scope.Upload.Workers > 0 {
		n = scope.Upload.Workers
	}
	return min(max(n, 1), maxWorkers)
}

// missing is the first stage of a type that has no executor, "" when it can run.
func (o *Options) missing(d Definition) models.StageName {
	for _, name := range d.Stages {
		if o.Executors[name] == nil {
			return name
		}
	}
	return ""
}
