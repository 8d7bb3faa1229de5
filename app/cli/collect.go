package cli

import (
	"catalogsync/app"
	"catalogsync/jobs"
	"catalogsync/models"
)

// collectCmd lists the pools of the platforms.
type collectCmd struct {
	dataFlags  `embed:""`
	scopeFlags `embed:""`
	JSON       bool `name:"json" help:"Print one JSON object."`
}

// Help shows an example.
func (collectCmd) Help() string {
	return "Example:\n  catalogsync collect --data ./data --sources netease,qq,kuwo"
}

// Run makes a collect_only job and follows it.
func (c *collectCmd) Run(e *env) error {
	return e.simpleJob(models.JobCollectOnly, c.dataFlags, c.scopeFlags, downloadFlags{}, nil, c.JSON)
}

// simpleJob is a command that is one job without a playlist file.
func (e *env) simpleJob(t models.JobType, data dataFlags, s scopeFlags, d downloadFlags, playlistIDs *string, asJSON bool) error {
	c, err := e.load(data.values())
	if err != nil {
		return err
	}
	sc, err := scope(c, s, d)
	if err != nil {
		return err
	}
	if sc.PlaylistIDs, err = givenIDs(playlistIDs); err != nil {
		return err
	}
	e.onDiskFull = d.OnDiskFull
	return e.withJobs(c, true, func(a *app.App) error {
		return e.runJob(a, jobs.NewJob{Type: t, Scope: sc, Origin: "cli"}, asJSON, nil)
	})
}
