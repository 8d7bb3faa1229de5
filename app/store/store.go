// Package store is the only room with queries. Public methods open the transaction;
// the queries inside are small unexported functions that take it, so that they compose.
//
// One file a subject: catalog_*.go, playlist_*.go, song_*.go, file_*.go, job_*.go,
// export_*.go. SQL that only one dialect understands stands in dialect_<name>.go.
package store

import (
	"context"
	"time"

	"gorm.io/gorm"

	"catalogsync/app/database"
	"catalogsync/app/revision"
	"catalogsync/models"
)

// Store reads and writes the database.
type Store struct {
	db  *database.DB
	rev *revision.Counters
	now func() time.Time
	// syncs gathers the fetches that are saved at the same time.
	syncs    syncQueue
	prepared statements
	// remembered keeps what is asked again and again while nothing changes.
	remembered remembered
}

// New makes a store on an open database; rev is bumped after each commit.
func New(db *database.DB, rev *revision.Counters, now func() time.Time) *Store {
	return &Store{db: db, rev: rev, now: now}
}

// read is a handle for queries; it cannot write.
func (s *Store) read(ctx context.Context) *gorm.DB { return s.db.Read.WithContext(ctx) }

// write runs fn in one transaction and counts a change of the topics when it committed.
func (s *Store) write(ctx context.Context, topics []revision.Topic, fn func(tx *gorm.DB) error) error {
	if err := s.db.WithTx(ctx, fn); err != nil {
		return err
	}
	if len(topics) > 0 {
		s.rev.Bump(topics...)
	}
	return nil
}

// nowMS is the clock in Unix milliseconds.
func (s *Store) nowMS() int64 { return models.NowMS(s.now()) }

// batchRows is the number of rows of one multi-row INSERT, and chunkIDs of one IN list.
const (
	batchRows = 500
	chunkIDs  = 500
)

// Ping says whether the database answers.
func (s *Store) Ping(ctx context.Context) error {
	return s.read(ctx).Exec("SELECT 1").Error
}
