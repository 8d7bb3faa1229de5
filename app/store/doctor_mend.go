package store

import (
	"context"
	"fmt"

	"gorm.io/gorm"

	"catalogsync/app/revision"
	"catalogsync/models"
)

// RebuildPresence derives song_backend_presence anew from the active locations and returns
// how many rows were wrong.
func (s *Store) RebuildPresence(ctx context.Context) (corrected int64, err error) {
	err = s.write(ctx, []revision.Topic{revision.Songs}, func(tx *gorm.DB) error {
		gone := tx.Exec(`DELETE FROM song_backend_presence WHERE NOT EXISTS (SELECT 1 FROM file_locations l
			WHERE l.song_id = song_backend_presence.song_id AND +l.backend_id = song_backend_presence.backend_id AND l.status = ?)`, models.LocationActive)
		if gone.Error != nil {
			return gone.Error
		}
		counted := tx.Exec(`INSERT INTO song_backend_presence (song_id, backend_id, active_files, updated_at_ms)
			SELECT song_id, backend_id, count(*), ? FROM file_locations WHERE status = ? GROUP BY song_id, backend_id
			ON CONFLICT (song_id, backend_id) DO UPDATE SET active_files = excluded.active_files, updated_at_ms = excluded.updated_at_ms
				WHERE song_backend_presence.active_files <> excluded.active_files`, s.nowMS(), models.LocationActive)
		corrected = gone.RowsAffected + counted.RowsAffected
		return counted.Error
	})
	if err != nil {
		return 0, fmt.Errorf("rebuild presence: %w", err)
	}
	return corrected, nil
}

// RebuildPositions numbers the songs of all playlists anew, in the order in which they
// stand, and returns how many stood elsewhere. The next sync reads the changed playlists whole.
func (s *Store) RebuildPositions(ctx context.Context) (corrected int64, err error) {
	err = s.eachRange(ctx, "playlists", wideStep, func(tx *gorm.DB, after, upto int64) error {
		const places = `SELECT playlist_id, song_id, occurrence, position,
				row_number() OVER (PARTITION BY playlist_id ORDER BY position, song_id, occurrence) - 1 AS place
			FROM playlist_songs WHERE playlist_id > ? AND playlist_id <= ? AND gone_at_ms = 0`
		err := tx.Exec(`UPDATE playlists SET version_tag = '' WHERE id IN (SELECT playlist_id FROM (`+places+`) p WHERE p.place <> p.position)`, after, upto).Error
		if err != nil {
			return err
		}
		moved := tx.Exec(`UPDATE playlist_songs SET position = p.place FROM (`+places+`) p
			WHERE p.place <> p.position AND p.playlist_id = playlist_songs.playlist_id AND p.song_id = playlist_songs.song_id
				AND p.occurrence = playlist_songs.occurrence`, after, upto)
		corrected += moved.RowsAffected
		return moved.Error
	}, revision.Playlists)
	if err != nil {
		return corrected, fmt.Errorf("rebuild positions: %w", err)
	}
	return corrected, nil
}

// FillArtistPools brings all artists that are missing into the artist pools and returns
// how many.
func (s *Store) FillArtistPools(ctx context.Context) (added int64, err error) {
	err = s.eachRange(ctx, "playlists", wideStep, func(tx *gorm.DB, after, upto int64) error {
		res := tx.Exec(addPoolArtistsSQL+"ps.playlist_id > ? AND ps.playlist_id <= ? ON CONFLICT DO NOTHING", after, upto)
		added += res.RowsAffected
		return res.Error
	}, revision.Playlists)
	if err != nil {
		return added, fmt.Errorf("fill artist pools: %w", err)
	}
	return added, nil
}

// RecountJobs takes the counters of all stages anew from their items, and the sums of all
// jobs from their stages. Jobs whose items were removed for their age keep their counters. No
// job may run meanwhile.
func (s *Store) RecountJobs(ctx context.Context) error {
	err := s.eachRange(ctx, "job_runs", jobStep, func(tx *gorm.DB, after, upto int64) error {
		now := s.nowMS()
		var ids []int64
		err := tx.Model(&models.JobRun{}).Where("id > ? AND id <= ? AND "+notPruned("job_runs.id"), after, upto).Pluck("id", &ids).Error
		if err != nil {
			return err
		}
		for _, id := range ids {
			if err := recountStages(tx, id, now); err != nil {
				return err
			}
		}
		return sumStages(tx, after, upto, now)
	}, revision.Jobs)
	if err != nil {
		return fmt.Errorf("recount jobs: %w", err)
	}
	return nil
}

// sumStages sets the sums of the jobs in a range from their stages.
func sumStages(tx *gorm.DB, after, upto, now int64) error {
	return tx.Exec(`UPDATE job_runs SET items_total = c.total, items_done = c.done, items_failed = c.failed, items_skipped = c.skipped,
			bytes_done = c.bytes, updated_at_ms = ?
		FROM (SELECT job_run_id, sum(total) AS total, sum(succeeded + skipped + failed + canceled) AS done,
				sum(failed) AS failed, sum(skipped) AS skipped, sum(bytes_done) AS bytes
			FROM job_stages WHERE job_run_id > ? AND job_run_id <= ? GROUP BY job_run_id) AS c
		WHERE job_runs.id = c.job_run_id AND (items_total <> c.total OR items_done <> c.done OR items_failed <> c.failed
			OR items_skipped <> c.skipped OR bytes_done <> c.bytes)`, now, after, upto).Error
}

// RebuildJobPlaylists names the playlists of each job's items, and finishes those of
// finished jobs.
func (s *Store) RebuildJobPlaylists(ctx context.Context) error {
	err := s.eachRange(ctx, "job_runs", jobStep, func(tx *gorm.DB, after, upto int64) error {
		err := tx.Exec(`INSERT INTO job_playlists (job_run_id, playlist_id, position)
			SELECT t.job_run_id, t.playlist_id, (SELECT coalesce(max(position), -1) FROM job_playlists jp WHERE jp.job_run_id = t.job_run_id)
				+ row_number() OVER (PARTITION BY t.job_run_id ORDER BY t.first)
			FROM (SELECT i.job_run_id, i.playlist_id, min(i.id) AS first FROM job_items i JOIN playlists p ON p.id = i.playlist_id
				WHERE i.job_run_id > ? AND i.job_run_id <= ? GROUP BY i.job_run_id, i.playlist_id) AS t
			WHERE NOT EXISTS (SELECT 1 FROM job_playlists jp WHERE jp.job_run_id = t.job_run_id AND jp.playlist_id = t.playlist_id)`, after, upto).Error
		if err != nil {
			return err
		}
		return tx.Exec(`UPDATE job_playlists SET finished_at_ms = r.finished_at_ms FROM job_runs r
			WHERE r.id = job_playlists.job_run_id AND job_playlists.finished_at_ms = 0 AND r.id > ? AND r.id <= ?
				AND r.state IN ('completed', 'completed_with_errors')`, after, upto).Error
	}, revision.Jobs, revision.Playlists)
	if err != nil {
		return fmt.Errorf("rebuild playlists of jobs: %w", err)
	}
	return nil
}

// eachRange walks the ids of a table in steps, each one transaction.
func (s *Store) eachRange(ctx context.Context, table string, step int64, do func(tx *gorm.DB, after, upto int64) error, topics ...revision.Topic) error {
	last, err := s.lastID(ctx, table)
	if err != nil {
		return err
	}
	for after := int64(0); after < last; after += step {
		err := s.write(ctx, topics, func(tx *gorm.DB) error { return do(tx, after, after+step) })
		if err != nil {
			return err
		}
	}
	return nil
}
