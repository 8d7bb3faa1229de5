package cli

import "catalogsync/models"

// syncCmd fetches the songs of playlists.
type syncCmd struct {
	dataFlags   `embed:""`
	scopeFlags  `embed:""`
	PlaylistIDs *string `name:"playlist-ids" placeholder:"LIST" help:"Only these playlists, by number."`
	JSON        bool    `name:"json" help:"Print one JSON object."`
}

// Help shows an example.
func (syncCmd) Help() string {
	return "Example:\n  catalogsync sync --data ./data --sources netease --limit 20"
}

// Run makes a sync_only job and follows it.
func (c *syncCmd) Run(e *env) error {
	return e.simpleJob(models.JobSyncOnly, c.dataFlags, c.scopeFlags, downloadFlags{}, c.PlaylistIDs, c.JSON)
}
