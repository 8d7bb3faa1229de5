package api

import (
	"context"
	"slices"
	"strconv"
	"time"

	"github.com/gofiber/fiber/v3"

	"catalogsync/app/revision"
	"catalogsync/app/schedule"
	"catalogsync/models"
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

func (h *handlers) registerSchedules(api fiber.Router) {
	if h.Schedules == nil {
		return
	}
	runs := h.fresh(revision.Schedules)
	read(api, "/schedules", h.listSchedules)
	api.Post("/schedules", h.createSchedule)
	read(api, "/schedules/preview", h.previewSchedule)
	read(api, "/schedules/:id", h.showSchedule)
	api.Patch("/schedules/:id", h.editSchedule)
	api.Delete("/schedules/:id", h.deleteSchedule)
	api.Post("/schedules/:id/run", h.runSchedule)
	read(api, "/schedules/:id/runs", runs, h.listScheduleRuns)
	read(api, "/schedules/:id/runs/:run_id", runs, h.showScheduleRun)
}

func (h *handlers) listSchedules(c fiber.Ctx) error {
	if err := noQuery(c); err != nil {
		return err
	}
	list, err := h.Schedules.List(c.Context())
	if err != nil {
		return err
	}
	return c.JSON(itemsOf(list, scheduleOf))
}

func (h *handlers) createSchedule(c fiber.Ctx) error {
	b := readBody(c)
	d := schedule.Draft{Enabled: true}
	h.readSchedule(b, &d)
	if err := b.done(); err != nil {
		return err
	}
	if err := h.Selection.CheckPlaylists(c.Context(), d.Scope.PlaylistIDs); err != nil {
		return err
	}
	made, err := h.Schedules.Create(c.Context(), d)
	if err != nil {
		return err
	}
	c.Location("/api/schedules/" + strconv.FormatInt(made.ID, 10))
	return h.answerSchedule(c, made.ID, fiber.StatusCreated)
}

func (h *handlers) showSchedule(c fiber.Ctx) error {
	id, err := onlyID(c, "id")
	if err != nil {
		return err
	}
	return h.answerSchedule(c, id, fiber.StatusOK)
}

func (h *handlers) answerSchedule(c fiber.Ctx, id int64, status int) error {
	entry, err := h.Schedules.Get(c.Context(), id)
	if err != nil {
		return err
	}
	return c.Status(status).JSON(scheduleOf(entry))
}

// editSchedule changes the fields that the body has.
func (h *handlers) editSchedule(c fiber.Ctx) error {
	id, err := pathID(c, "id")
	if err != nil {
		return err
	}
	entry, err := h.Schedules.Get(c.Context(), id)
	if err != nil {
		return err
	}
	b := readBody(c)
	d := schedule.DraftOf(entry.Schedule)
	before := d.Scope.PlaylistIDs
	h.readSchedule(b, &d)
	if err := b.done(); err != nil {
		return err
	}
	if !slices.Equal(before, d.Scope.PlaylistIDs) {
		if err := h.Selection.CheckPlaylists(c.Context(), d.Scope.PlaylistIDs); err != nil {
			return err
		}
	}
	if _, err := h.Schedules.Edit(c.Context(), id, func(now *schedule.Draft) { *now = d }); err != nil {
		return err
	}
	return h.answerSchedule(c, id, fiber.StatusOK)
}

func (h *handlers) deleteSchedule(c fiber.Ctx) error {
	id, err := onlyID(c, "id")
	if err != nil {
		return err
	}
	if err := h.Schedules.Delete(c.Context(), id); err != nil {
		return err
	}
	return c.SendStatus(fiber.StatusNoContent)
}

func (h *handlers) runSchedule(c fiber.Ctx) error {
	id, err := onlyID(c, "id")
	if err != nil {
		return err
	}
	run, err := h.Schedules.RunNow(c.Context(), id, origin)
	if err != nil {
		return err
	}
	return c.Status(fiber.StatusAccepted).JSON(scheduleRunOf(run))
}

func (h *handlers) previewSchedule(c fiber.Ctx) error {
	q := readQuery(c)
	expression, zone := q.text("cron", maxKeyword), q.text("time_zone", maxKeyword)
	if err := q.done(); err != nil {
		return err
	}
	runs, err := h.Schedules.Preview(expression, zone)
	if err != nil {
		return err
	}
	return c.JSON(nextRunsJSON{each(runs, rfc3339)})
}

func (h *handlers) listScheduleRuns(c fiber.Ctx) error {
	id, page, err := idAndPage(c)
	if err != nil {
		return err
	}
	runs, total, err := h.Schedules.ListRuns(c.Context(), id, page)
	if err != nil {
		return err
	}
	return c.JSON(pageOf(page, total, runs, scheduleRunOf))
}

func (h *handlers) showScheduleRun(c fiber.Ctx) error {
	id, err := pathID(c, "id")
	if err != nil {
		return err
	}
	runID, err := onlyID(c, "run_id")
	if err != nil {
		return err
	}
	run, err := h.Schedules.GetRun(c.Context(), id, runID)
	if err != nil {
		return err
	}
	return c.JSON(scheduleRunOf(run))
}
