package store

import (
	"context"
	"time"
)

// FreePages counts the pages of the database file that can be given back.
func (s *Store) FreePages(ctx context.Context) (int64, error) { return s.db.FreePages(ctx) }

// ReclaimPages gives back at most n of them and tells how long the writer was held.
func (s *Store) ReclaimPages(ctx context.Context, n int) (time.Duration, error) {
	return s.db.ReclaimPages(ctx, n)
}

// Optimize brings the planner's statistics up to date and tells how long the writer was held.
func (s *Store) Optimize(ctx context.Context) (time.Duration, error) { return s.db.Optimize(ctx) }

// TruncateLog empties the write-ahead log and tells how long the writer was held.
func (s *Store) TruncateLog(ctx context.Context) (time.Duration, error) { return s.db.TruncateLog(ctx) }
