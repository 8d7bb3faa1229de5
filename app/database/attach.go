package database

import (
	"context"
	"errors"
	"os"
	"path/filepath"

	"gorm.io/gorm"

	"catalogsync/models"
)

// Attach opens the database of a program that may be running on it: nothing is made or
// migrated. Besides the errors of Open, a schema that is not this program's own is
// CodeDatabase (older) or CodeDatabaseNewer.
func Attach(ctx context.Context, path string) (*DB, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	if _, err := os.Stat(path); err != nil {
		return nil, models.NewError(models.ClassLocal, models.CodeDatabase,
			"there is no database at %s; say where it is with --data or --db", path).WithCause(err)
	}
	db := &DB{Path: path}
	if db.Write, err = open(path, 1, "_txlock=immediate", pragma("query_only(0)")); err != nil {
		return nil, explain(path, err)
	}
	if err := checkSchema(ctx, db.Write, path); err != nil {
		return nil, errors.Join(explain(path, err), db.Close())
	}
	if db.Read, err = open(path, 1, pragma("query_only(1)")); err != nil {
		return nil, errors.Join(explain(path, err), db.Close())
	}
	return db, nil
}

// checkSchema refuses a schema that this program would have to migrate, or does not know.
func checkSchema(ctx context.Context, g *gorm.DB, path string) error {
	var current int
	if err := g.WithContext(ctx).Raw("PRAGMA user_version").Scan(&current).Error; err != nil {
		return err
	}
	known := SchemaVersion()
	switch {
	case current < known:
		return models.NewError(models.ClassLocal, models.CodeDatabase,
			"%s is of an older catalogsync (schema %d, this program wants %d); start the console of this version once, which brings it up to date", path, current, known)
	case current > known:
		return models.NewError(models.ClassLocal, models.CodeDatabaseNewer,
			"%s was written by a newer catalogsync (schema %d, this program knows %d); use that version", path, current, known)
	}
	return nil
}
