package api

import (
	"context"

	"github.com/gofiber/fiber/v3"

	"catalogsync/app/download"
)

// Library is the folders that songs are filed in.
type Library interface {
	Folders(ctx context.Context) ([]download.Folder, error)
	// UseFolder lets downloads that have not begun go to another folder.
	UseFolder(ctx context.Context, path string) (download.Folder, error)
	// Shortage tells whether downloads wait for room on their disk.
	Shortage() (download.Shortage, bool)
}

// maxFolderRunes is longer than any path that a system takes.
const maxFolderRunes = 4096

type libraryFolderJSON struct {
	ID      int64  `json:"id"`
	Name    string `json:"name"`
	Folder  string `json:"folder"`
	Current bool   `json:"current"`
	First   bool   `json:"first"`
	Mounted bool   `json:"mounted"`
	// FreeBytes is null when it is not known.
	FreeBytes *int64 `json:"free_bytes"`
}

func libraryFolderOf(f download.Folder) libraryFolderJSON {
	out := libraryFolderJSON{ID: f.ID, Name: f.Name, Folder: f.Root, Current: f.Current, First: f.First, Mounted: f.Mounted}
	if f.Free >= 0 {
		out.FreeBytes = &f.Free
	}
	return out
}

type shortageJSON struct {
	Folder       string  `json:"folder"`
	FreeBytes    int64   `json:"free_bytes"`
	NeedBytes    int64   `json:"need_bytes"` // 0 = not known
	ReserveBytes int64   `json:"reserve_bytes"`
	Since        instant `json:"since"`
}

type libraryJSON struct {
	Folders []libraryFolderJSON `json:"folders"`
	// Shortage is null while there is room.
	Shortage *shortageJSON `json:"shortage"`
}

func (h *handlers) registerLibrary(api fiber.Router) {
	if h.Library == nil {
		return
	}
	read(api, "/library", h.showLibrary)
	api.Post("/library/folder", h.useFolder)
}

// showLibrary lists the folders, and says whether downloads wait for room.
func (h *handlers) showLibrary(c fiber.Ctx) error {
	if err := noQuery(c); err != nil {
		return err
	}
	return h.answerLibrary(c)
}

// useFolder lets downloads go to another folder, and answers as showLibrary does.
func (h *handlers) useFolder(c fiber.Ctx) error {
	b := readBody(c)
	folder := b.text("folder", maxFolderRunes)
	if err := b.done(); err != nil {
		return err
	}
	if _, err := h.Library.UseFolder(c.Context(), folder); err != nil {
		return err
	}
	return h.answerLibrary(c)
}

func (h *handlers) answerLibrary(c fiber.Ctx) error {
	folders, err := h.Library.Folders(c.Context())
	if err != nil {
		return err
	}
	out := libraryJSON{Folders: each(folders, libraryFolderOf)}
	if s, short := h.Library.Shortage(); short {
		out.Shortage = &shortageJSON{Folder: s.Folder, FreeBytes: s.Free, NeedBytes: s.Need, ReserveBytes: s.Reserve, Since: instant(s.SinceMS)}
	}
	return c.JSON(out)
}
