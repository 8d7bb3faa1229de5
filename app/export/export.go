// Package export hands playlists to the operator's own machine as a ZIP.
//
// Nothing is compressed and every file's size and CRC-32 are known since its download,
// so each byte of an archive is decided before the first one is sent. A Plan is that
// decision: from it follow the exact size, a strong ETag, and any byte range, and the
// archive is streamed from the library without a copy and without reading a file twice.
//
// Layout of an archive, one folder a playlist:
//
//	<playlist>/<NNN - artist - title.ext>   in the playlist's order
//	<playlist>/<playlist>.m3u8              relative paths
//	<playlist>/manifest.json                what is in, what is missing and why
//
// The same state gives the same bytes: times of files are those of the library, the
// times of the two texts that of the folder's newest file.
package export

import (
	"context"
	"io"
	"time"

	"catalogsync/models"
)

// Store is what exports read and keep.
type Store interface {
	FindPlaylistsByIDs(ctx context.Context, ids []int64) ([]models.Playlist, error)
	// ListExportSongs lists a playlist's songs in order, as of an instant (0 = now).
	ListExportSongs(ctx context.Context, playlistID, asOfMS int64) ([]models.ExportSong, error)
	// MarkMissing notes that files of a song are not where, or not what, they should be.
	MarkMissing(ctx context.Context, songID int64, locationIDs []int64) error
	CreateBundle(ctx context.Context, b *models.ExportBundle) error
	FindBundle(ctx context.Context, name string) (*models.ExportBundle, error)
	ListBundles(ctx context.Context, nowMS int64, limit int) ([]models.ExportBundle, error)
	DeleteExpiredBundles(ctx context.Context, nowMS int64) (int64, error)
}

// Config is what a Service needs besides its store.
type Config struct {
	Now       func() time.Time
	Random    io.Reader     // names of bundles
	BundleTTL time.Duration // 0 = 24 h
	MaxSongs  int64         // of one archive, 0 = 100,000; bounds a plan's memory
}

const (
	defaultBundleTTL = 24 * time.Hour
	defaultMaxSongs  = 100_000
)

// Service prepares archives and keeps bundles.
type Service struct {
	store Store
	cfg   Config
}

// New makes a service.
func New(store Store, cfg Config) *Service {
	if cfg.BundleTTL == 0 {
		cfg.BundleTTL = defaultBundleTTL
	}
	if cfg.MaxSongs == 0 {
		cfg.MaxSongs = defaultMaxSongs
	}
	return &Service{store: store, cfg: cfg}
}

// Scope says what an archive holds. A bundle keeps it as JSON.
type Scope struct {
	PlaylistIDs []int64 `json:"playlist_ids"`
	// AsOfMS fixes the lists at an instant, so that a bundle stays what it was when it
	// was prepared; 0 = as they are.
	AsOfMS int64 `json:"as_of_ms,omitempty"`
	// Partial takes what is there; without it a playlist that is not complete is refused.
	Partial bool `json:"partial,omitempty"`
}
