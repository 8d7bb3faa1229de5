package web

import (
	"context"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v3"

	"catalogsync/handlers/middleware"
	"catalogsync/handlers/web/forms"
	"catalogsync/models"
	"catalogsync/views"
)

// LogReader reads the log of all jobs.
type LogReader interface {
	ListLogs(ctx context.Context, f models.LogFilter) (models.LogPage, error)
}

// logsPerPage is the number of lines of a page of the log.
const logsPerPage = 100

// LogsList is the log of all jobs, as a page or as its lines.
func (h *Handlers) LogsList(c fiber.Ctx) error {
	sources := h.sourceNames()
	f, err := forms.Logs(queryValues(c), sources, logsPerPage)
	if err != nil {
		return err
	}
	if wantsFragment(c) {
		if strings.HasPrefix(c.Get(headerSource), "form") {
			c.Set(headerPushURL, views.LogsURL(f)) // the filters, not the polls
		}
		return h.live(c, "fragments/logs/table", func() (views.Localized, error) { return h.buildLogTable(c, f), nil }, topicsJobs...)
	}
	return h.page(c, "pages/logs/list", views.LogsPage{
		Shell: h.shell(c, "logs", h.text(c, "logs.title")), Sources: sources, Levels: models.LogLevels, Table: h.buildLogTable(c, f),
	})
}

// buildLogTable lists one page. A log that cannot be read is shown as such, with its
// filters, instead of taking the page away.
func (h *Handlers) buildLogTable(c fiber.Ctx, f models.LogFilter) views.LogTable {
	vm := views.LogTable{
		Base: base(c), Poll: h.poll(c, views.LogsURL(f), topicsJobs...), Filter: f, Chips: h.logChips(c, f), TextURL: views.LogsTextURL(f),
	}
	page, err := h.Logs.ListLogs(c.Context(), f)
	if err != nil {
		h.Logger.Error("list log", "request_id", middleware.RequestIDOf(c), "error", err)
		vm.Failed = h.problemOf(c, err).message
		return vm
	}
	vm.Lines = page.Lines
	vm.Poll = vm.Busy(len(h.Runner.Live().Running) > 0)
	newest := f
	newest.Before = 0
	vm.NewestURL = views.LogsURL(newest)
	if page.Next > 0 {
		older := f
		older.Before = page.Next
		vm.OlderURL = views.LogsURL(older)
	}
	return vm
}

// logChips lists the active filters, each with the address without it.
func (h *Handlers) logChips(c fiber.Ctx, f models.LogFilter) []views.Chip {
	var chips []views.Chip
	add := func(label, value string, without func(*models.LogFilter)) {
		g := f
		g.Before = 0
		without(&g)
		chips = append(chips, views.Chip{Label: label, Value: value, RemoveURL: views.LogsURL(g)})
	}
	if f.Level != "" {
		add("field.level", h.text(c, "logs.from_level", "Level", h.text(c, "log.level."+f.Level)), func(g *models.LogFilter) { g.Level = "" })
	}
	if f.Source != "" {
		add("field.source", h.text(c, "platform."+f.Source), func(g *models.LogFilter) { g.Source = "" })
	}
	if f.JobID > 0 {
		add("field.job", "#"+strconv.FormatInt(f.JobID, 10), func(g *models.LogFilter) { g.JobID = 0 })
	}
	if f.Text != "" {
		add("field.text", f.Text, func(g *models.LogFilter) { g.Text = "" })
	}
	return chips
}

// sourceNames are the names of all sources, in display order.
func (h *Handlers) sourceNames() []string {
	var names []string
	if h.Sources == nil {
		return names
	}
	for _, s := range h.Sources() {
		names = append(names, s.Name)
	}
	return names
}
