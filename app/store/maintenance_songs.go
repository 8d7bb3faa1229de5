package store

import (
	"context"
	"fmt"

	"catalogsync/models"
)

// FindSong finds the song of a platform's id.
func (s *Store) FindSong(ctx context.Context, platform, remoteID string) (models.Song, bool, error) {
	var list []models.Song
	err := s.read(ctx).Where("platform = ? AND remote_song_id = ?", platform, remoteID).Limit(1).Find(&list).Error
	if err != nil {
		return models.Song{}, false, fmt.Errorf("find song %s of %s: %w", remoteID, platform, err)
	}
	if len(list) == 0 {
		return models.Song{}, false, nil
	}
	return list[0], true, nil
}

// FindSongsByText lists songs whose title, artists and album hold every word of a text,
// the newest first.
func (s *Store) FindSongsByText(ctx context.Context, text string, limit int) ([]models.Song, error) {
	found, err := s.search(ctx, models.SearchSongs, text, limit, nil)
	if err != nil || len(found.IDs) == 0 {
		return nil, err
	}
	var list []models.Song
	if err := s.read(ctx).Where("id IN ?", found.IDs).Order("id").Find(&list).Error; err != nil {
		return nil, fmt.Errorf("read songs of %q: %w", text, err)
	}
	return list, nil
}
