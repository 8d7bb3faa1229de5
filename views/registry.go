package views

// registry names the view model of every page and fragment.
var registry = map[string]Localized{
	"pages/dashboard/show":       DashboardPage{},
	"pages/playlists/list":       PlaylistsPage{},
	"pages/playlists/show":       PlaylistPage{},
	"pages/jobs/list":            JobsPage{},
	"pages/jobs/show":            JobPage{},
	"pages/errors/show":          ErrorPage{},
	"fragments/dashboard/active": ActiveJobs{},
	"fragments/dashboard/cover":  Coverage{},
	"fragments/dashboard/health": Health{},
	"fragments/dashboard/recent": RecentJobs{},
	"fragments/tree/tasks":       TaskTree{},
	"fragments/tree/playlists":   TreePlaylists{},
	"fragments/tree/songs":       TreeSongs{},
	"fragments/jobs/table":       JobTable{},
	"fragments/jobs/overview":    JobOverview{},
	"fragments/jobs/failures":    JobFailures{},
	"fragments/jobs/items":       JobItems{},
	"fragments/jobs/events":      JobEvents{},
	"fragments/jobs/log":         JobLog{},
	"fragments/playlists/table":  PlaylistTable{},
	"fragments/playlists/songs":  PlaylistSongs{},
	"fragments/exports/offer":    ExportOffer{},
	"fragments/toasts_update":    Toast{},
}
