package web

import (
	"strings"

	"github.com/gofiber/fiber/v3"

	"catalogsync/app/catalog"
	"catalogsync/handlers/web/forms"
	"catalogsync/views"
)

// maxPreviewRows bounds what a preview shows of a long list; all of it is counted.
const maxPreviewRows = 100

// PlaylistsPreview shows what a pasted list of playlists would come to.
func (h *Handlers) PlaylistsPreview(c fiber.Ctx) error {
	v, err := formValues(c)
	if err != nil {
		return err
	}
	text, err := forms.ListText(v)
	if err != nil {
		return err
	}
	preview, err := h.Lists.PreviewPlaylists(c.Context(), strings.NewReader(text))
	if err != nil {
		return err
	}
	noStore(c)
	return c.Render("fragments/playlists/list_preview", h.listPreview(c, preview))
}

// confirmList shows a list that has bad lines before anything starts, and asks whether to
// go on with the others. asked is true when it answered the request.
func (h *Handlers) confirmList(c fiber.Ctx, launch forms.Launch) (asked bool, err error) {
	if launch.Confirmed || c.Get(headerRequest) != "true" {
		return false, nil
	}
	preview, err := h.Lists.PreviewPlaylists(c.Context(), strings.NewReader(launch.List))
	if err != nil || len(preview.Bad) == 0 || len(preview.Playlists) == 0 {
		return false, err
	}
	vm := h.listPreview(c, preview)
	vm.Confirm = true
	noStore(c)
	return true, c.Render("fragments/playlists/list_preview_update", views.ListPreviewUpdate{ListPreview: vm})
}

func (h *Handlers) listPreview(c fiber.Ctx, p catalog.ListPreview) views.ListPreview {
	vm := views.ListPreview{
		Base: base(c), Asked: true,
		Good: len(p.Playlists), New: p.New(), Bad: len(p.Bad), Duplicates: len(p.Duplicates),
	}
	for _, b := range p.Bad[:min(len(p.Bad), maxPreviewRows)] {
		vm.BadLines = append(vm.BadLines, views.PreviewLine{Line: b.Line, Text: b.Text, Reason: h.lineReason(c, b)})
	}
	for _, x := range p.Expanded[:min(len(p.Expanded), maxPreviewRows)] {
		vm.Expanded = append(vm.Expanded, views.PreviewExpanded{Line: x.Line, Text: x.Text, Taken: x.Playlists, Total: x.Total})
	}
	for _, n := range p.Playlists[:min(len(p.Playlists), maxPreviewRows)] {
		row := views.PreviewLine{Line: n.Line, Text: n.Text, Platform: n.Ref.Platform, Kind: n.Ref.Kind, Name: n.Ref.RemoteID}
		if n.Known != nil {
			row.Name, row.URL, row.Songs = n.Known.Name, views.PlaylistURL(n.Known.ID), n.Known.CollectedSongCount
		}
		vm.Rows = append(vm.Rows, row)
	}
	vm.MoreRows, vm.MoreBad = len(p.Playlists)-len(vm.Rows), len(p.Bad)-len(vm.BadLines)
	return vm
}
