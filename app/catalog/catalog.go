// Package catalog fills the catalogue: it collects the playlists of a platform's pools,
// fetches the songs of playlists, and takes playlists that are named by hand.
//
// Everything that comes from a platform passes through sanitize.go before it is stored:
// valid text without control characters, bounded lengths, web addresses only.
package catalog

import (
	"context"
	"sync/atomic"
	"time"

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

// Config holds what an operator may set; zero values mean the defaults.
type Config struct {
	// PageLimit bounds the pages of one pool; below 1 means DefaultPageLimit.
	PageLimit int
	// LossShare is the part of a playlist's songs, 0 … 1, whose sudden loss is not believed;
	// 0 means DefaultLossShare.
	LossShare float64
	// Rest lets playlists that do not change be fetched less often.
	Rest models.SyncRest
	// Now is the clock; nil means time.Now.
	Now func() time.Time
}

// Service holds the use cases of the catalogue.
type Service struct {
	store   Store
	sources Collectors
	config  atomic.Pointer[Config]
	checks  checks
}

// New makes the service.
func New(store Store, sources Collectors, c Config) *Service {
	s := &Service{store: store, sources: sources}
	s.Configure(c)
	return s
}

// Configure puts other settings into effect, for all that begins from now on.
func (s *Service) Configure(c Config) {
	if c.PageLimit < 1 {
		c.PageLimit = DefaultPageLimit
	}
	if c.LossShare <= 0 {
		c.LossShare = DefaultLossShare
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	s.config.Store(&c)
}

// Rest is how long playlists that do not change are left alone.
func (s *Service) Rest() models.SyncRest { return s.config.Load().Rest }
