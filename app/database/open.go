// Package database opens the SQLite database and brings its schema up to date.
//
// There are two handles on one file: a writer with a single connection, whose
// transactions begin immediate, and a reader pool that cannot write. So writers
// queue in the process instead of meeting SQLITE_BUSY, and readers never wait.
package database

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"time"

	"github.com/glebarez/sqlite"
	"gorm.io/gorm"
	"gorm.io/gorm/logger"

	"catalogsync/models"
)

// readerConnections is the size of the reader pool: enough for pages, polls and a
// few exports at once on a small machine.
const readerConnections = 4

// busyTimeout is how long a connection waits for a lock, in milliseconds.
const busyTimeout = 30_000

// minSQLiteVersion is the first release without the WAL-reset corruption bug that
// affects databases with more than one connection.
const minSQLiteVersion = 3_051_003

// DB is an open database.
type DB struct {
	// Write has one connection; every transaction on it begins immediate.
	Write *gorm.DB
	// Read has several connections, all with query_only.
	Read *gorm.DB
	// Path is the database file.
	Path string
}

// Open opens (or creates) the database at path and migrates it. Errors are domain
// errors: CodeDatabaseNewer, CodeDatabaseDamaged, or CodeDatabase.
func Open(ctx context.Context, path string) (*DB, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return nil, fmt.Errorf("locate database: %w", err)
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return nil, models.NewError(models.ClassLocal, models.CodeDatabase,
			"the database folder %s cannot be made; choose another with --db or DB_PATH", filepath.Dir(path)).WithCause(err)
	}
	db := &DB{Path: path}
	if db.Write, err = open(path, 1, append(newFileParams(path), "_txlock=immediate", pragma("query_only(0)"))...); err != nil {
		return nil, explain(path, err)
	}
	if err := db.prepare(ctx); err != nil {
		return nil, errors.Join(explain(path, err), db.Close())
	}
	if db.Read, err = open(path, readerConnections, pragma("query_only(1)")); err != nil {
		return nil, errors.Join(explain(path, err), db.Close())
	}
	return db, nil
}

func (db *DB) prepare(ctx context.Context) error {
	if err := checkVersion(ctx, db.Write); err != nil {
		return err
	}
	return migrate(ctx, db.Write, db.Path)
}

// Close closes both handles.
func (db *DB) Close() error {
	var errs []error
	for _, h := range []*gorm.DB{db.Read, db.Write} {
		if h == nil {
			continue
		}
		errs = append(errs, closeHandle(h))
	}
	return errors.Join(errs...)
}

// newFileParams are the parameters that count only while a file is being made: whether
// free pages can be given back in steps is decided before the first table exists.
func newFileParams(path string) []string {
	if info, err := os.Stat(path); err == nil && info.Size() > 0 {
		return nil
	}
	return []string{"_auto_vacuum=INCREMENTAL"}
}

func pragma(p string) string { return "_pragma=" + url.QueryEscape(p) }

// dsn spells every pragma in the one form that the driver obeys; "?journal_mode=wal"
// is accepted and ignored. busy_timeout comes first so that it covers the others.
func dsn(path string, extra ...string) string {
	params := append([]string{
		pragma(fmt.Sprintf("busy_timeout(%d)", busyTimeout)),
		pragma("journal_mode(WAL)"),
		pragma("synchronous(NORMAL)"),
		pragma("foreign_keys(1)"),
		pragma("temp_store(MEMORY)"),
		pragma("cache_size(-16384)"),
		// Without it a time with a named zone is written in a form that cannot be read back.
		"_time_format=sqlite",
	}, extra...)
	u := "file:" + (&url.URL{Path: filepath.ToSlash(path)}).EscapedPath() + "?"
	for i, p := range params {
		if i > 0 {
			u += "&"
		}
		u += p
	}
	return u
}

func open(path string, connections int, extra ...string) (*gorm.DB, error) {
	statements := readerStatements
	if connections == 1 {
		statements = writerStatements
	}
	pool, err := openPool(dsn(path, extra...), connections, statements)
	if err != nil {
		return nil, err
	}
	// A config of its own for each handle: gorm.Open writes the dialect into it.
	g, err := gorm.Open(sqlite.Dialector{Conn: pool}, &gorm.Config{
		SkipDefaultTransaction: true,
		TranslateError:         true,
		NowFunc:                func() time.Time { return time.Now().UTC() },
		Logger:                 logger.Discard,
	})
	if err != nil {
		return nil, errors.Join(err, pool.Close())
	}
	return g, nil
}

func checkVersion(ctx context.Context, g *gorm.DB) error {
	var text string
	if err := g.WithContext(ctx).Raw("SELECT sqlite_version()").Scan(&text).Error; err != nil {
		return err
	}
	var major, minor, patch int
	if _, err := fmt.Sscanf(text, "%d.%d.%d", &major, &minor, &patch); err != nil {
		return fmt.Errorf("read SQLite version %q: %w", text, err)
	}
	if major*1_000_000+minor*1_000+patch < minSQLiteVersion {
		return models.NewError(models.ClassLocal, models.CodeDatabase,
			"SQLite %s can corrupt databases with several connections; build with 3.51.3 or later", text)
	}
	return nil
}

// explain turns a driver error at opening into a sentence that says what to do.
func explain(path string, err error) error {
	if _, ok := errors.AsType[*models.Error](err); ok {
		return err
	}
	if isDamaged(err) {
		return models.NewError(models.ClassLocal, models.CodeDatabaseDamaged,
			"%s is not a readable database; restore one of the copies beside it (%s.bak-*), or move it away to begin anew", path, filepath.Base(path)).WithCause(err)
	}
	return models.NewError(models.ClassLocal, models.CodeDatabase,
		"the database %s cannot be opened; check that the file and its folder are writable by this user", path).WithCause(err)
}

// WithTx runs fn in one immediate transaction on the writer.
func (db *DB) WithTx(ctx context.Context, fn func(tx *gorm.DB) error) error {
	return db.Write.WithContext(ctx).Transaction(fn, &sql.TxOptions{})
}
