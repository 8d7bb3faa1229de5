// Package revision counts changes, so that an unchanged poll is answered before any
// query: a page's polling tag is made of the counters of the topics that it shows.
package revision

import (
	"crypto/rand"
	"encoding/hex"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
)

// Topic is a part of the data whose changes are counted together.
type Topic string

const (
	Playlists Topic = "playlists" // playlists, their pools, flags and counters
	Songs     Topic = "songs"     // songs, links, assets, locations
	Jobs      Topic = "jobs"      // jobs, stages, items, commands, events, logs
	Progress  Topic = "progress"  // live speed and progress of running items
	Exports   Topic = "exports"   // bundles
	Sources   Topic = "sources"   // health of sources
	Schedules Topic = "schedules" // schedules and their runs
	// Maintenance is what was found in the library, and the recycle bin.
	Maintenance Topic = "maintenance"
	Storages    Topic = "storages" // storages, their health, uploads
)

var topics = []Topic{Playlists, Songs, Jobs, Progress, Exports, Sources, Schedules, Maintenance, Storages}

// Counters holds one counter a topic. The zero value is not usable; call New.
type Counters struct {
	epoch    string // tells the tags of this process from those of the last one
	counters map[Topic]*atomic.Uint64

	mu      sync.Mutex
	changed chan struct{} // closed and replaced at each change
}

// New makes counters at zero.
func New() *Counters {
	b := make([]byte, 6)
	if _, err := rand.Read(b); err != nil {
		panic(err) // crypto/rand never fails on supported systems
	}
	c := &Counters{epoch: hex.EncodeToString(b), counters: map[Topic]*atomic.Uint64{}, changed: make(chan struct{})}
	for _, t := range topics {
		c.counters[t] = &atomic.Uint64{}
	}
	return c
}

// Bump counts a change of each topic. Call it after the commit, never before: a reader
// that sees the new number must see the new data.
func (c *Counters) Bump(ts ...Topic) {
	for _, t := range ts {
		c.counters[t].Add(1)
	}
	c.mu.Lock()
	close(c.changed)
	c.changed = make(chan struct{})
	c.mu.Unlock()
}

// Tag is an opaque text that changes whenever one of the topics changed.
func (c *Counters) Tag(ts ...Topic) string {
	var b strings.Builder
	b.WriteString(c.epoch)
	for _, t := range ts {
		b.WriteByte('-')
		b.WriteString(strconv.FormatUint(c.counters[t].Load(), 36))
	}
	return b.String()
}

// Changed is closed at the next change of any topic.
func (c *Counters) Changed() <-chan struct{} {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.changed
}
