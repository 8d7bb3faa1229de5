package web

import (
	"context"
	"slices"
	"strings"

	"github.com/gofiber/fiber/v3"

	"catalogsync/app/maintenance"
	"catalogsync/app/revision"
	"catalogsync/handlers/web/forms"
	"catalogsync/models"
	"catalogsync/views"
)

// Maintenance keeps the library in order.
type Maintenance interface {
	Overview(ctx context.Context) (maintenance.Overview, error)
	Duplicates(ctx context.Context) (maintenance.DuplicateReport, error)
	Dedupe(ctx context.Context, origin string) (maintenance.DuplicateReport, *models.JobRun, error)
	CheckFix(ctx context.Context) error
	Findings(ctx context.Context, f models.FindingFilter) ([]models.FindingRow, int64, error)
	Rehearse(ctx context.Context, fixes []models.FindingFix) ([]maintenance.Rehearsal, error)
	Reconcile(ctx context.Context, scope models.ReconcileScope, origin string) (models.JobRun, error)
	ListBin(ctx context.Context, keyword string, page models.Page) ([]maintenance.BinEntry, int64, maintenance.Bin, error)
	RestoreFromBin(ctx context.Context, backendID int64, locator string) (string, error)
	EmptyBinNow(ctx context.Context) (maintenance.Bin, error)
	BinDays() int
	ImportFolder(ctx context.Context, scope models.ImportScope, origin string) (models.JobRun, error)
	Imported(ctx context.Context, jobID int64, state models.ImportState, page models.Page) ([]models.ImportRow, int64, error)
	SimilarSongs
}

var topicsMaintenance = []revision.Topic{revision.Maintenance, revision.Jobs, revision.Progress}

// maintenanceJobs are shown on the page of the library's order while they go on.
var maintenanceJobs = []models.JobType{models.JobReconcile, models.JobImport, models.JobDedupe, models.JobSimilar, models.JobParts}

// findingsPerPage is the size of a page of findings, of the recycle bin and of an import.
const findingsPerPage = 50

// recyclePollMS is rare: each poll reads the folders of the bin.
const recyclePollMS = 60_000

// MaintenanceShow is the page of the library's order.
func (h *Handlers) MaintenanceShow(c fiber.Ctx) error {
	overview, err := h.buildMaintenance(c)
	if err != nil {
		return err
	}
	similar, err := h.buildSimilarSummary(c)
	if err != nil {
		return err
	}
	return h.page(c, "pages/maintenance/show", views.MaintenancePage{Shell: h.shell(c, "maintenance", h.text(c, "maintenance.title")), Overview: overview, Similar: similar})
}

// MaintenanceOverview is the findings by class.
func (h *Handlers) MaintenanceOverview(c fiber.Ctx) error {
	return h.live(c, "fragments/maintenance/overview", func() (views.Localized, error) { return h.buildMaintenance(c) }, topicsMaintenance...)
}

func (h *Handlers) buildMaintenance(c fiber.Ctx) (views.MaintenanceOverview, error) {
	vm := views.MaintenanceOverview{Base: base(c), Poll: h.poll(c, views.URLMaintenanceOverview, topicsMaintenance...)}
	o, err := h.Maintenance.Overview(c.Context())
	if err != nil {
		return vm, err
	}
	vm.Classes, vm.Total, vm.Look, vm.Scrub, vm.Fixable = summaries(o), o.Total(), o.Reconcile, o.Scrub, o.Fixable
	if o.Reconcile != nil && o.Reconcile.Unreachable != "" {
		vm.Unreachable = strings.Split(o.Reconcile.Unreachable, "\n")
	}
	list, _, err := h.Jobs.ListJobs(c.Context(), models.JobFilter{States: models.LiveJobStates, Page: models.Page{Number: 1, Size: liveJobsShown}})
	if err != nil {
		return vm, err
	}
	live := h.Runner.Live()
	for _, card := range h.cards(list, live) {
		if !slices.Contains(maintenanceJobs, card.Type) {
			continue
		}
		vm.Job = &card
		for _, r := range live.Running {
			if r.JobID == card.ID {
				vm.JobText = r.Text
			}
		}
		break
	}
	vm.Poll = vm.Busy(vm.Job != nil)
	return vm, nil
}

func summaries(o maintenance.Overview) []views.FindingSummary {
	list := make([]views.FindingSummary, len(o.Counts))
	for i, n := range o.Counts {
		list[i] = views.FindingSummary{FindingCount: n, URL: views.FindingsURL(models.FindingFilter{Class: n.Class})}
	}
	return list
}

// FindingsList is the findings of a class, as a page or as its table.
func (h *Handlers) FindingsList(c fiber.Ctx) error {
	f, err := forms.Findings(queryValues(c), findingsPerPage)
	if err != nil {
		return err
	}
	if wantsFragment(c) {
		return h.live(c, "fragments/maintenance/findings", func() (views.Localized, error) { return h.buildFindings(c, f) }, topicsMaintenance...)
	}
	o, err := h.Maintenance.Overview(c.Context())
	if err != nil {
		return err
	}
	table, err := h.buildFindings(c, f)
	if err != nil {
		return err
	}
	return h.page(c, "pages/maintenance/findings", views.FindingsPage{
		Shell: h.shell(c, "maintenance", h.text(c, "finding."+string(f.Class))), Tabs: summaries(o), Table: table,
	})
}

func (h *Handlers) buildFindings(c fiber.Ctx, f models.FindingFilter) (views.FindingsTable, error) {
	vm := views.FindingsTable{Base: base(c), Poll: h.poll(c, views.FindingsURL(f), topicsMaintenance...), Filter: f, Actions: models.FixActions[f.Class]}
	rows, total, err := h.Maintenance.Findings(c.Context(), f)
	if err != nil {
		return vm, err
	}
	vm.Rows, vm.Fixable = rows, h.Maintenance.CheckFix(c.Context()) == nil
	vm.EveryMS = views.PollCalmMS
	vm.Pager = views.NewPager(f.Page, total, func(n int) string {
		g := f
		g.Page.Number = n
		return views.FindingsURL(g)
	})
	return vm, nil
}

// RecycleList is the recycle bin, as a page or as its table.
func (h *Handlers) RecycleList(c fiber.Ctx) error {
	keyword, page, err := forms.RecycleBin(queryValues(c), findingsPerPage)
	if err != nil {
		return err
	}
	if wantsFragment(c) { // no counter follows the bin: it is compared by what it shows
		return h.live(c, "fragments/maintenance/recycle", func() (views.Localized, error) { return h.buildRecycle(c, keyword, page) })
	}
	table, err := h.buildRecycle(c, keyword, page)
	if err != nil {
		return err
	}
	return h.page(c, "pages/maintenance/recycle", views.RecyclePage{Shell: h.shell(c, "maintenance", h.text(c, "recycle.title")), Table: table})
}

func (h *Handlers) buildRecycle(c fiber.Ctx, keyword string, page models.Page) (views.RecycleTable, error) {
	vm := views.RecycleTable{Base: base(c), Poll: h.poll(c, views.RecycleURL(keyword, page.Number)), Keyword: keyword, Days: h.Maintenance.BinDays()}
	vm.Tag, vm.EveryMS = "", recyclePollMS
	rows, total, bin, err := h.Maintenance.ListBin(c.Context(), keyword, page)
	if err != nil {
		return vm, err
	}
	for _, r := range rows {
		vm.Rows = append(vm.Rows, views.RecycleRow{BackendID: r.BackendID, Root: r.Root, Locator: r.Locator, Was: r.Was, Day: r.Day, SizeBytes: r.SizeBytes})
	}
	vm.Files, vm.Bytes, vm.Oldest = bin.Files, bin.Bytes, bin.Oldest
	vm.Pager = views.NewPager(page, total, func(n int) string { return views.RecycleURL(keyword, n) })
	return vm, nil
}

// ImportShow is what an import came to, as a page or as its table.
func (h *Handlers) ImportShow(c fiber.Ctx) error {
	id, err := forms.ID(c.Params("id"))
	if err != nil {
		return err
	}
	state, page, err := forms.Imported(queryValues(c), findingsPerPage)
	if err != nil {
		return err
	}
	if wantsFragment(c) {
		return h.live(c, "fragments/maintenance/import", func() (views.Localized, error) { return h.buildImport(c, id, state, page) }, topicsMaintenance...)
	}
	table, err := h.buildImport(c, id, state, page)
	if err != nil {
		return err
	}
	return h.page(c, "pages/maintenance/import", views.ImportPage{Shell: h.shell(c, "maintenance", h.text(c, "import.result")), Table: table})
}

func (h *Handlers) buildImport(c fiber.Ctx, id int64, state models.ImportState, page models.Page) (views.ImportTable, error) {
	vm := views.ImportTable{Base: base(c), Poll: h.poll(c, views.ImportURL(id, state, page.Number), topicsMaintenance...), JobID: id, State: state, States: slices.Clone(models.ImportStates)}
	rows, total, err := h.Maintenance.Imported(c.Context(), id, state, page)
	vm.Rows = rows
	vm.EveryMS = views.PollCalmMS
	vm.Pager = views.NewPager(page, total, func(n int) string { return views.ImportURL(id, state, n) })
	return vm, err
}
