package forms

import (
	"strconv"

	"catalogsync/app/export"
	"catalogsync/models"
)

// Packing is how an archive is packed.
type Packing struct {
	// Layout and SplitBytes are those of models.ExportForm.
	Layout     models.ExportLayout
	SplitBytes int64
	// AsOf is a date or an instant as it was typed, "" = now; who knows the time zone reads it.
	AsOf string
}

// Form is how the ZIP of the selection is to be, but for AsOf.
func (b Bulk) Form() models.ExportForm {
	return models.ExportForm{Partial: b.Available, Layout: b.Layout, SplitBytes: b.SplitBytes}
}

// SplitText is the size of parts as forms tell it, "" = one archive.
func (p Packing) SplitText() string {
	if p.SplitBytes == 0 {
		return ""
	}
	return strconv.FormatInt(p.SplitBytes, 10)
}

func (p *Packing) read(v Values) (err error) {
	if p.Layout, err = oneOf(v, "layout", models.ExportLayouts); err != nil {
		return err
	}
	p.AsOf = v.get("as_of")
	p.SplitBytes, err = export.ParseSize("split", v.get("split"))
	return err
}
