package store

import (
	"context"
	"fmt"
	"slices"

	"catalogsync/models"
)

// TallyPlaylists sums up what lists tell of the playlists among ids.
func (s *Store) TallyPlaylists(ctx context.Context, ids []int64) (models.PlaylistTally, error) {
	var sum models.PlaylistTally
	for chunk := range slices.Chunk(ids, chunkIDs) {
		var part models.PlaylistTally
		err := s.read(ctx).Raw(`SELECT count(*) AS playlists, COALESCE(sum(collected_song_count), 0) AS songs, COALESCE(sum(downloaded_count), 0) AS downloaded,
			COALESCE(sum(synced_at_ms > 0 AND empty_reason <> ? AND `+playlistComplete+`), 0) AS complete,
			COALESCE(sum(synced_at_ms = 0 OR empty_reason = ?), 0) AS unsynced, COALESCE(sum(wanted), 0) AS wanted
			FROM playlists WHERE id IN ?`, models.EmptyParseFailed, models.EmptyParseFailed, chunk).Scan(&part).Error
		if err != nil {
			return sum, fmt.Errorf("sum up %d playlists: %w", len(ids), err)
		}
		sum.Playlists += part.Playlists
		sum.Songs += part.Songs
		sum.Downloaded += part.Downloaded
		sum.Complete += part.Complete
		sum.Unsynced += part.Unsynced
		sum.Wanted += part.Wanted
	}
	return sum, nil
}

// talliedAtOnce is the number of playlists whose songs are read at once.
const talliedAtOnce = 100

// EachTalliedSong hands over the songs that are on the playlists now, those on two of them
// at least twice.
func (s *Store) EachTalliedSong(ctx context.Context, playlistIDs []int64, take func([]models.TalliedSong)) error {
	for chunk := range slices.Chunk(playlistIDs, talliedAtOnce) {
		var songs []models.TalliedSong
		err := s.read(ctx).Raw(`SELECT s.id, s.downloaded, s.availability, s.duration_ms, s.file_size_bytes, s.quality_label
			FROM playlist_songs l JOIN songs s ON s.id = l.song_id WHERE l.playlist_id IN ? AND l.gone_at_ms = 0`, chunk).Scan(&songs).Error
		if err != nil {
			return fmt.Errorf("list songs of %d playlists: %w", len(playlistIDs), err)
		}
		take(songs)
	}
	return nil
}

// SumPlaylistBytes is the size of the files of the playlists' songs, those on two of them
// counted once a chunk.
func (s *Store) SumPlaylistBytes(ctx context.Context, playlistIDs []int64) (int64, error) {
	var sum int64
	for chunk := range slices.Chunk(playlistIDs, chunkIDs) {
		var bytes int64
		err := s.read(ctx).Raw(`SELECT COALESCE(sum(a.file_size_bytes), 0) FROM (SELECT DISTINCT song_id FROM playlist_songs WHERE playlist_id IN ? AND gone_at_ms = 0) l
			JOIN song_files f ON f.song_id = l.song_id JOIN file_assets a ON a.id = f.file_asset_id`, chunk).Scan(&bytes).Error
		if err != nil {
			return 0, fmt.Errorf("sum up files of %d playlists: %w", len(playlistIDs), err)
		}
		sum += bytes
	}
	return sum, nil
}

// SumSongBytes is the size of the files of songs.
func (s *Store) SumSongBytes(ctx context.Context, ids []int64) (here, bytes int64, err error) {
	for chunk := range slices.Chunk(ids, chunkIDs) {
		var part struct{ Here, Bytes int64 }
		err := s.read(ctx).Raw(`SELECT count(*) AS here, COALESCE(sum(a.file_size_bytes), 0) AS bytes FROM song_files f
			JOIN file_assets a ON a.id = f.file_asset_id WHERE f.song_id IN ?`, chunk).Scan(&part).Error
		if err != nil {
			return 0, 0, fmt.Errorf("sum up files of %d songs: %w", len(ids), err)
		}
		here += part.Here
		bytes += part.Bytes
	}
	return here, bytes, nil
}

// LastDownloadPace tells how fast the latest download stage was that fetched anything and
// ended; zero when there was none.
func (s *Store) LastDownloadPace(ctx context.Context) (models.DownloadPace, error) {
	var pace models.DownloadPace
	err := s.read(ctx).Raw(`SELECT succeeded AS songs, bytes_done AS bytes, finished_at_ms - started_at_ms AS took_ms, finished_at_ms AS ended_at_ms
		FROM job_stages WHERE name = ? AND bytes_done > 0 AND started_at_ms > 0 AND finished_at_ms > started_at_ms
		ORDER BY id DESC LIMIT 1`, models.StageDownload).Scan(&pace).Error
	if err != nil {
		return pace, fmt.Errorf("read pace of downloads: %w", err)
	}
	return pace, nil
}

// ListKnownPlaylists lists those of the ids that exist, in order.
func (s *Store) ListKnownPlaylists(ctx context.Context, ids []int64) ([]int64, error) {
	known := make([]int64, 0, len(ids))
	for chunk := range slices.Chunk(ids, chunkIDs) {
		var part []int64
		if err := s.read(ctx).Model(&models.Playlist{}).Where("id IN ?", chunk).Pluck("id", &part).Error; err != nil {
			return nil, fmt.Errorf("look for %d playlists: %w", len(ids), err)
		}
		known = append(known, part...)
	}
	slices.Sort(known)
	return known, nil
}

// KeepPlaylistIDs are those of the ids whose playlists match f.
func (s *Store) KeepPlaylistIDs(ctx context.Context, f models.PlaylistFilter, ids []int64) ([]int64, error) {
	query, err := s.filterPlaylists(ctx, f)
	if err != nil {
		return nil, err
	}
	var kept []int64
	if err := query.Where("playlists.id IN ?", ids).Pluck("playlists.id", &kept).Error; err != nil {
		return nil, fmt.Errorf("match playlists: %w", err)
	}
	return kept, nil
}
