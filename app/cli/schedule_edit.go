package cli

import (
	"catalogsync/app"
	"catalogsync/app/schedule"
	"catalogsync/config"
	"catalogsync/models"
)

// scheduleFields are what can be said about a schedule; nil = not said.
type scheduleFields struct {
	Cron            *string `placeholder:"EXPR" help:"Five fields (minute hour day month weekday), or @hourly, @daily, @weekly, @monthly, @every 6h."`
	TimeZone        *string `name:"time-zone" placeholder:"ZONE" help:"Such as Asia/Shanghai; Local is the zone of this machine (default)."`
	Type            *string `placeholder:"TYPE" help:"Job type: catalog_sync (default), collect_only, sync_only, sync_download, download_only and what else this build can run."`
	Sources         *string `placeholder:"LIST" help:"Platforms to work on. Default: all."`
	DownloadSources *string `name:"download-sources" placeholder:"LIST" help:"Sources to download from, in order of preference."`
	PlaylistIDs     *string `name:"playlist-ids" placeholder:"LIST" help:"Only these playlists, by number."`
	WantedOnly      *bool   `name:"wanted-only" negatable:"" help:"Only wanted playlists."`
	Limit           *int    `placeholder:"N" help:"At most N playlists (download_only: N songs), 0 = no limit."`
	Workers         *int    `placeholder:"N" help:"Songs downloaded at once, 0 = as configured."`
	Overlap         *string `placeholder:"POLICY" help:"When the last job has not ended: skip (default) or queue."`
	CatchUp         *bool   `name:"catch-up" negatable:"" help:"Run once after a start when a run was missed."`
}

// apply writes what was said into a draft.
func (f *scheduleFields) apply(d *schedule.Draft) error {
	set(&d.Cron, f.Cron)
	set(&d.TimeZone, f.TimeZone)
	if f.Type != nil {
		d.JobType = models.JobType(*f.Type)
	}
	if f.Overlap != nil {
		d.Overlap = models.Overlap(*f.Overlap)
	}
	set(&d.CatchUp, f.CatchUp)
	set(&d.Scope.WantedOnly, f.WantedOnly)
	set(&d.Scope.Limit, f.Limit)
	set(&d.Scope.Workers, f.Workers)
	if f.Sources != nil {
		d.Scope.Sources = config.SplitList(*f.Sources)
	}
	if f.DownloadSources != nil {
		d.Scope.DownloadSources = config.SplitList(*f.DownloadSources)
	}
	if d.Scope.Limit < 0 {
		return models.Invalid("--limit", models.CodeBadValue, "must not be negative")
	}
	if d.Scope.Workers < 0 || d.Scope.Workers > 64 {
		return models.Invalid("--workers", models.CodeBadValue, "must be from 0 to 64")
	}
	if f.PlaylistIDs == nil {
		return nil
	}
	ids, err := parseIDs("--playlist-ids", *f.PlaylistIDs)
	d.Scope.PlaylistIDs = ids
	return err
}

func set[T any](target *T, said *T) {
	if said != nil {
		*target = *said
	}
}

type scheduleAddCmd struct {
	Name           string `arg:"" help:"A name of its own."`
	Off            bool   `help:"Leave it switched off."`
	scheduleFields `embed:""`
	scheduleFlags  `embed:""`
}

// Help shows an example.
func (scheduleAddCmd) Help() string {
	return "Example:\n  catalogsync schedule add \"Morning charts\" --cron \"0 7 * * *\" --time-zone Asia/Shanghai --type sync_download --sources qq --data ./data"
}

// Run adds a schedule, switched on unless --off is given.
func (c *scheduleAddCmd) Run(e *env) error {
	if c.Cron == nil {
		return models.Invalid("--cron", models.CodeBadCron, "say when it runs, such as --cron \"30 3 * * *\" for every night at half past three")
	}
	return c.with(e, func(_ *config.Config, a *app.App) error {
		d := schedule.Draft{Name: c.Name, JobType: models.JobCatalogSync, Enabled: !c.Off}
		if err := c.apply(&d); err != nil {
			return err
		}
		if err := e.checkScope(a, d.Scope); err != nil {
			return err
		}
		made, err := a.Schedules.Create(e.ctx, d)
		if err != nil {
			return err
		}
		return c.show(e, a.Schedules, made.ID)
	})
}

type scheduleEditCmd struct {
	whichSchedule  `embed:""`
	Name           *string `help:"A new name."`
	scheduleFields `embed:""`
	scheduleFlags  `embed:""`
}

// Help shows an example.
func (scheduleEditCmd) Help() string {
	return "Example:\n  catalogsync schedule edit \"Nightly catalog sync\" --cron \"15 4 * * *\" --catch-up --data ./data"
}

// Run changes what was said and leaves the rest.
func (c *scheduleEditCmd) Run(e *env) error {
	return c.with(e, func(_ *config.Config, a *app.App) error {
		found, err := c.find(e, a.Schedules)
		if err != nil {
			return err
		}
		d := schedule.DraftOf(found.Schedule)
		set(&d.Name, c.Name)
		if err := c.apply(&d); err != nil {
			return err
		}
		if err := e.checkScope(a, d.Scope); err != nil {
			return err
		}
		if _, err := a.Schedules.Edit(e.ctx, found.ID, func(now *schedule.Draft) { *now = d }); err != nil {
			return err
		}
		return c.show(e, a.Schedules, found.ID)
	})
}

// checkScope refuses unknown sources and playlists before anything is written.
func (e *env) checkScope(a *app.App, sc models.JobScope) error {
	if err := e.checkSources(a, sc); err != nil {
		return err
	}
	for _, id := range sc.PlaylistIDs {
		if _, err := a.Store.GetPlaylist(e.ctx, id); err != nil {
			return err
		}
	}
	return nil
}
