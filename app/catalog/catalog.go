// Package catalog fills the catalogue: it collects the playlists of a platform's pools,
// fetches the songs of playlists, and takes playlists that are named by hand.
//
// Everything that comes from a platform passes through sanitize.go before it is stored:
// valid text without control characters, bounded lengths, web addresses only.
package catalog

import (
	"context"

	"catalogsync/app/sources"
	"catalogsync/models"
)

// Store is what the catalogue needs of the database.
type Store interface {
	SavePoolPage(ctx context.Context, platform string, kind models.PoolKind, list []models.Playlist) (models.PoolPageOutcome, error)
	FinishPool(ctx context.Context, platform string, kind models.PoolKind) error
	AddPlaylists(ctx context.Context, kind models.PoolKind, refs []models.PlaylistRef) ([]int64, error)
	// FindPlaylistsByRef answers those that exist, by platform, remote id and kind as asked.
	FindPlaylistsByRef(ctx context.Context, refs []models.PlaylistRef) (map[models.PlaylistRef]models.Playlist, error)
	// FindPlaylist answers nil when there is none.
	FindPlaylist(ctx context.Context, id int64) (*models.Playlist, error)
	SaveSync(ctx context.Context, f models.FetchedPlaylist) (models.SyncOutcome, error)
	MarkChecked(ctx context.Context, playlistIDs []int64) error
	MarkSyncFailed(ctx context.Context, playlistID int64, code models.Code, text string) error
}

// Collectors finds the source that a platform is collected from; sources.Registry is one.
type Collectors interface {
	Collector(name string) (sources.Collector, error)
}

// DefaultPageLimit ends a collect of a pool whose upstream never gives an end sign.
const DefaultPageLimit = 400

// Service holds the use cases of the catalogue.
type Service struct {
	store     Store
	sources   Collectors
	pageLimit int
}

// New makes the service; pageLimit bounds the pages of one pool, below 1 means
// DefaultPageLimit.
func New(store Store, sources Collectors, pageLimit int) *Service {
	if pageLimit < 1 {
		pageLimit = DefaultPageLimit
	}
	return &Service{store: store, sources: sources, pageLimit: pageLimit}
}
