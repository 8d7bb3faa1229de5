package maintenance

import (
	"context"

	"catalogsync/models"
)

// Overview is what is known of the library's order.
type Overview struct {
	// Counts holds a row for every class.
	Counts []models.FindingCount
	// Reconcile and Scrub are the last finished looks, nil = there was none.
	Reconcile, Scrub *models.MaintenanceLook
	// Fixable says that nothing is in the way of settling findings.
	Fixable bool
}

// Total is the number of all findings.
func (o Overview) Total() (n int64) {
	for _, c := range o.Counts {
		n += c.Count
	}
	return n
}

// Overview tells what was found and is not settled.
func (s *Service) Overview(ctx context.Context) (Overview, error) {
	var o Overview
	counts, err := s.Store.CountFindings(ctx)
	if err != nil {
		return o, err
	}
	for _, class := range models.FindingClasses {
		row := models.FindingCount{Class: class}
		for _, c := range counts {
			if c.Class == class {
				row = c
			}
		}
		o.Counts = append(o.Counts, row)
	}
	for kind, at := range map[models.LookKind]**models.MaintenanceLook{models.LookReconcile: &o.Reconcile, models.LookScrub: &o.Scrub} {
		look, found, err := s.Store.LastLook(ctx, kind)
		if err != nil {
			return o, err
		}
		if found {
			*at = &look
		}
	}
	running, err := s.Store.DownloadsRunning(ctx)
	o.Fixable = !running
	return o, err
}

// Rehearsal is what settling findings would do.
type Rehearsal struct {
	Class  models.FindingClass `json:"class"`
	Action models.FixAction    `json:"action"`
	// Count is the number of findings, Bytes what of them lies on disk.
	Count int64 `json:"count"`
	Bytes int64 `json:"bytes"`
	// Examples are the first few.
	Examples []models.FindingRow `json:"-"`
}

// examplesShown bounds the examples of a rehearsal.
const examplesShown = 5

// Rehearse tells what settling would do, and does nothing.
func (s *Service) Rehearse(ctx context.Context, fixes []models.FindingFix) ([]Rehearsal, error) {
	if err := CheckFixes(fixes); err != nil {
		return nil, err
	}
	counts, err := s.Store.CountFindings(ctx)
	if err != nil {
		return nil, err
	}
	list := []Rehearsal{}
	for _, f := range fixes {
		r := Rehearsal{Class: f.Class, Action: f.Action}
		if len(f.IDs) > 0 {
			err = s.rehearseSome(ctx, f, &r)
		} else {
			for _, c := range counts {
				if c.Class == f.Class {
					r.Count, r.Bytes = c.Count, c.Bytes
				}
			}
			if r.Count > 0 {
				r.Examples, _, err = s.Store.ListFindings(ctx, models.FindingFilter{Class: f.Class, Page: models.Page{Number: 1, Size: examplesShown}})
			}
		}
		if err != nil {
			return nil, err
		}
		if r.Count > 0 {
			list = append(list, r)
		}
	}
	return list, nil
}

func (s *Service) rehearseSome(ctx context.Context, f models.FindingFix, r *Rehearsal) error {
	rows, err := s.Store.NextFindings(ctx, f.Class, f.IDs, 0, len(f.IDs))
	for _, row := range rows {
		r.Count++
		r.Bytes += row.FoundBytes
		if len(r.Examples) < examplesShown {
			r.Examples = append(r.Examples, models.FindingRow{Finding: row})
		}
	}
	return err
}

// Findings lists one page of a class.
func (s *Service) Findings(ctx context.Context, f models.FindingFilter) ([]models.FindingRow, int64, error) {
	return s.Store.ListFindings(ctx, f)
}

// Imported lists one page of an import's files.
func (s *Service) Imported(ctx context.Context, jobID int64, state models.ImportState, page models.Page) ([]models.ImportRow, int64, error) {
	return s.Store.ListImported(ctx, jobID, state, page)
}

// Reconcile makes a job that looks and settles. A job that settles is refused with
// ClassConflict while files are being placed.
func (s *Service) Reconcile(ctx context.Context, scope models.ReconcileScope, origin string) (models.JobRun, error) {
	if err := CheckFixes(scope.Fix); err != nil {
		return models.JobRun{}, err
	}
	if len(scope.Fix) > 0 {
		if err := s.CheckFix(ctx); err != nil {
			return models.JobRun{}, err
		}
	}
	return s.Queue.Enqueue(ctx, models.JobReconcile, models.JobScope{Reconcile: &scope}, "", origin, againPriority)
}

// StartParts makes a job that adds missing covers, words and tags to songs that are here.
func (s *Service) StartParts(ctx context.Context, origin string) (models.JobRun, error) {
	return s.Queue.Enqueue(ctx, models.JobParts, models.JobScope{}, "", origin, 0)
}

// ImportFolder makes a job that imports a folder.
func (s *Service) ImportFolder(ctx context.Context, scope models.ImportScope, origin string) (models.JobRun, error) {
	if err := s.CheckImport(ctx, scope); err != nil {
		return models.JobRun{}, err
	}
	return s.Queue.Enqueue(ctx, models.JobImport, models.JobScope{Import: &scope}, "", origin, againPriority)
}

// FixesOf reads which findings are to be settled and how: one class with an action, "" = the
// usual one, or all classes.
func FixesOf(class, action string, ids []int64) ([]models.FindingFix, error) {
	if class == "all" {
		if action != "" || len(ids) > 0 {
			return nil, models.Invalid("action", models.CodeBadValue, "all classes are settled in the usual way; leave out action and ids")
		}
		return models.FixEverything(), nil
	}
	fix := models.FindingFix{Class: models.FindingClass(class), Action: models.FixAction(action), IDs: ids}
	if usual := models.FixActions[fix.Class]; action == "" && len(usual) > 0 {
		fix.Action = usual[0]
	}
	fixes := []models.FindingFix{fix}
	return fixes, CheckFixes(fixes)
}
