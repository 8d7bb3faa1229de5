// Package doctor checks what must be true of every database and of the library folders
// beside it, says in plain sentences what is not, and mends what can be derived.
//
// It works while no job runs. What a process that was killed leaves behind is noted and no
// fault: the next start takes it up.
package doctor

import (
	"context"
	"fmt"

	"catalogsync/models"
)

// Store is what the doctor reads and mends.
type Store interface {
	CheckIntegrity(ctx context.Context) (models.Flaws, error)
	CheckForeignKeys(ctx context.Context) (models.Flaws, error)
	FindFlaws(ctx context.Context, name models.Invariant) (models.Flaws, error)

	ListLocalBackends(ctx context.Context) ([]models.StorageBackend, error)
	ListActiveFiles(ctx context.Context, backendID, afterID int64, limit int) ([]models.LocalFile, error)
	FindFilesByKey(ctx context.Context, backendID int64, keys []string) ([]models.LocalFile, error)
	MarkMissing(ctx context.Context, songID int64, locationIDs []int64) error
	FinishPlacing(ctx context.Context, locationID, modTimeMS int64) error

	RebuildCounters(ctx context.Context) (int64, error)
	RebuildParts(ctx context.Context) (int64, error)
	RebuildPresence(ctx context.Context) (int64, error)
	RebuildSongLists(ctx context.Context) (int64, error)
	RebuildSearch(ctx context.Context) (int64, error)
	RebuildPositions(ctx context.Context) (int64, error)
	FillArtistPools(ctx context.Context) (int64, error)
	RecountJobs(ctx context.Context) error
	RebuildJobPlaylists(ctx context.Context) error
}

// Options say how far an examination goes.
type Options struct {
	// Fix mends what can be derived.
	Fix bool
	// Deep reads every file and compares its checksum.
	Deep bool
}

// Report is the result of an examination.
type Report struct {
	OK     bool    `json:"ok"`    // nothing was found
	Found  int64   `json:"found"` // flaws of all checks
	Fixed  int64   `json:"fixed"` // of these
	Checks []Check `json:"checks"`
}

// Mendable says that something was found that Fix mends.
func (r *Report) Mendable() bool {
	for i := range r.Checks {
		if r.Checks[i].count(true) > 0 {
			return true
		}
	}
	return false
}

// Check is the result of one check.
type Check struct {
	Name     string    `json:"name"`
	Title    string    `json:"title"` // what is true when it is well
	OK       bool      `json:"ok"`
	Findings []Finding `json:"findings"`
	// Notes tell what is no fault: what the next start will take up by itself.
	Notes []string `json:"notes,omitempty"`
	Fixed int64    `json:"fixed"`
}

// Finding is one kind of fault.
type Finding struct {
	Text     string   `json:"text"` // one sentence
	Count    int64    `json:"count"`
	Examples []string `json:"examples"` // at most five
	// Mendable says that Fix mends it.
	Mendable bool `json:"mendable"`
}

// Doctor examines one database and its folders.
type Doctor struct{ store Store }

// New makes a doctor.
func New(store Store) *Doctor { return &Doctor{store} }

// Examine makes all checks, mends what can be mended if it may, and looks again at what it
// mended: Fixed counts only what is well afterwards.
func (d *Doctor) Examine(ctx context.Context, o Options) (Report, error) {
	list := d.checks()
	report := Report{Checks: make([]Check, len(list))}
	for i, c := range list {
		result, err := d.look(ctx, c, o.Deep)
		if err != nil {
			return report, err
		}
		report.Checks[i] = result
	}
	if o.Fix {
		if err := d.mend(ctx, list, report.Checks); err != nil {
			return report, err
		}
	}
	for _, c := range report.Checks {
		report.Found += c.count(false)
		report.Fixed += c.Fixed
	}
	report.OK = report.Found == 0
	return report, nil
}

func (d *Doctor) look(ctx context.Context, c check, deep bool) (Check, error) {
	result := Check{Name: c.name, Title: c.title, Findings: []Finding{}}
	if err := c.look(ctx, &result, deep); err != nil {
		return result, fmt.Errorf("check %s: %w", c.name, err)
	}
	result.OK = len(result.Findings) == 0
	return result, nil
}

// mend mends in the order of the checks: facts come before what derives from them.
func (d *Doctor) mend(ctx context.Context, list []check, results []Check) error {
	for i, c := range list {
		if results[i].count(true) == 0 {
			continue
		}
		if err := c.mend(ctx); err != nil {
			return fmt.Errorf("mend %s: %w", c.name, err)
		}
	}
	for i, c := range list {
		before := results[i].count(true)
		if before == 0 {
			continue
		}
		after, err := d.look(ctx, c, false)
		if err != nil {
			return err
		}
		results[i].Fixed = max(before-after.count(true), 0)
	}
	return nil
}

// count sums up the findings, all or only those that can be mended.
func (c *Check) count(mendable bool) (n int64) {
	for _, f := range c.Findings {
		if f.Mendable || !mendable {
			n += f.Count
		}
	}
	return n
}

// find adds a finding unless there are no flaws.
func (c *Check) find(what string, flaws models.Flaws, mendable bool) {
	if flaws.Count > 0 {
		c.Findings = append(c.Findings, Finding{
			Text: fmt.Sprintf("%s: %d.", what, flaws.Count), Count: flaws.Count, Examples: flaws.Examples, Mendable: mendable,
		})
	}
}

// note adds a note unless there is nothing to note.
func (c *Check) note(what string, n int64) {
	if n > 0 {
		c.Notes = append(c.Notes, fmt.Sprintf("%s: %d.", what, n))
	}
}
