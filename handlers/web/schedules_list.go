package web

import (
	"context"
	"time"

	"github.com/gofiber/fiber/v3"

	"catalogsync/app/revision"
	"catalogsync/app/schedule"
	"catalogsync/models"
	"catalogsync/views"
)

// Schedules keeps and runs schedules.
type Schedules interface {
	List(ctx context.Context) ([]schedule.Entry, error)
	Get(ctx context.Context, id int64) (schedule.Entry, error)
	Create(ctx context.Context, d schedule.Draft) (models.Schedule, error)
	Edit(ctx context.Context, id int64, change func(*schedule.Draft)) (models.Schedule, error)
	Delete(ctx context.Context, id int64) error
	RunNow(ctx context.Context, id int64, origin string) (models.ScheduleRun, error)
	Preview(expression, timeZone string) ([]time.Time, error)
	ListRuns(ctx context.Context, id int64, page models.Page) ([]models.ScheduleRun, int64, error)
	GetRun(ctx context.Context, id, runID int64) (models.ScheduleRun, error)
}

var topicsSchedules = []revision.Topic{revision.Schedules}

// SchedulesList is the list of schedules, as a page or as its cards.
func (h *Handlers) SchedulesList(c fiber.Ctx) error {
	if wantsFragment(c) {
		return h.live(c, "fragments/schedules/list", func() (views.Localized, error) { return h.buildScheduleList(c) }, topicsSchedules...)
	}
	list, err := h.buildScheduleList(c)
	if err != nil {
		return err
	}
	return h.page(c, "pages/schedules/list", views.SchedulesPage{Shell: h.shell(c, "schedules", h.text(c, "schedules.title")), List: list})
}

func (h *Handlers) buildScheduleList(c fiber.Ctx) (views.ScheduleList, error) {
	vm := views.ScheduleList{Base: base(c), Poll: h.poll(c, views.URLSchedules, topicsSchedules...), NewURL: views.URLSchedulesNew}
	list, err := h.Schedules.List(c.Context())
	if err != nil {
		return vm, err
	}
	for _, e := range list {
		vm.Rows = append(vm.Rows, h.scheduleRow(c, e))
		if e.LastResult == models.ScheduleRunning {
			vm.EveryMS = views.PollCalmMS
		}
	}
	return vm, nil
}

func (h *Handlers) scheduleRow(c fiber.Ctx, e schedule.Entry) views.ScheduleRow {
	p := h.printer(c)
	row := views.ScheduleRow{
		Schedule: e.Schedule, Zone: views.ScheduleZone(p, e.TimeZone, schedule.LocalZone), Next: views.PlannedTimes(e.Next),
		Facts: views.ScopeFacts(p, models.JobRun{Type: e.JobType, ScopeJSON: e.ScopeJSON}),
		URL:   views.ScheduleURL(e.ID), SwitchURL: views.ScheduleURL(e.ID, "enabled"), RunURL: views.ScheduleURL(e.ID, "run"),
	}
	if e.Latest != nil {
		row.LatestURL = views.ScheduleRunURL(e.ID, e.Latest.ID)
	}
	if e.Fault != nil {
		row.Fault = h.problemOf(c, e.Fault).message
	}
	if a := e.Alert; a != nil {
		row.Alert = &views.ScheduleAlert{Planned: views.NewPlannedTime(a.Planned), Since: views.NewPlannedTime(a.Since), LastFinishedMS: e.LastFinishedMS, Running: a.Running}
	}
	return row
}
