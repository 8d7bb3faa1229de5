package app

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"catalogsync/app/export"
	"catalogsync/app/hook"
	"catalogsync/config"
	"catalogsync/jobs/stages"
	"catalogsync/models"
)

// afterDownload is what follows a download stage: playlist folders and the operator's
// command.
type afterDownload struct {
	folders  *export.Folders
	hook     *hook.Service
	follower *stages.AfterDownload
}

func (a *App) buildAfterDownload(c *config.Config) (err error) {
	if a.after.folders, err = export.NewFolders(a.Export, c.ExportFoldersDir); err != nil {
		return err
	}
	if inside(a.after.folders.Root(), a.library.Root()) {
		return models.Invalid("EXPORT_FOLDERS_DIR", models.CodeBadValue,
			"EXPORT_FOLDERS_DIR (%s) lies inside the library, where its files would be taken for songs; choose a folder beside it", a.after.folders.Root())
	}
	a.after.hook = hook.New(a.Store, hook.Config{
		Args: c.CatalogExport.Args, Workdir: c.CatalogExport.Workdir, Timeout: c.CatalogExport.Timeout,
		Env: a.hookEnviron(os.Environ()), Now: a.now, Log: a.log,
	})
	a.after.follower = stages.NewAfterDownload(a.Store, a.after.folders, a.after.hook, stages.FolderMode(c.ExportFolders), a.now, a.log)
	return nil
}

func inside(path, folder string) bool {
	rel, err := filepath.Rel(folder, path)
	return err == nil && filepath.IsLocal(rel)
}

// hookEnviron is the environment of the operator's command: this process's, without the
// secrets that are settings, and where the data is.
func (a *App) hookEnviron(environ []string) []string {
	env := slices.DeleteFunc(slices.Clone(environ), func(kv string) bool {
		key, _, _ := strings.Cut(kv, "=")
		return a.opts.Config.IsSecret(key)
	})
	return append(env, "LIBRARY_DIR="+a.library.Root(), "DB_PATH="+a.db.Path)
}

// startAfterDownload notes what the last process cut short and begins to follow.
func (a *App) startAfterDownload(ctx, background context.Context) error {
	if err := a.after.hook.Recover(ctx); err != nil {
		return err
	}
	a.background.Go(func() { a.after.follower.Run(background, a.revision.Changed) })
	return nil
}

// SettleDownloads returns when the folders are refreshed, and the operator's command has
// run, for every download stage that has ended by now.
func (a *App) SettleDownloads(ctx context.Context) error { return a.after.follower.Settle(ctx) }
