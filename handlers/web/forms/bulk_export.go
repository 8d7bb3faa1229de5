package forms

import (
	"catalogsync/app/export"
	"catalogsync/models"
)

// Form is how the ZIP of the selection is to be.
func (b Bulk) Form() models.ExportForm {
	return models.ExportForm{Partial: b.Available, Layout: b.Layout, SplitBytes: b.SplitBytes}
}

// readExport reads how the ZIP is to be.
func (b *Bulk) readExport(v Values) (err error) {
	if b.Layout, err = oneOf(v, "layout", models.ExportLayouts); err != nil {
		return err
	}
	b.SplitBytes, err = export.ParseSize("split", v.get("split"))
	return err
}
