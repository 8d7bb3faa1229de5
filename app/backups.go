package app

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"time"

	"catalogsync/app/backup"
	"catalogsync/app/settings"
	"catalogsync/config"
)

// NewBackups keeps copies of the database and the settings; any process, or nobody, may
// work on them.
func NewBackups(c *config.Config, version string, now func() time.Time) *backup.Service {
	return backup.New(backup.Config{
		DBPath: c.DBPath, Dir: c.BackupDir, Keep: c.BackupKeep, Version: version, Now: now,
		Settings: func() ([]byte, error) { return settingsWithoutSecrets(c) },
	})
}

// restoreOrdered brings back what the operator asked for when the program last ran. A new
// settings file counts from the start after this one.
func (a *App) restoreOrdered(ctx context.Context) error {
	done, err := a.Backups.RestoreOrdered(ctx, a.opts.Config.EnvFile, func(int64, int64, string) {})
	switch {
	case err != nil || done == nil:
		return err
	case done.Error != "":
		a.log.Error("the backup was not restored, the data is as it was", "backup", done.Name, "error", done.Error)
	default:
		a.log.Info("backup restored", "backup", done.Name, "before", done.SafetyCopy)
	}
	return nil
}

// settingsWithoutSecrets is the content of the env file, nil when there is none.
func settingsWithoutSecrets(c *config.Config) ([]byte, error) {
	if c.EnvFile == "" {
		return nil, nil
	}
	content, err := os.ReadFile(c.EnvFile)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return settings.WithoutSecrets(content, c.IsSecret), nil
}

// Restore brings a backup back to the configured places. Nobody else may work on the data;
// the error says who does.
func Restore(ctx context.Context, c *config.Config, path string, withSettings bool, now time.Time, report backup.Progress) (done backup.Restored, err error) {
	lock, err := lockInstance(c.DBPath)
	if err != nil {
		return done, err
	}
	defer func() { err = errors.Join(err, lock.release()) }()
	to := backup.Target{DBPath: c.DBPath, Now: now}
	if withSettings {
		to.SettingsPath = c.EnvFile
	}
	return backup.Restore(ctx, path, to, report)
}
