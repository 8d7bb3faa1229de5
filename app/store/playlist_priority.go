package store

import (
	"context"
	"fmt"

	"catalogsync/models"
)

// SetPriority says how early a playlist is synced, and its songs downloaded, from the next
// job on.
func (s *Store) SetPriority(ctx context.Context, playlistID int64, priority models.PlaylistPriority) error {
	values := map[string]any{"priority": int(priority), "updated_at_ms": s.nowMS()}
	if err := s.updatePlaylists(ctx, []int64{playlistID}, values); err != nil {
		return fmt.Errorf("set priority of playlist %d: %w", playlistID, err)
	}
	return nil
}
