package catalog

import (
	"iter"
	"slices"
)

// Playlists goes through all playlists of all platforms.
func (c *Catalog) Playlists() iter.Seq[*Playlist] {
	return func(yield func(*Playlist) bool) {
		for _, p := range Platforms {
			for k := range kinds {
				for i := range c.Count(p, k) {
					if !yield(c.PlaylistAt(p, k, i)) {
						return
					}
				}
			}
		}
	}
}

// Shelf goes through the music on a platform's playlists, each song once.
func (c *Catalog) Shelf(p Platform) iter.Seq[*Song] {
	return func(yield func(*Song) bool) {
		s := &c.shelf[p]
		for work := s.first; work < s.first+s.songs; work++ {
			if !yield(c.Song(p, Ref{Work: work})) {
				return
			}
		}
	}
}

// NotMusic is the number of rows on a platform's charts that are no songs.
func (c *Catalog) NotMusic(p Platform) int { return c.shelf[p].notMusic }

// Fate tells what was decided for a work.
func (c *Catalog) Fate(work int) Fate { return c.fate(work) }

// ServedBy lists the platforms among from that serve a work's original in full.
func (c *Catalog) ServedBy(work int, from ...Platform) []Platform {
	var served []Platform
	for _, p := range from {
		if c.serving(p, work) == Served {
			served = append(served, p)
		}
	}
	return served
}

// Obtainable counts the songs on all playlists that some platform among from serves.
func (c *Catalog) Obtainable(from ...Platform) int {
	var n int
	for _, p := range Platforms {
		for s := range c.Shelf(p) {
			if slices.ContainsFunc(from, func(f Platform) bool { return c.serving(f, s.Ref.Work) == Served }) {
				n++
			}
		}
	}
	return n
}

// IsHostile tells whether a work has one of the titles that break programs.
func (c *Catalog) IsHostile(work int) bool {
	_, ok := c.hostile[work]
	return ok
}
