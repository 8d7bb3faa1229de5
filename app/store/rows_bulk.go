package store

import (
	"context"
	"database/sql"
	"strings"

	"gorm.io/gorm"
)

// bulkSizes are the numbers of rows of one statement, largest first. Parsing a statement costs
// about as much as running it, so few texts are prepared and used often.
var bulkSizes = []int{100, 10, 1}

// bulkInsert writes many rows of one shape.
type bulkInsert struct {
	head    string // up to VALUES
	columns int
	tail    string // after the rows: ON CONFLICT …, RETURNING …
}

// exec writes the rows whose values follow each other in args.
func (i bulkInsert) exec(tx *gorm.DB, args []any) error {
	return i.each(tx, args, func(ctx context.Context, statement *sql.Stmt, part []any) error {
		_, err := statement.ExecContext(ctx, part...)
		return err
	})
}

// query writes the rows and hands each row of RETURNING to scan.
func (i bulkInsert) query(tx *gorm.DB, args []any, scan func(*sql.Rows) error) error {
	return i.each(tx, args, func(ctx context.Context, statement *sql.Stmt, part []any) error {
		return scanAll(ctx, statement, part, scan)
	})
}

func (i bulkInsert) each(tx *gorm.DB, args []any, run func(context.Context, *sql.Stmt, []any) error) error {
	for _, rows := range bulkSizes {
		n := rows * i.columns
		if len(args) < n {
			continue
		}
		text := i.head + " VALUES " + valueRows(rows, i.columns) + " " + i.tail
		err := withStatement(tx, text, func(ctx context.Context, statement *sql.Stmt) error {
			for len(args) >= n {
				if err := run(ctx, statement, args[:n]); err != nil {
					return err
				}
				args = args[n:]
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// lookupSizes are the numbers of values of one IN list, largest first.
var lookupSizes = []int{64, 8}

// bulkLookup reads the rows of which a column has one of many values. before ends with IN,
// fixed are the parameters in it.
func bulkLookup[T any](tx *gorm.DB, before string, fixed []any, values []T, scan func(*sql.Rows) error) error {
	return eachList(tx, before, fixed, values, func(ctx context.Context, statement *sql.Stmt, args []any) error {
		return scanAll(ctx, statement, args, scan)
	})
}

// bulkExec runs a statement on the rows of which a column has one of many values, as
// bulkLookup reads them. It may run more than once, each time on rows of its own.
func bulkExec[T any](tx *gorm.DB, before string, fixed []any, values []T) error {
	return eachList(tx, before, fixed, values, func(ctx context.Context, statement *sql.Stmt, args []any) error {
		_, err := statement.ExecContext(ctx, args...)
		return err
	})
}

// eachList splits values into IN lists of few lengths.
func eachList[T any](tx *gorm.DB, before string, fixed []any, values []T, run func(context.Context, *sql.Stmt, []any) error) error {
	for len(values) > 0 {
		size := lookupSizes[0]
		for _, smaller := range lookupSizes {
			if len(values) <= smaller {
				size = smaller
			}
		}
		args := append(make([]any, 0, len(fixed)+size), fixed...)
		for k := range size { // a short list repeats its last value
			args = append(args, values[min(k, len(values)-1)])
		}
		text := before + " (?" + strings.Repeat(",?", size-1) + ")"
		err := withStatement(tx, text, func(ctx context.Context, statement *sql.Stmt) error { return run(ctx, statement, args) })
		if err != nil {
			return err
		}
		values = values[min(size, len(values)):]
	}
	return nil
}

// padded repeats the last of a few ids until there are n, so that an IN list of them is
// always of one length and its statement is prepared once.
func padded(ids []int64, n int) []int64 {
	list := make([]int64, max(n, len(ids)))
	for i := range list {
		list[i] = ids[min(i, len(ids)-1)]
	}
	return list
}

func scanAll(ctx context.Context, statement *sql.Stmt, args []any, scan func(*sql.Rows) error) error {
	rows, err := statement.QueryContext(ctx, args...)
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }() // rows.Err tells what matters
	for rows.Next() {
		if err := scan(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}
