package web

import (
	"slices"

	"github.com/gofiber/fiber/v3"

	"catalogsync/app/revision"
	"catalogsync/jobs"
	"catalogsync/models"
	"catalogsync/views"
)

// Topics of the dashboard's fragments.
var (
	topicsActive   = []revision.Topic{revision.Jobs, revision.Progress}
	topicsCoverage = []revision.Topic{revision.Playlists, revision.Songs}
	topicsJobs     = []revision.Topic{revision.Jobs}
)

// Sizes of the dashboard's lists.
const (
	liveJobsShown    = 20
	runningShown     = 12
	recentJobsShown  = 6
	treeJobsShown    = 12
	diskTagUnitBytes = 64 << 20
)

// Home sends / to the dashboard.
func (h *Handlers) Home(c fiber.Ctx) error {
	return c.Redirect().Status(fiber.StatusFound).To(views.URLDashboard)
}

// DashboardShow is the first page.
func (h *Handlers) DashboardShow(c fiber.Ctx) (err error) {
	vm := views.DashboardPage{
		Maintenance: h.Maintenance != nil,
		Shell:       h.shell(c, "dashboard", h.text(c, "dashboard.title")),
		Launch:      views.Launch{Types: h.startable(), Sources: h.collectors(), Pools: models.PoolKinds, Workers: h.DownloadWorkers},
		Health:      h.buildHealth(c),
		Space:       h.buildSpace(c),
	}
	if vm.Coverage, err = h.buildCoverage(c); err != nil {
		return err
	}
	if vm.Active, err = h.buildActive(c); err != nil {
		return err
	}
	vm.Active.FirstStep = vm.Coverage.Playlists == 0
	if vm.Tree, err = h.buildTasks(c); err != nil {
		return err
	}
	if err := h.figures(c, &vm); err != nil {
		return err
	}
	if vm.Recent, err = h.buildRecent(c); err != nil {
		return err
	}
	return h.page(c, "pages/dashboard/show", vm)
}

// DashboardActive is the unfinished jobs and what runs.
func (h *Handlers) DashboardActive(c fiber.Ctx) error {
	return h.live(c, "fragments/dashboard/active", func() (views.Localized, error) { return h.buildActive(c) }, topicsActive...)
}

// DashboardCoverage is the playlists by platform and state.
func (h *Handlers) DashboardCoverage(c fiber.Ctx) error {
	return h.live(c, "fragments/dashboard/cover", func() (views.Localized, error) { return h.buildCoverage(c) }, topicsCoverage...)
}

// DashboardHealth is runner, sources and disk. It asks no database, so it has no tag of
// revisions to compare: an unchanged card is told by its own content.
func (h *Handlers) DashboardHealth(c fiber.Ctx) error {
	return h.live(c, "fragments/dashboard/health", func() (views.Localized, error) { return h.buildHealth(c), nil })
}

// DashboardRecent is the latest finished jobs.
func (h *Handlers) DashboardRecent(c fiber.Ctx) error {
	return h.live(c, "fragments/dashboard/recent", func() (views.Localized, error) { return h.buildRecent(c) }, topicsJobs...)
}

func (h *Handlers) buildActive(c fiber.Ctx) (views.ActiveJobs, error) {
	vm := views.ActiveJobs{Base: base(c), Poll: h.poll(c, views.URLDashboardActive, topicsActive...)}
	list, _, err := h.Jobs.ListJobs(c.Context(), models.JobFilter{States: models.LiveJobStates, Page: models.Page{Number: 1, Size: liveJobsShown}})
	if err != nil {
		return vm, err
	}
	live := h.Runner.Live()
	vm.Jobs = h.cards(list, live)
	vm.Running, vm.More = runningItems(live, 0, runningShown)
	vm.BytesPerSecond = live.BytesPerSecond
	vm.Poll = vm.Busy(len(list) > 0)
	return vm, nil
}

func (h *Handlers) buildCoverage(c fiber.Ctx) (views.Coverage, error) {
	poll := h.poll(c, views.URLDashboardCover, topicsCoverage...)
	rows, err := h.Playlists.Coverage(c.Context())
	vm := views.NewCoverage(rows)
	vm.Base, vm.Poll = base(c), poll
	vm.EveryMS = views.PollCalmMS
	return vm, err
}

func (h *Handlers) buildHealth(c fiber.Ctx) views.Health {
	live := h.Runner.Live()
	vm := views.Health{
		Base: base(c), Poll: h.poll(c, views.URLDashboardHealth),
		RunnerOK: live.Health.OK, RunnerError: live.Health.LastError, Restarts: live.Health.Restarts, StartedAtMS: live.Health.StartedAtMS,
		DiskUnknown: true,
	}
	vm.Tag = "" // its own content is the tag
	if h.Sources != nil {
		for _, s := range h.Sources() {
			card := views.SourceHealth{Name: s.Name, Collects: s.Collects, Provides: s.Provides, Blocked: s.Blocked, Reason: s.Reason, Credential: s.Credential, SourceTraffic: s.Traffic}
			if !s.RetryAt.IsZero() {
				card.RetryAtMS = models.NowMS(s.RetryAt)
			}
			vm.Sources = append(vm.Sources, card)
		}
	}
	if h.Disk == nil {
		return vm
	}
	if d, err := h.Disk(); err == nil {
		// Rounded, so that the card does not change with every log line.
		vm.DiskPath, vm.DiskFree, vm.DiskTotal, vm.DiskUnknown = d.Path, d.Free/diskTagUnitBytes*diskTagUnitBytes, d.Total, false
	}
	return vm
}

func (h *Handlers) buildRecent(c fiber.Ctx) (views.RecentJobs, error) {
	vm := views.RecentJobs{Base: base(c), Poll: h.poll(c, views.URLDashboardRecent, topicsJobs...)}
	list, _, err := h.Jobs.ListJobs(c.Context(), models.JobFilter{States: endedJobStates(), Page: models.Page{Number: 1, Size: recentJobsShown}})
	vm.Jobs = h.cards(list, jobs.Live{})
	vm.EveryMS = views.PollCalmMS
	return vm, err
}

// endedJobStates lists the states of finished jobs.
func endedJobStates() []models.JobState {
	var list []models.JobState
	for _, s := range models.JobStates {
		if !s.Live() {
			list = append(list, s)
		}
	}
	return list
}

// startable lists the job types that need nothing but a type to be started.
func (h *Handlers) startable() []models.JobType {
	return slices.DeleteFunc(h.Runner.Types(), func(t models.JobType) bool { return t == models.JobImport || t == models.JobBulk })
}

// collectors lists the names of the sources that can be collected from.
func (h *Handlers) collectors() []string {
	var names []string
	if h.Sources == nil {
		return names
	}
	for _, s := range h.Sources() {
		if s.Collects {
			names = append(names, s.Name)
		}
	}
	return names
}
