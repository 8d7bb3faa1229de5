package store

import (
	"context"
	"encoding/json"
	"fmt"

	"gorm.io/gorm"

	"catalogsync/app/revision"
	"catalogsync/models"
)

// DecideSimilar moves an undecided or rejected pair to the other of these two states; false
// when it is in neither of them.
func (s *Store) DecideSimilar(ctx context.Context, id int64, to models.SimilarState) (done bool, err error) {
	err = s.write(ctx, []revision.Topic{revision.Maintenance}, func(tx *gorm.DB) error {
		res := tx.Model(&models.SimilarPair{}).Where("id = ? AND state IN ?", id, []models.SimilarState{models.SimilarOpen, models.SimilarRejected}).
			Updates(map[string]any{"state": to, "decided_at_ms": s.nowMS()})
		done = res.RowsAffected > 0
		return res.Error
	})
	if err != nil {
		return false, fmt.Errorf("decide on pair %d of similar songs: %w", id, err)
	}
	return done, nil
}

// IsMerged says whether a song has the file of another one.
func (s *Store) IsMerged(ctx context.Context, songID int64) (bool, error) {
	var is bool
	err := s.read(ctx).Raw("SELECT EXISTS (SELECT 1 FROM similar_pairs WHERE twin_id = ? AND state = 'merged')", songID).Scan(&is).Error
	if err != nil {
		return false, fmt.Errorf("look whether song %d is merged: %w", songID, err)
	}
	return is, nil
}

// ListSongLocations lists the active local files of a song.
func (s *Store) ListSongLocations(ctx context.Context, songID int64) ([]models.LocalFile, error) {
	var files []models.LocalFile
	err := localFiles(s.read(ctx)).Where("l.song_id = ? AND l.status = ? AND b.type = ?", songID, models.LocationActive, models.BackendLocalFS).
		Order("l.is_primary DESC, l.id").Scan(&files).Error
	if err != nil {
		return nil, fmt.Errorf("list files of song %d: %w", songID, err)
	}
	return files, nil
}

// MergeSongs lets the twin of a pair have the location shared alone, in one transaction:
// what named its former files names that one, and they do not count any more. done is false
// when a job other than besides runs, or anything is not as it was.
func (s *Store) MergeSongs(ctx context.Context, p models.SimilarPair, former []models.FormerFile, besides int64) (done bool, err error) {
	note, err := json.Marshal(former)
	if err != nil {
		return false, fmt.Errorf("note the files of song %d: %w", p.TwinID, err)
	}
	err = s.write(ctx, []revision.Topic{revision.Maintenance, revision.Songs, revision.Playlists}, func(tx *gorm.DB) error {
		running, err := busy(tx, besides)
		if err != nil || running {
			return err
		}
		now := s.nowMS()
		res := tx.Model(&models.SimilarPair{}).Where("id = ? AND state <> ?", p.ID, models.SimilarMerged).Updates(map[string]any{
			"state": models.SimilarMerged, "song_id": p.SongID, "twin_id": p.TwinID, "decided_at_ms": now,
			"shared_location_id": p.SharedLocationID, "former_json": string(note),
		})
		if res.Error != nil || res.RowsAffected == 0 {
			return res.Error
		}
		done = true
		others := tx.Where("twin_id = ? AND state = ?", p.TwinID, models.SimilarOpen).Delete(&models.SimilarPair{})
		if others.Error != nil {
			return others.Error
		}
		return dropFormer(tx, p, former, now)
	})
	if err != nil {
		return false, fmt.Errorf("merge song %d with song %d: %w", p.TwinID, p.SongID, err)
	}
	return done, nil
}

func dropFormer(tx *gorm.DB, p models.SimilarPair, former []models.FormerFile, nowMS int64) error {
	if len(former) == 0 {
		return nil
	}
	ids := make([]int64, len(former))
	for i, f := range former {
		ids[i] = f.LocationID
	}
	if err := repoint(tx, *p.SharedLocationID, ids, nowMS); err != nil {
		return err
	}
	err := tx.Model(&models.FileLocation{}).Where("id IN ? AND song_id = ?", ids, p.TwinID).
		Updates(map[string]any{"status": models.LocationInactive, "is_primary": false, "updated_at_ms": nowMS}).Error
	if err != nil {
		return err
	}
	return followFiles(tx, p.TwinID, nowMS)
}

// followFiles derives what depends on a song's active files.
func followFiles(tx *gorm.DB, songID, nowMS int64) error {
	var backends []int64
	if err := tx.Model(&models.FileLocation{}).Where("song_id = ?", songID).Distinct().Pluck("backend_id", &backends).Error; err != nil {
		return err
	}
	for _, b := range backends {
		if err := refreshPresence(tx, songID, b, nowMS); err != nil {
			return err
		}
	}
	here, err := isDownloaded(tx, songID)
	if err != nil {
		return err
	}
	return setSongOutcome(tx, songID, songOutcome{Downloaded: &here}, nowMS)
}

// NoteFormer notes where the former files of a merged song went.
func (s *Store) NoteFormer(ctx context.Context, pairID int64, former []models.FormerFile) error {
	note, err := json.Marshal(former)
	if err == nil {
		err = s.write(ctx, nil, func(tx *gorm.DB) error {
			return tx.Model(&models.SimilarPair{}).Where("id = ?", pairID).Update("former_json", string(note)).Error
		})
	}
	if err != nil {
		return fmt.Errorf("note the files of pair %d: %w", pairID, err)
	}
	return nil
}

// NoteShared notes where the file of a merged song lies now.
func (s *Store) NoteShared(ctx context.Context, pairID, locationID int64) error {
	err := s.write(ctx, []revision.Topic{revision.Maintenance}, func(tx *gorm.DB) error {
		return tx.Model(&models.SimilarPair{}).Where("id = ?", pairID).Update("shared_location_id", locationID).Error
	})
	if err != nil {
		return fmt.Errorf("note the file of pair %d: %w", pairID, err)
	}
	return nil
}

// PartSongs undoes a merge in one transaction: the files in back count for the twin again,
// the shared one does not unless it is all that the twin has left and keep says so. The
// pair is rejected. done is false when a job runs or the pair is not merged any more.
func (s *Store) PartSongs(ctx context.Context, p models.SimilarPair, back []int64, keep bool) (done bool, err error) {
	err = s.write(ctx, []revision.Topic{revision.Maintenance, revision.Songs, revision.Playlists}, func(tx *gorm.DB) error {
		running, err := busy(tx, 0)
		if err != nil || running {
			return err
		}
		now := s.nowMS()
		res := tx.Model(&models.SimilarPair{}).Where("id = ? AND state = ?", p.ID, models.SimilarMerged).Updates(map[string]any{
			"state": models.SimilarRejected, "decided_at_ms": now, "shared_location_id": nil, "former_json": "",
		})
		if res.Error != nil || res.RowsAffected == 0 {
			return res.Error
		}
		done = true
		if len(back) > 0 {
			err := tx.Model(&models.FileLocation{}).Where("id IN ? AND song_id = ? AND status = ?", back, p.TwinID, models.LocationInactive).
				Updates(map[string]any{"status": models.LocationActive, "updated_at_ms": now}).Error
			if err == nil {
				err = tx.Model(&models.FileLocation{}).Where("id = ?", back[0]).Update("is_primary", true).Error
			}
			if err == nil && p.SharedLocationID != nil {
				err = repoint(tx, back[0], []int64{*p.SharedLocationID}, now)
			}
			if err != nil {
				return err
			}
		}
		if !keep && p.SharedLocationID != nil {
			err := tx.Model(&models.FileLocation{}).Where("id = ?", *p.SharedLocationID).
				Updates(map[string]any{"status": models.LocationInactive, "is_primary": false, "updated_at_ms": now}).Error
			if err != nil {
				return err
			}
		}
		return followFiles(tx, p.TwinID, now)
	})
	if err != nil {
		return false, fmt.Errorf("part songs %d and %d: %w", p.TwinID, p.SongID, err)
	}
	return done, nil
}

// ListLostTwins lists merged pairs whose song is here and whose twin is not, of whose twin
// the operator forbade no file since; by id, behind afterID.
func (s *Store) ListLostTwins(ctx context.Context, afterID int64, limit int) ([]int64, error) {
	var ids []int64
	err := s.read(ctx).Raw(`SELECT p.id FROM similar_pairs p JOIN songs s ON s.id = p.song_id JOIN songs t ON t.id = p.twin_id
		WHERE p.state = 'merged' AND p.id > ? AND s.downloaded AND NOT t.downloaded
			AND NOT EXISTS (SELECT 1 FROM match_overrides o WHERE o.platform = t.platform AND o.remote_song_id = t.remote_song_id AND o.at_ms > p.decided_at_ms)
		ORDER BY p.id LIMIT ?`, afterID, limit).Scan(&ids).Error
	if err != nil {
		return nil, fmt.Errorf("list merged songs without a file: %w", err)
	}
	return ids, nil
}
