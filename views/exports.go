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
	Rows    []ExportRow
	Waiting []WaitingRow // exports that wait for downloads, or could not be made
}

// WaitingRow is an export that waits for downloads, or waited.
type WaitingRow struct {
	models.WaitingExport
	Percent int
	Jobs    []int64
	// DownloadURL is where a ready one leads to.
	DownloadURL string
	Parts       bool // it leads to the page of its parts
}

// Waits says that its downloads are not done.
func (w WaitingRow) Waits() bool { return w.State == models.WaitingForJobs }

// Failed says that there was nothing to make a ZIP of.
func (w WaitingRow) Failed() bool { return w.State == models.WaitingFailed }

// SeenURL puts the offer away.
func (w WaitingRow) SeenURL() string { return w.url("seen") }

// ForgetURL takes the waiting export away.
func (w WaitingRow) ForgetURL() string { return w.url("forget") }

func (w WaitingRow) url(action string) string {
	return URLExports + "/waiting/" + strconv.FormatInt(w.ID, 10) + "/" + action
}

// ExportMenu is the exports in the header.
type ExportMenu struct {
	Base
	Poll
	Current bool // the page of exports is shown
	Waiting []WaitingRow
	Bundles []models.ExportBundle
}

// Ready counts what waits for the operator.
func (m ExportMenu) Ready() int { return len(m.Bundles) }

// ExportOffers are exports that became ready and that the operator has not put away.
type ExportOffers struct {
	Base
	Poll
	Rows []WaitingRow
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
