package web

import (
	"context"
	"strings"

	"github.com/gofiber/fiber/v3"

	"catalogsync/app/download/correction"
	"catalogsync/app/i18n"
	"catalogsync/app/matching"
	"catalogsync/app/revision"
	"catalogsync/handlers/web/forms"
	"catalogsync/models"
	"catalogsync/views"
)

// Corrections tells why songs have their files, and takes the operator's word about them.
type Corrections interface {
	Why(ctx context.Context, songID int64) (correction.Why, error)
	Say(ctx context.Context, songID int64, said correction.Said) (models.MatchOverride, error)
	TakeBack(ctx context.Context, songID, overrideID int64) error
	DownloadAgain(ctx context.Context, songID int64, origin string) (models.JobRun, error)
}

// SongDecision is why a song has the file that it has, below the song's row.
func (h *Handlers) SongDecision(c fiber.Ctx) error {
	id, err := forms.ID(c.Params("id"))
	if err != nil {
		return err
	}
	return h.live(c, "fragments/songs/decision", func() (views.Localized, error) {
		why, err := h.Corrections.Why(c.Context(), id)
		if err != nil {
			return nil, err
		}
		return h.songDecision(c, why), nil
	}, revision.Songs)
}

func (h *Handlers) songDecision(c fiber.Ctx, w correction.Why) views.SongDecision {
	p := h.printer(c)
	vm := views.SongDecision{
		Base: base(c), SongID: w.Song.ID, Downloaded: w.Song.Downloaded, Tried: w.Task.ID != 0, DecidedAtMS: w.Task.UpdatedAtMS,
		Threshold: views.Percent(w.Record.Settings.Threshold), Outdated: w.Outdated,
	}
	if w.Task.LastErrorCode != "" {
		vm.ErrorText = views.ErrorText(p, w.Task.LastErrorCode)
	}
	for _, cand := range w.Candidates {
		vm.Candidates = append(vm.Candidates, songCandidate(p, cand))
	}
	absent := map[string]bool{}
	for _, o := range w.Overrides {
		absent[o.Source] = absent[o.Source] || o.Kind == models.OverrideAbsent
		vm.Overrides = append(vm.Overrides, views.SongOverride{ID: o.ID, Kind: o.Kind, Source: o.Source, What: whatOf(o, w), Note: o.Note, From: o.Actor, AtMS: o.AtMS})
	}
	for _, name := range w.Sources {
		if !absent[name] {
			vm.Sources = append(vm.Sources, name)
		}
	}
	for _, t := range w.Record.Problems {
		vm.Problems = append(vm.Problems, views.SongProblem{Source: t.Source, Code: t.Code})
	}
	return vm
}

// whatOf names the candidate that an override is about.
func whatOf(o models.MatchOverride, w correction.Why) string {
	for _, c := range w.Candidates {
		if c.Source == o.Source && c.RemoteID == o.CandidateID {
			return strings.TrimSuffix(c.Title+" – "+strings.Join(c.Artists, " / "), " – ")
		}
	}
	return o.CandidateID
}

func songCandidate(p *i18n.Printer, c correction.Candidate) views.SongCandidate {
	title := c.Title
	if c.Subtitle != "" {
		title += " (" + c.Subtitle + ")"
	}
	s := c.Score
	out := views.SongCandidate{
		Source: c.Source, RemoteID: c.RemoteID, Title: title, Artists: strings.Join(c.Artists, " / "), Album: c.Album, DurationMS: c.DurationMS,
		Verdict: string(c.Verdict), Why: verdictText(p, c), Scored: c.Verdict != correction.VerdictUnseen, Identity: s.Identity, Total: views.Percent(s.Total),
		Picked: c.Said(models.OverridePick) != nil, Forbidden: c.Said(models.OverrideForbid) != nil,
	}
	out.Parts = scoreParts(s)
	return out
}

// scoreParts tells how well each aspect agrees.
func scoreParts(s matching.Score) (list []views.CandidatePart) {
	for _, part := range []struct {
		label string
		part  matching.Part
	}{{"why.part.title", s.Title}, {"why.part.artists", s.Artists}, {"why.part.duration", s.Duration}, {"why.part.album", s.Album}, {"why.part.version", s.Version}} {
		list = append(list, views.CandidatePart{Label: part.label, Percent: views.Percent(part.part.Value), Known: part.part.Known})
	}
	return list
}

// verdictText says in a sentence what became of a candidate.
func verdictText(p *i18n.Printer, c correction.Candidate) string {
	switch c.Verdict {
	case correction.VerdictChosen:
		return views.ChosenText(p, c.Source, c.Try.Quality)
	case correction.VerdictRefused:
		return p.T("why.refused", "Reason", views.ErrorText(p, c.Try.Code))
	case correction.VerdictLost:
		return views.ReasonText(p, string(c.Reason.Code), c.Reason.Text, c.Reason.Word, c.Reason.Seconds)
	}
	return p.T("why." + string(c.Verdict))
}
