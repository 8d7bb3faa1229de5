package web

import (
	"slices"
	"time"

	"github.com/gofiber/fiber/v3"

	"catalogsync/app/storage"
	"catalogsync/app/upload"
	"catalogsync/handlers/web/forms"
	"catalogsync/models"
	"catalogsync/views"
)

// StorageNew is the form of a new storage.
func (h *Handlers) StorageNew(c fiber.Ctx) error {
	return h.storageForm(c, h.text(c, "storage.add"), upload.Storage{}, true)
}

// StorageShow is the form of a storage that is registered.
func (h *Handlers) StorageShow(c fiber.Ctx) error {
	id, err := forms.ID(c.Params("id"))
	if err != nil {
		return err
	}
	b, err := h.Uploads.Storage(c.Context(), id)
	if err != nil {
		return err
	}
	if !b.Target {
		return models.NotFound("%s is a folder of the library; its place is set by LIBRARY_DIR", b.Name)
	}
	return h.storageForm(c, b.Name, b, false)
}

func (h *Handlers) storageForm(c fiber.Ctx, title string, b upload.Storage, fresh bool) error {
	form := views.StorageForm{Name: b.Name, New: fresh}
	for _, o := range h.targetKind().Options {
		form.Fields = append(form.Fields, views.StorageField{Key: o.Key, Value: b.Settings[o.Key], Required: o.Required, Choices: o.Choices, Placeholder: placeholders[o.Key]})
	}
	return h.page(c, "pages/storage/form", views.StorageFormPage{Shell: h.shell(c, "storage", title), Form: form})
}

// placeholders show what a setting may look like.
var placeholders = map[string]string{
	"bucket": "music-bucket", "endpoint": "https://s3.example.com", "region": "auto", "base_prefix": "music",
	"public_base_url": "https://cdn.example.com", "credential_env_prefix": "CATALOGSYNC_MAIN_S3",
}

// targetKind is the kind of storage that the form registers.
func (h *Handlers) targetKind() storage.Kind {
	kinds := h.Uploads.Kinds()
	at := slices.IndexFunc(kinds, func(k storage.Kind) bool { return k.Type == models.BackendObjectStorage })
	return kinds[max(at, 0)]
}

// StorageSave tries a storage out and registers it, or changes one.
func (h *Handlers) StorageSave(c fiber.Ctx) error {
	v, err := formValues(c)
	if err != nil {
		return err
	}
	var keys []string
	for _, o := range h.targetKind().Options {
		keys = append(keys, o.Key)
	}
	r, err := forms.Storage(v, keys)
	if err != nil {
		return err
	}
	if _, err := h.Uploads.Register(c.Context(), r); err != nil {
		return err
	}
	return h.goTo(c, views.URLStorage)
}

// StorageTest writes, reads and removes a file on a storage.
func (h *Handlers) StorageTest(c fiber.Ctx) error {
	id, err := forms.ID(c.Params("id"))
	if err != nil {
		return err
	}
	took, err := h.Uploads.Test(c.Context(), id)
	if err != nil {
		return err
	}
	return h.toast(c, views.Toast{Kind: "success", Title: h.text(c, "toast.storage.works", "MS", max(took.Round(time.Millisecond).Milliseconds(), 1))}, views.URLStorage)
}

// StorageSwitch switches a storage on or off.
func (h *Handlers) StorageSwitch(c fiber.Ctx) error {
	id, err := forms.ID(c.Params("id"))
	if err != nil {
		return err
	}
	v, err := formValues(c)
	if err != nil {
		return err
	}
	on, err := forms.StorageSwitch(v)
	if err != nil {
		return err
	}
	if err := h.Uploads.SetEnabled(c.Context(), id, on); err != nil {
		return err
	}
	key := "toast.storage.off"
	if on {
		key = "toast.storage.on"
	}
	return h.toast(c, views.Toast{Kind: "success", Title: h.text(c, key)}, views.URLStorage)
}

// StorageUpload starts an upload of everything that a storage lacks.
func (h *Handlers) StorageUpload(c fiber.Ctx) error {
	id, err := forms.ID(c.Params("id"))
	if err != nil {
		return err
	}
	v, err := formValues(c)
	if err != nil {
		return err
	}
	verify, err := forms.StorageUpload(v)
	if err != nil {
		return err
	}
	run, err := h.Uploads.UploadNow(c.Context(), models.JobScope{Upload: &models.UploadScope{BackendID: id, Verify: verify}}, origin)
	return h.uploadStarted(c, run, err, views.URLStorage)
}

// PlaylistsUpload uploads the files of the selected playlists.
func (h *Handlers) PlaylistsUpload(c fiber.Ctx) error {
	b, err := h.bulk(c)
	if err != nil {
		return err
	}
	run, err := h.Uploads.UploadPicked(c.Context(), b.Pick, 0, origin)
	return h.uploadStarted(c, run, err, views.URLPlaylists)
}

func (h *Handlers) uploadStarted(c fiber.Ctx, run models.JobRun, err error, page string) error {
	if err != nil {
		return err
	}
	return h.toast(c, views.Toast{Kind: "success", Title: h.text(c, "toast.started", "Title", h.jobTitle(c, run)), Links: []views.Link{h.jobLink(c, run.ID)}}, page)
}
