package views

import (
	"strconv"

	"catalogsync/app/i18n"
	"catalogsync/models"
)

// Addresses of maintenance.
const (
	URLMaintenance         = "/maintenance"
	URLMaintenanceOverview = "/maintenance/overview"
	URLDuplicates          = "/maintenance/duplicates"
	URLDedupe              = "/maintenance/duplicates/dedupe"
	URLFindings            = "/maintenance/findings"
	URLReconcile           = "/maintenance/reconcile"
	URLRehearse            = "/maintenance/rehearse"
	URLFix                 = "/maintenance/fix"
	URLRecycleBin          = "/maintenance/recycle-bin"
	URLRecycleRestore      = "/maintenance/recycle-bin/restore"
	URLRecycleEmpty        = "/maintenance/recycle-bin/empty"
	URLImports             = "/maintenance/imports"
)

// FindingsURL is the list of a class of findings.
func FindingsURL(f models.FindingFilter) string {
	return URLFindings + query("class", string(f.Class), "keyword", f.Keyword, "page", pageText(f.Page.Number))
}

// RecycleURL is the list of the recycle bin.
func RecycleURL(keyword string, page int) string {
	return URLRecycleBin + query("keyword", keyword, "page", pageText(page))
}

// ImportURL is what an import came to; part narrows it to a state.
func ImportURL(jobID int64, state models.ImportState, page int) string {
	return URLImports + "/" + strconv.FormatInt(jobID, 10) + query("state", string(state), "page", pageText(page))
}

// RehearseURL tells what settling a class would do; "" = all classes in the usual way.
func RehearseURL(class models.FindingClass, action models.FixAction) string {
	if class == "" {
		class = "all"
	}
	return URLRehearse + query("class", string(class), "action", string(action))
}

// MaintenancePage is the library's order.
type MaintenancePage struct {
	Shell
	Overview MaintenanceOverview
	Similar  SimilarSummary
}

// MaintenanceOverview is what was found, by class, and what looks for it now.
type MaintenanceOverview struct {
	Base
	Poll
	Classes []FindingSummary
	Total   int64
	Look    *models.MaintenanceLook
	Scrub   *models.MaintenanceLook
	// Unreachable are folders that could not be looked at.
	Unreachable []string
	Fixable     bool
	Job         *JobCard // a look, a settling or an import that goes on
	JobText     string   // how far it is
}

// FindingSummary is a class of findings.
type FindingSummary struct {
	models.FindingCount
	URL string
}

// FindingsPage lists the findings of one class.
type FindingsPage struct {
	Shell
	Tabs  []FindingSummary
	Table FindingsTable
}

// FindingsTable is one page of findings.
type FindingsTable struct {
	Base
	Poll
	Filter  models.FindingFilter
	Actions []models.FixAction
	Rows    []models.FindingRow
	Pager   Pager
	Fixable bool
}

// Rehearsal is what settling would do, with the button that does it.
type Rehearsal struct {
	Base
	Class, Action string // as they are sent
	Lines         []RehearsalLine
	Fixable       bool
	// Again says that songs would be missing afterwards and can be downloaded again.
	Again bool
}

// RehearsalLine is one class with its action.
type RehearsalLine struct {
	Class    models.FindingClass
	Action   models.FixAction
	Count    int64
	Bytes    int64
	Examples []models.FindingRow
}

// Duplicates is what a look for duplicates, or their removal, came to.
type Duplicates struct {
	Base
	// Done says that the duplicates were removed; else they would be.
	Done        bool
	Groups      []models.DuplicateGroup
	Total       int
	Files       int
	Bytes       int64
	Removed     int
	Stopped     bool
	Unreachable []string
	Error       string
	// Job removes them, because they are many; nil = it is done or was only looked at.
	Job *models.JobRun
}

// More is the number of groups that are not listed.
func (d Duplicates) More() int { return d.Total - len(d.Groups) }

// RecyclePage is the recycle bin.
type RecyclePage struct {
	Shell
	Table RecycleTable
}

// RecycleTable is one page of the recycle bin.
type RecycleTable struct {
	Base
	Poll
	Keyword string
	Rows    []RecycleRow
	Files   int64 // in all
	Bytes   int64
	Oldest  string
	Days    int // that files are kept, 0 = for ever
	Pager   Pager
}

// RecycleRow is a file in the bin.
type RecycleRow struct {
	BackendID    int64
	Root         string
	Locator, Was string
	Day          string
	SizeBytes    int64
}

// ImportPage is what an import came to.
type ImportPage struct {
	Shell
	Table ImportTable
}

// ImportTable is one page of an import's files.
type ImportTable struct {
	Base
	Poll
	JobID  int64
	State  models.ImportState
	States []models.ImportState
	Rows   []models.ImportRow
	Pager  Pager
}

// maintenanceFuncs are what templates of maintenance may call.
func maintenanceFuncs(p *i18n.Printer) map[string]any {
	return map[string]any{
		"findingsURL":   func(class models.FindingClass) string { return FindingsURL(models.FindingFilter{Class: class}) },
		"rehearseURL":   RehearseURL,
		"similarAction": SimilarActionURL,
		"importURL":     func(id int64, state models.ImportState) string { return ImportURL(id, state, 1) },
		"findingClass":  func(class models.FindingClass) string { return nameOr(p, "finding.", string(class)) },
	}
}

// RehearsalPage is a rehearsal on a page of its own, for browsers without scripts.
type RehearsalPage struct {
	Shell
	Rehearsal Rehearsal
}
