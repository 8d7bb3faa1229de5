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
//	<playlist>/<NNN - artist - title.lrc>   and .jpg, .png: what lies beside a song
//	<playlist>/cover.jpg                    or .png: the playlist's cover
//	<playlist>/<playlist>.m3u8              relative paths
//	<playlist>/manifest.json                what is in, what is missing and why
//
// With models.LayoutShared each song is there once, as songs/<artist - title.ext>, and the
// lists point at it. An archive can be split into parts that are archives of their own: a
// playlist's two texts are then, the same, in every part that has songs of its folder, and
// the parts unpacked over each other are the whole.
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
	// DeleteBundle removes a bundle; false when there is none of that name.
	DeleteBundle(ctx context.Context, name string) (bool, error)
	DeleteExpiredBundles(ctx context.Context, nowMS int64) (int64, error)
}

// Config is what a Service needs besides its store.
type Config struct {
	Now       func() time.Time
	Random    io.Reader     // names of bundles
	BundleTTL time.Duration // 0 = 24 h
	MaxSongs  int64         // of one archive, 0 = 100,000; bounds a plan's memory
	Waiting   WaitingStore  // nil = no export waits for downloads
	// CoversDir keeps the covers of playlists, which Pictures gets; without them archives
	// have none.
	CoversDir string
	Pictures  PictureFetcher
}

const (
	defaultBundleTTL = 24 * time.Hour
	defaultMaxSongs  = 100_000
)

// Service prepares archives and keeps bundles.
type Service struct {
	store    Store
	cfg      Config
	sidecars *sidecarSums
	covers   *covers
}

// New makes a service.
func New(store Store, cfg Config) *Service {
	if cfg.BundleTTL == 0 {
		cfg.BundleTTL = defaultBundleTTL
	}
	if cfg.MaxSongs == 0 {
		cfg.MaxSongs = defaultMaxSongs
	}
	sidecars := newSidecarSums()
	return &Service{store: store, cfg: cfg, sidecars: sidecars, covers: newCovers(cfg, sidecars)}
}

// Scope says what an archive holds and how. A bundle keeps it as JSON; its AsOfMS is then
// the time when it was prepared, so that it stays what it was.
type Scope struct {
	PlaylistIDs []int64 `json:"playlist_ids"`
	models.ExportForm
}
