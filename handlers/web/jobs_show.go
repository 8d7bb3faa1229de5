package web

import (
	"slices"

	"github.com/gofiber/fiber/v3"

	"catalogsync/handlers/web/forms"
	"catalogsync/models"
	"catalogsync/views"
)

// Sizes of a job's lists.
const (
	jobRunningShown = 20
	jobEventsShown  = 30
	jobLogLines     = 150
	jobItemsPerPage = 50
)

// JobShow is the page of one job.
func (h *Handlers) JobShow(c fiber.Ctx) error {
	job, err := h.job(c)
	if err != nil {
		return err
	}
	vm := views.JobPage{Shell: h.shell(c, "jobs", h.jobTitle(c, job.JobRun))}
	vm.Space = h.buildSpace(c)
	if vm.Job, err = h.buildJobOverview(c, job); err != nil {
		return err
	}
	if vm.Bulk, err = h.bulkCard(c, job); err != nil {
		return err
	}
	if vm.Playlists, err = h.buildTreePlaylists(c, job, 1); err != nil {
		return err
	}
	if vm.Failures, err = h.buildJobFailures(c, job); err != nil {
		return err
	}
	if vm.Events, err = h.buildJobEvents(c, job); err != nil {
		return err
	}
	if vm.Log, err = h.buildJobLog(c, job); err != nil {
		return err
	}
	return h.page(c, "pages/jobs/show", vm)
}

// JobOverview is the head of a job's page.
func (h *Handlers) JobOverview(c fiber.Ctx) error {
	return h.live(c, "fragments/jobs/overview", ofJob(h, c, h.buildJobOverview), topicsActive...)
}

// JobFailures is a job's failed items by reason.
func (h *Handlers) JobFailures(c fiber.Ctx) error {
	return h.live(c, "fragments/jobs/failures", ofJob(h, c, h.buildJobFailures), topicsJobs...)
}

// JobEvents is a job's audit trail.
func (h *Handlers) JobEvents(c fiber.Ctx) error {
	return h.live(c, "fragments/jobs/events", ofJob(h, c, h.buildJobEvents), topicsJobs...)
}

// JobLog is the end of a job's log.
func (h *Handlers) JobLog(c fiber.Ctx) error {
	return h.live(c, "fragments/jobs/log", ofJob(h, c, h.buildJobLog), topicsJobs...)
}

// JobItems is the failed items of one cause.
func (h *Handlers) JobItems(c fiber.Ctx) error {
	f, err := forms.FailedItems(queryValues(c), jobItemsPerPage)
	if err != nil {
		return err
	}
	return h.live(c, "fragments/jobs/items", ofJob(h, c, func(c fiber.Ctx, job models.JobDetail) (views.JobItems, error) {
		items, total, err := h.Jobs.ListJobItems(c.Context(), job.ID, f)
		return views.JobItems{
			Base: base(c), JobID: job.ID, Items: items, CanRetry: canRetry(job),
			Pager: views.NewPager(f.Page, total, func(n int) string { return views.ItemsURL(job.ID, f.Cause, n) }),
		}, err
	}), topicsJobs...)
}

// ofJob makes a fragment's builder of a function that needs the job.
func ofJob[T views.Localized](h *Handlers, c fiber.Ctx, build func(fiber.Ctx, models.JobDetail) (T, error)) func() (views.Localized, error) {
	return func() (views.Localized, error) {
		job, err := h.job(c)
		if err != nil {
			return nil, err
		}
		return build(c, job)
	}
}

// job is the job that the path names.
func (h *Handlers) job(c fiber.Ctx) (models.JobDetail, error) {
	id, err := forms.ID(c.Params("id"))
	if err != nil {
		return models.JobDetail{}, err
	}
	return h.Jobs.GetJob(c.Context(), id)
}

// jobTitle is a job's title in the reader's language.
func (h *Handlers) jobTitle(c fiber.Ctx, j models.JobRun) string {
	return views.JobTitle(h.printer(c), j)
}

func (h *Handlers) buildJobOverview(c fiber.Ctx, job models.JobDetail) (views.JobOverview, error) {
	live := h.Runner.Live()
	vm := views.JobOverview{
		Base: base(c), Poll: h.poll(c, views.JobURL(job.ID, "overview"), topicsActive...).Busy(job.State.Live()),
		JobCard: h.cards([]models.JobDetail{job}, live)[0], Scope: views.ScopeFacts(h.printer(c), job.JobRun),
	}
	vm.Items, _ = runningItems(live, job.ID, jobRunningShown)
	if !job.State.Live() {
		return vm, nil
	}
	workers, err := h.Jobs.ListJobWorkers(c.Context(), job.ID)
	vm.Workers = workers
	return vm, err
}

func (h *Handlers) buildJobFailures(c fiber.Ctx, job models.JobDetail) (views.JobFailures, error) {
	vm := views.JobFailures{
		Base: base(c), Poll: h.poll(c, views.JobURL(job.ID, "failures"), topicsJobs...).Busy(job.State.Live()),
		JobID: job.ID, CanRetry: canRetry(job),
	}
	groups, err := h.Jobs.GroupFailedItems(c.Context(), job.ID)
	vm.Groups = groups
	for _, g := range groups {
		vm.Total += g.Count
	}
	return vm, err
}

func (h *Handlers) buildJobEvents(c fiber.Ctx, job models.JobDetail) (views.JobEvents, error) {
	vm := views.JobEvents{Base: base(c), Poll: h.poll(c, views.JobURL(job.ID, "events"), topicsJobs...).Busy(job.State.Live())}
	events, err := h.Jobs.ListJobEvents(c.Context(), job.ID, 0, jobEventsShown)
	slices.Reverse(events)
	vm.Events = events
	return vm, err
}

func (h *Handlers) buildJobLog(c fiber.Ctx, job models.JobDetail) (views.JobLog, error) {
	vm := views.JobLog{Base: base(c), Poll: h.poll(c, views.JobURL(job.ID, "log"), topicsJobs...).Busy(job.State.Live())}
	lines, err := h.Jobs.ListJobLogs(c.Context(), job.ID, 0, jobLogLines)
	vm.Lines = lines
	return vm, err
}
