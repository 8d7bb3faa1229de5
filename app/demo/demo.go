// Package demo is an embedded upstream: one server that speaks the wire formats of
// NetEase, QQ and Kuwo with invented songs, so that the product can be tried, tested and
// measured without the internet. A request for https://<host>/<path> comes as
// /<host>/<path>; the adapters do not know the difference.
//
// What exists is in package catalog, the songs' audio in package audio, each platform's
// format in the package of its name. This package puts them behind one address, counts
// requests, and makes the faults that a caller must live with.
package demo

import (
	"fmt"
	"time"

	"catalogsync/app/demo/audio"
	"catalogsync/app/demo/catalog"
	"catalogsync/app/demo/kuwo"
	"catalogsync/app/demo/netease"
	"catalogsync/app/demo/qq"
	"catalogsync/app/demo/wire"
)

// Config says what the demo offers and how badly it behaves. The zero value of each
// field is its default.
type Config struct {
	// Playlists is the number of playlists in all pools together; 0 = 30.
	Playlists int
	// Songs is the number of distinct songs on them, counted per platform; 0 = 200.
	Songs int
	// Seed decides everything: the same seed and sizes are the same world.
	Seed int64
	// Hostile adds titles that have broken programs (markup, paths, control
	// characters), when there are at least 30 songs.
	Hostile bool
	// MinLength and MaxLength limit the songs' playing time; 0 = 8 s and 25 s.
	MinLength, MaxLength time.Duration
	// Faults are those of all platforms at start.
	Faults Faults
	// Now is the clock; nil = time.Now.
	Now func() time.Time
}

const (
	defaultPlaylists = 30
	defaultSongs     = 200
)

// New makes the demo of cfg. It listens nowhere until Start; as an http.Handler it can
// be put behind any server.
func New(cfg Config) (*Server, error) {
	if cfg.Playlists == 0 {
		cfg.Playlists = defaultPlaylists
	}
	if cfg.Songs == 0 {
		cfg.Songs = defaultSongs
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	c, err := catalog.New(catalog.Config{Playlists: cfg.Playlists, Songs: cfg.Songs, Seed: cfg.Seed,
		Hostile: cfg.Hostile, MinLength: cfg.MinLength, MaxLength: cfg.MaxLength})
	if err != nil {
		return nil, err
	}
	bank, err := audio.NewBank()
	if err != nil {
		return nil, fmt.Errorf("make demo songs: %w", err)
	}
	library := wire.NewLibrary(bank)
	s := &Server{cfg: cfg, catalog: c, library: library, stats: newStats(), platforms: []wire.Platform{
		netease.New(c, library),
		qq.New(c, library),
		kuwo.New(c, library),
	}}
	if err := s.SetFaults("", cfg.Faults); err != nil {
		return nil, err
	}
	return s, nil
}

// Catalog tells what exists and what is served by whom.
func (s *Server) Catalog() *catalog.Catalog { return s.catalog }
