// Package catalog is what the demo upstream's platforms offer: invented works, who plays
// them, which playlists hold them, and which platform serves what. Platforms only differ
// in how they say it.
//
// Nothing is stored. A work's title, artists, length and fate are computed from its
// number and the seed whenever they are asked for, and a search is answered by computing
// the number of a title. A catalogue of a million songs costs no more memory and no more
// time to make than one of ten.
package catalog

import (
	"fmt"
	"sync"
	"time"
)

// Platform is one of the platforms that the demo speaks for.
type Platform int

// The platforms, in the order of the real ones' size.
const (
	NetEase Platform = iota
	QQ
	Kuwo
	platforms
)

// Platforms lists all platforms.
var Platforms = []Platform{NetEase, QQ, Kuwo}

// String is the platform's source name.
func (p Platform) String() string {
	return [...]string{"netease", "qq", "kuwo"}[p]
}

// Kind is a pool of playlists.
type Kind int

// The two pools of each platform.
const (
	Square Kind = iota
	Toplist
	kinds
)

// String is the pool's name.
func (k Kind) String() string {
	return [...]string{"playlist_square", "toplist"}[k]
}

// Config sizes a catalogue.
type Config struct {
	// Playlists is the number of playlists in all: squares and toplists of all platforms.
	Playlists int
	// Songs is the number of distinct (platform, song) pairs on those playlists in all,
	// rows that are not music included.
	Songs int
	Seed  int64
	// Hostile puts markup, paths and other traps into some names, when there are at
	// least minHostileSongs songs.
	Hostile bool
	// MinLength and MaxLength are the limits of the songs' length.
	MinLength, MaxLength time.Duration
}

// Catalog answers what exists. It is immutable and safe for concurrent use.
type Catalog struct {
	cfg   Config
	seed  uint64
	shelf [platforms]shelf
	works int // number of works in all
	// title shuffles works, names scatters titles so that a small catalogue has all kinds
	// of them, fates deals out fates.
	title, names, fates bijection
	words               func() *titleWordsFolded
	// hostile maps a work to its hostile title.
	hostile map[int]string
}

// shelf is one platform's share.
type shelf struct {
	playlists [kinds]int
	// first and songs give the works on this platform's playlists: first … first+songs-1.
	first, songs int
	// notMusic is the number of rows of the spoken-word chart that are no songs.
	notMusic int
}

const (
	minHostileSongs = 30
	maxPlaylists    = 1_000_000
	maxSongs        = 50_000_000
	longestSong     = time.Hour
)

// New makes the catalogue of cfg. Zero lengths mean 8 and 25 seconds.
func New(cfg Config) (*Catalog, error) {
	if cfg.MinLength == 0 && cfg.MaxLength == 0 {
		cfg.MinLength, cfg.MaxLength = 8*time.Second, 25*time.Second
	}
	switch {
	case cfg.Playlists < 1 || cfg.Playlists > maxPlaylists:
		return nil, fmt.Errorf("make demo catalogue: playlists must be 1 to %d, not %d", maxPlaylists, cfg.Playlists)
	case cfg.Songs < 1 || cfg.Songs > maxSongs:
		return nil, fmt.Errorf("make demo catalogue: songs must be 1 to %d, not %d", maxSongs, cfg.Songs)
	case cfg.MinLength < time.Second || cfg.MaxLength < cfg.MinLength || cfg.MaxLength > longestSong:
		return nil, fmt.Errorf("make demo catalogue: song lengths must be 1s to %v and in order, not %v to %v",
			longestSong, cfg.MinLength, cfg.MaxLength)
	}
	c := &Catalog{cfg: cfg, seed: mix(uint64(cfg.Seed) + 0x5EED)}
	c.sharePlaylists()
	c.shareSongs()
	c.title = newBijection(c.works, c.seed)
	c.names = newBijection(titles, c.seed+1)
	c.fates = newBijection(fateCycle, c.seed+2)
	c.words = sync.OnceValue(foldTitleWords)
	c.hostile = map[int]string{}
	if cfg.Hostile && cfg.Songs >= minHostileSongs {
		c.placeHostile()
	}
	return c, nil
}

// Count is the number of playlists in a pool.
func (c *Catalog) Count(p Platform, k Kind) int { return c.shelf[p].playlists[k] }

// Songs is the number of distinct songs on a platform's playlists, rows that are not
// music included.
func (c *Catalog) Songs(p Platform) int { return c.shelf[p].songs + c.shelf[p].notMusic }

// Works is the number of works in all; they are numbered from 0.
func (c *Catalog) Works() int { return c.works }

// Seed is a number derived from the seed, for things beside the catalogue.
func (c *Catalog) Seed() uint64 { return c.seed }

// onShelf tells whether a work is on some playlist of p.
func (c *Catalog) onShelf(p Platform, work int) bool {
	s := &c.shelf[p]
	return work >= s.first && work < s.first+s.songs
}

// home is the first platform that has a work on its playlists.
func (c *Catalog) home(work int) Platform {
	for _, p := range Platforms {
		if c.onShelf(p, work) {
			return p
		}
	}
	return NetEase
}
