package store

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"catalogsync/models"
)

// ListPlannedPlaylists lists the playlists that a job works on, in the order in which their
// songs should be downloaded.
func (s *Store) ListPlannedPlaylists(ctx context.Context, jobID int64) ([]models.Playlist, error) {
	var list []models.Playlist
	err := s.read(ctx).Table("job_playlists jp").Select("p.id, p.priority").
		Joins("JOIN playlists p ON p.id = jp.playlist_id").
		Where("jp.job_run_id = ?", jobID).
		Order("p.priority DESC, jp.position, p.id").Scan(&list).Error
	if err != nil {
		return nil, fmt.Errorf("list playlists of job %d: %w", jobID, err)
	}
	return list, nil
}

// A song that no source had says when it is to be searched again.
const (
	joinRests = `LEFT JOIN download_tasks t ON s.availability = 'unavailable' AND t.song_id = s.id`
	nextTry   = `COALESCE(t.next_try_ms, 0) AS next_try_ms`
)

// ListMissingSongs lists the songs of a playlist that are not downloaded, in its order,
// those that are not to be had included. after is the last song of the page before, nil
// for the first page. A song that stands twice on the playlist comes twice.
func (s *Store) ListMissingSongs(ctx context.Context, playlistID int64, after *models.PlannedSong, limit int) ([]models.PlannedSong, error) {
	position, songID, occurrence := -1, int64(0), 0
	if after != nil {
		position, songID, occurrence = after.Position, after.ID, after.Occurrence
	}
	var songs []models.PlannedSong
	err := s.read(ctx).Raw(`SELECT s.id, s.platform, s.name, s.singers, `+nextTry+`, ps.position, ps.occurrence
		FROM playlist_songs ps JOIN songs s ON s.id = ps.song_id `+joinRests+`
		WHERE ps.playlist_id = ? AND ps.gone_at_ms = 0 AND NOT s.downloaded
		AND (ps.position, ps.song_id, ps.occurrence) > (?, ?, ?)
		ORDER BY ps.position, ps.song_id, ps.occurrence LIMIT ?`,
		playlistID, position, songID, occurrence, limit).Scan(&songs).Error
	if err != nil {
		return nil, fmt.Errorf("list missing songs of playlist %d: %w", playlistID, err)
	}
	return songs, nil
}

// ListAllMissingSongs lists the songs of some platforms (none = all) that are not
// downloaded, by id, from the one after afterID on.
func (s *Store) ListAllMissingSongs(ctx context.Context, platforms []string, afterID int64, limit int) ([]models.PlannedSong, error) {
	q := s.read(ctx).Table("songs s").Joins(joinRests).Select("s.id, s.platform, s.name, s.singers, "+nextTry).
		Where("s.id > ? AND NOT s.downloaded", afterID)
	if len(platforms) > 0 {
		// The joined text keeps SQLite from going by platform, which would sort all its songs
		// for each page.
		q = q.Where("s.platform || '' IN ?", platforms)
	}
	var songs []models.PlannedSong
	if err := q.Order("s.id").Limit(limit).Scan(&songs).Error; err != nil {
		return nil, fmt.Errorf("list missing songs: %w", err)
	}
	return songs, nil
}

// linkedItems is the number of items whose playlists are looked up at once.
const linkedItems = 5000

// LinkPlaylistsOfItems says that a job works on all playlists on which a song of the
// stage's items stands. It reads in pages and writes in batches, so that nobody waits long
// for the writer.
func (s *Store) LinkPlaylistsOfItems(ctx context.Context, jobID, stageID int64) error {
	touched := map[int64]bool{}
	for lastKey, more := "", true; more; {
		var items []models.JobItem
		err := s.read(ctx).Select("item_key", "song_id").Where("job_stage_id = ? AND item_key > ?", stageID, lastKey).
			Order("item_key").Limit(linkedItems).Find(&items).Error
		if err == nil {
			err = s.addPlaylistsOf(ctx, items, touched)
		}
		if err != nil {
			return fmt.Errorf("find playlists of stage %d: %w", stageID, err)
		}
		if more = len(items) == linkedItems; more {
			lastKey = items[len(items)-1].ItemKey
		}
	}
	for chunk := range slices.Chunk(slices.Sorted(maps.Keys(touched)), linkedItems) {
		if err := s.LinkJobPlaylists(ctx, jobID, chunk); err != nil {
			return fmt.Errorf("link playlists of stage %d: %w", stageID, err)
		}
	}
	return nil
}

// addPlaylistsOf notes the playlists on which the items' songs stand.
func (s *Store) addPlaylistsOf(ctx context.Context, items []models.JobItem, touched map[int64]bool) error {
	songs := make([]int64, 0, len(items))
	for _, item := range items {
		if item.SongID != nil {
			songs = append(songs, *item.SongID)
		}
	}
	for chunk := range slices.Chunk(songs, chunkIDs) {
		var ids []int64
		err := s.read(ctx).Model(&models.PlaylistSong{}).Where("song_id IN ? AND gone_at_ms = 0", chunk).
			Distinct().Pluck("playlist_id", &ids).Error
		if err != nil {
			return err
		}
		for _, id := range ids {
			touched[id] = true
		}
	}
	return nil
}
