package store

import (
	"context"
	"fmt"

	"catalogsync/app/revision"
	"catalogsync/models"
)

// Coverage counts playlists and songs by platform and state, platforms by name, states in
// the order of a playlist's life. Combinations without playlists are left out. It is
// answered from one covering index, never looks at songs, and reads it once while nothing
// changes. Nobody may change the rows: all tabs share them.
func (s *Store) Coverage(ctx context.Context) ([]models.CoverageRow, error) {
	return remember(s, "coverage", func() ([]models.CoverageRow, error) { return s.readCoverage(ctx) }, revision.Playlists, revision.Songs, revision.Jobs)
}

func (s *Store) readCoverage(ctx context.Context) ([]models.CoverageRow, error) {
	var rows []models.CoverageRow
	err := s.read(ctx).Raw(`SELECT platform, state, count(*) AS playlists, sum(collected_song_count) AS songs,
			sum(downloaded_count) AS downloaded, sum(skipped_count) AS skipped
		FROM (SELECT platform, collected_song_count, downloaded_count, skipped_count, CASE
				WHEN ` + playlistDownloading + ` THEN 'downloading'
				WHEN synced_at_ms = 0 THEN 'unsynced'
				WHEN ` + playlistComplete + ` THEN 'downloaded'
				WHEN downloaded_count > 0 THEN 'partial'
				ELSE 'not_downloaded' END AS state
			FROM playlists) AS playlists_by_state
		GROUP BY platform, state
		ORDER BY platform, CASE state WHEN 'unsynced' THEN 0 WHEN 'not_downloaded' THEN 1
			WHEN 'downloading' THEN 2 WHEN 'partial' THEN 3 ELSE 4 END`).Scan(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("count coverage: %w", err)
	}
	return rows, nil
}
