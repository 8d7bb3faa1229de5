package backup

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"catalogsync/app/database"
	"catalogsync/models"
)

// Restored tells what a restore did.
type Restored struct {
	Manifest Manifest
	// SafetyCopy is the database as it was, "" = there was none.
	SafetyCopy string
	// Settings is the settings file that was replaced, "" = none was; SettingsCopy is what it
	// was, "" = it was not there.
	Settings, SettingsCopy string
}

// Target is where a backup is brought back to. Nobody may work on it.
type Target struct {
	DBPath string
	// SettingsPath is the settings file to replace, "" = the settings stay as they are.
	SettingsPath string
	Now          time.Time
}

// Restore brings a backup back. It is read and examined whole before anything is touched;
// the database as it was stays beside the new one. After a crash at any moment there is
// either the old database or the new one.
func Restore(ctx context.Context, path string, to Target, report Progress) (done Restored, err error) {
	if err := os.MkdirAll(filepath.Dir(to.DBPath), 0o755); err != nil {
		return done, localFault(filepath.Dir(to.DBPath), err)
	}
	work, err := os.MkdirTemp(filepath.Dir(to.DBPath), ".restoring-*")
	if err != nil {
		return done, localFault(filepath.Dir(to.DBPath), err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(work)) }()
	if done.Manifest, err = check(ctx, path, work, report); err != nil {
		return done, err
	}
	stamp := ".before-restore-" + to.Now.Format("20060102-150405")
	if done.SafetyCopy, err = setAside(ctx, to.DBPath, stamp); err != nil {
		return done, err
	}
	if err := os.Rename(filepath.Join(work, databaseName), to.DBPath); err != nil {
		return done, localFault(to.DBPath, err)
	}
	settings := filepath.Join(work, settingsName)
	if _, err := os.Stat(settings); err == nil && to.SettingsPath != "" {
		done.Settings = to.SettingsPath
		done.SettingsCopy, err = replaceSettings(settings, to.SettingsPath, stamp)
		return done, err
	}
	return done, nil
}

// Check reads and examines a whole backup. It is unpacked in work, a folder on a disk with
// room for it, "" = the system's for temporary files.
func Check(ctx context.Context, path, work string, report Progress) (m Manifest, err error) {
	dir, err := os.MkdirTemp(work, ".checking-*")
	if err != nil {
		return m, localFault(work, err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	return check(ctx, path, dir, report)
}

func check(ctx context.Context, path, work string, report Progress) (Manifest, error) {
	m, err := unpack(ctx, path, work, func(done, total int64) { report(done, total, "reading the backup") })
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, fs.ErrPermission) {
		return m, models.Invalid("file", models.CodeBadValue, "%s cannot be read; check the path", path).WithCause(err)
	}
	if err != nil {
		return m, err
	}
	report(m.Bytes(), m.Bytes(), "examining the database")
	_, err = database.Examine(ctx, filepath.Join(work, databaseName))
	return m, err
}

// setAside keeps the database as it is under another name, with its journal where that
// cannot be folded in because the database is damaged. The database stays in its place,
// without a journal that would not be of the restored one.
func setAside(ctx context.Context, path, stamp string) (string, error) {
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		return "", nil
	}
	// First of all: even to open a damaged database may change what lies beside it.
	copied := path + stamp
	if err := keep(path, copied); err != nil {
		return "", err
	}
	if err := keep(path+journal, copied+journal); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return "", err
	}
	if err := database.Fold(ctx, path); ctx.Err() != nil {
		return "", err
	}
	for _, ending := range []string{journal, "-shm"} {
		if err := os.Remove(path + ending); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return "", localFault(path+ending, err)
		}
	}
	if info, err := os.Stat(copied + journal); err == nil && info.Size() == 0 {
		return copied, os.Remove(copied + journal) // it was folded in
	}
	return copied, nil
}

// journal is what the name of a database's journal ends with.
const journal = "-wal"

// keep gives a file a second name, or copies it where the file system has no links.
func keep(path, copied string) error {
	if err := os.Link(path, copied); err == nil || errors.Is(err, fs.ErrNotExist) {
		return err
	}
	from, err := os.Open(path)
	if err != nil {
		return err
	}
	defer from.Close()
	to, err := os.OpenFile(copied, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return localFault(copied, err)
	}
	_, err = io.Copy(to, from)
	if err = errors.Join(err, to.Sync(), to.Close()); err != nil {
		return localFault(copied, errors.Join(err, os.Remove(copied)))
	}
	return nil
}

// replaceSettings puts the settings of a backup in the place of a settings file and keeps
// what was there.
func replaceSettings(from, path, stamp string) (copied string, err error) {
	if _, err := os.Stat(path); err == nil {
		copied = path + stamp
		if err := keep(path, copied); err != nil {
			return "", err
		}
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return copied, localFault(path, err)
	}
	content, err := os.ReadFile(from)
	if err != nil {
		return copied, err
	}
	partial := path + ".restoring"
	if err := os.WriteFile(partial, content, 0o600); err != nil {
		return copied, localFault(partial, err)
	}
	if err := os.Rename(partial, path); err != nil {
		return copied, localFault(path, err)
	}
	return copied, nil
}

// String says in one line what a backup holds.
func (m Manifest) String() string {
	return fmt.Sprintf("written %s by catalogsync %s, schema %d", m.CreatedAt.Format(time.RFC3339), m.Program, m.Schema)
}
