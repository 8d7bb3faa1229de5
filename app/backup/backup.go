// Package backup writes the database and the settings into one file while the program
// works, and brings them back. Secrets are never in it.
//
// A backup is a tar archive compressed with Zstandard: manifest.json, settings.env when
// there is a settings file, catalogsync.db. The manifest comes first and holds the length
// and the SHA-256 of the others, so a list is made without reading them and a damaged file
// is refused before anything is touched.
package backup

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"catalogsync/app/database"
	"catalogsync/models"
)

// Config is what a service is made of.
type Config struct {
	// DBPath is the database, and Dir the folder of the backups, which is made when it is
	// needed.
	DBPath, Dir string
	// Settings gives the settings file without its secrets, nil = there is none.
	Settings func() ([]byte, error)
	// Keep is how many backups stay when another is made, 0 = all.
	Keep    int
	Version string
	Now     func() time.Time
}

// Service makes, lists and checks backups.
type Service struct {
	Config
	making sync.Mutex // one at a time
}

// New makes a service.
func New(c Config) *Service { return &Service{Config: c} }

// ending is what the name of every backup ends with.
const ending = ".tar.zst"

// names are the names that this package gives; nothing else in the folder is a backup.
var names = regexp.MustCompile(`^catalogsync-\d{8}-\d{6}(-\d+)?\.tar\.zst$`)

// Folder is where the backups are, absolute where that can be told, and how many stay.
func (s *Service) Folder() (path string, keep int) {
	path, err := filepath.Abs(s.Dir)
	if err != nil {
		path = s.Dir
	}
	return path, s.Keep
}

// Progress is told how many bytes were written, of how many; total 0 = unknown yet.
type Progress func(done, total int64, text string)

// Make writes a backup and removes those that are too many. What it cannot finish leaves
// nothing behind.
func (s *Service) Make(ctx context.Context, report Progress) (made models.Backup, err error) {
	s.making.Lock()
	defer s.making.Unlock()
	if err := os.MkdirAll(s.Dir, 0o700); err != nil {
		return made, s.unwritable(err)
	}
	work, err := os.MkdirTemp(s.Dir, ".making-*")
	if err != nil {
		return models.Backup{}, s.unwritable(err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(work)) }()
	report(0, 0, "copying the database")
	content, err := s.gather(ctx, work)
	if err != nil {
		return models.Backup{}, err
	}
	partial := filepath.Join(work, "backup")
	if err := writeArchive(ctx, partial, content, func(done, total int64) { report(done, total, "packing") }); err != nil {
		return models.Backup{}, s.unwritable(err)
	}
	name, err := s.place(partial)
	if err != nil {
		return models.Backup{}, s.unwritable(err)
	}
	if made, err = s.look(name); err != nil {
		return made, err
	}
	return made, s.sweep()
}

// gather takes everything that goes into a backup; the copies lie in work.
func (s *Service) gather(ctx context.Context, work string) (archive, error) {
	a := archive{Manifest: Manifest{Format: format, Program: s.Version, Schema: database.SchemaVersion(), CreatedAt: s.Now().UTC().Truncate(time.Second)}}
	if settings, err := s.Settings(); err != nil {
		return a, err
	} else if settings != nil {
		path := filepath.Join(work, settingsName)
		if err := os.WriteFile(path, settings, 0o600); err != nil {
			return a, s.unwritable(err)
		}
		a.paths = append(a.paths, path)
	}
	db := filepath.Join(work, databaseName)
	if err := database.Snapshot(ctx, s.DBPath, db); err != nil {
		return a, err
	}
	a.paths = append(a.paths, db)
	return a, a.describe(ctx)
}

// place gives a finished backup its name; nothing is ever overwritten.
func (s *Service) place(partial string) (string, error) {
	base := "catalogsync-" + s.Now().Format("20060102-150405")
	for i := 1; ; i++ {
		name := base + ending
		if i > 1 {
			name = fmt.Sprintf("%s-%d%s", base, i, ending)
		}
		target := filepath.Join(s.Dir, name)
		if _, err := os.Lstat(target); errors.Is(err, fs.ErrNotExist) {
			return name, os.Rename(partial, target)
		} else if err != nil {
			return "", err
		}
	}
}

// List lists the backups, newest first. Only their manifests are read.
func (s *Service) List() ([]models.Backup, error) {
	entries, err := os.ReadDir(s.Dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, s.unwritable(err)
	}
	var list []models.Backup
	for _, e := range entries {
		if !names.MatchString(e.Name()) || !e.Type().IsRegular() {
			continue
		}
		b, err := s.look(e.Name())
		if errors.Is(err, fs.ErrNotExist) {
			continue // swept meanwhile
		}
		if err != nil {
			b.Fault = err.Error()
		}
		list = append(list, b)
	}
	slices.SortFunc(list, func(a, b models.Backup) int { return compareNames(b.Name, a.Name) })
	return list, nil
}

// compareNames orders names by the time in them, then by the number behind it.
func compareNames(a, b string) int {
	a, b = strings.TrimSuffix(a, ending), strings.TrimSuffix(b, ending)
	if len(a) == len(b) || a[:stampLength] != b[:stampLength] {
		return strings.Compare(a, b)
	}
	return cmp.Compare(len(a), len(b))
}

// stampLength is the length of a name without number and ending.
const stampLength = len("catalogsync-20060102-150405")

func (s *Service) look(name string) (models.Backup, error) {
	b := models.Backup{Name: name}
	info, err := os.Stat(filepath.Join(s.Dir, name))
	if err != nil {
		return b, err
	}
	b.Bytes = info.Size()
	m, err := readManifest(filepath.Join(s.Dir, name))
	if err != nil {
		return b, err
	}
	b.CreatedAt, b.Program, b.Schema, b.Unpacked = m.CreatedAt, m.Program, m.Schema, m.Bytes()
	return b, nil
}

// Path is the file of a backup of this folder. A name that this package does not give is
// not found, whatever lies there.
func (s *Service) Path(name string) (string, error) {
	path := filepath.Join(s.Dir, name)
	if names.MatchString(name) {
		if info, err := os.Lstat(path); err == nil && info.Mode().IsRegular() {
			return path, nil
		}
	}
	return "", models.NotFound("there is no backup %q; it may have been removed since", name)
}

// Delete removes a backup of the folder.
func (s *Service) Delete(name string) error {
	path, err := s.Path(name)
	if err != nil {
		return err
	}
	if err := os.Remove(path); err != nil {
		return s.unwritable(err)
	}
	return nil
}

// sweep removes the oldest backups that are too many.
func (s *Service) sweep() error {
	list, err := s.List()
	if err != nil || s.Keep < 1 {
		return err
	}
	for _, old := range list[min(s.Keep, len(list)):] {
		if err := s.Delete(old.Name); err != nil {
			return err
		}
	}
	return nil
}

func (s *Service) unwritable(err error) error {
	if _, ok := errors.AsType[*models.Error](err); ok || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	return models.NewError(models.ClassLocal, models.CodeBackupUnwritable,
		"the backup cannot be written in %s; check that the folder is writable and its disk has room, or name another with BACKUP_DIR", s.Dir).WithCause(err)
}
