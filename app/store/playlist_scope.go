package store

import (
	"context"
	"fmt"
	"slices"

	"catalogsync/models"
)

// DuePlaylists lists the playlists that a job of this scope is to sync, in order: priority,
// then wanted ones, then the most played. Only what an item of a sync stage needs is read:
// id, platform, name, priority, and what tells whether it rests.
func (s *Store) DuePlaylists(ctx context.Context, scope models.JobScope) ([]models.Playlist, error) {
	q := s.read(ctx).Model(&models.Playlist{}).
		Select("playlists.id", "playlists.platform", "playlists.name", "playlists.priority", "playlists.wanted", "playlists.play_count",
			"playlists.synced_at_ms", "playlists.sync_checked_ms", "playlists.changed_at_ms", "playlists.sync_error_code",
			"playlists.collected_song_count", "playlists.downloaded_count", "playlists.skipped_count").
		Order("playlists.priority DESC, playlists.wanted DESC, playlists.play_count DESC, playlists.id")
	if len(scope.Sources) > 0 {
		q = q.Where("playlists.platform IN ?", scope.Sources)
	}
	if len(scope.PoolKinds) > 0 {
		q = q.Where(`playlists.id IN (SELECT pp.playlist_id FROM pool_playlists pp
			JOIN playlist_pools p ON p.id = pp.pool_id WHERE p.kind IN ?)`, scope.PoolKinds)
	}
	if scope.WantedOnly {
		q = q.Where("playlists.wanted = ?", true)
	}
	if scope.Limit > 0 && len(scope.PlaylistIDs) == 0 {
		q = q.Limit(scope.Limit)
	}
	var due []models.Playlist
	if err := q.Find(&due).Error; err != nil {
		return nil, fmt.Errorf("list playlists to sync: %w", err)
	}
	if len(scope.PlaylistIDs) > 0 {
		due = keepNamed(due, scope.PlaylistIDs)
	}
	if scope.Limit > 0 && len(due) > scope.Limit {
		due = due[:scope.Limit]
	}
	return due, nil
}

// keepNamed keeps the playlists among ids. It is done here and not in SQL because a
// selection may name more playlists than a statement takes parameters.
func keepNamed(list []models.Playlist, ids []int64) []models.Playlist {
	named := make(map[int64]bool, len(ids))
	for _, id := range ids {
		named[id] = true
	}
	return slices.DeleteFunc(list, func(p models.Playlist) bool { return !named[p.ID] })
}
