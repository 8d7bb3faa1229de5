package archive

import (
	"sync"
	"time"
)

const (
	// cachedItems are kept for as long as the songs of one release take to download, so
	// that they cost one request and not one each.
	cachedItems = 32
	cachedFor   = 10 * time.Minute
	// largestCached is the size of an answer from which it is not kept.
	largestCached = 1 << 20
)

// itemCache keeps items that were asked for a moment ago.
type itemCache struct {
	now   func() time.Time
	mu    sync.Mutex
	items map[string]cached
}

type cached struct {
	item *item
	at   time.Time
}

func newItemCache(now func() time.Time) *itemCache {
	return &itemCache{now: now, items: map[string]cached{}}
}

func (c *itemCache) get(id string) (*item, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	kept, ok := c.items[id]
	if !ok || c.now().Sub(kept.at) > cachedFor {
		return nil, false
	}
	return kept.item, true
}

// put keeps an item, in place of the oldest when there are enough.
func (c *itemCache) put(it *item) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if it.bytes > largestCached {
		return
	}
	c.items[it.id] = cached{it, c.now()}
	if len(c.items) <= cachedItems {
		return
	}
	oldest := it.id
	for id, kept := range c.items {
		if kept.at.Before(c.items[oldest].at) {
			oldest = id
		}
	}
	delete(c.items, oldest)
}
