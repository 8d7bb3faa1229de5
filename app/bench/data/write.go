package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"catalogsync/app/database"
	"catalogsync/app/revision"
	"catalogsync/app/store"
)

// write makes the database and tells what it does on out.
func write(ctx context.Context, path, library string, scale float64, out io.Writer) (err error) {
	if scale < 0.01 || scale > 10 {
		return fmt.Errorf("the scale %g is none from 0.01 to 10", scale)
	}
	if _, err := os.Stat(path); err == nil {
		return fmt.Errorf("%s exists; give another name, or remove it", path)
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	db, err := database.Open(ctx, path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	s := store.New(db, revision.New(), epoch)
	backend, err := s.EnsureDefaultBackend(ctx, library)
	if err != nil {
		return err
	}
	w := writer{db: db, out: out, numbers: numbersOf(scale, backend.ID)}
	for _, step := range []func(context.Context) error{w.begin, w.rows, w.end} {
		if err := step(ctx); err != nil {
			return err
		}
	}
	for _, derive := range []struct {
		name string
		do   func(context.Context) error
	}{
		{"artist pools", func(ctx context.Context) error { _, err := s.FillArtistPools(ctx); return err }},
		{"lists of songs", func(ctx context.Context) error { _, err := s.RebuildSongLists(ctx); return err }},
		{"counters", func(ctx context.Context) error { _, err := s.RebuildCounters(ctx); return err }},
		{"search indexes", func(ctx context.Context) error { return indexAll(ctx, s) }},
		{"statistics", func(ctx context.Context) error { _, err := s.Optimize(ctx); return err }},
		{"log", func(ctx context.Context) error { _, err := s.TruncateLog(ctx); return err }},
	} {
		if err := w.timed(derive.name, func() error { return derive.do(ctx) }); err != nil {
			return err
		}
	}
	return nil
}

// epoch is the time that the data is of.
func epoch() time.Time { return time.Date(2026, 3, 1, 4, 30, 0, 0, time.UTC) }

// indexed is how many rows are brought into the search indexes at once.
const indexed = 20_000

func indexAll(ctx context.Context, s *store.Store) error {
	for {
		rows, _, err := s.IndexSearch(ctx, indexed)
		if err != nil || rows == 0 {
			return err
		}
	}
}

// writer fills an empty database.
type writer struct {
	db      *database.DB
	out     io.Writer
	numbers numbers
	extras  []string // statements that make the indexes and triggers again
}

func (w *writer) timed(name string, do func() error) error {
	began := time.Now()
	if err := do(); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	fmt.Fprintf(w.out, "%-18s %7.1f s\n", name, time.Since(began).Seconds())
	return nil
}

// exec runs statements of one or more lines, each with the numbers in it.
func (w *writer) exec(ctx context.Context, statements ...string) error {
	for _, statement := range statements {
		if err := w.db.Write.WithContext(ctx).Exec(w.numbers.in(statement)).Error; err != nil {
			line, _, _ := strings.Cut(strings.TrimSpace(statement), "\n")
			return fmt.Errorf("%.80s: %w", line, err)
		}
	}
	return nil
}

// begin takes the indexes and triggers away: rows go in faster without, and indexes are
// made faster at once.
func (w *writer) begin(ctx context.Context) error {
	var objects []struct{ Type, Name, SQL string }
	err := w.db.Write.WithContext(ctx).Raw(`SELECT type, name, sql FROM sqlite_master
		WHERE type = 'trigger' OR type = 'index' AND sql IS NOT NULL ORDER BY type`).Scan(&objects).Error
	if err != nil {
		return err
	}
	for _, o := range objects {
		w.extras = append(w.extras, o.SQL)
		if err := w.exec(ctx, "DROP "+o.Type+" "+o.Name); err != nil {
			return err
		}
	}
	return errors.Join(w.exec(ctx, "PRAGMA synchronous = OFF", "PRAGMA foreign_keys = OFF", "PRAGMA cache_size = -262144",
		"CREATE TEMP TABLE n (i INTEGER PRIMARY KEY)",
		"INSERT INTO n WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < max(@songs, @items, @words)) SELECT i FROM c"), w.words(ctx))
}

// words writes the words of titles.
func (w *writer) words(ctx context.Context) error {
	if err := w.exec(ctx, "CREATE TEMP TABLE letters (k INTEGER PRIMARY KEY, c TEXT)"); err != nil {
		return err
	}
	all := letters()
	for k, c := range all {
		if err := w.db.Write.WithContext(ctx).Exec("INSERT INTO letters VALUES (?, ?)", k, c).Error; err != nil {
			return err
		}
	}
	w.numbers["letters"] = int64(len(all))
	at := func(k string) string { return "(SELECT c FROM letters WHERE k = (" + k + ") % @letters)" }
	return w.exec(ctx, "CREATE TEMP TABLE words (k INTEGER PRIMARY KEY, w TEXT)",
		"INSERT INTO words SELECT i - 1, "+at("i * 7919")+" || "+at("i * 104729 + 5")+" || CASE i % 3 WHEN 0 THEN '' ELSE "+at("i * 1299709 + 3")+" END FROM n WHERE i <= @words")
}

func (w *writer) rows(ctx context.Context) error {
	for _, t := range tables {
		if err := w.timed(t.name, func() error { return w.exec(ctx, t.statements...) }); err != nil {
			return err
		}
	}
	return nil
}

// end makes the indexes and triggers again.
func (w *writer) end(ctx context.Context) error {
	return w.timed("indexes", func() error {
		if err := w.exec(ctx, w.extras...); err != nil {
			return err
		}
		return w.exec(ctx, "DROP TABLE temp.n", "DROP TABLE temp.letters", "DROP TABLE temp.words", "PRAGMA synchronous = NORMAL", "PRAGMA foreign_keys = ON")
	})
}
