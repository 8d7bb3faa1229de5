package store

import (
	"context"
	"fmt"
	"slices"

	"catalogsync/models"
)

// exportSongColumns are the columns of a models.ExportSong, of a row of songs named s.
const exportSongColumns = `s.id AS song_id, s.platform, s.remote_song_id, s.name, s.singers, s.album, s.duration_ms,
	s.availability, s.availability_code, s.availability_reason,
	COALESCE(t.last_error_code, '') AS last_error_code, COALESCE(t.last_error, '') AS last_error`

// ListExportSongs lists a playlist's songs in order with their active local files.
// asOfMS is the instant whose list is meant, replayed from its changes; 0 is now. No
// transaction is held, so a caller that then reads files for hours keeps no snapshot open.
func (s *Store) ListExportSongs(ctx context.Context, playlistID, asOfMS int64) ([]models.ExportSong, error) {
	list := s.exportSongsNow
	if asOfMS != 0 {
		list = func(ctx context.Context, id int64) ([]models.ExportSong, error) {
			return s.exportSongsAt(ctx, id, asOfMS)
		}
	}
	songs, err := list(ctx, playlistID)
	if err != nil {
		return nil, fmt.Errorf("list export songs of playlist %d: %w", playlistID, err)
	}
	if err := s.attachExportFiles(ctx, songs); err != nil {
		return nil, fmt.Errorf("list export files of playlist %d: %w", playlistID, err)
	}
	return songs, nil
}

func (s *Store) exportSongsNow(ctx context.Context, playlistID int64) ([]models.ExportSong, error) {
	var songs []models.ExportSong
	err := s.read(ctx).Table("playlist_songs AS l").
		Select("l.occurrence, "+exportSongColumns).
		Joins("JOIN songs AS s ON s.id = l.song_id").
		Joins("LEFT JOIN download_tasks AS t ON t.song_id = l.song_id").
		Where("l.playlist_id = ? AND l.gone_at_ms = 0", playlistID).
		Order("l.position, l.song_id, l.occurrence").Scan(&songs).Error
	return songs, err
}

// exportSongsAt lists what stood on the playlist then, in the order of that time.
func (s *Store) exportSongsAt(ctx context.Context, playlistID, atMS int64) ([]models.ExportSong, error) {
	members, err := s.PlaylistMembersAt(ctx, playlistID, atMS)
	if err != nil {
		return nil, err
	}
	byID := make(map[int64]models.ExportSong, len(members))
	for chunk := range slices.Chunk(members, chunkIDs) {
		ids := make([]int64, len(chunk))
		for i, m := range chunk {
			ids[i] = m.SongID
		}
		var found []models.ExportSong
		err := s.read(ctx).Table("songs AS s").Select(exportSongColumns).
			Joins("LEFT JOIN download_tasks AS t ON t.song_id = s.id").Where("s.id IN ?", ids).Scan(&found).Error
		if err != nil {
			return nil, err
		}
		for _, song := range found {
			byID[song.SongID] = song
		}
	}
	songs := make([]models.ExportSong, len(members))
	for i, m := range members {
		songs[i] = byID[m.SongID]
		songs[i].Occurrence = m.Occurrence
	}
	return songs, nil
}

// attachExportFiles fills in the songs' files, ordered by location.
func (s *Store) attachExportFiles(ctx context.Context, songs []models.ExportSong) error {
	places := map[int64][]int{} // song → its places in the list
	var ids []int64
	for i := range songs {
		id := songs[i].SongID
		if _, seen := places[id]; !seen {
			ids = append(ids, id)
		}
		places[id] = append(places[id], i)
	}
	for chunk := range slices.Chunk(ids, chunkIDs) {
		var files []models.ExportFile
		err := s.read(ctx).Table("file_locations AS f").
			Select(`f.song_id, f.id AS location_id, a.id AS asset_id, f.is_primary, a.source, a.source_song_id, a.quality, a.ext,
				a.duration_ms, a.file_size_bytes, a.sha256, a.crc32, b.root, f.locator, f.mod_time_ms`).
			Joins("JOIN file_assets AS a ON a.id = f.file_asset_id").
			Joins("JOIN storage_backends AS b ON b.id = f.backend_id").
			Where("f.song_id IN ? AND f.status = ? AND b.type = ?", chunk, models.LocationActive, models.BackendLocalFS).
			Order("f.song_id, f.id").
			Scan(&files).Error
		if err != nil {
			return err
		}
		for _, f := range files {
			for _, i := range places[f.SongID] {
				songs[i].Files = append(songs[i].Files, f)
			}
		}
	}
	return nil
}
