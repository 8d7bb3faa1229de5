package store

import (
	"context"
	"fmt"
	"slices"

	"catalogsync/models"
)

// ListIncompletePlaylists lists the playlists of some platforms (none = all) with songs that
// are not downloaded, in the order in which these should be.
func (s *Store) ListIncompletePlaylists(ctx context.Context, platforms []string) ([]models.Playlist, error) {
	q := s.read(ctx).Model(&models.Playlist{}).Select("id", "priority").
		Where("collected_song_count > downloaded_count").Order("priority DESC, play_count DESC, id")
	if len(platforms) > 0 {
		q = q.Where("platform IN ?", platforms)
	}
	var list []models.Playlist
	if err := q.Find(&list).Error; err != nil {
		return nil, fmt.Errorf("list incomplete playlists: %w", err)
	}
	return list, nil
}

// ListMissingSizes lists the songs that playlists lack, each playlist's in its order, with
// what tells how much is to be fetched. A song that stands twice on one comes twice.
func (s *Store) ListMissingSizes(ctx context.Context, playlistIDs []int64) ([]models.MissingSong, error) {
	var songs []models.MissingSong
	err := s.read(ctx).Raw(`SELECT ps.playlist_id, s.id, s.file_size_bytes, s.duration_ms, s.quality_label, s.availability, `+nextTry+`
		FROM playlist_songs ps JOIN songs s ON s.id = ps.song_id `+joinRests+`
		WHERE ps.playlist_id IN ? AND ps.gone_at_ms = 0 AND NOT s.downloaded
		ORDER BY ps.playlist_id, ps.position, ps.song_id, ps.occurrence`, playlistIDs).Scan(&songs).Error
	if err != nil {
		return nil, fmt.Errorf("list what playlists lack: %w", err)
	}
	return songs, nil
}

// GetPlannedSongs gets songs by their ids, in the order of these. Songs that are gone, or
// were downloaded meanwhile, are left out.
func (s *Store) GetPlannedSongs(ctx context.Context, ids []int64) ([]models.PlannedSong, error) {
	byID := make(map[int64]models.PlannedSong, len(ids))
	for chunk := range slices.Chunk(ids, chunkIDs) {
		var songs []models.PlannedSong
		err := s.read(ctx).Table("songs s").Joins(joinRests).Select("s.id, s.platform, s.name, s.singers, "+nextTry).
			Where("s.id IN ? AND NOT s.downloaded", chunk).Scan(&songs).Error
		if err != nil {
			return nil, fmt.Errorf("get songs to plan: %w", err)
		}
		for _, song := range songs {
			byID[song.ID] = song
		}
	}
	songs := make([]models.PlannedSong, 0, len(ids))
	for _, id := range ids {
		if song, here := byID[id]; here {
			songs = append(songs, song)
		}
	}
	return songs, nil
}

// GetSongAvailability gets what is known about getting a song, with the code and the reason.
func (s *Store) GetSongAvailability(ctx context.Context, songID int64) (models.Song, error) {
	var song models.Song
	err := s.read(ctx).Select("id", "availability", "availability_code", "availability_reason").Take(&song, songID).Error
	if err != nil {
		return song, fmt.Errorf("get availability of song %d: %w", songID, err)
	}
	return song, nil
}
