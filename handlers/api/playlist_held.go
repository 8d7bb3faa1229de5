package api

import (
	"context"

	"github.com/gofiber/fiber/v3"

	"catalogsync/models"
)

// Keeper decides what becomes of songs that a platform dropped.
type Keeper interface {
	AcceptHeld(ctx context.Context, playlistID, set int64) (removed int, err error)
	DismissHeld(ctx context.Context, playlistID, set int64) error
	SetGonePolicy(ctx context.Context, playlistID int64, policy models.GonePolicy, days int) error
	SetPriority(ctx context.Context, playlistID int64, priority models.PlaylistPriority) error
}

// maxHeld bounds the held songs that are listed.
const maxHeld = 10_000

type heldJSON struct {
	State models.HeldState `json:"state"`
	Code  models.Code      `json:"code"`
	Note  string           `json:"note"`
	// Doubt says the same as Note in numbers; null in what an older program held.
	Doubt     *models.Doubt `json:"doubt"`
	SongCount int           `json:"song_count"`
	Fetches   int           `json:"fetches"`
	Since     instant       `json:"since"`
	// Set names these songs; accept and dismiss give it back.
	Set   int64          `json:"set"`
	Songs []heldSongJSON `json:"songs"`
}

// heldAnswerJSON is null when nothing is held.
type heldAnswerJSON struct {
	Held *heldJSON `json:"held"`
}

type heldDecidedJSON struct {
	Removed int `json:"removed"`
}

type gonePolicyJSON struct {
	Policy string `json:"policy"`
	Days   int    `json:"days"`
}

type heldSongJSON struct {
	SongID     int64  `json:"song_id"`
	Position   int    `json:"position"`
	Name       string `json:"name"`
	Singers    string `json:"singers"`
	Downloaded bool   `json:"downloaded"`
}

// showHeld tells what doubtful fetches of a playlist would have removed.
func (h *handlers) showHeld(c fiber.Ctx) error {
	id, err := onlyID(c, "id")
	if err != nil {
		return err
	}
	if _, err := h.Playlists.GetPlaylist(c.Context(), id); err != nil {
		return err
	}
	held, err := h.History.FindHeld(c.Context(), id, maxHeld)
	if err != nil {
		return err
	}
	if held == nil {
		return c.JSON(heldAnswerJSON{})
	}
	out := heldJSON{State: held.State, Code: held.Code, Note: held.Note, SongCount: held.Songs, Fetches: held.Fetches,
		Since: instant(held.SinceMS), Set: held.SetAtMS, Songs: make([]heldSongJSON, len(held.Rows))}
	if held.Doubt.Rule != "" {
		out.Doubt = &held.Doubt
	}
	for i, r := range held.Rows {
		out.Songs[i] = heldSongJSON{SongID: r.SongID, Position: r.Position, Name: r.Name, Singers: r.Singers, Downloaded: r.Downloaded}
	}
	return c.JSON(heldAnswerJSON{&out})
}

// The decisions on a held change.
const (
	heldAccept  = "accept"
	heldDismiss = "dismiss"
)

// decideHeld accepts or dismisses a held change.
func (h *handlers) decideHeld(c fiber.Ctx) error {
	id, err := pathID(c, "id")
	if err != nil {
		return err
	}
	b := readBody(c)
	action := b.requireOneOf("action", []string{heldAccept, heldDismiss})
	var set int64
	b.require("set", "the set of GET", &set)
	if err := b.done(); err != nil {
		return err
	}
	removed := 0
	if action == heldAccept {
		removed, err = h.Keeper.AcceptHeld(c.Context(), id, set)
	} else {
		err = h.Keeper.DismissHeld(c.Context(), id, set)
	}
	if err != nil {
		return err
	}
	return c.JSON(heldDecidedJSON{removed})
}

// setGonePolicy says what becomes of songs that leave a playlist.
func (h *handlers) setGonePolicy(c fiber.Ctx) error {
	id, err := pathID(c, "id")
	if err != nil {
		return err
	}
	b := readBody(c)
	name := b.requireOneOf("policy", models.GonePolicyNames())
	days := b.number("days", 0, models.MaxGoneDays)
	if err := b.done(); err != nil {
		return err
	}
	policy := models.GonePolicyOf(name)
	if err := h.Keeper.SetGonePolicy(c.Context(), id, policy, days); err != nil {
		return err
	}
	return c.JSON(gonePolicyJSON{Policy: policy.String(), Days: days})
}
