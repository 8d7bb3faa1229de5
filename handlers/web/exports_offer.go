package web

import (
	"github.com/gofiber/fiber/v3"

	"catalogsync/app/revision"
	"catalogsync/handlers/web/forms"
	"catalogsync/models"
	"catalogsync/views"
)

// ExportsOffer tells how far the jobs of a pending export are, and offers the ZIP when
// they have ended.
func (h *Handlers) ExportsOffer(c fiber.Ctx) error {
	o, err := forms.NewOffer(queryValues(c))
	if err != nil {
		return err
	}
	return h.live(c, "fragments/exports/offer", func() (views.Localized, error) { return h.buildOffer(c, o) }, revision.Jobs, revision.Progress)
}

func (h *Handlers) buildOffer(c fiber.Ctx, o forms.Offer) (views.ExportOffer, error) {
	vm := views.ExportOffer{
		Base: base(c), Count: len(o.Playlists), Ready: true,
		PendingExport: views.PendingExport{Playlists: joinIDs(o.Playlists), Jobs: joinIDs(o.Jobs), Layout: string(o.Layout), Split: o.SplitText()},
	}
	var done, total int64
	for _, id := range o.Jobs {
		job, err := h.Jobs.GetJob(c.Context(), id)
		if models.ClassOf(err) == models.ClassNotFound {
			continue // deleted meanwhile: nothing to wait for
		}
		if err != nil {
			return vm, err
		}
		done += job.ItemsDone
		total += job.ItemsTotal
		vm.Ready = vm.Ready && !job.State.Live()
	}
	if total > 0 {
		vm.Percent = int(done * 100 / total)
	}
	return vm, nil
}
