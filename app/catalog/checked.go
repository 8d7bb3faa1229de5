package catalog

import (
	"context"
	"sync"

	"catalogsync/models"
)

// checksAtOnce is how many unchanged playlists are noted with one statement.
const checksAtOnce = 500

// checks are the playlists that were found unchanged and are not noted as checked yet.
// What is lost of them when the process dies is fetched once more, by one request each.
type checks struct {
	mu  sync.Mutex
	ids []int64
}

// checked notes that a playlist is as it was. Of one that every job fetches nothing is
// written at all, unless the last sync complained.
func (s *Service) checked(ctx context.Context, p *models.Playlist) error {
	if p.SyncErrorCode != "" {
		return s.store.MarkChecked(ctx, []int64{p.ID})
	}
	asOfNow := *p
	asOfNow.SyncCheckedMS = models.NowMS(s.config.Load().Now())
	if s.Rest().Of(&asOfNow) == 0 {
		return nil
	}
	s.checks.mu.Lock()
	s.checks.ids = append(s.checks.ids, p.ID)
	full := len(s.checks.ids) >= checksAtOnce
	s.checks.mu.Unlock()
	if full {
		return s.Flush(ctx)
	}
	return nil
}

// Flush notes the playlists that were found unchanged. It is called when a sync of many
// has ended; what could not be written is kept for the next time.
func (s *Service) Flush(ctx context.Context) error {
	s.checks.mu.Lock()
	ids := s.checks.ids
	s.checks.ids = nil
	s.checks.mu.Unlock()
	if len(ids) == 0 {
		return nil
	}
	err := s.store.MarkChecked(ctx, ids)
	if err != nil {
		s.checks.mu.Lock()
		s.checks.ids = append(ids, s.checks.ids...)
		s.checks.mu.Unlock()
	}
	return err
}
