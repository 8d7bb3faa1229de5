package web

import (
	"context"
	"time"

	"github.com/gofiber/fiber/v3"

	"catalogsync/models"
	"catalogsync/views"
)

// Figures is what the dashboard's pictures are drawn from.
type Figures interface {
	// ListThroughput lists what one kind of stage did by the hour, in order of time.
	ListThroughput(ctx context.Context, stage models.StageName, sinceMS int64) ([]models.ThroughputHour, error)
	// CountQueue tells why the items of unfinished jobs wait.
	CountQueue(ctx context.Context) ([]models.QueueShare, error)
}

// pollFiguresMS is how often the pictures by the hour are asked for.
const pollFiguresMS = 20_000

// DashboardThroughput is what was downloaded by the hour.
func (h *Handlers) DashboardThroughput(c fiber.Ctx) error {
	return h.live(c, "fragments/dashboard/throughput", func() (views.Localized, error) { return h.buildThroughput(c) }, topicsJobs...)
}

// DashboardQueue is why what is to be done is not being done.
func (h *Handlers) DashboardQueue(c fiber.Ctx) error {
	return h.live(c, "fragments/dashboard/queue", func() (views.Localized, error) { return h.buildQueue(c) }, topicsJobs...)
}

func (h *Handlers) buildThroughput(c fiber.Ctx) (views.Throughput, error) {
	poll := h.poll(c, views.URLDashboardThroughput, topicsJobs...)
	now := h.Now()
	rows, err := h.Figures.ListThroughput(c.Context(), models.StageDownload, models.NowMS(now.Add(-views.ThroughputHours*time.Hour)))
	vm := views.NewThroughput(rows, now)
	vm.Base, vm.Poll = base(c), poll
	vm.EveryMS = pollFiguresMS
	if h.Disk != nil {
		if d, err := h.Disk(); err == nil {
			// In whole hours, so that the card does not change with every song.
			vm.FullInMS = vm.FullIn(d.Free).Truncate(time.Hour).Milliseconds()
		}
	}
	return vm, err
}

func (h *Handlers) buildQueue(c fiber.Ctx) (views.Queue, error) {
	poll := h.poll(c, views.URLDashboardQueue, topicsJobs...)
	shares, err := h.Figures.CountQueue(c.Context())
	vm := views.NewQueue(shares)
	vm.Base, vm.Poll = base(c), poll
	vm.EveryMS = views.PollCalmMS
	return vm, err
}

// figures fills in the pictures, where there are any.
func (h *Handlers) figures(c fiber.Ctx, vm *views.DashboardPage) (err error) {
	if h.Figures == nil {
		return nil
	}
	vm.Figures = true
	if vm.Throughput, err = h.buildThroughput(c); err != nil {
		return err
	}
	vm.Queue, err = h.buildQueue(c)
	return err
}
