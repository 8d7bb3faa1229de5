package cli

import "catalogsync/models"

// downloadCmd downloads songs that are known but not here.
type downloadCmd struct {
	dataFlags     `embed:""`
	scopeFlags    `embed:""`
	downloadFlags `embed:""`
	PlaylistIDs   *string `name:"playlist-ids" placeholder:"LIST" help:"Only the songs of these playlists, by number."`
	JSON          bool    `name:"json" help:"Print one JSON object."`
}

// Help shows an example.
func (downloadCmd) Help() string {
	return "Example:\n  catalogsync download --data ./data --download-sources qq,kuwo,netease --limit 20 --workers 10"
}

// Run makes a download_only job and follows it.
func (c *downloadCmd) Run(e *env) error {
	return e.simpleJob(models.JobDownloadOnly, c.dataFlags, c.scopeFlags, c.downloadFlags, c.PlaylistIDs, c.JSON)
}
