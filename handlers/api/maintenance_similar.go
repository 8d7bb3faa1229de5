package api

import (
	"context"
	"encoding/json"
	"math"

	"github.com/gofiber/fiber/v3"

	"catalogsync/app/maintenance"
	"catalogsync/app/matching"
	"catalogsync/models"
)

// SimilarSongs are songs of several platforms that are one.
type SimilarSongs interface {
	Similar(ctx context.Context, f models.SimilarFilter) ([]models.SimilarRow, int64, error)
	CountSimilar(ctx context.Context) (map[models.SimilarState]int64, error)
	StartSimilar(ctx context.Context, scope models.SimilarScope, origin string) (models.JobRun, error)
	Merge(ctx context.Context, pairID, keep, besides int64) (maintenance.MergeReport, error)
	Part(ctx context.Context, pairID int64) error
	Reject(ctx context.Context, pairID int64) error
	Reopen(ctx context.Context, pairID int64) error
}

func (h *handlers) registerSimilar(api fiber.Router) {
	read(api, "/maintenance/similar", h.listSimilar)
	api.Post("/maintenance/similar/look", h.lookForSimilar)
	api.Post("/maintenance/similar/:id/merge", h.mergeSimilar)
	api.Post("/maintenance/similar/:id/reject", h.decideSimilar(h.Maintenance.Reject, models.SimilarRejected))
	api.Post("/maintenance/similar/:id/reopen", h.decideSimilar(h.Maintenance.Reopen, models.SimilarOpen))
	api.Post("/maintenance/similar/:id/part", h.decideSimilar(h.Maintenance.Part, models.SimilarRejected))
}

// listSimilar lists pairs that wait for a decision, or those of another state.
func (h *handlers) listSimilar(c fiber.Ctx) error {
	q := readQuery(c)
	f := models.SimilarFilter{State: models.SimilarState(q.oneOf("state", names(models.SimilarStates))), Keyword: q.text("keyword", maxKeyword), Page: q.page()}
	if err := q.done(); err != nil {
		return err
	}
	if f.State == "" {
		f.State = models.SimilarOpen
	}
	rows, total, err := h.Maintenance.Similar(c.Context(), f)
	if err != nil {
		return err
	}
	counts, err := h.Maintenance.CountSimilar(c.Context())
	if err != nil {
		return err
	}
	return c.JSON(similarListJSON{
		Counts:   similarCountsJSON{counts[models.SimilarOpen], counts[models.SimilarMerged], counts[models.SimilarRejected]},
		listJSON: pageOf(f.Page, total, rows, similarOf),
	})
}

// lookForSimilar starts a job that looks, and merges everything afterwards when that is
// asked for.
func (h *handlers) lookForSimilar(c fiber.Ctx) error {
	b := readBody(c)
	scope := models.SimilarScope{SkipLook: b.flag("skip_look"), Merge: b.flag("merge")}
	if err := b.done(); err != nil {
		return err
	}
	run, err := h.Maintenance.StartSimilar(c.Context(), scope, origin)
	return acceptedJob(c, &run, err)
}

func (h *handlers) mergeSimilar(c fiber.Ctx) error {
	id, err := pathID(c, "id")
	if err != nil {
		return err
	}
	b := readBody(c)
	keep := int64(b.number("keep", 1, math.MaxInt))
	if err := b.done(); err != nil {
		return err
	}
	r, err := h.Maintenance.Merge(c.Context(), id, keep, 0)
	if err != nil {
		return err
	}
	return c.JSON(mergedJSON{ID: id, State: models.SimilarMerged, SongID: r.SongID, TwinID: r.TwinID, Linked: r.Linked, Recycled: r.Recycled, Bytes: r.Bytes})
}

// decideSimilar makes the handler of a decision that needs nothing but the pair.
func (h *handlers) decideSimilar(decide func(ctx context.Context, id int64) error, state models.SimilarState) fiber.Handler {
	return func(c fiber.Ctx) error {
		id, err := pathID(c, "id")
		if err != nil {
			return err
		}
		b := readBody(c)
		if err := b.done(); err != nil {
			return err
		}
		if err := decide(c.Context(), id); err != nil {
			return err
		}
		return c.JSON(similarDecisionJSON{ID: id, State: state})
	}
}

type similarListJSON struct {
	Counts similarCountsJSON `json:"counts"`
	listJSON[similarJSON]
}

type similarCountsJSON struct {
	Open     int64 `json:"open"`
	Merged   int64 `json:"merged"`
	Rejected int64 `json:"rejected"`
}

// similarJSON is two songs that look like one; the file of song is kept.
type similarJSON struct {
	ID        int64               `json:"id"`
	State     models.SimilarState `json:"state"`
	Song      twinJSON            `json:"song"`
	Twin      twinJSON            `json:"twin"`
	Score     *scoreJSON          `json:"score"`
	SameBytes bool                `json:"same_bytes"`
	// SameSource: both files were fetched as one and the same song of a source.
	SameSource bool    `json:"same_source"`
	FoundAt    instant `json:"found_at"`
	DecidedAt  instant `json:"decided_at"`
}

// twinJSON is one of the songs, with its file when it is here.
type twinJSON struct {
	ID         int64          `json:"id"`
	Platform   string         `json:"platform"`
	RemoteID   string         `json:"remote_id"`
	Name       string         `json:"name"`
	Singers    string         `json:"singers"`
	Album      string         `json:"album,omitempty"`
	DurationMS int64          `json:"duration_ms"`
	Downloaded bool           `json:"downloaded"`
	Source     string         `json:"source,omitempty"`
	Quality    models.Quality `json:"quality,omitempty"`
	SizeBytes  int64          `json:"size_bytes,omitempty"`
}

// mergedJSON is what merging two songs came to.
type mergedJSON struct {
	ID       int64               `json:"id"`
	State    models.SimilarState `json:"state"`
	SongID   int64               `json:"song_id"`
	TwinID   int64               `json:"twin_id"`
	Linked   bool                `json:"linked"` // the disk keeps the file once
	Recycled int                 `json:"recycled"`
	Bytes    int64               `json:"bytes"`
}

type similarDecisionJSON struct {
	ID    int64               `json:"id"`
	State models.SimilarState `json:"state"`
}

func similarOf(r models.SimilarRow) similarJSON {
	out := similarJSON{ID: r.ID, State: r.State, Song: twinOf(r, r.Song), Twin: twinOf(r, r.Twin), SameBytes: r.SameBytes, SameSource: r.SameSource(),
		FoundAt: instant(r.FoundAtMS), DecidedAt: instant(r.DecidedAtMS)}
	var s matching.Score
	if json.Unmarshal([]byte(r.ScoreJSON), &s) == nil {
		out.Score = scoreOf(s)
	}
	return out
}

func twinOf(r models.SimilarRow, song models.Song) twinJSON {
	t := twinJSON{ID: song.ID, Platform: song.Platform, RemoteID: song.RemoteSongID, Name: song.Name, Singers: song.Singers, Album: song.Album,
		DurationMS: song.DurationMS, Downloaded: song.Downloaded}
	if a, ok := r.Files[song.ID]; ok {
		t.Source, t.Quality, t.SizeBytes = a.Source, a.Quality, a.FileSizeBytes
	}
	return t
}
