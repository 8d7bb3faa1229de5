package maintenance

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"regexp"
	"slices"

	"catalogsync/app/library"
	"catalogsync/models"
)

const (
	// groupsAtOnce is the number of groups that are read together.
	groupsAtOnce = 200
	// groupsShown bounds the groups of a report; all are counted.
	groupsShown = 200
)

// DuplicateReport is what a look at duplicates, or their removal, came to.
type DuplicateReport struct {
	Groups []models.DuplicateGroup // the first of them
	// Total counts all groups, Files the locations that go, Bytes the room that comes back.
	Total, Files int
	Bytes        int64
	// Unreachable are the folders that are not there now; their duplicates are left alone.
	Unreachable []string
	// Removed counts the groups that were tidied; Stopped says that a job began meanwhile,
	// so that the rest was left.
	Removed int
	Stopped bool
}

// Duplicates lists the files that a library folder has more than once, and which of them
// would be kept. It changes nothing.
func (s *Service) Duplicates(ctx context.Context) (DuplicateReport, error) {
	var r DuplicateReport
	err := s.eachGroup(ctx, &r, func(models.DuplicateGroup, *library.Library) (bool, error) { return true, nil })
	return r, err
}

// dedupeAtOnce is the number of groups that are tidied while the caller waits; more of them
// are a job's work.
const dedupeAtOnce = 100

// Dedupe keeps one file of each group: what named the others names it, and they go into
// the recycle bin. Many groups are left to a job, which is given instead of a report. It is
// refused with ClassConflict while anything runs.
func (s *Service) Dedupe(ctx context.Context, origin string) (DuplicateReport, *models.JobRun, error) {
	if err := s.refuseWhileBusy(ctx, 0); err != nil {
		return DuplicateReport{}, nil, err
	}
	groups, err := s.Store.CountDuplicates(ctx, dedupeAtOnce+1)
	if err != nil {
		return DuplicateReport{}, nil, err
	}
	if groups <= dedupeAtOnce || s.Queue == nil {
		r, err := s.DedupeNow(ctx, 0, nil)
		return r, nil, err
	}
	run, err := s.Queue.Enqueue(ctx, models.JobDedupe, models.JobScope{}, "", origin, againPriority)
	return DuplicateReport{}, &run, err
}

// DedupeNow is Dedupe for a job, which may run itself; it stops when another one begins.
func (s *Service) DedupeNow(ctx context.Context, jobID int64, report Progress) (DuplicateReport, error) {
	var r DuplicateReport
	if err := s.refuseWhileBusy(ctx, jobID); err != nil {
		return r, err
	}
	total, err := s.Store.CountDuplicates(ctx, math.MaxInt)
	if err != nil {
		return r, err
	}
	err = s.eachGroup(ctx, &r, func(g models.DuplicateGroup, lib *library.Library) (bool, error) {
		if err := ctx.Err(); err != nil {
			return false, err
		}
		done, err := s.Store.ApplyDedupe(ctx, g, jobID)
		if err != nil {
			return false, err
		}
		if !done {
			busy, err := s.Store.Busy(ctx, jobID)
			r.Stopped = busy
			return !busy, err
		}
		r.Removed++
		if report != nil {
			report(int64(r.Total), int64(max(total, r.Total)), fmt.Sprintf("tidied %d of %d songs", r.Removed, max(total, r.Total)))
		}
		return true, s.recycle(g, lib)
	})
	return r, err
}

// recycle moves the files of a group that do not count any more. One that cannot be moved
// is told in the log and found again as an unknown file.
func (s *Service) recycle(g models.DuplicateGroup, lib *library.Library) error {
	for _, f := range g.Drop {
		if !f.Exists || f.Locator == g.Keep.Locator {
			continue
		}
		if _, _, err := lib.Recycle(f.Locator, s.Now()); err != nil {
			s.Log.Warn("move a duplicate into the recycle bin", "file", f.Locator, "error", err)
		}
	}
	return nil
}

// eachGroup calls fn for each group, decided, until it answers false.
func (s *Service) eachGroup(ctx context.Context, r *DuplicateReport, fn func(models.DuplicateGroup, *library.Library) (bool, error)) error {
	folders, err := s.folders(ctx)
	if err != nil {
		return err
	}
	for after := int64(0); ; {
		groups, err := s.Store.ListDuplicates(ctx, after, groupsAtOnce)
		if err != nil {
			return err
		}
		for _, g := range groups {
			after = g.FileAssetID
			f := folders[g.BackendID]
			if f.lib == nil {
				if !slices.Contains(r.Unreachable, f.root) {
					r.Unreachable = append(r.Unreachable, f.root)
				}
				continue
			}
			if g, err = decide(g, f.lib); err != nil {
				return err
			}
			r.add(g)
			if goOn, err := fn(g, f.lib); err != nil || !goOn {
				return err
			}
		}
		if len(groups) < groupsAtOnce {
			return nil
		}
	}
}

func (r *DuplicateReport) add(g models.DuplicateGroup) {
	r.Total++
	r.Files += len(g.Drop)
	r.Bytes += g.DropBytes()
	if len(r.Groups) < groupsShown {
		r.Groups = append(r.Groups, g)
	}
}

// folder is a library folder; lib is nil when its disk is not there.
type folder struct {
	root string
	lib  *library.Library
}

func (s *Service) folders(ctx context.Context) (map[int64]folder, error) {
	backends, err := s.Store.ListLocalBackends(ctx)
	if err != nil {
		return nil, err
	}
	out := map[int64]folder{}
	for _, b := range backends {
		f := folder{root: b.Root}
		if library.HoldsFiles(b.Root) {
			f.lib = library.At(b.Root)
		}
		out[b.ID] = f
	}
	return out, nil
}

// numbered are the names that copies get from programs which never replace a file.
var numbered = regexp.MustCompile(`\([12]\)(\.[^./]*)?$`)

// decide picks the location that is kept: a file that exists before one that does not,
// then a name without "(1)" or "(2)", then the shorter name, then the smaller id.
func decide(g models.DuplicateGroup, lib *library.Library) (models.DuplicateGroup, error) {
	all := slices.Clone(g.Drop)
	for i := range all {
		_, there, err := lib.Find(all[i].Locator)
		if err != nil {
			return g, err
		}
		all[i].Exists = there
	}
	slices.SortFunc(all, func(a, b models.DuplicateFile) int {
		return cmp.Or(
			-cmp.Compare(yes(a.Exists), yes(b.Exists)),
			cmp.Compare(yes(numbered.MatchString(a.Locator)), yes(numbered.MatchString(b.Locator))),
			cmp.Compare(len(a.Locator), len(b.Locator)),
			cmp.Compare(a.LocationID, b.LocationID),
		)
	})
	g.Keep, g.Drop = all[0], all[1:]
	return g, nil
}

func yes(b bool) int {
	if b {
		return 1
	}
	return 0
}
