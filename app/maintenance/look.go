package maintenance

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"catalogsync/app/library"
	"catalogsync/models"
)

const (
	// filesAtOnce is the number of files that are compared with the database together.
	filesAtOnce = 500
	// fewFiles is the number of recorded files of a folder up to which all of them may be
	// gone. When more are recorded and not one is there, the disk is not.
	fewFiles = 10
)

// LookOptions say how far a look goes.
type LookOptions struct {
	// Deep reads every file and compares its checksum.
	Deep  bool
	JobID int64
}

// look is one comparison of database and disks.
type look struct {
	s       *Service
	row     models.MaintenanceLook
	report  Progress
	total   int64
	found   []models.Finding
	checked []int64
	absent  []int64 // backends whose folder is not there
	folders []lookedAt
}

// lookedAt is a library folder that is there.
type lookedAt struct {
	backendID int64
	lib       *library.Library
	// nested are locators of folders below it that are not its own.
	nested []string
}

// Look compares database and disks, and keeps what it finds until it is settled or a later
// look does not find it any more. It changes nothing else, and may run beside anything.
//
//  1. Every recorded file is looked for.
//  2. Every file that lies in a folder is looked up.
//  3. What is missing is looked for among the files that nobody owns.
//  4. Rows that name nothing are listed.
func (s *Service) Look(ctx context.Context, o LookOptions, report Progress) (models.MaintenanceLook, error) {
	l := &look{s: s, report: report, row: models.MaintenanceLook{Kind: models.LookReconcile, Deep: o.Deep, JobRunID: o.JobID}}
	if err := l.begin(ctx); err != nil {
		return l.row, err
	}
	for _, f := range l.folders {
		if err := l.lookForRecorded(ctx, f); err != nil {
			return l.row, err
		}
	}
	present := l.folders[:0]
	for _, f := range l.folders {
		if slices.Contains(l.absent, f.backendID) {
			continue
		}
		present = append(present, f)
		if err := l.lookAtDisk(ctx, f); err != nil {
			return l.row, err
		}
	}
	for _, f := range present {
		if err := l.lookForMoved(ctx, f); err != nil {
			return l.row, err
		}
	}
	if err := l.lookForOrphans(ctx); err != nil {
		return l.row, err
	}
	return l.row, l.end(ctx)
}

func (l *look) begin(ctx context.Context) (err error) {
	if l.row.ID, err = l.s.Store.BeginLook(ctx, l.row); err != nil {
		return err
	}
	backends, err := l.s.Store.ListLocalBackends(ctx)
	if err != nil {
		return err
	}
	for _, b := range backends {
		if !library.HoldsFiles(b.Root) {
			if err := l.leaveOut(ctx, b.ID, b.Root); err != nil {
				return err
			}
			continue
		}
		n, err := l.s.Store.CountActiveFiles(ctx, b.ID)
		if err != nil {
			return err
		}
		l.total += n
		l.folders = append(l.folders, lookedAt{backendID: b.ID, lib: library.At(b.Root), nested: l.s.nested(b, backends)})
	}
	return nil
}

// leaveOut notes a folder whose disk is not there. One in which nothing is recorded is
// nobody's concern.
func (l *look) leaveOut(ctx context.Context, backendID int64, root string) error {
	l.absent = append(l.absent, backendID)
	n, err := l.s.Store.CountActiveFiles(ctx, backendID)
	if err == nil && n > 0 {
		l.row.Unreachable = strings.TrimPrefix(l.row.Unreachable+"\n"+root, "\n")
	}
	return err
}

// nested lists the folders below a library folder that are not its own: other library
// folders, and those of playlists.
func (s *Service) nested(b models.StorageBackend, all []models.StorageBackend) []string {
	var list []string
	add := func(path string) {
		if rel, err := filepath.Rel(b.Root, path); err == nil && rel != "." && filepath.IsLocal(rel) {
			list = append(list, filepath.ToSlash(rel))
		}
	}
	for _, other := range all {
		add(other.Root)
	}
	for _, path := range s.Others {
		add(path)
	}
	return list
}

func (l *look) end(ctx context.Context) error {
	if err := l.flush(ctx); err != nil {
		return err
	}
	if err := l.s.Store.DropStaleFindings(ctx, l.row.ID, l.absent); err != nil {
		return err
	}
	counts, err := l.s.Store.CountFindings(ctx)
	if err != nil {
		return err
	}
	l.row.Found = 0
	for _, c := range counts {
		l.row.Found += c.Count
	}
	return l.s.Store.EndLook(ctx, l.row)
}

// find keeps a finding, and writes many at once.
func (l *look) find(ctx context.Context, f models.Finding) error {
	l.found = append(l.found, f)
	if len(l.found) < filesAtOnce {
		return nil
	}
	return l.flush(ctx)
}

func (l *look) flush(ctx context.Context) error {
	if err := l.s.Store.AddFindings(ctx, l.row.ID, l.found); err != nil {
		return err
	}
	l.found = l.found[:0]
	if err := l.s.Store.NoteChecked(ctx, l.checked); err != nil {
		return err
	}
	l.checked = l.checked[:0]
	return nil
}

func (l *look) tell(text string) {
	if l.report != nil {
		l.report(l.row.Files, max(l.total, l.row.Files), text)
	}
}

// ofLocation begins a finding about a recorded file.
func ofLocation(class models.FindingClass, f models.LocalFile) models.Finding {
	return models.Finding{
		Class: class, Subject: fmt.Sprintf("location:%d", f.LocationID), BackendID: &f.BackendID, LocationID: &f.LocationID,
		SongID: &f.SongID, Locator: f.Locator, SizeBytes: f.SizeBytes,
	}
}

// ofFile begins a finding about a file that no record owns.
func ofFile(class models.FindingClass, backendID int64, locator string, sizeBytes int64) models.Finding {
	return models.Finding{
		Class: class, Subject: fmt.Sprintf("file:%d:%s", backendID, locator), BackendID: &backendID, Locator: locator, FoundBytes: sizeBytes,
	}
}
