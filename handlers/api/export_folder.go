package api

import (
	"github.com/gofiber/fiber/v3"

	"catalogsync/app/export"
)

// refreshPlaylistFolder brings a playlist's folder on the server up to date; it downloads
// nothing and can be repeated safely.
func (h *handlers) refreshPlaylistFolder(c fiber.Ctx) error {
	id, err := onlyID(c, "id")
	if err != nil {
		return err
	}
	folder, err := h.Folders.Refresh(c.Context(), id)
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderCacheControl, "no-store")
	return c.JSON(folderOf(folder))
}

// folderJSON is a playlist's folder on the server.
type folderJSON struct {
	PlaylistID   int64             `json:"playlist_id"`
	Path         string            `json:"path"`
	Changed      bool              `json:"changed"`
	Songs        int               `json:"songs"`
	Linked       int               `json:"linked"`
	Copied       int               `json:"copied"`
	MissingCount int               `json:"missing_count"`
	Missing      []missingSongJSON `json:"missing"`
}

// missingSongJSON is a place of the list without a file.
type missingSongJSON struct {
	Number   int    `json:"number"`
	Title    string `json:"title"`
	Artists  string `json:"artists"`
	Platform string `json:"platform"`
	SongID   string `json:"song_id"`
	Code     string `json:"code"`
	Reason   string `json:"reason"`
}

func folderOf(f export.Folder) folderJSON {
	out := folderJSON{
		PlaylistID: f.PlaylistID, Path: f.Path, Changed: f.Changed, Songs: f.Songs, Linked: f.Linked, Copied: f.Copied,
		MissingCount: len(f.Missing), Missing: make([]missingSongJSON, len(f.Missing)),
	}
	for i, s := range f.Missing {
		out.Missing[i] = missingSongJSON(s)
	}
	return out
}
