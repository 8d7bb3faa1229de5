package api

import (
	"context"
	"io"
	"strings"

	"github.com/gofiber/fiber/v3"

	"catalogsync/app/catalog"
	"catalogsync/app/catalog/playlistfile"
	"catalogsync/models"
)

// Lists takes playlists that are named in a text, one a line.
type Lists interface {
	PreviewPlaylists(ctx context.Context, text io.Reader) (catalog.ListPreview, error)
	ImportPlaylists(ctx context.Context, text io.Reader) ([]int64, playlistfile.Result, error)
}

// maxListBytes bounds a list of playlists.
const maxListBytes = 1 << 20

// listForm is the text of a list; it must not be empty.
func listForm(c fiber.Ctx) (io.Reader, error) {
	b := readBody(c)
	text := b.text("text", maxListBytes)
	if err := b.done(); err != nil {
		return nil, err
	}
	if strings.TrimSpace(text) == "" {
		return nil, models.Invalid("text", models.CodeNothingSelected, "name at least one playlist, one a line")
	}
	return strings.NewReader(text), nil
}

func (h *handlers) previewList(c fiber.Ctx) error {
	text, err := listForm(c)
	if err != nil {
		return err
	}
	p, err := h.Lists.PreviewPlaylists(c.Context(), text)
	if err != nil {
		return err
	}
	out := previewJSON{Playlists: []namedJSON{}, Bad: badLinesOf(p.Bad), Duplicates: duplicatesOf(p.Duplicates), New: p.New(), Expanded: each(p.Expanded, expandedOf)}
	for _, n := range p.Playlists {
		row := namedJSON{Line: n.Line, Platform: n.Ref.Platform, RemotePlaylistID: n.Ref.RemoteID, Kind: n.Ref.Kind}
		if n.Known != nil {
			row.ID, row.Name = n.Known.ID, n.Known.Name
		}
		out.Playlists = append(out.Playlists, row)
	}
	return c.JSON(out)
}

func (h *handlers) importList(c fiber.Ctx) error {
	text, err := listForm(c)
	if err != nil {
		return err
	}
	ids, lines, err := h.Lists.ImportPlaylists(c.Context(), text)
	if err != nil {
		return err
	}
	if ids == nil {
		ids = []int64{}
	}
	return c.JSON(importJSON{PlaylistIDs: ids, Bad: badLinesOf(lines.Bad), Duplicates: duplicatesOf(lines.Duplicates), Expanded: each(lines.Expanded, expandedOf)})
}

// previewJSON is what an import of a list would come to.
type previewJSON struct {
	Playlists  []namedJSON     `json:"playlists"`
	New        int             `json:"new"`
	Bad        []badLineJSON   `json:"bad"`
	Duplicates []duplicateJSON `json:"duplicates"`
	Expanded   []expandedJSON  `json:"expanded"`
}

// namedJSON is a playlist that a line names; ID and Name are those of a known one.
type namedJSON struct {
	Line             int                 `json:"line"`
	Platform         string              `json:"platform"`
	RemotePlaylistID string              `json:"remote_playlist_id"`
	Kind             models.PlaylistKind `json:"kind"`
	ID               int64               `json:"id,omitempty"`
	Name             string              `json:"name,omitempty"`
}

type importJSON struct {
	PlaylistIDs []int64         `json:"playlist_ids"`
	Bad         []badLineJSON   `json:"bad"`
	Duplicates  []duplicateJSON `json:"duplicates"`
	Expanded    []expandedJSON  `json:"expanded"`
}

// expandedJSON is a line that stands for many playlists, of which so many are taken.
type expandedJSON struct {
	Line      int    `json:"line"`
	Text      string `json:"text"`
	Playlists int    `json:"playlists"`
	Total     int    `json:"total"`
}

func expandedOf(x playlistfile.Expanded) expandedJSON {
	return expandedJSON{Line: x.Line, Text: x.Text, Playlists: x.Playlists, Total: x.Total}
}

type badLineJSON struct {
	Line   int         `json:"line"`
	Text   string      `json:"text"`
	Code   models.Code `json:"code"`
	Reason string      `json:"reason"`
}

type duplicateJSON struct {
	Line      int    `json:"line"`
	FirstLine int    `json:"first_line"`
	Text      string `json:"text"`
}

func badLinesOf(list []playlistfile.Bad) []badLineJSON {
	out := make([]badLineJSON, len(list))
	for i, b := range list {
		out[i] = badLineJSON{Line: b.Line, Text: b.Text, Code: b.Code, Reason: b.Reason}
	}
	return out
}

func duplicatesOf(list []playlistfile.Duplicate) []duplicateJSON {
	out := make([]duplicateJSON, len(list))
	for i, d := range list {
		out[i] = duplicateJSON{Line: d.Line, FirstLine: d.FirstLine, Text: d.Text}
	}
	return out
}
