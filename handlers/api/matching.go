package api

import (
	"context"

	"github.com/gofiber/fiber/v3"

	"catalogsync/app/matching"
	"catalogsync/app/matching/replay"
	"catalogsync/models"
)

// Replays tells what other rules of matching would change.
type Replays interface {
	Current() matching.Rules
	Run(ctx context.Context, next matching.Rules) (replay.Report, error)
}

func (h *handlers) registerMatching(api fiber.Router) {
	if h.Replays == nil {
		return
	}
	read(api, "/matching", h.showMatching)
	api.Post("/matching/replay", h.replayMatching)
}

func (h *handlers) showMatching(c fiber.Ctx) error {
	if err := noQuery(c); err != nil {
		return err
	}
	return c.JSON(rulesOf(h.Replays.Current()))
}

// replayMatching replays stored decisions; what the body leaves out is as it is now.
func (h *handlers) replayMatching(c fiber.Ctx) error {
	next := h.Replays.Current()
	b := readBody(c)
	b.read("threshold", "a number", &next.Settings.Threshold)
	b.read("weights", "an object of numbers title, artists, duration and album", &next.Settings.Weights)
	if _, given := b.fields["quality_ceiling"]; given {
		next.Ceiling = models.Quality(b.requireOneOf("quality_ceiling", names(models.Qualities)))
	}
	if order := b.listOf("download_sources", h.Providers()); len(order) > 0 {
		next.Order = order
	}
	if err := b.done(); err != nil {
		return err
	}
	report, err := h.Replays.Run(c.Context(), next)
	if err != nil {
		return err
	}
	return c.JSON(replayOf(next, report))
}

// rulesJSON is what decides which candidate is taken.
type rulesJSON struct {
	Threshold       float64          `json:"threshold"`
	Weights         matching.Weights `json:"weights"`
	QualityCeiling  models.Quality   `json:"quality_ceiling,omitempty"`
	DownloadSources []string         `json:"download_sources"`
}

func rulesOf(r matching.Rules) rulesJSON {
	return rulesJSON{Threshold: r.Settings.Threshold, Weights: r.Settings.Weights, QualityCeiling: r.Ceiling, DownloadSources: each(r.Order, itself)}
}

// replayJSON is what other rules would change.
type replayJSON struct {
	Rules      rulesJSON `json:"rules"`
	Decisions  int       `json:"decisions"`
	Differ     int       `json:"differ"`
	Gained     int       `json:"gained"`
	Lost       int       `json:"lost"`
	Unreadable int       `json:"unreadable"`
	// Token confirms these rules with this effect when the settings are changed to them.
	Token       string           `json:"token"`
	Differences []differenceJSON `json:"differences"`
}

type differenceJSON struct {
	SongID  int64       `json:"song_id"`
	Name    string      `json:"name"`
	Singers string      `json:"singers"`
	Before  decidedJSON `json:"before"`
	After   decidedJSON `json:"after"`
}

// decidedJSON is what a decision comes to; source "" is no candidate.
type decidedJSON struct {
	Source   string           `json:"source"`
	RemoteID string           `json:"remote_id,omitempty"`
	Title    string           `json:"title,omitempty"`
	Artists  []string         `json:"artists"`
	Quality  models.Quality   `json:"quality,omitempty"`
	Total    float64          `json:"total"`
	Reason   *matching.Reason `json:"reason,omitempty"`
}

func decidedOf(o replay.Outcome) decidedJSON {
	return decidedJSON{Source: o.Source, RemoteID: o.RemoteID, Title: o.Title, Artists: each(o.Artists, itself), Quality: o.Quality, Total: o.Total, Reason: o.Reason}
}

func replayOf(next matching.Rules, r replay.Report) replayJSON {
	return replayJSON{
		Rules: rulesOf(next), Decisions: r.Decisions, Differ: r.Differ, Gained: r.Gained, Lost: r.Lost, Unreadable: r.Unreadable, Token: r.Token(next),
		Differences: each(r.Differences, func(d replay.Difference) differenceJSON {
			return differenceJSON{SongID: d.SongID, Name: d.Name, Singers: d.Singers, Before: decidedOf(d.Before), After: decidedOf(d.After)}
		}),
	}
}
