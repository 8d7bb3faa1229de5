package web

import (
	"context"
	"encoding/json"

	"github.com/gofiber/fiber/v3"

	"catalogsync/app/maintenance"
	"catalogsync/app/matching"
	"catalogsync/handlers/web/forms"
	"catalogsync/models"
	"catalogsync/views"
)

// SimilarSongs are songs of several platforms that are one.
type SimilarSongs interface {
	Similar(ctx context.Context, f models.SimilarFilter) ([]models.SimilarRow, int64, error)
	CountSimilar(ctx context.Context) (map[models.SimilarState]int64, error)
	StartSimilar(ctx context.Context, scope models.SimilarScope, origin string) (models.JobRun, error)
	StartParts(ctx context.Context, origin string) (models.JobRun, error)
	CheckIdle(ctx context.Context) error
	Merge(ctx context.Context, pairID, keep, besides int64) (maintenance.MergeReport, error)
	Part(ctx context.Context, pairID int64) error
	Reject(ctx context.Context, pairID int64) error
	Reopen(ctx context.Context, pairID int64) error
}

// similarPerPage is the number of pairs on a page.
const similarPerPage = 20

// SimilarSummary is the card that counts songs that are one.
func (h *Handlers) SimilarSummary(c fiber.Ctx) error {
	return h.live(c, "fragments/maintenance/similar_summary", func() (views.Localized, error) { return h.buildSimilarSummary(c) }, topicsMaintenance...)
}

func (h *Handlers) buildSimilarSummary(c fiber.Ctx) (views.SimilarSummary, error) {
	vm := views.SimilarSummary{Base: base(c), Poll: h.poll(c, views.URLSimilarSummary, topicsMaintenance...)}
	counts, err := h.Maintenance.CountSimilar(c.Context())
	vm.Open, vm.Merged = counts[models.SimilarOpen], counts[models.SimilarMerged]
	vm.EveryMS = views.PollCalmMS
	return vm, err
}

// SimilarList is the pairs in a state, as a page or as its table.
func (h *Handlers) SimilarList(c fiber.Ctx) error {
	f, err := forms.Similar(queryValues(c), similarPerPage)
	if err != nil {
		return err
	}
	if wantsFragment(c) {
		return h.live(c, "fragments/maintenance/similar", func() (views.Localized, error) { return h.buildSimilar(c, f) }, topicsMaintenance...)
	}
	table, err := h.buildSimilar(c, f)
	if err != nil {
		return err
	}
	return h.page(c, "pages/maintenance/similar", views.SimilarPage{Shell: h.shell(c, "maintenance", h.text(c, "similar.title")), Table: table})
}

func (h *Handlers) buildSimilar(c fiber.Ctx, f models.SimilarFilter) (views.SimilarTable, error) {
	vm := views.SimilarTable{Base: base(c), Poll: h.poll(c, views.SimilarURL(f), topicsMaintenance...), Filter: f}
	vm.EveryMS = views.PollCalmMS
	rows, total, err := h.Maintenance.Similar(c.Context(), f)
	if err != nil {
		return vm, err
	}
	counts, err := h.Maintenance.CountSimilar(c.Context())
	if err != nil {
		return vm, err
	}
	for _, state := range models.SimilarStates {
		vm.Tabs = append(vm.Tabs, views.SimilarTab{State: state, Count: counts[state], URL: views.SimilarURL(models.SimilarFilter{State: state})})
	}
	for _, r := range rows {
		vm.Rows = append(vm.Rows, similarRow(r))
	}
	vm.Busy = h.Maintenance.CheckIdle(c.Context()) != nil
	vm.Pager = views.NewPager(f.Page, total, func(n int) string {
		g := f
		g.Page.Number = n
		return views.SimilarURL(g)
	})
	return vm, nil
}

func similarRow(r models.SimilarRow) views.SimilarRow {
	row := views.SimilarRow{ID: r.ID, State: r.State, Total: views.Percent(r.Score), SameBytes: r.SameBytes, SameSource: r.SameSource(), DecidedMS: r.DecidedAtMS}
	for i, song := range []models.Song{r.Song, r.Twin} {
		t := views.SimilarTwin{ID: song.ID, Name: song.Name, Singers: song.Singers, Album: song.Album, Platform: song.Platform,
			DurationMS: song.DurationMS, State: song.State(), Kept: i == 0}
		if a, ok := r.Files[song.ID]; ok {
			t.AssetID, t.AssetBytes, t.AssetExt, t.AssetQuality, t.Source = a.ID, a.FileSizeBytes, a.Ext, a.Quality, a.Source
		}
		row.Twins = append(row.Twins, t)
	}
	var s matching.Score
	if json.Unmarshal([]byte(r.ScoreJSON), &s) == nil {
		row.Parts = scoreParts(s)
	}
	return row
}

// SimilarLook starts a look for songs that are one.
func (h *Handlers) SimilarLook(c fiber.Ctx) error {
	run, err := h.Maintenance.StartSimilar(c.Context(), models.SimilarScope{}, origin)
	return h.startedJob(c, run, err)
}

// SimilarMergeAll starts a job that merges every pair that waits for a decision.
func (h *Handlers) SimilarMergeAll(c fiber.Ctx) error {
	run, err := h.Maintenance.StartSimilar(c.Context(), models.SimilarScope{SkipLook: true, Merge: true}, origin)
	return h.startedJob(c, run, err)
}

// PartsStart starts a job that adds missing covers, words and tags to songs that are here.
func (h *Handlers) PartsStart(c fiber.Ctx) error {
	run, err := h.Maintenance.StartParts(c.Context(), origin)
	return h.startedJob(c, run, err)
}

// SimilarMerge lets both songs of a pair have one file.
func (h *Handlers) SimilarMerge(c fiber.Ctx) error {
	id, keep, err := h.pairOf(c)
	if err != nil {
		return err
	}
	r, err := h.Maintenance.Merge(c.Context(), id, keep, 0)
	if err != nil {
		return err
	}
	t := views.Toast{Kind: "success", Title: h.text(c, "toast.similar_merged")}
	if r.Recycled > 0 {
		t.Lines = append(t.Lines, h.text(c, "duplicates.freed", "Bytes", views.Bytes(r.Bytes)))
	}
	if !r.Linked {
		t.Lines = append(t.Lines, h.text(c, "similar.copied"))
	}
	return h.toast(c, t, views.URLSimilar)
}

// SimilarReject notes that a pair is two songs.
func (h *Handlers) SimilarReject(c fiber.Ctx) error {
	return h.decideSimilar(c, h.Maintenance.Reject, "toast.similar_rejected")
}

// SimilarReopen takes a rejection back.
func (h *Handlers) SimilarReopen(c fiber.Ctx) error {
	return h.decideSimilar(c, h.Maintenance.Reopen, "toast.similar_reopened")
}

// SimilarPart undoes a merge.
func (h *Handlers) SimilarPart(c fiber.Ctx) error {
	return h.decideSimilar(c, h.Maintenance.Part, "toast.similar_parted")
}

func (h *Handlers) decideSimilar(c fiber.Ctx, decide func(ctx context.Context, id int64) error, done string) error {
	id, _, err := h.pairOf(c)
	if err != nil {
		return err
	}
	if err := decide(c.Context(), id); err != nil {
		return err
	}
	return h.toast(c, views.Toast{Kind: "success", Title: h.text(c, done)}, views.URLSimilar)
}

func (h *Handlers) pairOf(c fiber.Ctx) (id, keep int64, err error) {
	if id, err = forms.ID(c.Params("id")); err != nil {
		return 0, 0, err
	}
	v, err := formValues(c)
	if err != nil {
		return 0, 0, err
	}
	keep, err = forms.Keep(v)
	return id, keep, err
}
