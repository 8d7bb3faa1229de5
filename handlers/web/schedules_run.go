package web

import (
	"time"

	"github.com/gofiber/fiber/v3"

	"catalogsync/app/schedule"
	"catalogsync/handlers/web/forms"
	"catalogsync/models"
	"catalogsync/views"
)

// runsPerPage is the size of a page of runs.
const runsPerPage = 20

// SchedulesSwitch switches a schedule on or off.
func (h *Handlers) SchedulesSwitch(c fiber.Ctx) error {
	e, err := h.schedule(c)
	if err != nil {
		return err
	}
	v, err := formValues(c)
	if err != nil {
		return err
	}
	on, err := forms.Switch(v)
	if err != nil {
		return err
	}
	if _, err := h.Schedules.Edit(c.Context(), e.ID, func(d *schedule.Draft) { d.Enabled = on }); err != nil {
		return err
	}
	title := h.text(c, "toast.schedule_off", "Name", e.Name)
	if on {
		title = h.text(c, "toast.schedule_on", "Name", e.Name)
	}
	return h.toast(c, views.Toast{Kind: "success", Title: title}, views.URLSchedules)
}

// SchedulesRun makes a schedule's job now.
func (h *Handlers) SchedulesRun(c fiber.Ctx) error {
	e, err := h.schedule(c)
	if err != nil {
		return err
	}
	run, err := h.Schedules.RunNow(c.Context(), e.ID, origin)
	if err != nil {
		return err
	}
	t := views.Toast{Kind: "success", Title: h.text(c, "toast.started", "Title", e.Name)}
	page := views.ScheduleRunURL(e.ID, run.ID)
	if run.JobRunID != nil {
		t.Links = []views.Link{h.jobLink(c, *run.JobRunID)}
	}
	return h.toast(c, t, page)
}

// ScheduleRuns is one page of a schedule's runs.
func (h *Handlers) ScheduleRuns(c fiber.Ctx) error {
	if !wantsFragment(c) {
		return h.ScheduleShow(c)
	}
	return h.live(c, "fragments/schedules/runs", func() (views.Localized, error) {
		e, err := h.schedule(c)
		if err != nil {
			return nil, err
		}
		return h.buildScheduleRuns(c, e)
	}, topicsSchedules...)
}

func (h *Handlers) buildScheduleRuns(c fiber.Ctx, e schedule.Entry) (views.ScheduleRuns, error) {
	number, err := forms.PageNumber(queryValues(c))
	if err != nil {
		return views.ScheduleRuns{}, err
	}
	url := func(n int) string { return views.PageOf(views.ScheduleURL(e.ID, "runs"), n) }
	page := models.Page{Number: number, Size: runsPerPage}
	vm := views.ScheduleRuns{Base: base(c), Poll: h.poll(c, url(number), topicsSchedules...)}
	runs, total, err := h.Schedules.ListRuns(c.Context(), e.ID, page)
	if err != nil {
		return vm, err
	}
	for _, r := range runs {
		vm.Rows = append(vm.Rows, scheduleRunRow(e, r))
	}
	vm.Pager = views.NewPager(page, total, url)
	return vm, nil
}

func scheduleRunRow(e schedule.Entry, r models.ScheduleRun) views.ScheduleRunRow {
	row := views.ScheduleRunRow{ScheduleRun: r, Planned: views.NewPlannedTime(time.UnixMilli(r.PlannedMS).In(schedule.ZoneOf(e.Schedule))),
		Result: schedule.ResultOf(r), URL: views.ScheduleRunURL(e.ID, r.ID)}
	if report := schedule.ReportOf(r); report != nil {
		row.Numbers = &report.Numbers
	}
	return row
}

// ScheduleRunShow is the report of one run.
func (h *Handlers) ScheduleRunShow(c fiber.Ctx) error {
	e, err := h.schedule(c)
	if err != nil {
		return err
	}
	runID, err := forms.ID(c.Params("run"))
	if err != nil {
		return err
	}
	run, err := h.Schedules.GetRun(c.Context(), e.ID, runID)
	if err != nil {
		return err
	}
	report := schedule.ReportOf(run)
	vm := views.ScheduleRunPage{
		ScheduleRunRow: scheduleRunRow(e, run), Name: e.Name, ScheduleURL: views.ScheduleURL(e.ID),
		Report: report, Lines: views.NewReportLines(h.printer(c), report),
	}
	vm.Shell = h.shell(c, "schedules", h.text(c, "report.title", "Planned", vm.Planned.Text))
	if report != nil && report.BeforeRunID > 0 {
		vm.BeforeURL = views.ScheduleRunURL(e.ID, report.BeforeRunID)
	}
	if run.JobRunID != nil {
		// The job may have been swept away meanwhile.
		if err := h.addJob(c, &vm, *run.JobRunID); err != nil && models.ClassOf(err) != models.ClassNotFound {
			return err
		}
	}
	return h.page(c, "pages/schedules/run", vm)
}

// addJob links the report to its job, and tells which causes can be retried.
func (h *Handlers) addJob(c fiber.Ctx, vm *views.ScheduleRunPage, jobID int64) error {
	job, err := h.Jobs.GetJob(c.Context(), jobID)
	if err != nil {
		return err
	}
	vm.JobID = jobID
	if vm.CanRetry = canRetry(job); !vm.CanRetry {
		return nil
	}
	groups, err := h.Jobs.GroupFailedItems(c.Context(), jobID)
	vm.Open = map[models.FailureCause]bool{}
	for _, g := range groups {
		vm.Open[g.Cause()] = true
	}
	return err
}
