package views

import (
	"net/url"
	"strconv"
	"strings"

	"catalogsync/models"
)

// Addresses of the console. Templates and handlers build every URL here.
const (
	URLMetrics         = "/metrics"
	URLDashboard       = "/dashboard"
	URLDashboardActive = "/dashboard/active"
	URLDashboardCover  = "/dashboard/coverage"
	URLDashboardHealth = "/dashboard/health"
	URLDashboardRecent = "/dashboard/recent"
	URLTasks           = "/tasks"
	URLJobs            = "/jobs"
	URLPlaylists       = "/playlists"
	URLLogs            = "/logs"
	URLLanguage        = "/language"
	URLExportOffers    = "/exports/offers"
	URLExportMenu      = "/exports/menu"
	URLBulkDownload    = "/playlists/download"
	URLBulkSync        = "/playlists/sync"
	URLBulkWanted      = "/playlists/wanted"
	URLBulkExport      = "/playlists/export"
	URLListPreview     = "/playlists/preview"
)

// DefaultPageSize is the size of a page of playlists when the URL names none.
const DefaultPageSize = 50

// PageSizes are the sizes that a page of playlists may have.
var PageSizes = []int{20, 50, 100, 200}

// JobURL is the page of a job; part, when given, is one of its fragments.
func JobURL(id int64, part ...string) string {
	return strings.Join(append([]string{URLJobs, strconv.FormatInt(id, 10)}, part...), "/")
}

// PlaylistURL is the page of a playlist.
func PlaylistURL(id int64) string { return URLPlaylists + "/" + strconv.FormatInt(id, 10) }

// PlaylistZIP is the archive of one playlist.
func PlaylistZIP(id int64) string {
	return "/api/playlists/" + strconv.FormatInt(id, 10) + "/export.zip"
}

// BundleURL is a prepared archive.
func BundleURL(name string) string { return "/api/exports/bundles/" + url.PathEscape(name) + ".zip" }

// TreeURL is the children of a job in the Task Center.
func TreeURL(jobID int64) string { return JobURL(jobID, "tree") }

// TreeSongsURL is the children of a playlist in the Task Center.
func TreeSongsURL(jobID, playlistID int64) string {
	return JobURL(jobID, "tree", strconv.FormatInt(playlistID, 10))
}

// PageOf is address u with the page number set.
func PageOf(u string, page int) string { return u + query("page", pageText(page)) }

// JobsURL is the list of jobs narrowed by f.
func JobsURL(f models.JobFilter) string {
	pairs := []string{}
	for _, s := range f.States {
		pairs = append(pairs, "state", string(s))
	}
	return URLJobs + query(append(pairs, "page", pageText(f.Page.Number))...)
}

// ItemsURL is the failed items of a job that have a cause in common.
func ItemsURL(jobID int64, cause models.FailureCause, page int) string {
	return JobURL(jobID, "items") + query("stage", string(cause.Stage), "source", cause.Source, "error_code", string(cause.ErrorCode), "page", pageText(page))
}

// PlaylistsURL is the playlist list narrowed by f; what is default is left out.
func PlaylistsURL(f models.PlaylistFilter) string {
	wanted, held, size, sort := "", "", "", string(f.Sort)
	if f.WantedOnly {
		wanted = "1"
	}
	if f.HeldOnly {
		held = "1"
	}
	if f.Page.Size != 0 && f.Page.Size != DefaultPageSize {
		size = strconv.Itoa(f.Page.Size)
	}
	if f.Sort == models.SortPlays {
		sort = ""
	}
	return URLPlaylists + query("platform", f.Platform, "pool_kind", string(f.PoolKind), "status", string(f.State),
		"keyword", f.Keyword, "wanted_only", wanted, "held_only", held, "page_size", size, "sort", sort, "page", pageText(f.Page.Number))
}

// pageText leaves the first page out.
func pageText(page int) string {
	if page <= 1 {
		return ""
	}
	return strconv.Itoa(page)
}

// query makes "?a=b&c=d" of names and values, without empty values.
func query(pairs ...string) string {
	var b strings.Builder
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i+1] == "" {
			continue
		}
		b.WriteByte("?&"[min(b.Len(), 1)])
		b.WriteString(pairs[i] + "=" + url.QueryEscape(pairs[i+1]))
	}
	return b.String()
}
