package stages

import (
	"context"
	"fmt"
	"log/slog"

	"catalogsync/app/maintenance"
	"catalogsync/jobs"
	"catalogsync/models"
)

// SimilarFinder finds songs of several platforms that are one; maintenance.Service is one.
type SimilarFinder interface {
	LookForSimilar(ctx context.Context, report maintenance.Progress) (maintenance.SimilarReport, error)
	MergeAll(ctx context.Context, jobID int64, report maintenance.Progress) (maintenance.MergeAllReport, error)
	MendMerged(ctx context.Context) (int, error)
}

// Similar looks for songs that are one and merges them if it may, in one item.
type Similar struct{ library SimilarFinder }

// NewSimilar makes the executor.
func NewSimilar(library SimilarFinder) *Similar { return &Similar{library} }

// Plan makes the only item.
func (s *Similar) Plan(_ context.Context, _ jobs.Stage, add func([]models.JobItem) error) error {
	return add([]models.JobItem{{ItemKey: "songs", Title: "songs"}})
}

// Run looks, then merges if the job asks for it.
func (s *Similar) Run(ctx context.Context, stage jobs.Stage, _ models.JobItem, report jobs.Reporter) (jobs.Outcome, error) {
	scope := models.SimilarScope{}
	if stage.Scope.Similar != nil {
		scope = *stage.Scope.Similar
	}
	progress := func(done, total int64, text string) { report.Progress(done, total, "songs", text) }
	var out jobs.Outcome
	if !scope.SkipLook {
		look, err := s.library.LookForSimilar(ctx, progress)
		if err != nil {
			return out, err
		}
		out.Text = fmt.Sprintf("looked at %d songs, found %d that are there twice", look.Songs, look.Found)
		report.Log(slog.LevelInfo, out.Text)
		if look.Crowded > 0 {
			report.Log(slog.LevelWarn, fmt.Sprintf("left out %d names that too many songs of one artist have", look.Crowded))
		}
	}
	if !scope.Merge {
		return out, s.mend(ctx, report)
	}
	r, err := s.library.MergeAll(ctx, stage.Job.ID, progress)
	if err != nil {
		return out, err
	}
	out.Text, out.Bytes = fmt.Sprintf("merged %d songs, %d could not be merged", r.Merged, r.Failed), r.Bytes
	report.Log(slog.LevelInfo, out.Text)
	if r.Copied > 0 {
		report.Log(slog.LevelWarn, fmt.Sprintf("copied the files of %d songs, for the disk keeps no file under two names", r.Copied))
	}
	if r.Stopped {
		report.Log(slog.LevelWarn, "stopped because another job began; start it again when that has ended")
		return out, nil
	}
	return out, s.mend(ctx, report)
}

func (s *Similar) mend(ctx context.Context, report jobs.Reporter) error {
	mended, err := s.library.MendMerged(ctx)
	if err == nil && mended > 0 {
		report.Log(slog.LevelInfo, fmt.Sprintf("gave %d merged songs their file again", mended))
	}
	return err
}

var _ jobs.Executor = (*Similar)(nil)
