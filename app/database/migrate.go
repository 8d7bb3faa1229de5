package database

import (
	"context"
	"embed"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sort"
	"strconv"
	"strings"

	"gorm.io/gorm"

	"catalogsync/models"
)

//go:embed migrations/*.sql
var migrationFiles embed.FS

// keptCopies is how many copies from before a migration stay beside the database.
const keptCopies = 5

// migration is one numbered SQL file, run once in one transaction.
type migration struct {
	version int
	name    string
	sql     string
}

// migrations lists the embedded files by version. A file is named
// <version>_<what>.sql; versions begin at 1 and have no gap.
func migrations() ([]migration, error) {
	names, err := fs.Glob(migrationFiles, "migrations/*.sql")
	if err != nil {
		return nil, err
	}
	sort.Strings(names)
	list := make([]migration, 0, len(names))
	for i, name := range names {
		number, _, _ := strings.Cut(filepath.Base(name), "_")
		version, err := strconv.Atoi(number)
		if err != nil || version != i+1 {
			return nil, fmt.Errorf("migration %s: want version %d", name, i+1)
		}
		text, err := migrationFiles.ReadFile(name)
		if err != nil {
			return nil, err
		}
		list = append(list, migration{version: version, name: filepath.Base(name), sql: string(text)})
	}
	return list, nil
}

// SchemaVersion is the version that this binary brings a database to.
func SchemaVersion() int {
	list, err := migrations()
	if err != nil {
		return 0
	}
	return len(list)
}

// migrate brings the database to the newest version. The version is kept in
// PRAGMA user_version, which is written in the transaction of each migration.
func migrate(ctx context.Context, g *gorm.DB, path string) error {
	list, err := migrations()
	if err != nil {
		return err
	}
	g = g.WithContext(ctx)
	var current int
	if err := g.Raw("PRAGMA user_version").Scan(&current).Error; err != nil {
		return err
	}
	if current > len(list) {
		return models.NewError(models.ClassLocal, models.CodeDatabaseNewer,
			"%s was written by a newer catalogsync (schema %d, this program knows %d); start that version, or restore a copy from before the upgrade",
			path, current, len(list))
	}
	if current == len(list) {
		return nil
	}
	if current == 0 {
		if err := refuseForeign(g, path); err != nil {
			return err
		}
	}
	if current > 0 {
		if err := copyBeside(g, path, current); err != nil {
			return err
		}
	}
	for _, m := range list[current:] {
		if err := apply(g, m); err != nil {
			return fmt.Errorf("migrate to %s: %w", m.name, err)
		}
	}
	return nil
}

// refuseForeign refuses a database without a version that has tables all the same: it
// belongs to another program, which would find ours in it.
func refuseForeign(g *gorm.DB, path string) error {
	var tables int64
	if err := g.Raw("SELECT COUNT(*) FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'").Scan(&tables).Error; err != nil {
		return err
	}
	if tables > 0 {
		return models.NewError(models.ClassLocal, models.CodeDatabase,
			"%s is the database of another program; choose another file with --db, DB_PATH or --data", path)
	}
	return nil
}

func apply(g *gorm.DB, m migration) error {
	return g.Transaction(func(tx *gorm.DB) error {
		if err := tx.Exec(m.sql).Error; err != nil {
			return err
		}
		return tx.Exec(fmt.Sprintf("PRAGMA user_version = %d", m.version)).Error
	})
}

// copyBeside writes a consistent copy from before the migration and sweeps old ones.
func copyBeside(g *gorm.DB, path string, version int) error {
	target := fmt.Sprintf("%s.bak-v%04d", path, version)
	if err := os.Remove(target); err != nil && !os.IsNotExist(err) {
		return err
	}
	if err := g.Exec("VACUUM INTO ?", target).Error; err != nil {
		return fmt.Errorf("copy the database to %s before the upgrade: %w", target, err)
	}
	copies, err := filepath.Glob(path + ".bak-v*")
	if err != nil {
		return err
	}
	sort.Strings(copies)
	for len(copies) > keptCopies {
		if err := os.Remove(copies[0]); err != nil {
			return err
		}
		copies = copies[1:]
	}
	return nil
}
