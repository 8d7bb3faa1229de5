package cli

import (
	"catalogsync/app"
	"catalogsync/jobs"
	"catalogsync/models"
)

// partsCmd adds what songs were downloaded without.
type partsCmd struct {
	dataFlags `embed:""`
	Songs     []int64 `name:"song" placeholder:"ID" help:"Only this song, although its parts were given up; may be repeated."`
	Limit     int     `placeholder:"N" help:"At most N songs."`
	JSON      bool    `name:"json" help:"Print one JSON object."`
}

// Help shows examples.
func (partsCmd) Help() string {
	return "Examples:\n  catalogsync maintenance parts --data ./data\n  catalogsync maintenance parts --song 12 --data ./data\n\nThe sound of the files stays as it is, to the bit. Which parts are added is a setting."
}

// Run adds the parts.
func (c *partsCmd) Run(e *env) error {
	if c.Limit < 0 {
		return models.Invalid("--limit", models.CodeBadValue, "must be 0 or more")
	}
	conf, err := e.load(c.values())
	if err != nil {
		return err
	}
	return e.withApp(conf, c.JSON, func(a *app.App) error {
		scope := models.JobScope{SongIDs: c.Songs, Limit: c.Limit}
		return e.runJob(a, jobs.NewJob{Type: models.JobParts, Scope: scope, Origin: "cli"}, c.JSON, nil)
	})
}
