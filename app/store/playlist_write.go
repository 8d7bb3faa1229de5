package store

import (
	"context"
	"fmt"
	"slices"

	"gorm.io/gorm"

	"catalogsync/app/revision"
	"catalogsync/models"
)

// SetWanted marks playlists for download, or takes the mark away, and returns how many
// were not so before.
func (s *Store) SetWanted(ctx context.Context, ids []int64, wanted bool) (changed int64, err error) {
	nowMS := s.nowMS()
	err = s.write(ctx, []revision.Topic{revision.Playlists}, func(tx *gorm.DB) error {
		for chunk := range slices.Chunk(ids, chunkIDs) {
			res := tx.Model(&models.Playlist{}).Where("id IN ? AND wanted <> ?", chunk, wanted).
				Updates(map[string]any{"wanted": wanted, "updated_at_ms": nowMS})
			if res.Error != nil {
				return res.Error
			}
			changed += res.RowsAffected
		}
		return nil
	})
	if err != nil {
		return 0, fmt.Errorf("mark %d playlists: %w", len(ids), err)
	}
	return changed, nil
}
