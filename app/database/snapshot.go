package database

import (
	"context"
	"errors"
	"fmt"
	"os"

	"gorm.io/gorm"

	"catalogsync/models"
)

// Snapshot writes a consistent copy of the database at path to target, which must not
// exist, while others read and write it: nobody waits. The copy is one file without a
// journal beside it.
func Snapshot(ctx context.Context, path, target string) (err error) {
	if _, err := os.Stat(path); err != nil {
		return models.NewError(models.ClassLocal, models.CodeDatabase,
			"there is no database at %s; say where it is with --data or --db", path).WithCause(err)
	}
	g, err := open(path, 1, pragma("query_only(0)"))
	if err != nil {
		return explain(path, err)
	}
	defer func() { err = errors.Join(err, closeHandle(g)) }()
	if err := g.WithContext(ctx).Exec("VACUUM INTO ?", target).Error; err != nil {
		return explain(path, fmt.Errorf("copy the database to %s: %w", target, err))
	}
	return nil
}

// Examine reads the whole of a database file that nobody works on, and tells its schema
// version. A damaged file is CodeDatabaseDamaged, one of a newer program CodeDatabaseNewer,
// one of another program CodeDatabase.
func Examine(ctx context.Context, path string) (version int, err error) {
	g, err := open(path, 1, pragma("query_only(1)"))
	if err != nil {
		return 0, explain(path, err)
	}
	defer func() { err = errors.Join(err, closeHandle(g)) }()
	g = g.WithContext(ctx)
	var found string
	if err := g.Raw("PRAGMA quick_check(1)").Scan(&found).Error; err != nil {
		return 0, explain(path, err)
	}
	if found != "ok" {
		return 0, models.NewError(models.ClassLocal, models.CodeDatabaseDamaged, "%s is damaged: %s", path, found)
	}
	if err := g.Raw("PRAGMA user_version").Scan(&version).Error; err != nil {
		return 0, explain(path, err)
	}
	switch {
	case version == 0:
		return 0, models.NewError(models.ClassLocal, models.CodeDatabase, "%s is no database of this program", path)
	case version > SchemaVersion():
		return version, models.NewError(models.ClassLocal, models.CodeDatabaseNewer,
			"%s was written by a newer catalogsync (schema %d, this program knows %d); use that version", path, version, SchemaVersion())
	}
	return version, nil
}

// Fold writes what the journal of a database holds into its file, so that the file is whole
// by itself. Nobody may work on it.
func Fold(ctx context.Context, path string) (err error) {
	g, err := open(path, 1, pragma("query_only(0)"))
	if err != nil {
		return explain(path, err)
	}
	defer func() { err = errors.Join(err, closeHandle(g)) }()
	if err := g.WithContext(ctx).Exec("PRAGMA wal_checkpoint(TRUNCATE)").Error; err != nil {
		return explain(path, err)
	}
	return nil
}

func closeHandle(g *gorm.DB) error {
	raw, err := g.DB()
	if err != nil {
		return err
	}
	return raw.Close()
}
