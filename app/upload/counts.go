package upload

import (
	"context"
	"slices"
	"sync"
	"time"

	"catalogsync/models"
)

// counts keeps what storages hold and lack for ten times as long as counting took: a page
// that is open in many tabs while files go up must not keep the database busy. What takes
// no time is counted each time.
type counts struct {
	mu   sync.Mutex
	last []models.StorageCounts
	at   time.Time // when the count ended
	took time.Duration
}

func (c *counts) read(ctx context.Context, store Store) ([]models.StorageCounts, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	began := time.Now()
	if !c.at.IsZero() && began.Sub(c.at) < 10*c.took {
		return slices.Clone(c.last), nil
	}
	list, err := store.CountStorages(ctx)
	if err != nil {
		return nil, err
	}
	c.last, c.at = list, time.Now()
	c.took = c.at.Sub(began)
	if c.took < quickCount {
		c.took = 0
	}
	return slices.Clone(list), nil
}

// quickCount is a count that is not worth being kept.
const quickCount = 20 * time.Millisecond
