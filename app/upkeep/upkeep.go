// Package upkeep keeps the database small and quick: it removes the details of jobs that
// finished long ago, gives free pages back, and brings statistics and log in order. It
// works in small steps with pauses between, so that whoever wants to write waits for one
// step at most.
package upkeep

import (
	"context"
	"log/slog"
	"time"

	"catalogsync/models"
)

// Store is what upkeep needs of the database. Every method but the two that read is one
// short hold of the writer, and says how long it was.
type Store interface {
	FindPrunableJobs(ctx context.Context, beforeMS, afterID int64, limit int) ([]int64, error)
	PruneJob(ctx context.Context, jobID, beforeMS int64, limit int) (models.PruneStep, error)
	// UnlinkGone takes at most limit songs that left off the lists whose policy says so.
	UnlinkGone(ctx context.Context, limit int) (rows int64, held time.Duration, err error)
	FreePages(ctx context.Context) (int64, error)
	ReclaimPages(ctx context.Context, n int) (time.Duration, error)
	Optimize(ctx context.Context) (time.Duration, error)
	TruncateLog(ctx context.Context) (time.Duration, error)
}

// Config makes a service.
type Config struct {
	Store Store
	// Retention is how long the details of finished jobs are kept; 0 = for ever.
	Retention time.Duration
	// Steps are done by RunSteps, each whatever became of the others.
	Steps []Step
	Now   func() time.Time
	Log   *slog.Logger
}

// Step is something else that is done once a day.
type Step struct {
	Name string
	Do   func(ctx context.Context) error
}

// Service does the upkeep.
type Service struct {
	Config
}

// New makes the service; nothing runs before Run or Once.
func New(c Config) *Service { return &Service{c} }

// Report is what one upkeep did.
type Report struct {
	Jobs int   // whose details were removed
	Rows int64 // removed
	// Unlinked counts songs that left playlists and were taken off them for good.
	Unlinked int64
	Pages    int64 // given back to the file system
	// LongestHold is the longest time that the writer was held at a stretch.
	LongestHold time.Duration
}

// interval is the time between two upkeeps.
const interval = 24 * time.Hour

// Run does the upkeep now and then once a day until ctx ends. What fails is logged and
// tried again the next day.
func (s *Service) Run(ctx context.Context) {
	for {
		report, err := s.Once(ctx)
		if ctx.Err() != nil {
			return
		}
		if err != nil {
			s.Log.Error("upkeep of the database", "error", err)
		}
		if report.Rows > 0 || report.Pages > 0 || report.Unlinked > 0 {
			s.Log.Info("upkeep of the database", "jobs", report.Jobs, "rows", report.Rows, "unlinked", report.Unlinked, "pages", report.Pages, "longest_hold", report.LongestHold)
		}
		if pause(ctx, interval) != nil {
			return
		}
	}
}

// RunSteps does the other steps now and then once a day until ctx ends. They may read much
// of the library, so they are for a program that stays.
func (s *Service) RunSteps(ctx context.Context) {
	for {
		for _, step := range s.Steps {
			if err := step.Do(ctx); err != nil && ctx.Err() == nil {
				s.Log.Error("daily upkeep", "step", step.Name, "error", err)
			}
		}
		if pause(ctx, interval) != nil {
			return
		}
	}
}

// Once does the upkeep once.
func (s *Service) Once(ctx context.Context) (Report, error) {
	var r Report
	if err := s.prune(ctx, &r); err != nil {
		return r, err
	}
	if err := s.unlink(ctx, &r); err != nil {
		return r, err
	}
	if err := s.reclaim(ctx, &r); err != nil {
		return r, err
	}
	for _, step := range []func(context.Context) (time.Duration, error){s.Store.Optimize, s.Store.TruncateLog} {
		held, err := step(ctx)
		r.note(held)
		if err != nil {
			return r, err
		}
		if err := rest(ctx, held); err != nil {
			return r, err
		}
	}
	return r, nil
}

// jobsAtOnce bounds the list of jobs that is read at once.
const jobsAtOnce = 200

// prune removes the details of old jobs.
func (s *Service) prune(ctx context.Context, r *Report) error {
	if s.Retention <= 0 {
		return nil
	}
	before := models.NowMS(s.Now().Add(-s.Retention))
	size := newPortion(firstRows, leastRows, mostRows)
	for after := int64(0); ; {
		ids, err := s.Store.FindPrunableJobs(ctx, before, after, jobsAtOnce)
		if err != nil || len(ids) == 0 {
			return err
		}
		for _, id := range ids {
			if err := s.pruneJob(ctx, id, before, size, r); err != nil {
				return err
			}
			after = id
		}
	}
}

func (s *Service) pruneJob(ctx context.Context, id, before int64, size *portion, r *Report) error {
	removed := false
	for {
		step, err := s.Store.PruneJob(ctx, id, before, size.n)
		if err != nil {
			return err
		}
		r.Rows += step.Rows
		r.note(step.Held)
		if step.Rows > 0 && !removed {
			removed = true
			r.Jobs++
		}
		size.learn(step.Held)
		if err := rest(ctx, step.Held); err != nil {
			return err
		}
		if step.Done {
			return nil
		}
	}
}

// unlink applies the policies of playlists for songs that left.
func (s *Service) unlink(ctx context.Context, r *Report) error {
	size := newPortion(firstRows, leastRows, mostRows)
	for {
		rows, held, err := s.Store.UnlinkGone(ctx, size.n)
		if err != nil || rows == 0 {
			return err
		}
		r.Unlinked += rows
		r.note(held)
		size.learn(held)
		if err := rest(ctx, held); err != nil {
			return err
		}
	}
}

// reclaim gives free pages back until none is left, or until a step frees nothing.
func (s *Service) reclaim(ctx context.Context, r *Report) error {
	size := newPortion(firstPages, leastPages, mostPages)
	free, err := s.Store.FreePages(ctx)
	for err == nil && free > 0 {
		var held time.Duration
		if held, err = s.Store.ReclaimPages(ctx, size.n); err != nil {
			return err
		}
		r.note(held)
		size.learn(held)
		if err = rest(ctx, held); err != nil {
			return err
		}
		left, readErr := s.Store.FreePages(ctx)
		if readErr != nil || left >= free {
			return readErr // others fill pages faster than they are freed; tomorrow again
		}
		r.Pages += free - left
		free = left
	}
	return err
}

func (r *Report) note(held time.Duration) { r.LongestHold = max(r.LongestHold, held) }
