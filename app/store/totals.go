package store

import (
	"context"

	"catalogsync/models"
)

// Totals counts the whole catalogue.
type Totals struct {
	Playlists  int64
	Synced     int64 // playlists that were synced at least once
	Songs      int64
	Downloaded int64
	Skipped    int64 // not music, or unavailable for good
	Bytes      int64 // of all active local files
}

// Failed is the number of songs that are neither here nor skipped.
func (t Totals) Failed() int64 { return t.Songs - t.Downloaded - t.Skipped }

// CountTotals counts everything; it scans, so it is for the end of a run, not for a page.
func (s *Store) CountTotals(ctx context.Context) (Totals, error) {
	var t Totals
	db := s.read(ctx)
	err := db.Raw(`SELECT count(*) AS playlists, count(CASE WHEN synced_at_ms > 0 THEN 1 END) AS synced FROM playlists`).Scan(&t).Error
	if err != nil {
		return t, err
	}
	var songs struct{ Songs, Downloaded, Skipped int64 }
	err = db.Raw(`SELECT count(*) AS songs, count(CASE WHEN downloaded = ? THEN 1 END) AS downloaded,
	   count(CASE WHEN downloaded = ? AND availability <> '' THEN 1 END) AS skipped FROM songs`, true, false).Scan(&songs).Error
	if err != nil {
		return t, err
	}
	t.Songs, t.Downloaded, t.Skipped = songs.Songs, songs.Downloaded, songs.Skipped
	err = db.Raw(`SELECT coalesce(sum(a.file_size_bytes), 0) FROM file_assets a
	   JOIN file_locations l ON l.file_asset_id = a.id
	   JOIN storage_backends b ON b.id = l.backend_id
	   WHERE l.status = ? AND b.type = ?`, models.LocationActive, models.BackendLocalFS).Scan(&t.Bytes).Error
	return t, err
}

// LargestReadyPlaylists lists the ids of the playlists with the most downloaded songs
// among those that want nothing more, largest first.
func (s *Store) LargestReadyPlaylists(ctx context.Context, limit int) ([]int64, error) {
	var ids []int64
	err := s.read(ctx).Raw(`SELECT id FROM playlists
	   WHERE synced_at_ms > 0 AND downloaded_count > 0 AND downloaded_count + skipped_count >= collected_song_count
	   ORDER BY downloaded_count DESC, id LIMIT ?`, limit).Scan(&ids).Error
	return ids, err
}

// UnfinishedJob finds the newest unfinished job of a type and scope, 0 when there is
// none. A command that was cut off goes on with it instead of making a second one.
func (s *Store) UnfinishedJob(ctx context.Context, t models.JobType, scopeJSON string) (int64, error) {
	var id int64
	err := s.read(ctx).Raw(`SELECT id FROM job_runs WHERE type = ? AND scope_json = ? AND state IN ? ORDER BY id DESC LIMIT 1`,
		t, scopeJSON, models.LiveJobStates).Scan(&id).Error
	return id, err
}
