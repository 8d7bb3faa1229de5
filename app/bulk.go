package app

import (
	"context"
	"crypto/rand"

	"catalogsync/app/catalog"
	"catalogsync/config"
	"catalogsync/models"
)

// newBulk makes the actions on selections. They make jobs, and one of the runner's stages is
// made of them, so that they find the runner when they act.
func (a *App) newBulk(c *config.Config) *catalog.Bulk {
	return catalog.NewBulk(catalog.NewSelection(a.Store, lateRunner{a}, a.Export), a.Store, a.bulkOptions(c))
}

func (a *App) bulkOptions(c *config.Config) catalog.BulkOptions {
	return catalog.BulkOptions{
		Queue: lateRunner{a}, Commands: lateRunner{a}, Exports: a.Export, Now: a.now, Random: rand.Reader, BestQuality: models.Quality(c.QualityCeiling),
		Free: func() (int64, error) {
			d, err := a.disk()
			return d.Free, err
		},
	}
}

// lateRunner is the runner as it will be.
type lateRunner struct{ app *App }

func (l lateRunner) Enqueue(ctx context.Context, t models.JobType, scope models.JobScope, title, origin string, priority int) (models.JobRun, error) {
	return enqueuer{l.app.Runner}.Enqueue(ctx, t, scope, title, origin, priority)
}

func (l lateRunner) Command(ctx context.Context, c models.JobCommand) (models.JobCommand, error) {
	return l.app.Runner.Command(ctx, c)
}
