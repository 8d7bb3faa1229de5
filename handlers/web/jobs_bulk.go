package web

import (
	"github.com/gofiber/fiber/v3"

	"catalogsync/app/catalog"
	"catalogsync/models"
	"catalogsync/views"
)

// JobBulk is what a job that acts on a selection was about, and what came of it.
func (h *Handlers) JobBulk(c fiber.Ctx) error {
	return h.live(c, "fragments/jobs/bulk", ofJob(h, c, h.buildBulkCard), topicsJobs...)
}

// bulkCard is that of a job's page, nil of other jobs and where it is forgotten.
func (h *Handlers) bulkCard(c fiber.Ctx, job models.JobDetail) (*views.BulkCard, error) {
	if job.Type != models.JobBulk {
		return nil, nil
	}
	card, err := h.buildBulkCard(c, job)
	if models.ClassOf(err) == models.ClassNotFound {
		return nil, nil
	}
	return &card, err
}

func (h *Handlers) buildBulkCard(c fiber.Ctx, job models.JobDetail) (views.BulkCard, error) {
	vm := views.BulkCard{Base: base(c), Poll: h.poll(c, views.JobURL(job.ID, "bulk"), topicsJobs...)}
	v, err := h.Bulk.ViewOfJob(c.Context(), job.ID)
	if err != nil {
		return vm, err
	}
	vm.Poll = vm.Busy(v.Undoable && !v.Kind.Marks())
	vm.ID, vm.JobID, vm.Kind, vm.Origin, vm.Selected = v.ID, job.ID, string(v.Kind), v.Origin, v.Selected
	vm.Applied, vm.UndoneMS, vm.Undoable = v.AppliedAtMS > 0, v.UndoneAtMS, v.Undoable
	vm.Lines = h.resultLines(c, v.BulkResult)
	if v.Filter != nil {
		vm.Filter = h.filterWords(c, *v.Filter)
	}
	for _, id := range v.BulkResult.Jobs {
		vm.Jobs = append(vm.Jobs, h.jobLink(c, id))
	}
	return vm, nil
}

// resultLines says in numbers what an action did.
func (h *Handlers) resultLines(c fiber.Ctx, r catalog.BulkResult) []string {
	var lines []string
	for _, part := range []struct {
		key string
		n   int
	}{
		{"toast.download.sync", r.SyncDownload},
		{"toast.download.only", r.Download},
		{"toast.download.here", r.Downloaded},
		{"toast.sync.title", r.Synced},
		{"bulk.result.changed", r.Changed},
		{"toast.wanted.same", r.Same},
		{"toast.export.ready", r.Exported},
		{"toast.busy", r.Busy},
	} {
		if part.n > 0 {
			lines = append(lines, h.count(c, part.key, part.n))
		}
	}
	return lines
}
