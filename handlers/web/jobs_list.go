package web

import (
	"github.com/gofiber/fiber/v3"

	"catalogsync/handlers/web/forms"
	"catalogsync/models"
	"catalogsync/views"
)

// jobsPerPage is the size of a page of jobs.
const jobsPerPage = 25

// JobsList is the list of all jobs, as a page or as its table.
func (h *Handlers) JobsList(c fiber.Ctx) error {
	f, err := forms.Jobs(queryValues(c), jobsPerPage)
	if err != nil {
		return err
	}
	if wantsFragment(c) {
		return h.live(c, "fragments/jobs/table", func() (views.Localized, error) { return h.buildJobTable(c, f) }, topicsActive...)
	}
	table, err := h.buildJobTable(c, f)
	if err != nil {
		return err
	}
	return h.page(c, "pages/jobs/list", views.JobsPage{Shell: h.shell(c, "jobs", h.text(c, "jobs.title")), Table: table})
}

func (h *Handlers) buildJobTable(c fiber.Ctx, f models.JobFilter) (views.JobTable, error) {
	vm := views.JobTable{Base: base(c), Poll: h.poll(c, views.JobsURL(f), topicsActive...), Filter: f, States: models.JobStates}
	list, total, err := h.Jobs.ListJobs(c.Context(), f)
	if err != nil {
		return vm, err
	}
	live := h.Runner.Live()
	vm.Jobs = h.cards(list, live)
	vm.Poll = vm.Busy(len(live.Running) > 0)
	vm.Pager = views.NewPager(f.Page, total, func(n int) string {
		g := f
		g.Page.Number = n
		return views.JobsURL(g)
	})
	return vm, nil
}
