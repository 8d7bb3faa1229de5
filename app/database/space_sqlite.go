package database

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"
)

// Free pages, statistics and the write-ahead log are SQLite's own affairs; another
// dialect does the same by itself.

// autoVacuumIncremental is PRAGMA auto_vacuum of a file whose free pages can be given
// back in steps.
const autoVacuumIncremental = 2

// FreePages counts the pages that deleted rows left and that can be given back in steps;
// 0 also for a file that was made without that ability.
func (db *DB) FreePages(ctx context.Context) (int64, error) {
	var mode, free int64
	if err := db.Read.WithContext(ctx).Raw("PRAGMA auto_vacuum").Scan(&mode).Error; err != nil {
		return 0, fmt.Errorf("read auto_vacuum: %w", err)
	}
	if mode != autoVacuumIncremental {
		return 0, nil
	}
	if err := db.Read.WithContext(ctx).Raw("PRAGMA freelist_count").Scan(&free).Error; err != nil {
		return 0, fmt.Errorf("count free pages: %w", err)
	}
	return free, nil
}

// ReclaimPages gives at most n free pages back to the file system and tells how long the
// writer was held.
func (db *DB) ReclaimPages(ctx context.Context, n int) (time.Duration, error) {
	held, err := db.onWriter(ctx, func(conn *sql.Conn) error {
		// One row a page: the statement has done its work when the last one was read.
		return drain(ctx, conn, fmt.Sprintf("PRAGMA incremental_vacuum(%d)", n))
	})
	if err != nil {
		return held, fmt.Errorf("give back free pages: %w", err)
	}
	return held, nil
}

// Optimize brings the query planner's statistics up to date where SQLite finds that it
// pays; it looks at a bounded number of rows.
func (db *DB) Optimize(ctx context.Context) (time.Duration, error) {
	held, err := db.onWriter(ctx, func(conn *sql.Conn) error {
		if err := drain(ctx, conn, "PRAGMA optimize"); err != nil {
			return err
		}
		return drain(ctx, conn, "PRAGMA shrink_memory") // what it read is of no further use
	})
	if err != nil {
		return held, fmt.Errorf("optimize: %w", err)
	}
	return held, nil
}

// truncateWait is how long the emptying of the log waits for readers to leave it, in
// milliseconds. Who reads longer is left in peace; the next turn comes tomorrow.
const truncateWait = 50

// TruncateLog writes the write-ahead log into the database and empties its file, which
// otherwise keeps the size that it once had. With readers in the log it does what can be
// done beside them.
func (db *DB) TruncateLog(ctx context.Context) (time.Duration, error) {
	// The bulk goes over a reader's connection, while the writer writes on.
	if err := db.checkpoint(ctx); err != nil {
		return 0, err
	}
	held, err := db.onWriter(ctx, func(conn *sql.Conn) error {
		if err := drain(ctx, conn, fmt.Sprintf("PRAGMA busy_timeout(%d)", truncateWait)); err != nil {
			return err
		}
		err := drain(ctx, conn, "PRAGMA wal_checkpoint(TRUNCATE)")
		// Set back even when ctx has ended: the connection goes on being used.
		if restored := drain(context.WithoutCancel(ctx), conn, fmt.Sprintf("PRAGMA busy_timeout(%d)", busyTimeout)); err == nil {
			err = restored
		}
		return err
	})
	if err != nil {
		return held, fmt.Errorf("empty the write-ahead log: %w", err)
	}
	return held, nil
}

func (db *DB) checkpoint(ctx context.Context) (err error) {
	raw, err := db.Read.DB()
	if err != nil {
		return err
	}
	conn, err := raw.Conn(ctx)
	if err != nil {
		return fmt.Errorf("write the log into the database: %w", err)
	}
	defer func() { err = errors.Join(err, conn.Close()) }()
	if err := drain(ctx, conn, "PRAGMA wal_checkpoint(PASSIVE)"); err != nil {
		return fmt.Errorf("write the log into the database: %w", err)
	}
	return nil
}

// onWriter runs fn on the writer's connection outside a transaction, and measures how
// long it had the connection.
func (db *DB) onWriter(ctx context.Context, fn func(*sql.Conn) error) (held time.Duration, err error) {
	raw, err := db.Write.DB()
	if err != nil {
		return 0, err
	}
	conn, err := raw.Conn(ctx)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, conn.Close()) }()
	start := time.Now()
	err = fn(conn)
	return time.Since(start), err
}

// drain reads a statement's rows to the last one.
func drain(ctx context.Context, conn *sql.Conn, statement string) (err error) {
	rows, err := conn.QueryContext(ctx, statement)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
	}
	return rows.Err()
}
