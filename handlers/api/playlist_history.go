package api

import (
	"context"
	"math"
	"time"

	"github.com/gofiber/fiber/v3"

	"catalogsync/app/catalog"
	"catalogsync/models"
)

// PlaylistHistory tells what stood on playlists when.
type PlaylistHistory interface {
	ListPlaylistSongsAt(ctx context.Context, id, atMS int64, page models.Page) ([]models.PlaylistSongRow, int64, error)
	ListPlaylistSongsEver(ctx context.Context, id int64, page models.Page) ([]models.PlaylistSongRow, int64, error)
	ListPlaylistHistory(ctx context.Context, id, fromMS, toMS int64, page models.Page) ([]models.PlaylistChangeRow, int64, error)
	DiffPlaylist(ctx context.Context, id, fromMS, toMS int64, limit int) (models.PlaylistDiff, error)
	FindHeld(ctx context.Context, playlistID int64, limit int) (*models.HeldView, error)
}

// maxDiff bounds the changes that one difference lists.
const maxDiff = 10_000

// instant reads the instant as of which a playlist is meant; 0 = now.
func (q *query) instant(name string, zone *time.Location) int64 {
	ms, err := catalog.ParseInstant(name, q.take(name), zone)
	if err != nil {
		q.fail(err)
	}
	return ms
}

// zone is where a date begins and ends.
func (h *handlers) zone() *time.Location {
	if h.Now == nil {
		return time.Local
	}
	return h.Now().Location()
}

// listPlaylistSongs lists a playlist's songs: now, as of an instant, or everything ever.
func (h *handlers) listPlaylistSongs(c fiber.Ctx) error {
	id, err := pathID(c, "id")
	if err != nil {
		return err
	}
	q := readQuery(c)
	page, asOf, ever := q.page(), q.instant("as_of", h.zone()), q.flag("ever")
	if asOf != 0 && ever {
		q.fail(badValue("ever", "as_of or ever", "as_of and ever exclude each other; give one of them"))
	}
	if err := q.done(); err != nil {
		return err
	}
	if _, err := h.Playlists.GetPlaylist(c.Context(), id); err != nil {
		return err
	}
	var rows []models.PlaylistSongRow
	var total int64
	switch {
	case ever:
		rows, total, err = h.History.ListPlaylistSongsEver(c.Context(), id, page)
	case asOf != 0:
		rows, total, err = h.History.ListPlaylistSongsAt(c.Context(), id, asOf, page)
	default:
		rows, total, err = h.Playlists.ListPlaylistSongs(c.Context(), id, page)
	}
	if err != nil {
		return err
	}
	return c.JSON(pageOf(page, total, rows, playlistSongOf))
}

// listPlaylistChanges lists what syncs added, removed and moved, latest first.
func (h *handlers) listPlaylistChanges(c fiber.Ctx) error {
	id, err := pathID(c, "id")
	if err != nil {
		return err
	}
	q := readQuery(c)
	page, from, to := q.page(), q.instant("from", h.zone()), q.instant("to", h.zone())
	if err := q.done(); err != nil {
		return err
	}
	if _, err := h.Playlists.GetPlaylist(c.Context(), id); err != nil {
		return err
	}
	rows, total, err := h.History.ListPlaylistHistory(c.Context(), id, from, orLast(to), page)
	if err != nil {
		return err
	}
	return c.JSON(pageOf(page, total, rows, changeOf))
}

// diffPlaylist compares a playlist's lists at two instants.
func (h *handlers) diffPlaylist(c fiber.Ctx) error {
	id, err := pathID(c, "id")
	if err != nil {
		return err
	}
	q := readQuery(c)
	from, to := q.instant("from", h.zone()), q.instant("to", h.zone())
	if err := q.done(); err != nil {
		return err
	}
	if from == 0 {
		return badValue("from", "2026-03-01", "from is missing; give the date or time to compare with, such as from=2026-03-01")
	}
	if _, err := h.Playlists.GetPlaylist(c.Context(), id); err != nil {
		return err
	}
	diff, err := h.History.DiffPlaylist(c.Context(), id, from, orLast(to), maxDiff)
	if err != nil {
		return err
	}
	return c.JSON(diffOf(diff, to))
}

// orLast is an instant, or the end of time where none is given.
func orLast(ms int64) int64 {
	if ms == 0 {
		return math.MaxInt64
	}
	return ms
}

type changeJSON struct {
	Kind       models.ChangeKind `json:"kind"`
	SongID     int64             `json:"song_id"`
	Occurrence int               `json:"occurrence"`
	Name       string            `json:"name"`
	Singers    string            `json:"singers"`
	// From and To are positions, counted from 0; null where there is none.
	From *int    `json:"from_position"`
	To   *int    `json:"to_position"`
	At   instant `json:"at"`
}

func changeOf(r models.PlaylistChangeRow) changeJSON {
	position := func(p int) *int {
		if p < 0 {
			return nil
		}
		return &p
	}
	return changeJSON{Kind: r.Kind, SongID: r.SongID, Occurrence: r.Occurrence, Name: r.SongName, Singers: r.Singers,
		From: position(r.FromPosition), To: position(r.ToPosition), At: instant(r.AtMS)}
}

type diffJSON struct {
	From      instant      `json:"from"`
	To        instant      `json:"to"` // null = now
	SongsFrom int          `json:"songs_from"`
	SongsTo   int          `json:"songs_to"`
	Added     int          `json:"added"`
	Removed   int          `json:"removed"`
	Moved     int          `json:"moved"`
	Changes   []changeJSON `json:"changes"`
}

func diffOf(d models.PlaylistDiff, toMS int64) diffJSON {
	out := diffJSON{From: instant(d.FromMS), To: instant(toMS), SongsFrom: d.SongsFrom, SongsTo: d.SongsTo,
		Added: d.Added, Removed: d.Removed, Moved: d.Moved, Changes: make([]changeJSON, len(d.Changes))}
	for i, c := range d.Changes {
		out.Changes[i] = changeOf(c)
	}
	return out
}
