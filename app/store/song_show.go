package store

import (
	"context"
	"fmt"

	"catalogsync/models"
)

// GetSong gets one song with its file; a missing one is a ClassNotFound error.
func (s *Store) GetSong(ctx context.Context, id int64) (models.SongRow, error) {
	rows, err := s.songRows(ctx, []int64{id})
	if err != nil {
		return models.SongRow{}, fmt.Errorf("get song %d: %w", id, err)
	}
	if len(rows) == 0 {
		return models.SongRow{}, models.NotFound("there is no song %d", id)
	}
	return rows[0], nil
}

// ListSongPlaylists lists the playlists that a song is on, the most played first, at most
// limit of them, and how many there are.
func (s *Store) ListSongPlaylists(ctx context.Context, songID int64, limit int) ([]models.SongPlaylist, int64, error) {
	var total int64
	err := s.read(ctx).Raw("SELECT count(DISTINCT playlist_id) FROM playlist_songs WHERE song_id = ? AND gone_at_ms = 0", songID).Scan(&total).Error
	if err != nil {
		return nil, 0, fmt.Errorf("count playlists of song %d: %w", songID, err)
	}
	var list []models.SongPlaylist
	err = s.read(ctx).Raw(`SELECT DISTINCT p.id, p.name, p.platform, 1 AS songs FROM playlist_songs ps JOIN playlists p ON p.id = ps.playlist_id
		WHERE ps.song_id = ? AND ps.gone_at_ms = 0 ORDER BY p.play_count DESC, p.id LIMIT ?`, songID, limit).Scan(&list).Error
	if err != nil {
		return nil, 0, fmt.Errorf("list playlists of song %d: %w", songID, err)
	}
	return list, total, nil
}

// GetSongAudio gets where a song's file lies. A song that does not exist, or has no active
// local file, is a ClassNotFound error.
func (s *Store) GetSongAudio(ctx context.Context, songID int64) (models.SongAudio, error) {
	var files []models.SongAudio
	err := s.read(ctx).Raw(`SELECT s.name, a.ext, a.sha256, b.root, l.locator
		FROM song_files f
		JOIN songs s ON s.id = f.song_id
		JOIN file_assets a ON a.id = f.file_asset_id
		JOIN file_locations l ON l.id = f.file_location_id
		JOIN storage_backends b ON b.id = l.backend_id
		WHERE f.song_id = ?`, songID).Scan(&files).Error
	if err != nil {
		return models.SongAudio{}, fmt.Errorf("find file of song %d: %w", songID, err)
	}
	if len(files) == 0 {
		return models.SongAudio{}, models.NotFound("song %d has no file in the library; download it first", songID)
	}
	return files[0], nil
}

// ListMissingIDs lists those of the songs that are neither here nor no songs, in the order
// of ids, each once. Ids that nothing has are left out.
func (s *Store) ListMissingIDs(ctx context.Context, ids []int64) (missing []int64, here int, err error) {
	var songs []models.Song
	err = s.read(ctx).Raw("SELECT id, downloaded, availability FROM songs WHERE id IN ? ORDER BY id DESC", ids).Scan(&songs).Error
	if err != nil {
		return nil, 0, fmt.Errorf("look which songs are missing: %w", err)
	}
	for _, song := range songs {
		switch {
		case song.Downloaded:
			here++
		case song.Availability != models.AvailabilityNotMusic:
			missing = append(missing, song.ID)
		}
	}
	return missing, here, nil
}
