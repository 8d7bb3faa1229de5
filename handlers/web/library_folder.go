package web

import (
	"context"

	"github.com/gofiber/fiber/v3"

	"catalogsync/app/download"
	"catalogsync/handlers/web/forms"
	"catalogsync/views"
)

// Library is the folders that songs are filed in.
type Library interface {
	// UseFolder lets downloads that have not begun go to another folder.
	UseFolder(ctx context.Context, path string) (download.Folder, error)
	// Shortage tells whether downloads wait for room on their disk.
	Shortage() (download.Shortage, bool)
}

// LibrarySpace is the prompt for another folder, empty while there is room.
func (h *Handlers) LibrarySpace(c fiber.Ctx) error {
	return h.live(c, "fragments/library/space", func() (views.Localized, error) { return h.buildSpace(c), nil })
}

// LibraryFolderUse lets downloads go to the folder that was given.
func (h *Handlers) LibraryFolderUse(c fiber.Ctx) error {
	v, err := formValues(c)
	if err != nil {
		return err
	}
	path, err := forms.LibraryFolder(v)
	if err != nil {
		return err
	}
	folder, err := h.Library.UseFolder(c.Context(), path)
	if err != nil {
		return err
	}
	t := views.Toast{Kind: "success", Title: h.text(c, "toast.folder"), Lines: []string{folder.Root}}
	return h.toast(c, t, views.URLDashboard)
}

func (h *Handlers) buildSpace(c fiber.Ctx) views.Space {
	vm := views.Space{Base: base(c), Poll: h.poll(c, views.URLLibrarySpace).Busy(true)}
	vm.Tag = "" // its own content is the tag
	vm.EveryMS = views.PollCalmMS
	if h.Library == nil {
		return vm
	}
	s, short := h.Library.Shortage()
	vm.Full, vm.Folder, vm.SinceMS, vm.ReserveBytes = short, s.Folder, s.SinceMS, s.Reserve
	return vm
}
