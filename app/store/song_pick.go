package store

import (
	"context"
	"fmt"
	"slices"

	"catalogsync/models"
)

// SelectSongIDs lists the ids of the songs that match f, the newest first, at most limit of
// them.
func (s *Store) SelectSongIDs(ctx context.Context, f models.SongFilter, limit int) ([]int64, error) {
	var ids []int64
	for f.Place = (models.Place{}); len(ids) < limit; {
		f.Size = min(limit-len(ids), chunkIDs)
		var found models.Found
		page, err := s.findSongs(ctx, f, &found)
		if err != nil {
			return nil, fmt.Errorf("select songs: %w", err)
		}
		ids = append(ids, page...)
		if len(page) == 0 || !found.Later {
			break
		}
		f.Place = models.Place{After: page[len(page)-1]}
	}
	return ids, nil
}

// KeepSongIDs are those of the ids whose songs match f.
func (s *Store) KeepSongIDs(ctx context.Context, f models.SongFilter, ids []int64) ([]int64, error) {
	var kept []int64
	for chunk := range slices.Chunk(ids, chunkIDs) {
		var part []int64
		if err := narrowSongs(s.read(ctx).Table("songs").Where("songs.id IN ?", chunk), f, "songs").Pluck("songs.id", &part).Error; err != nil {
			return nil, fmt.Errorf("match songs: %w", err)
		}
		kept = append(kept, part...)
	}
	if f.Keyword == "" {
		return kept, nil
	}
	matching, err := s.SelectSongIDs(ctx, f, models.CountLimit)
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(kept, func(id int64) bool { return !slices.Contains(matching, id) }), nil
}

// ListSongsToTally reads what a rehearsal needs of songs.
func (s *Store) ListSongsToTally(ctx context.Context, ids []int64) ([]models.TalliedSong, error) {
	var list []models.TalliedSong
	for chunk := range slices.Chunk(ids, chunkIDs) {
		var part []models.TalliedSong
		err := s.read(ctx).Raw(`SELECT id, downloaded, availability, duration_ms, file_size_bytes, quality_label FROM songs WHERE id IN ?`, chunk).Scan(&part).Error
		if err != nil {
			return nil, fmt.Errorf("list %d songs: %w", len(ids), err)
		}
		list = append(list, part...)
	}
	return list, nil
}
