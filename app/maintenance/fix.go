package maintenance

import (
	"context"
	"fmt"
	"slices"

	"catalogsync/app/library"
	"catalogsync/models"
)

const (
	// fixesAtOnce is the number of findings between two looks whether a download began.
	fixesAtOnce = 100
	// songsAgain bounds the songs of the download that follows; any other takes the rest.
	songsAgain = 5000
)

// FixReport is what settling findings came to.
type FixReport struct {
	Settled  int   `json:"settled"`
	Failed   int   `json:"failed"`   // and why is noted with the finding
	Left     int   `json:"left"`     // files that are no song of the catalogue, where only such were to be adopted
	Recycled int   `json:"recycled"` // files in the recycle bin now
	Bytes    int64 `json:"bytes"`    // of these
	// Stopped says that a download began, so that the rest was left.
	Stopped bool `json:"stopped"`
	// Songs are those whose files were given up, at most songsAgain.
	Songs []int64 `json:"-"`
}

// verdict is how one finding ended.
type verdict int

const (
	settled verdict = iota
	recycled
	left
)

// CheckFixes refuses what cannot be done with a class.
func CheckFixes(list []models.FindingFix) error {
	for _, f := range list {
		actions := models.FixActions[f.Class]
		if len(actions) == 0 {
			return models.Invalid("class", models.CodeBadValue, "%q is no class of findings", string(f.Class))
		}
		if !slices.Contains(actions, f.Action) {
			return models.Invalid("action", models.CodeBadValue, "%q is not possible for %s findings; it can be one of %v", string(f.Action), f.Class, actions)
		}
	}
	return nil
}

// Fix settles findings. Each is looked at again first: what has changed since it was found
// is not touched. It is refused, and stops, while files are being placed.
func (s *Service) Fix(ctx context.Context, fixes []models.FindingFix, report Progress) (FixReport, error) {
	var r FixReport
	if err := CheckFixes(fixes); err != nil {
		return r, err
	}
	if err := s.CheckFix(ctx); err != nil {
		return r, err
	}
	total, err := s.countFixes(ctx, fixes)
	if err != nil {
		return r, err
	}
	done := int64(0)
	for _, fix := range fixes {
		for after := int64(0); ; {
			list, err := s.Store.NextFindings(ctx, fix.Class, fix.IDs, after, fixesAtOnce)
			if err != nil || len(list) == 0 {
				if err != nil {
					return r, err
				}
				break
			}
			running, err := s.Store.DownloadsRunning(ctx)
			if r.Stopped = running; running || err != nil {
				return r, err
			}
			if err := s.fixBatch(ctx, fix.Action, list, &r); err != nil {
				return r, err
			}
			after = list[len(list)-1].ID
			if done += int64(len(list)); report != nil {
				report(done, max(total, done), string(fix.Class))
			}
		}
	}
	return r, nil
}

func (s *Service) countFixes(ctx context.Context, fixes []models.FindingFix) (total int64, err error) {
	counts, err := s.Store.CountFindings(ctx)
	for _, fix := range fixes {
		for _, c := range counts {
			if c.Class == fix.Class && len(fix.IDs) == 0 {
				total += c.Count
			}
		}
		total += int64(len(fix.IDs))
	}
	return total, err
}

func (s *Service) fixBatch(ctx context.Context, action models.FixAction, list []models.Finding, r *FixReport) error {
	folders, err := s.folders(ctx)
	if err != nil {
		return err
	}
	var done []int64
	for _, f := range list {
		if err := ctx.Err(); err != nil {
			return err
		}
		lib := (*library.Library)(nil)
		if f.BackendID != nil {
			if lib = folders[*f.BackendID].lib; lib == nil {
				r.Failed++
				if err := s.Store.FailFinding(ctx, f.ID, "the folder "+folders[*f.BackendID].root+" is not there or empty"); err != nil {
					return err
				}
				continue
			}
		}
		v, err := s.fixOne(ctx, action, f, lib, r)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err != nil {
			r.Failed++
			s.Log.WarnContext(ctx, "settle a finding", "class", f.Class, "file", f.Locator, "error", err)
			if err := s.Store.FailFinding(ctx, f.ID, err.Error()); err != nil {
				return err
			}
			continue
		}
		switch v {
		case left:
			r.Left++
			continue
		case recycled:
			r.Recycled++
			r.Bytes += f.FoundBytes
		}
		r.Settled++
		done = append(done, f.ID)
	}
	return s.Store.SettleFindings(ctx, done)
}

func (s *Service) fixOne(ctx context.Context, action models.FixAction, f models.Finding, lib *library.Library, r *FixReport) (verdict, error) {
	switch action {
	case models.FixForget:
		return settled, s.forget(ctx, f, lib, r)
	case models.FixRelink:
		return settled, s.relink(ctx, f, lib)
	case models.FixTake:
		return settled, s.take(ctx, f, lib)
	case models.FixAdopt:
		return s.adopt(ctx, f, lib)
	case models.FixRecycle:
		if f.LocationID != nil {
			return s.replace(ctx, f, lib, r)
		}
		return s.recycleUnowned(ctx, f, lib)
	case models.FixRemove:
		if f.FileAssetID == nil {
			return settled, nil
		}
		return settled, s.Store.RemoveOrphan(ctx, *f.FileAssetID)
	}
	return left, fmt.Errorf("there is no action %s", action)
}

// giveUp notes that a recorded file is gone, so that its song is downloaded again.
func (s *Service) giveUp(ctx context.Context, f models.Finding, r *FixReport) error {
	if f.SongID == nil || f.LocationID == nil {
		return nil
	}
	if err := s.Store.MarkMissing(ctx, *f.SongID, []int64{*f.LocationID}); err != nil {
		return err
	}
	if len(r.Songs) < songsAgain && !slices.Contains(r.Songs[max(0, len(r.Songs)-fixesAtOnce):], *f.SongID) {
		r.Songs = append(r.Songs, *f.SongID)
	}
	return nil
}
