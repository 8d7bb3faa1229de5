package web

import (
	"strings"

	"github.com/gofiber/fiber/v3"

	"catalogsync/app/catalog/playlistfile"
	"catalogsync/app/i18n"
	"catalogsync/handlers/web/forms"
	"catalogsync/jobs"
	"catalogsync/views"
)

// origin says in rows that the console asked.
const origin = "web"

// maxBadLines bounds the bad lines that a toast names.
const maxBadLines = 8

// JobsCreate starts a job from the launch form.
func (h *Handlers) JobsCreate(c fiber.Ctx) error {
	v, err := formValues(c)
	if err != nil {
		return err
	}
	launch, err := forms.NewLaunch(v, jobs.Types(), h.collectors())
	if err != nil {
		return err
	}
	var bad []playlistfile.Bad
	if launch.List != "" {
		if asked, err := h.confirmList(c, launch); asked || err != nil {
			return err
		}
		ids, lines, err := h.Lists.ImportPlaylists(c.Context(), strings.NewReader(launch.List))
		if err != nil {
			return err
		}
		launch.Scope.PlaylistIDs, bad = ids, lines.Bad
		if len(ids) == 0 {
			return h.toast(c, views.Toast{Kind: "danger", Title: h.text(c, "launch.no_good_line"), Lines: h.badLines(c, bad)}, views.URLDashboard)
		}
	}
	run, err := h.Runner.Enqueue(c.Context(), jobs.NewJob{Type: launch.Type, Scope: launch.Scope, Origin: origin})
	if err != nil {
		return err
	}
	t := views.Toast{Kind: "success", Title: h.text(c, "toast.started", "Title", h.jobTitle(c, run)), Links: []views.Link{h.jobLink(c, run.ID)}}
	if len(bad) > 0 {
		t.Kind, t.Lines = "warning", h.badLines(c, bad)
	}
	return h.toast(c, t, views.JobURL(run.ID))
}

// badLines names the first bad lines and counts the others.
func (h *Handlers) badLines(c fiber.Ctx, bad []playlistfile.Bad) []string {
	var lines []string
	for i, b := range bad {
		if i == maxBadLines {
			lines = append(lines, h.count(c, "launch.more_bad_lines", len(bad)-i))
			break
		}
		lines = append(lines, h.text(c, "launch.bad_line", "Line", b.Line, "Text", b.Text, "Reason", h.lineReason(c, b)))
	}
	return lines
}

// lineReason says why a line could not be used: the line's own sentence, which is English,
// or what its code means in the reader's language.
func (h *Handlers) lineReason(c fiber.Ctx, b playlistfile.Bad) string {
	key := "launch.reason." + string(b.Code)
	if p := h.printer(c); p.Lang() != i18n.Default && p.Has(key) {
		return h.text(c, key, "Reason", b.Reason)
	}
	return b.Reason
}

func (h *Handlers) jobLink(c fiber.Ctx, id int64) views.Link {
	return views.Link{Text: h.text(c, "toast.open_job", "ID", id), URL: views.JobURL(id)}
}
