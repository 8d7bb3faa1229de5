package web

import (
	"context"
	"math"
	"time"

	"github.com/gofiber/fiber/v3"

	"catalogsync/models"
	"catalogsync/views"
)

// PlaylistHistory tells what stood on playlists when.
type PlaylistHistory interface {
	ListPlaylistSongsAt(ctx context.Context, id, atMS int64, p models.Page) ([]models.PlaylistSongRow, int64, error)
	ListPlaylistSongsEver(ctx context.Context, id int64, p models.Page) ([]models.PlaylistSongRow, int64, error)
	DiffPlaylist(ctx context.Context, id, fromMS, toMS int64, limit int) (models.PlaylistDiff, error)
	ListPlaylistSyncs(ctx context.Context, id int64, limit int) ([]models.PlaylistSyncRow, error)
	FindHeld(ctx context.Context, playlistID int64, limit int) (*models.HeldView, error)
}

// Sizes of what the history shows.
const (
	syncsShown = 20
	diffShown  = 500
	heldShown  = 50
)

// viewedSongs reads one page of the songs of a view.
func (h *Handlers) viewedSongs(c fiber.Ctx, id int64, v views.PlaylistView, p models.Page) ([]models.PlaylistSongRow, int64, error) {
	switch v.Kind {
	case views.ViewAsOf:
		return h.History.ListPlaylistSongsAt(c.Context(), id, v.AsOfMS, p)
	case views.ViewEver:
		return h.History.ListPlaylistSongsEver(c.Context(), id, p)
	default:
		return h.Playlists.ListPlaylistSongs(c.Context(), id, p)
	}
}

// buildDiff compares the list at two instants, nil for other views.
func (h *Handlers) buildDiff(c fiber.Ctx, id int64, v views.PlaylistView) (*views.PlaylistDiff, error) {
	if v.Kind != views.ViewDiff {
		return nil, nil
	}
	to := v.ToMS
	if to == 0 {
		to = math.MaxInt64
	}
	diff, err := h.History.DiffPlaylist(c.Context(), id, v.FromMS, to, diffShown)
	if err != nil {
		return nil, err
	}
	diff.ToMS = v.ToMS
	return &views.PlaylistDiff{Base: base(c), PlaylistDiff: diff}, nil
}

// buildHistory is the choice of views.
func (h *Handlers) buildHistory(c fiber.Ctx, id int64, v views.PlaylistView) (views.HistoryBar, error) {
	syncs, err := h.History.ListPlaylistSyncs(c.Context(), id, syncsShown)
	if err != nil {
		return views.HistoryBar{}, err
	}
	return views.HistoryBar{Base: base(c), ID: id, View: v, Today: h.Now().Format(time.DateOnly), Syncs: views.NewPlaylistSyncs(id, syncs)}, nil
}

// buildHeld is what waits for a decision, nil when nothing is held.
func (h *Handlers) buildHeld(c fiber.Ctx, id int64) (*views.PlaylistHeld, error) {
	held, err := h.History.FindHeld(c.Context(), id, heldShown)
	if err != nil || held == nil {
		return nil, err
	}
	return &views.PlaylistHeld{Base: base(c), HeldView: *held, URL: views.PlaylistHeldURL(id), Note: views.HeldNote(h.printer(c), held.HeldChange)}, nil
}
