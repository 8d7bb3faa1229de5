package store

import (
	"context"
	"errors"
	"fmt"

	"gorm.io/gorm"

	"catalogsync/models"
)

// GetSongFiles gets a song and its files on local_fs backends, the primary one first.
func (s *Store) GetSongFiles(ctx context.Context, songID int64) (models.SongFiles, error) {
	var f models.SongFiles
	err := s.read(ctx).Take(&f.Song, "id = ?", songID).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return f, models.NotFound("there is no song %d", songID)
	}
	if err == nil {
		err = localFiles(s.read(ctx)).Where("l.song_id = ?", songID).
			Order("l.is_primary DESC, l.id DESC").Scan(&f.Files).Error
	}
	if err != nil {
		return f, fmt.Errorf("get song %d and its files: %w", songID, err)
	}
	return f, nil
}

// ListPlacing lists the files of which it is not known whether they got their name: a
// process ended between writing them down and confirming them.
func (s *Store) ListPlacing(ctx context.Context) ([]models.LocalFile, error) {
	var files []models.LocalFile
	err := localFiles(s.read(ctx)).Where("l.status = 'placing'").Order("l.id").Scan(&files).Error
	if err != nil {
		return nil, fmt.Errorf("list files that were being placed: %w", err)
	}
	return files, nil
}

func localFiles(db *gorm.DB) *gorm.DB {
	return db.Table("file_locations l").
		Select(`l.id AS location_id, l.song_id, l.backend_id, b.root, l.locator, l.status,
			a.file_size_bytes AS size_bytes, a.sha256, a.served_sha256, a.served_bytes, a.source`).
		Joins("JOIN file_assets a ON a.id = l.file_asset_id").
		Joins("JOIN storage_backends b ON b.id = l.backend_id AND b.type = ?", models.BackendLocalFS)
}

// FindNameOwner tells which song has the name with this key (library.NameKey) on a
// backend; false when it is free.
func (s *Store) FindNameOwner(ctx context.Context, backendID int64, key string) (songID int64, found bool, err error) {
	var owners []int64
	err = s.read(ctx).Model(&models.FileLocation{}).
		Where("backend_id = ? AND locator_key = ? AND status <> ?", backendID, key, models.LocationInactive).
		Order("id").Limit(1).Pluck("song_id", &owners).Error
	if err != nil {
		return 0, false, fmt.Errorf("find owner of %q: %w", key, err)
	}
	if len(owners) == 0 {
		return 0, false, nil
	}
	return owners[0], true, nil
}
