package store

import (
	"context"
	"fmt"

	"catalogsync/models"
)

// ListSamples lists a few songs that are here, the newest first, each with its file.
func (s *Store) ListSamples(ctx context.Context, limit int) ([]models.SampleSong, error) {
	var files []models.FileAsset
	err := s.read(ctx).Joins("JOIN file_locations l ON l.file_asset_id = file_assets.id AND l.status = 'active' AND l.is_primary").
		Order("l.id DESC").Limit(limit).Find(&files).Error
	if err != nil {
		return nil, fmt.Errorf("list sample files: %w", err)
	}
	list := make([]models.SampleSong, len(files))
	for i, f := range files {
		list[i].Asset = f
		if err := s.read(ctx).Take(&list[i].Song, "id = ?", f.SongID).Error; err != nil {
			return nil, fmt.Errorf("get sample song %d: %w", f.SongID, err)
		}
	}
	return list, nil
}
