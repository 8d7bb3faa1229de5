package app

import (
	"context"
	"time"

	"catalogsync/app/revision"
	"catalogsync/app/upkeep"
)

// sweepInterval is the time between sweeps of expired bundles.
const sweepInterval = 10 * time.Minute

// StartRunner recovers what an earlier process left behind and starts to run jobs.
func (a *App) StartRunner(ctx context.Context) error {
	if err := a.downloads.Recover(ctx); err != nil {
		return err
	}
	if err := a.Uploads.Recover(ctx); err != nil {
		return err
	}
	a.downloads.LookAtSpace()
	a.resources.Sample(ctx) // so that the first stages know the machine
	if err := a.Runner.Start(ctx); err != nil {
		return err
	}
	background, stop := context.WithCancel(context.WithoutCancel(ctx))
	a.stopBackground = stop
	a.background.Go(func() { a.resources.Run(background) })
	a.background.Go(func() { a.downloads.WatchSpace(background) })
	a.background.Go(func() { a.upkeep.Run(background) })
	a.background.Go(func() { a.watchStorages(background) })
	a.background.Go(func() { upkeep.FollowSearch(background, a.Store, a.revision.Changed, a.log) })
	a.background.Go(func() { a.Export.RunSweeper(background, sweepInterval, a.log) })
	a.background.Go(func() { a.Export.RunWaiting(background, a.revision.Changed, a.log) })
	return a.startAfterDownload(ctx, background)
}

// otherWrote looks again at what another process may have edited: the command line keeps
// schedules and takes playlists beside a running console.
func (a *App) otherWrote() {
	a.revision.Bump(revision.Schedules, revision.Playlists)
	a.Schedules.Wake()
}

// StartSchedules begins to start jobs by the clock, to look after the library, and to tell
// people of news, after StartRunner. Only a console does: a command that runs one job and
// ends leaves all that alone.
func (a *App) StartSchedules(ctx context.Context) {
	clock, stop := context.WithCancel(context.WithoutCancel(ctx))
	a.stopSchedules = stop
	a.background.Go(func() { a.Schedules.Run(clock) })
	a.background.Go(func() { a.upkeep.RunSteps(clock) })
	if err := a.startNotifications(clock); err != nil {
		a.log.Error("notifications are not sent", "error", err)
	}
}
