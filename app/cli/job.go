package cli

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"catalogsync/app"
	"catalogsync/config"
	"catalogsync/jobs"
	"catalogsync/models"
)

// drainTime is how long running items may go on after the first Ctrl-C.
const drainTime = 10 * time.Second

// jobResult is what a job command prints with --json.
type jobResult struct {
	JobID       int64           `json:"job_id"`
	Type        models.JobType  `json:"type"`
	State       models.JobState `json:"state"`
	Items       int64           `json:"items"`
	Failed      int64           `json:"failed"`
	Skipped     int64           `json:"skipped"`
	Bytes       int64           `json:"bytes"`
	Seconds     float64         `json:"seconds"`
	Playlists   int64           `json:"playlists"`
	Songs       int64           `json:"songs"`
	Downloaded  int64           `json:"downloaded"`
	Failures    []failure       `json:"failures,omitempty"`
	BadLines    []badLine       `json:"bad_lines,omitempty"`
	Error       string          `json:"error,omitempty"`
	Interrupted bool            `json:"interrupted,omitempty"`
	// HandedOver: the process that works on the data ran the job.
	HandedOver bool `json:"handed_over,omitempty"`
}

// failure is one reason why items failed, and how many did.
type failure struct {
	Stage  models.StageName `json:"stage"`
	Source string           `json:"source,omitempty"`
	Code   models.Code      `json:"code"`
	Count  int64            `json:"count"`
	Text   string           `json:"text"` // of one of them
}

// badLine is a line of a playlist file that could not be used.
type badLine struct {
	Line   int    `json:"line"`
	Text   string `json:"text"`
	Reason string `json:"reason"`
}

// errInterrupted says that Ctrl-C ended the wait; the job goes on at the next start.
var errInterrupted = errors.New("interrupted")

// withApp builds the program on the configured folders, runs fn, and closes everything.
func (e *env) withApp(c *config.Config, quiet bool, fn func(a *app.App) error) error {
	return e.open(app.Options{Config: c, Version: version, Logger: e.logger(c, quiet)}, fn)
}

func (e *env) open(o app.Options, fn func(a *app.App) error) (err error) {
	a, err := app.New(e.ctx, o)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, a.Close()) }()
	return fn(a)
}

// runJob makes a job (or goes on with an unfinished one of the same type and scope),
// follows it to its end, and prints the result.
func (e *env) runJob(a *app.App, job jobs.NewJob, asJSON bool, bad []badLine) error {
	if err := e.checkSources(a, job.Scope); err != nil {
		return err
	}
	if err := a.CheckPlaylists(e.ctx, job.Scope.PlaylistIDs); err != nil {
		return err
	}
	if !a.Guest() {
		if err := a.StartRunner(e.ctx); err != nil {
			return err
		}
	}
	started := time.Now()
	run, resumed, err := enqueueOrResume(e.ctx, a, job)
	if err != nil {
		return err
	}
	if resumed && !asJSON {
		fmt.Fprintf(e.out, "Going on with unfinished job %d.\n", run.ID)
	}
	err = e.watch(a, run.ID, asJSON)
	interrupted, paused := errors.Is(err, errInterrupted), isPaused(err)
	if err != nil && !interrupted && !paused {
		return err
	}
	if !interrupted && !a.Guest() {
		if err := e.settle(a); err != nil {
			return err
		}
	}
	stopped := err
	result, err := summarise(context.WithoutCancel(e.ctx), a, run.ID, time.Since(started))
	if err != nil {
		return err
	}
	result.BadLines, result.Interrupted, result.HandedOver = bad, interrupted, a.Guest()
	if err := e.printResult(result, asJSON); err != nil {
		return err
	}
	if paused {
		return stopped
	}
	if result.State != models.JobCompleted || len(bad) > 0 {
		return errWithErrors
	}
	return nil
}

// settle waits for what follows a download, until Ctrl-C: folders that are not refreshed
// then are at the next start, and a command that runs is ended.
func (e *env) settle(a *app.App) error {
	ctx, cancel := context.WithCancel(e.ctx)
	defer cancel()
	go func() {
		select {
		case <-e.stop:
			cancel()
		case <-ctx.Done():
		}
	}()
	if err := a.SettleDownloads(ctx); err != nil && ctx.Err() == nil {
		return err
	}
	return nil
}

// pausedError says that the runner paused the job, because nothing can go on before
// somebody acts: the disk is full, the library cannot be written. Nobody could resume it
// from outside while this process holds the data, so the command has to end.
func pausedError(jobID int64, reason string) error {
	return models.NewError(models.ClassLocal, models.CodeNotAllowed, "job %d is paused: %s; then the same command goes on where it stopped", jobID, reason)
}

func isPaused(err error) bool { return models.CodeOf(err) == models.CodeNotAllowed }

// checkSources refuses unknown sources before anything starts, and says which known ones
// this build has no adapter for.
func (e *env) checkSources(a *app.App, sc models.JobScope) error {
	if _, err := a.Sources.CheckCollectors(sc.Sources); err != nil {
		return err
	}
	_, absent, err := a.Sources.CheckProviders(sc.DownloadSources)
	if len(absent) > 0 && err == nil {
		fmt.Fprintf(e.errOut, "This build has no adapter for %s; they are left out.\n", strings.Join(absent, ", "))
	}
	return err
}

// enqueueOrResume makes the job, unless one of the same type and scope is unfinished.
func enqueueOrResume(ctx context.Context, a *app.App, job jobs.NewJob) (models.JobRun, bool, error) {
	scopeJSON, err := json.Marshal(job.Scope)
	if err != nil {
		return models.JobRun{}, false, err
	}
	id, err := a.Store.UnfinishedJob(ctx, job.Type, string(scopeJSON))
	if err != nil {
		return models.JobRun{}, false, err
	}
	if id == 0 {
		run, err := a.Runner.Enqueue(ctx, job)
		return run, false, err
	}
	detail, err := a.Store.GetJob(ctx, id)
	if err != nil {
		return models.JobRun{}, false, err
	}
	if detail.State == models.JobPaused {
		if _, err := a.Runner.Command(ctx, models.JobCommand{JobRunID: id, Kind: models.CommandResume, Origin: "cli"}); err != nil {
			return models.JobRun{}, false, err
		}
	}
	return detail.JobRun, true, nil
}

func summarise(ctx context.Context, a *app.App, jobID int64, took time.Duration) (jobResult, error) {
	detail, err := a.Store.GetJob(ctx, jobID)
	if err != nil {
		return jobResult{}, err
	}
	totals, err := a.Store.CountTotals(ctx)
	if err != nil {
		return jobResult{}, err
	}
	groups, err := a.Store.GroupFailedItems(ctx, jobID)
	if err != nil {
		return jobResult{}, err
	}
	var failures []failure
	for _, g := range groups {
		failures = append(failures, failure{Stage: g.Stage, Source: g.Source, Code: g.ErrorCode, Count: g.Count, Text: g.Sample})
	}
	return jobResult{
		JobID: jobID, Type: detail.Type, State: detail.State,
		Items: detail.ItemsTotal, Failed: detail.ItemsFailed, Skipped: detail.ItemsSkipped, Bytes: detail.BytesDone,
		Seconds: took.Seconds(), Playlists: totals.Playlists, Songs: totals.Songs, Downloaded: totals.Downloaded,
		Error: cmp.Or(detail.ErrorText, detail.PauseReason), Failures: failures,
	}, nil
}

func (e *env) printResult(r jobResult, asJSON bool) error {
	if asJSON {
		return json.NewEncoder(e.out).Encode(r)
	}
	fmt.Fprintf(e.out, "Job %d %s: %d items, %d failed, %d skipped, %s in %.1f s.\nThe catalogue holds %d playlists and %d songs, %d of them downloaded.\n",
		r.JobID, r.State, r.Items, r.Failed, r.Skipped, sizeText(r.Bytes), r.Seconds, r.Playlists, r.Songs, r.Downloaded)
	for _, f := range r.Failures {
		fmt.Fprintf(e.out, "%d failed at %s (%s): %s\n", f.Count, f.Stage, f.Code, f.Text)
	}
	if r.Error != "" {
		fmt.Fprintln(e.out, "Reason:", r.Error)
	}
	switch {
	case r.Interrupted && r.HandedOver:
		fmt.Fprintf(e.out, "It goes on in the running console; catalogsync jobs cancel %d ends it, the same command watches again.\n", r.JobID)
	case r.Interrupted:
		fmt.Fprintln(e.out, "It was interrupted; the same command goes on where it stopped.")
	}
	return nil
}

// watch follows a job to its end, whichever process runs it.
func (e *env) watch(a *app.App, jobID int64, quiet bool) error {
	if a.Guest() {
		return e.followHosted(a, jobID, quiet)
	}
	return e.follow(a, jobID, quiet)
}

// follow shows a job's progress until it ends or pauses, or until Ctrl-C drained the runner.
func (e *env) follow(a *app.App, jobID int64, quiet bool) error {
	ctx, cancel := context.WithCancel(e.ctx)
	defer cancel()
	ended := make(chan error, 1)
	go func() {
		_, err := a.Runner.Wait(ctx, jobID)
		ended <- err
	}()
	show := newProgress(e.errOut, a, jobID, quiet)
	defer func() { show.close() }()
	disk := e.newDiskPrompt(a, quiet)
	tick := time.NewTicker(progressInterval)
	defer tick.Stop()
	for {
		select {
		case err := <-ended:
			if err != nil && e.ctx.Err() != nil {
				return errInterrupted
			}
			return err
		case <-e.stop:
			drain, done := context.WithTimeout(e.ctx, drainTime)
			defer done()
			if err := a.Runner.Stop(drain); err != nil && !errors.Is(err, context.DeadlineExceeded) && !errors.Is(err, context.Canceled) {
				return err
			}
			return errInterrupted
		case <-tick.C:
			detail, err := a.Store.GetJob(ctx, jobID)
			if err != nil {
				return err
			}
			asks, err := disk.look(ctx)
			switch {
			case err != nil:
				return e.leave(a, jobID, err)
			case asks:
				show.close() // nothing is drawn over the question
				show = silent{}
			case disk.answered():
				show = newProgress(e.errOut, a, jobID, quiet)
			}
			show.update(detail)
			if detail.State == models.JobPaused {
				return pausedError(jobID, detail.PauseReason)
			}
		}
	}
}
