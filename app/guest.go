package app

import (
	"context"
	"errors"

	"catalogsync/app/database"
	"catalogsync/app/revision"
	"catalogsync/app/store"
	"catalogsync/models"
)

// openBeside takes what lies on disk while another process works on it. Songs are filed by
// that process, so its library folder counts and not the one that this one's settings name.
func (a *App) openBeside(ctx context.Context) (err error) {
	a.Backups = NewBackups(a.opts.Config, a.opts.Version, a.now)
	if a.db, err = database.Attach(ctx, a.opts.Config.DBPath); err != nil {
		return err
	}
	folder, err := store.New(a.db, revision.New(), a.now).SettingsFolder(ctx)
	if err != nil {
		return err
	}
	return a.openLibrary(folder)
}

// Guest says that another process works on the data; see Options.Guest.
func (a *App) Guest() bool { return a.opts.Guest }

// Hosted says whether the process still works on the data for which this one is a guest.
func (a *App) Hosted() (bool, error) {
	lock, err := lockInstance(a.opts.Config.DBPath)
	hosted := err != nil && models.CodeOf(err) == models.CodeInstanceLocked
	if hosted {
		err = nil
	}
	return hosted, errors.Join(err, lock.release())
}
