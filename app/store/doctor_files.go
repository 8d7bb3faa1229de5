package store

import (
	"context"
	"fmt"

	"catalogsync/models"
)

// aFile begins the description of a location l.
const aFile = `'song ' || l.song_id || ': ' || l.locator`

// fileFlaws are the invariants of the records of files. What lies in the folders is not
// the store's to look at. The plus before a backend keeps SQLite from going by an index of
// a backend's files, all of which it would then read for each song.
var fileFlaws = map[models.Invariant][]flawQuery{
	models.InvariantPresence: {{"songs", narrowStep, `
		SELECT 'song ' || f.song_id || ': ' || f.files || ' active files on backend ' || f.backend_id || ', counted as ' || coalesce(p.active_files, 0)
		FROM (SELECT song_id, backend_id, count(*) AS files FROM file_locations
			WHERE song_id > @after AND song_id <= @upto AND status = 'active' GROUP BY song_id, backend_id) f
		LEFT JOIN song_backend_presence p ON p.song_id = f.song_id AND p.backend_id = f.backend_id
		WHERE coalesce(p.active_files, 0) <> f.files
		UNION ALL
		SELECT 'song ' || p.song_id || ': no active file on backend ' || p.backend_id || ', counted as ' || p.active_files
		FROM song_backend_presence p WHERE p.song_id > @after AND p.song_id <= @upto
			AND NOT EXISTS (SELECT 1 FROM file_locations l WHERE l.song_id = p.song_id AND +l.backend_id = p.backend_id AND l.status = 'active')`}},

	models.InvariantOnePath: {{"file_locations", narrowStep, `
		SELECT ` + aFile + ` || ' is recorded for song ' || o.song_id || ' too'
		FROM file_locations l
		JOIN file_locations o ON o.backend_id = l.backend_id AND o.locator = l.locator AND o.status = 'active' AND o.id < l.id
		WHERE l.id > @after AND l.id <= @upto AND l.status = 'active'`}},

	models.InvariantOneAsset: {{"file_locations", narrowStep, `
		SELECT ` + aFile + ` || ' and ' || o.locator || ' are the same file'
		FROM file_locations l
		JOIN file_locations o ON o.file_asset_id = l.file_asset_id AND o.backend_id = l.backend_id AND o.status = 'active' AND o.id < l.id
		WHERE l.id > @after AND l.id <= @upto AND l.status = 'active'`}},

	models.InvariantFileSong: {{"file_locations", narrowStep, `
		SELECT ` + aFile + ` || ' belongs to song ' || a.song_id
		FROM file_locations l JOIN file_assets a ON a.id = l.file_asset_id
		WHERE l.id > @after AND l.id <= @upto AND a.song_id <> l.song_id`}},

	models.InvariantPartAudio: {{"songs", narrowStep, `
		SELECT 'song ' || s.id || CASE WHEN s.downloaded THEN ' is here, its sound is not noted as ok' ELSE ' is not here, its sound is noted as ok' END
		FROM songs s WHERE s.id > @after AND s.id <= @upto
			AND s.downloaded <> EXISTS (SELECT 1 FROM song_parts p WHERE p.song_id = s.id AND p.part = 'audio' AND p.state = 'ok')`}},

	models.InvariantMerged: {{"similar_pairs", narrowStep, `
		SELECT 'song ' || p.twin_id || ' was merged with song ' || p.song_id || ' and has the file of song ' || l.song_id
		FROM similar_pairs p JOIN file_locations l ON l.id = p.shared_location_id
		WHERE p.id > @after AND p.id <= @upto AND (p.state <> 'merged' OR l.song_id <> p.twin_id)`}},

	models.LeftMerged: {{"similar_pairs", narrowStep, `
		SELECT 'song ' || p.twin_id || ' was merged with song ' || p.song_id || ', which alone is here'
		FROM similar_pairs p JOIN songs s ON s.id = p.song_id JOIN songs t ON t.id = p.twin_id
		WHERE p.id > @after AND p.id <= @upto AND p.state = 'merged' AND s.downloaded AND NOT t.downloaded`}},

	models.LeftPlacing: {{"file_locations", narrowStep, `
		SELECT ` + aFile + ` FROM file_locations l WHERE l.id > @after AND l.id <= @upto AND l.status = 'placing'`}},
}

// ListLocalBackends lists all folders that songs were ever filed in.
func (s *Store) ListLocalBackends(ctx context.Context) ([]models.StorageBackend, error) {
	var list []models.StorageBackend
	if err := s.read(ctx).Where("type = ?", models.BackendLocalFS).Order("id").Find(&list).Error; err != nil {
		return nil, fmt.Errorf("list library folders: %w", err)
	}
	return list, nil
}

// ListActiveFiles lists the active files of a local_fs backend by location id, from the
// one after afterID on.
func (s *Store) ListActiveFiles(ctx context.Context, backendID, afterID int64, limit int) ([]models.LocalFile, error) {
	var files []models.LocalFile
	err := localFiles(s.read(ctx)).Where("+l.backend_id = ? AND l.status = ? AND l.id > ?", backendID, models.LocationActive, afterID).
		Order("l.id").Limit(limit).Scan(&files).Error
	if err != nil {
		return nil, fmt.Errorf("list files of backend %d: %w", backendID, err)
	}
	return files, nil
}

// FindFilesByKey finds what is recorded of the names with these keys (library.NameKey) on
// a local_fs backend, whatever its status. Those that count come last.
func (s *Store) FindFilesByKey(ctx context.Context, backendID int64, keys []string) ([]models.LocalFile, error) {
	var files []models.LocalFile
	err := localFiles(s.read(ctx)).Where("l.backend_id = ? AND l.locator_key IN ?", backendID, keys).
		Order("CASE l.status WHEN 'inactive' THEN 0 WHEN 'missing' THEN 1 ELSE 2 END, l.id").Scan(&files).Error
	if err != nil {
		return nil, fmt.Errorf("find owners of %d files: %w", len(keys), err)
	}
	return files, nil
}
