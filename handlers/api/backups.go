package api

import (
	"time"

	"github.com/gofiber/fiber/v3"

	"catalogsync/jobs"
	"catalogsync/models"
)

// Backups keeps copies of the database and the settings.
type Backups interface {
	List() ([]models.Backup, error)
	Path(name string) (string, error)
	Delete(name string) error
	OrderRestore(name string, withSettings bool) (models.RestoreOrder, error)
	CancelRestore() error
	Ordered() (*models.RestoreOrder, error)
	LastRestore() (*models.RestoreOrder, error)
}

func (h *handlers) registerBackups(api fiber.Router) {
	if h.Backups == nil {
		return
	}
	read(api, "/backups", h.listBackups)
	api.Post("/backups", h.createBackup)
	read(api, "/backups/:name", h.downloadBackup)
	api.Delete("/backups/:name", h.deleteBackup)
	api.Post("/backups/:name/restore", h.restoreBackup)
	api.Delete("/backups/restore/next", h.cancelRestore)
	if h.Restart != nil {
		api.Post("/restart", h.restart)
	}
}

// backupJSON is a backup in the folder.
type backupJSON struct {
	Name      string     `json:"name"`
	Bytes     int64      `json:"bytes"`
	Unpacked  int64      `json:"unpacked_bytes"`
	CreatedAt *time.Time `json:"created_at"`
	Program   string     `json:"program"`
	Schema    int        `json:"schema"`
	Fault     string     `json:"fault,omitempty"`
}

func backupOf(b models.Backup) backupJSON {
	out := backupJSON{Name: b.Name, Bytes: b.Bytes, Unpacked: b.Unpacked, Program: b.Program, Schema: b.Schema, Fault: b.Fault}
	if !b.CreatedAt.IsZero() {
		out.CreatedAt = &b.CreatedAt
	}
	return out
}

// backupsJSON is the backups, newest first, and what becomes of a restore.
type backupsJSON struct {
	Items   []backupJSON         `json:"items"`
	Waiting *models.RestoreOrder `json:"waiting_restore"`
	Last    *models.RestoreOrder `json:"last_restore"`
}

func (h *handlers) listBackups(c fiber.Ctx) error {
	if err := noQuery(c); err != nil {
		return err
	}
	list, err := h.Backups.List()
	if err != nil {
		return err
	}
	out := backupsJSON{Items: each(list, backupOf)}
	if out.Waiting, err = h.Backups.Ordered(); err != nil {
		return err
	}
	if out.Last, err = h.Backups.LastRestore(); err != nil {
		return err
	}
	return c.JSON(out)
}

func (h *handlers) createBackup(c fiber.Ctx) error {
	if err := noQuery(c); err != nil {
		return err
	}
	run, err := h.Runner.Enqueue(c.Context(), jobs.NewJob{Type: models.JobBackup, Origin: "api"})
	return acceptedJob(c, &run, err)
}

func (h *handlers) downloadBackup(c fiber.Ctx) error {
	if err := noQuery(c); err != nil {
		return err
	}
	path, err := h.Backups.Path(c.Params("name"))
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderCacheControl, "no-store")
	return c.Download(path, c.Params("name"))
}

func (h *handlers) deleteBackup(c fiber.Ctx) error {
	if err := noQuery(c); err != nil {
		return err
	}
	if err := h.Backups.Delete(c.Params("name")); err != nil {
		return err
	}
	return c.SendStatus(fiber.StatusNoContent)
}

// restoreBackup also takes a request without a body.
func (h *handlers) restoreBackup(c fiber.Ctx) error {
	withSettings := false
	if len(c.Body()) > 0 || c.Get(fiber.HeaderContentType) != "" {
		b := readBody(c)
		withSettings = b.flag("settings")
		if err := b.done(); err != nil {
			return err
		}
	}
	order, err := h.Backups.OrderRestore(c.Params("name"), withSettings)
	if err != nil {
		return err
	}
	return c.Status(fiber.StatusAccepted).JSON(order)
}

func (h *handlers) cancelRestore(c fiber.Ctx) error {
	if err := noQuery(c); err != nil {
		return err
	}
	if err := h.Backups.CancelRestore(); err != nil {
		return err
	}
	return c.SendStatus(fiber.StatusNoContent)
}

// restart starts the program anew once this answer is on its way.
func (h *handlers) restart(c fiber.Ctx) error {
	if err := noQuery(c); err != nil {
		return err
	}
	defer h.Restart()
	return c.SendStatus(fiber.StatusAccepted)
}
