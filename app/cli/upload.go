package cli

import (
	"cmp"
	"fmt"
	"strings"

	"catalogsync/app"
	"catalogsync/config"
	"catalogsync/jobs"
	"catalogsync/models"
)

// uploadCmd copies songs to a storage.
type uploadCmd struct {
	dataFlags   `embed:""`
	Backend     string  `placeholder:"NAME" help:"Storage to upload to, by name. Default: OBJECT_BACKEND_NAME, or the only one there is."`
	Sources     string  `placeholder:"LIST" help:"Only songs of these platforms, e.g. netease,qq."`
	PlaylistIDs *string `name:"playlist-ids" placeholder:"LIST" help:"Only the songs of these playlists, by number."`
	Limit       int     `placeholder:"N" help:"At most N files."`
	Workers     int     `placeholder:"N" help:"Files uploaded at once (default 4)."`
	Verify      bool    `help:"Compare what is recorded with the storage's own listing first, and upload what is missing there."`
	JSON        bool    `name:"json" help:"Print one JSON object."`
}

// Help shows examples.
func (uploadCmd) Help() string {
	return "Examples:\n  catalogsync upload --data ./data --backend main-s3 --workers 4\n  catalogsync upload --data ./data --backend main-s3 --sources netease,qq --limit 200\n  catalogsync upload --data ./data --backend main-s3 --playlist-ids 12,15 --verify\n\n" +
		"Large files that were interrupted are gone on with. Files that are there are not sent again."
}

// Run makes an upload_only job and follows it.
func (c *uploadCmd) Run(e *env) error {
	conf, err := e.load(c.values())
	if err != nil {
		return err
	}
	sc, err := c.scope(conf)
	if err != nil {
		return err
	}
	return e.withJobs(conf, true, func(a *app.App) error {
		if conf.Object.Name != "" && cmp.Or(c.Backend, conf.Object.Name) == conf.Object.Name {
			if err := registerConfigured(e, a, conf); err != nil {
				return err
			}
		}
		if name := cmp.Or(c.Backend, conf.Object.Name); name != "" {
			b, err := a.Store.GetStorageNamed(e.ctx, name)
			if err != nil {
				return err
			}
			sc.Upload.BackendID = b.ID
		}
		target, err := a.Uploads.Target(e.ctx, sc.Upload)
		if err != nil {
			return err
		}
		sc.Upload.BackendID = target.ID
		return e.runJob(a, jobs.NewJob{Type: models.JobUploadOnly, Scope: sc, Origin: "cli"}, c.JSON, nil)
	})
}

// scope is the flags over the settings.
func (c *uploadCmd) scope(conf *config.Config) (models.JobScope, error) {
	sc := models.JobScope{Sources: config.SplitList(c.Sources), Limit: cmp.Or(c.Limit, conf.Upload.Limit), Upload: &models.UploadScope{Verify: c.Verify, Workers: c.Workers}}
	if len(sc.Sources) == 0 {
		sc.Sources = conf.Upload.Sources
	}
	if c.Limit < 0 {
		return sc, models.Invalid("--limit", models.CodeBadValue, "must not be negative")
	}
	if c.Workers < 0 || c.Workers > 64 {
		return sc, models.Invalid("--workers", models.CodeBadValue, "must be from 1 to 64")
	}
	ids := c.PlaylistIDs
	if ids == nil && conf.Upload.PlaylistIDs != "" {
		ids = &conf.Upload.PlaylistIDs
	}
	var err error
	sc.PlaylistIDs, err = givenIDs(ids)
	return sc, err
}

// registerConfigured makes the bucket of the settings known, or takes its settings over
// when they changed, so that a bucket that moved need not be registered by hand.
func registerConfigured(e *env, a *app.App, conf *config.Config) error {
	r := configuredStorage(conf)
	list, err := a.Uploads.Storages(e.ctx)
	if err != nil {
		return err
	}
	for _, b := range list {
		if b.Name == r.Name && sameSettings(b.Settings, r.Settings) {
			return nil
		}
	}
	made, err := a.Uploads.Register(e.ctx, r)
	if err == nil {
		fmt.Fprintf(e.errOut, "Registered storage %s.\n", made.Name)
	}
	return err
}

// sameSettings says whether what is registered is what the settings want; what these leave
// open, registering filled in.
func sameSettings(is, want map[string]string) bool {
	for key, v := range want {
		if v != "" && strings.Trim(v, "/") != strings.Trim(is[key], "/") {
			return false
		}
	}
	for key, v := range is {
		if v != "" && want[key] == "" && key != "credential_env_prefix" {
			return false
		}
	}
	return true
}
