package api

import (
	"context"
	"time"

	"github.com/gofiber/fiber/v3"

	"catalogsync/app/revision"
	"catalogsync/app/storage"
	"catalogsync/app/upload"
	"catalogsync/models"
)

// Uploads keeps the list of storages and copies songs to them.
type Uploads interface {
	Storages(ctx context.Context) ([]upload.Storage, error)
	Storage(ctx context.Context, id int64) (upload.Storage, error)
	Register(ctx context.Context, r upload.Registration) (upload.Registered, error)
	Test(ctx context.Context, id int64) (time.Duration, error)
	SetEnabled(ctx context.Context, id int64, on bool) error
	Tasks(ctx context.Context, f models.UploadTaskFilter) ([]models.UploadTaskRow, int64, error)
	UploadNow(ctx context.Context, scope models.JobScope, origin string) (models.JobRun, error)
}

func (h *handlers) registerStorages(api fiber.Router) {
	if h.Uploads == nil {
		return
	}
	live := h.fresh(revision.Storages, revision.Songs)
	read(api, "/storages", live, h.listStorages)
	api.Post("/storages", h.registerStorage)
	read(api, "/storages/:id", live, h.showStorage)
	api.Post("/storages/:id/test", h.testStorage)
	api.Post("/storages/:id/enabled", h.switchStorage)
	read(api, "/uploads", live, h.listUploads)
	api.Post("/uploads", h.createUpload)
}

func (h *handlers) listStorages(c fiber.Ctx) error {
	if err := noQuery(c); err != nil {
		return err
	}
	list, err := h.Uploads.Storages(c.Context())
	if err != nil {
		return err
	}
	return c.JSON(itemsOf(list, storageOf))
}

func (h *handlers) showStorage(c fiber.Ctx) error {
	id, err := pathID(c, "id")
	if err != nil {
		return err
	}
	if err := noQuery(c); err != nil {
		return err
	}
	return h.answerStorage(c, id, fiber.StatusOK)
}

func (h *handlers) answerStorage(c fiber.Ctx, id int64, status int) error {
	b, err := h.Uploads.Storage(c.Context(), id)
	if err != nil {
		return err
	}
	return c.Status(status).JSON(storageOf(b))
}

// maxStorageText bounds the name and each setting of a storage.
const maxStorageText = 1024

func (h *handlers) registerStorage(c fiber.Ctx) error {
	b := readBody(c)
	r := upload.Registration{Name: b.text("name", maxStorageText), Type: models.BackendObjectStorage, Settings: storage.Settings{}}
	for _, key := range []string{"bucket", "endpoint", "region", "base_prefix", "addressing_style", "public_base_url", "credential_env_prefix"} {
		r.Settings[key] = b.text(key, maxStorageText)
	}
	if err := b.done(); err != nil {
		return err
	}
	made, err := h.Uploads.Register(c.Context(), r)
	if err != nil {
		return err
	}
	status := fiber.StatusOK
	if made.New {
		status = fiber.StatusCreated
	}
	return h.answerStorage(c, made.ID, status)
}

// triedJSON is how a trial went.
type triedJSON struct {
	WriteMS int64 `json:"write_ms"`
}

func (h *handlers) testStorage(c fiber.Ctx) error {
	id, err := pathID(c, "id")
	if err != nil {
		return err
	}
	b := readBody(c)
	if err := b.done(); err != nil {
		return err
	}
	took, err := h.Uploads.Test(c.Context(), id)
	if err != nil {
		return err
	}
	return c.JSON(triedJSON{took.Milliseconds()})
}

func (h *handlers) switchStorage(c fiber.Ctx) error {
	id, err := pathID(c, "id")
	if err != nil {
		return err
	}
	b := readBody(c)
	on := b.flag("enabled")
	if err := b.done(); err != nil {
		return err
	}
	if err := h.Uploads.SetEnabled(c.Context(), id, on); err != nil {
		return err
	}
	return h.answerStorage(c, id, fiber.StatusOK)
}

func (h *handlers) listUploads(c fiber.Ctx) error {
	q := readQuery(c)
	f := models.UploadTaskFilter{BackendID: q.id("backend_id"), Page: q.page()}
	if s := q.oneOf("state", names(models.UploadStates)); s != "" {
		f.States = []models.UploadState{models.UploadState(s)}
	}
	if err := q.done(); err != nil {
		return err
	}
	rows, total, err := h.Uploads.Tasks(c.Context(), f)
	if err != nil {
		return err
	}
	return c.JSON(pageOf(f.Page, total, rows, uploadOf))
}

func (h *handlers) createUpload(c fiber.Ctx) error {
	b := readBody(c)
	scope := models.JobScope{Sources: b.listOf("sources", h.Collectors()), PlaylistIDs: b.ids("playlist_ids"), Limit: b.number("limit", 0, maxUploadLimit)}
	scope.Upload = &models.UploadScope{BackendID: int64(b.number("backend_id", 0, 1<<31-1)), Workers: b.number("workers", 0, maxWorkers), Verify: b.flag("verify")}
	if err := b.done(); err != nil {
		return err
	}
	run, err := h.Uploads.UploadNow(c.Context(), scope, origin)
	return acceptedJob(c, &run, err)
}

// maxUploadLimit bounds the files of a request.
const maxUploadLimit = 1_000_000

// storageJSON is a storage with how it does.
type storageJSON struct {
	ID       int64              `json:"id"`
	Name     string             `json:"name"`
	Type     models.BackendType `json:"type"`
	Root     string             `json:"root,omitempty"`
	Settings map[string]string  `json:"settings"`
	Enabled  bool               `json:"enabled"`
	// Target says that uploads can go there.
	Target       bool        `json:"target"`
	State        string      `json:"state"`
	Since        instant     `json:"since"`
	CheckedAt    instant     `json:"checked_at"`
	Code         models.Code `json:"code,omitempty"`
	Error        string      `json:"error,omitempty"`
	LatencyMS    int64       `json:"latency_ms"`
	FreeBytes    int64       `json:"free_bytes"`
	TotalBytes   int64       `json:"total_bytes"`
	Files        int64       `json:"files"`
	Bytes        int64       `json:"bytes"`
	MissingFiles int64       `json:"missing_files"`
	MissingBytes int64       `json:"missing_bytes"`
	GoneFiles    int64       `json:"gone_files"`
	Failed       int64       `json:"failed"`
	Pending      int64       `json:"pending"`
	Uploading    int64       `json:"uploading"`
}

func storageOf(b upload.Storage) storageJSON {
	h, n := b.Health, b.Counts
	settings := map[string]string(b.Settings)
	if settings == nil {
		settings = map[string]string{}
	}
	return storageJSON{
		ID: b.ID, Name: b.Name, Type: b.Type, Root: b.Root, Settings: settings, Enabled: b.Enabled, Target: b.Target,
		State: string(h.State), Since: instant(h.SinceMS), CheckedAt: instant(h.CheckedMS), Code: h.Code, Error: h.LastError,
		LatencyMS: h.Latency.Milliseconds(), FreeBytes: h.Space.Free, TotalBytes: h.Space.Total,
		Files: n.Files, Bytes: n.Bytes, MissingFiles: n.MissingFiles, MissingBytes: n.MissingBytes, GoneFiles: n.GoneFiles,
		Failed: n.Failed, Pending: n.Pending, Uploading: n.Uploading,
	}
}

// uploadJSON is the upload of one file.
type uploadJSON struct {
	ID        int64              `json:"id"`
	BackendID int64              `json:"backend_id"`
	SongID    int64              `json:"song_id"`
	SongName  string             `json:"song_name"`
	Singers   string             `json:"singers"`
	Locator   string             `json:"locator"`
	State     models.UploadState `json:"state"`
	Size      int64              `json:"size_bytes"`
	Attempts  int                `json:"attempts"`
	Code      models.Code        `json:"code,omitempty"`
	Reason    string             `json:"reason,omitempty"`
	UpdatedAt instant            `json:"updated_at"`
}

func uploadOf(r models.UploadTaskRow) uploadJSON {
	return uploadJSON{ID: r.ID, BackendID: r.TargetBackendID, SongID: r.SongID, SongName: r.SongName, Singers: r.Singers, Locator: r.TargetLocator,
		State: r.State, Size: r.SizeBytes, Attempts: r.Attempts, Code: r.LastErrorCode, Reason: r.LastError, UpdatedAt: instant(r.UpdatedAtMS)}
}
