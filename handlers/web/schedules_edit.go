package web

import (
	"slices"

	"github.com/gofiber/fiber/v3"

	"catalogsync/app/schedule"
	"catalogsync/handlers/web/forms"
	"catalogsync/jobs"
	"catalogsync/models"
	"catalogsync/views"
)

// zoneSuggestions are offered in the form; any other zone can be typed.
var zoneSuggestions = []string{
	schedule.LocalZone, "UTC", "Asia/Shanghai", "Asia/Hong_Kong", "Asia/Taipei", "Asia/Singapore", "Asia/Tokyo", "Asia/Seoul", "Asia/Kolkata",
	"Europe/London", "Europe/Berlin", "Europe/Paris", "America/New_York", "America/Chicago", "America/Los_Angeles", "Australia/Sydney",
}

// SchedulesNew is the form of a new schedule.
func (h *Handlers) SchedulesNew(c fiber.Ctx) error {
	e := schedule.Entry{Schedule: models.Schedule{Cron: "30 3 * * *", TimeZone: schedule.LocalZone, JobType: models.JobCatalogSync, Enabled: true}}
	next, err := h.Schedules.Preview(e.Cron, e.TimeZone)
	if err != nil {
		return err
	}
	e.Next = next
	form := h.scheduleForm(c, e)
	form.Action = views.URLSchedules
	return h.page(c, "pages/schedules/form", views.ScheduleFormPage{Shell: h.shell(c, "schedules", h.text(c, "schedules.add")), Form: form})
}

// ScheduleShow is the form of a schedule, with its runs.
func (h *Handlers) ScheduleShow(c fiber.Ctx) error {
	e, err := h.schedule(c)
	if err != nil {
		return err
	}
	runs, err := h.buildScheduleRuns(c, e)
	if err != nil {
		return err
	}
	return h.page(c, "pages/schedules/form", views.ScheduleFormPage{Shell: h.shell(c, "schedules", e.Name), Form: h.scheduleForm(c, e), Runs: runs})
}

// schedule is the schedule that the path names.
func (h *Handlers) schedule(c fiber.Ctx) (schedule.Entry, error) {
	id, err := forms.ID(c.Params("id"))
	if err != nil {
		return schedule.Entry{}, err
	}
	return h.Schedules.Get(c.Context(), id)
}

func (h *Handlers) scheduleForm(c fiber.Ctx, e schedule.Entry) views.ScheduleForm {
	form := views.ScheduleForm{
		Schedule: e.Schedule, Action: views.ScheduleURL(e.ID), RunURL: views.ScheduleURL(e.ID, "run"), DeleteURL: views.ScheduleURL(e.ID, "delete"),
		Types: h.startable(), Pools: models.PoolKinds, Scope: forms.ScheduleScope(e.Scope), Limit: e.Scope.Limit, Workers: e.Scope.Workers,
		Facts:    views.ScopeFacts(h.printer(c), models.JobRun{ScopeJSON: e.ScopeJSON}),
		Overlaps: models.Overlaps, Zones: zoneSuggestions,
		Preview: views.SchedulePreview{Base: base(c), Next: views.PlannedTimes(e.Next)},
	}
	if e.Fault != nil {
		form.Preview.Error = h.problemOf(c, e.Fault).message
	}
	for _, name := range h.collectors() {
		form.Sources = append(form.Sources, views.ScheduleSource{Name: name, Picked: len(e.Scope.Sources) == 0 || slices.Contains(e.Scope.Sources, name)})
	}
	return form
}

// SchedulesPreview is when the expression in the form runs next, or what is wrong with it.
func (h *Handlers) SchedulesPreview(c fiber.Ctx) error {
	vm := views.SchedulePreview{Base: base(c)}
	next, err := h.Schedules.Preview(c.Query("cron"), c.Query("time_zone"))
	if err != nil {
		vm.Error = h.problemOf(c, err).message
	}
	vm.Next = views.PlannedTimes(next)
	noStore(c)
	return c.Render("fragments/schedules/preview", vm)
}

// SchedulesCreate adds a schedule.
func (h *Handlers) SchedulesCreate(c fiber.Ctx) error {
	change, err := h.scheduleChange(c)
	if err != nil {
		return err
	}
	var d schedule.Draft
	change(&d)
	if _, err := h.Schedules.Create(c.Context(), d); err != nil {
		return err
	}
	return h.goTo(c, views.URLSchedules)
}

// SchedulesSave changes a schedule.
func (h *Handlers) SchedulesSave(c fiber.Ctx) error {
	id, err := forms.ID(c.Params("id"))
	if err != nil {
		return err
	}
	change, err := h.scheduleChange(c)
	if err != nil {
		return err
	}
	if _, err := h.Schedules.Edit(c.Context(), id, change); err != nil {
		return err
	}
	return h.goTo(c, views.URLSchedules)
}

func (h *Handlers) scheduleChange(c fiber.Ctx) (func(*schedule.Draft), error) {
	v, err := formValues(c)
	if err != nil {
		return nil, err
	}
	return forms.Schedule(v, jobs.Types(), h.collectors())
}

// SchedulesDelete removes a schedule.
func (h *Handlers) SchedulesDelete(c fiber.Ctx) error {
	id, err := forms.ID(c.Params("id"))
	if err != nil {
		return err
	}
	if err := h.Schedules.Delete(c.Context(), id); err != nil {
		return err
	}
	return h.goTo(c, views.URLSchedules)
}

// goTo sends the browser to another page after a form was taken.
func (h *Handlers) goTo(c fiber.Ctx, url string) error {
	if c.Get(headerRequest) != "true" {
		return c.Redirect().Status(fiber.StatusSeeOther).To(url)
	}
	noStore(c)
	c.Set(headerRedirect, url)
	return c.SendStatus(fiber.StatusOK)
}
