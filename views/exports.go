package views

import (
	"fmt"
	"net/url"
	"strconv"

	"catalogsync/models"
)

// URLExports is the list of prepared ZIPs.
const URLExports = "/exports"

// ExportURL is where a prepared ZIP is acted on.
func ExportURL(name, action string) string {
	return URLExports + "/" + url.PathEscape(name) + "/" + action
}

// ExportsPage is the page of prepared ZIPs.
type ExportsPage struct {
	Shell
	List ExportList
}

// ExportList is the prepared ZIPs that have not expired.
type ExportList struct {
	Base
	Poll
	Rows []ExportRow
}

// ExportRow is a prepared ZIP.
type ExportRow struct {
	models.ExportBundle
	Parts     []ExportPart // one when it was not split
	DeleteURL string       // "" = it cannot be taken away
}

// ExportPart is an archive that opens by itself.
type ExportPart struct {
	Number    int // from 1
	SizeBytes int64
	URL       string
}

// NewExportRow makes the row of a bundle.
func NewExportRow(b models.ExportBundle, deletable bool) ExportRow {
	row := ExportRow{ExportBundle: b}
	sizes := b.PartSizes()
	for i, size := range sizes {
		part := ExportPart{Number: i + 1, SizeBytes: size, URL: BundleURL(b.Name)}
		if len(sizes) > 1 {
			part.URL += fmt.Sprintf("?part=%d", part.Number)
		}
		row.Parts = append(row.Parts, part)
	}
	if deletable {
		row.DeleteURL = ExportURL(b.Name, "delete")
	}
	return row
}

// Split says that the ZIP comes in parts.
func (r ExportRow) Split() bool { return len(r.Parts) > 1 }

// BundleLink is where the header leads for a bundle: to the file, or to the page of its parts.
func BundleLink(b models.ExportBundle) string {
	if len(b.PartSizes()) > 1 {
		return URLExports
	}
	return BundleURL(b.Name)
}

// ListURL is the playlist, as the page shows it, as a file of the given ending.
func (s PlaylistSongs) ListURL(ending string) string {
	u := "/api/playlists/" + strconv.FormatInt(s.Playlist.ID, 10) + "/export." + ending
	if s.History.Is(string(ViewAsOf)) {
		u += query("as_of", s.History.View.AsOf)
	}
	return u
}
