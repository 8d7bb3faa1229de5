package web

import (
	"context"
	"slices"
	"time"

	"github.com/gofiber/fiber/v3"

	"catalogsync/app/catalog"
	"catalogsync/app/revision"
	"catalogsync/app/storage"
	"catalogsync/app/upload"
	"catalogsync/handlers/web/forms"
	"catalogsync/models"
	"catalogsync/views"
)

// Uploads keeps the list of storages and copies songs to them.
type Uploads interface {
	Kinds() []storage.Kind
	Storages(ctx context.Context) ([]upload.Storage, error)
	Storage(ctx context.Context, id int64) (upload.Storage, error)
	Register(ctx context.Context, r upload.Registration) (upload.Registered, error)
	Test(ctx context.Context, id int64) (time.Duration, error)
	SetEnabled(ctx context.Context, id int64, on bool) error
	Tasks(ctx context.Context, f models.UploadTaskFilter) ([]models.UploadTaskRow, int64, error)
	UploadNow(ctx context.Context, scope models.JobScope, origin string) (models.JobRun, error)
	UploadPicked(ctx context.Context, p catalog.Pick, backendID int64, origin string) (models.JobRun, error)
}

var topicsStorage = []revision.Topic{revision.Storages, revision.Songs, revision.Jobs, revision.Progress}

// uploadsPerPage is the size of a page of uploads.
const uploadsPerPage = 25

// StoragesList is the page of storages, or its list.
func (h *Handlers) StoragesList(c fiber.Ctx) error {
	if wantsFragment(c) {
		return h.live(c, "fragments/storage/list", func() (views.Localized, error) { return h.buildStorages(c) }, topicsStorage...)
	}
	list, err := h.buildStorages(c)
	if err != nil {
		return err
	}
	tasks, err := h.buildUploads(c, models.UploadTaskFilter{Page: models.Page{Number: 1, Size: uploadsPerPage}})
	if err != nil {
		return err
	}
	return h.page(c, "pages/storage/list", views.StoragesPage{Shell: h.shell(c, "storage", h.text(c, "storage.title")), List: list, Tasks: tasks})
}

func (h *Handlers) buildStorages(c fiber.Ctx) (views.StorageList, error) {
	vm := views.StorageList{Base: base(c), Poll: h.poll(c, views.URLStorage, topicsStorage...)}
	list, err := h.Uploads.Storages(c.Context())
	if err != nil {
		return vm, err
	}
	jobs, err := h.uploadJobs(c)
	if err != nil {
		return vm, err
	}
	for _, b := range list {
		row := h.storageRow(c, b)
		row.Job = jobs[b.ID]
		vm.Rows = append(vm.Rows, row)
	}
	vm.Poll = vm.Busy(len(jobs) > 0)
	return vm, nil
}

func (h *Handlers) storageRow(c fiber.Ctx, b upload.Storage) views.StorageRow {
	row := views.StorageRow{
		StorageBackend: b.StorageBackend, Counts: b.Counts, Where: whereOf(b), State: string(b.Health.State), SinceMS: b.Health.SinceMS,
		CheckedMS: b.Health.CheckedMS, LatencyMS: b.Health.Latency.Milliseconds(), FreeBytes: b.Health.Space.Free, SizeBytes: b.Health.Space.Total,
		Target: b.Target, EditURL: views.StorageURL(b.ID),
	}
	if b.Health.Latency > 0 {
		row.LatencyMS = max(row.LatencyMS, 1)
	}
	if b.Health.Code != "" {
		row.Error = h.storageProblem(c, b.Name, b.Health.Code, b.Health.LastError)
	}
	if v := b.Verified; v != nil {
		row.Verified = h.text(c, "storage.verified_result", "Objects", v.Objects, "Right", v.Right, "Missing", v.Missing, "Unknown", v.Unknown)
	}
	return row
}

// storageProblem is what is wrong with a storage, in the reader's language.
func (h *Handlers) storageProblem(c fiber.Ctx, name string, code models.Code, text string) string {
	if key := "error." + string(code); h.printer(c).Has(key) {
		return h.text(c, key, "Storage", name)
	}
	return text
}

// whereOf names the place of a storage in one line.
func whereOf(b upload.Storage) string {
	if b.Root != "" {
		return b.Root
	}
	return b.Settings["endpoint"] + "/" + storage.Join(b.Settings["bucket"], b.Settings[storage.OptionBasePrefix])
}

// uploadJobs are the jobs that upload now, by storage.
func (h *Handlers) uploadJobs(c fiber.Ctx) (map[int64]*views.JobCard, error) {
	list, _, err := h.Jobs.ListJobs(c.Context(), models.JobFilter{States: models.LiveJobStates, Page: models.Page{Number: 1, Size: liveJobsShown}})
	if err != nil {
		return nil, err
	}
	found := map[int64]*views.JobCard{}
	for _, card := range h.cards(list, h.Runner.Live()) {
		if to := card.UploadsTo(); to > 0 && found[to] == nil {
			found[to] = &card
		}
	}
	return found, nil
}

// UploadTasksList is the list of uploads, as a page or as its table.
func (h *Handlers) UploadTasksList(c fiber.Ctx) error {
	f, err := forms.UploadTasks(queryValues(c), uploadsPerPage)
	if err != nil {
		return err
	}
	if wantsFragment(c) {
		return h.live(c, "fragments/storage/tasks", func() (views.Localized, error) { return h.buildUploads(c, f) }, topicsStorage...)
	}
	tasks, err := h.buildUploads(c, f)
	if err != nil {
		return err
	}
	return h.page(c, "pages/storage/tasks", views.StoragesPage{Shell: h.shell(c, "storage", h.text(c, "uploads.title")), Tasks: tasks})
}

func (h *Handlers) buildUploads(c fiber.Ctx, f models.UploadTaskFilter) (views.UploadTasks, error) {
	vm := views.UploadTasks{Base: base(c), Poll: h.poll(c, views.StorageTasksURL(f), topicsStorage...), Filter: f}
	vm.EveryMS = views.PollCalmMS
	if len(f.States) > 0 {
		vm.State = f.States[0]
	}
	for _, s := range append([]models.UploadState{""}, models.UploadStates...) {
		g := models.UploadTaskFilter{BackendID: f.BackendID}
		if s != "" {
			g.States = []models.UploadState{s}
		}
		vm.Tabs = append(vm.Tabs, views.UploadTab{State: s, URL: views.StorageTasksURL(g)})
	}
	rows, total, err := h.Uploads.Tasks(c.Context(), f)
	if err != nil {
		return vm, err
	}
	storages, err := h.Uploads.Storages(c.Context())
	if err != nil {
		return vm, err
	}
	for _, r := range rows {
		row := views.UploadRow{UploadTaskRow: r, Reason: r.LastError}
		if at := slices.IndexFunc(storages, func(b upload.Storage) bool { return b.ID == r.TargetBackendID }); at >= 0 {
			row.Storage = storages[at].Name
		}
		if r.LastErrorCode != "" {
			row.Reason = h.storageProblem(c, row.Storage, r.LastErrorCode, r.LastError)
		}
		vm.Rows = append(vm.Rows, row)
	}
	vm.Pager = views.NewPager(f.Page, total, func(n int) string {
		g := f
		g.Page.Number = n
		return views.StorageTasksURL(g)
	})
	return vm, nil
}
