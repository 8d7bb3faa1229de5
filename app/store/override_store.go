package store

import (
	"context"
	"fmt"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"catalogsync/app/revision"
	"catalogsync/models"
)

// MaxOverrides bounds what is kept of one song; nobody forbids so many candidates by hand.
const MaxOverrides = 500

// ListOverrides lists what the operator said of a canonical song, latest first.
func (s *Store) ListOverrides(ctx context.Context, platform, remoteSongID string) ([]models.MatchOverride, error) {
	list, err := overridesOf(s.read(ctx), platform, remoteSongID)
	if err != nil {
		return nil, fmt.Errorf("list overrides of %s song %s: %w", platform, remoteSongID, err)
	}
	return list, nil
}

func overridesOf(db *gorm.DB, platform, remoteSongID string) ([]models.MatchOverride, error) {
	var list []models.MatchOverride
	err := db.Where("platform = ? AND remote_song_id = ?", platform, remoteSongID).Order("at_ms DESC, id DESC").Limit(MaxOverrides).Find(&list).Error
	return list, err
}

// SaveOverride keeps the operator's word and takes back what contradicts it: a former
// pick, and a pick of what is forbidden now, or the other way round. Said again, it takes
// the new note and time. It sets the id and the time.
func (s *Store) SaveOverride(ctx context.Context, o *models.MatchOverride) error {
	err := s.write(ctx, []revision.Topic{revision.Songs}, func(tx *gorm.DB) error {
		if err := dropContradicting(tx, *o); err != nil {
			return err
		}
		var count int64
		if err := ofSong(tx, *o).Count(&count).Error; err != nil {
			return err
		}
		if count >= MaxOverrides {
			return models.Invalid("kind", models.CodeTooLarge, "a song takes at most %d overrides; undo some first", MaxOverrides)
		}
		o.AtMS = s.nowMS()
		return tx.Clauses(
			clause.OnConflict{
				Columns:   []clause.Column{{Name: "platform"}, {Name: "remote_song_id"}, {Name: "kind"}, {Name: "source"}, {Name: "candidate_id"}},
				DoUpdates: clause.AssignmentColumns([]string{"candidate_json", "note", "actor", "at_ms"}),
			},
			clause.Returning{Columns: []clause.Column{{Name: "id"}}},
		).Create(o).Error
	})
	if err != nil {
		return fmt.Errorf("keep override of %s song %s: %w", o.Platform, o.RemoteSongID, err)
	}
	return nil
}

func ofSong(tx *gorm.DB, o models.MatchOverride) *gorm.DB {
	return tx.Model(&models.MatchOverride{}).Where("platform = ? AND remote_song_id = ?", o.Platform, o.RemoteSongID)
}

func dropContradicting(tx *gorm.DB, o models.MatchOverride) error {
	q := ofSong(tx, o)
	switch o.Kind {
	case models.OverridePick:
		q = q.Where("kind = ? AND NOT (source = ? AND candidate_id = ?) OR kind = ? AND source = ? AND candidate_id = ? OR kind = ? AND source = ?",
			models.OverridePick, o.Source, o.CandidateID, models.OverrideForbid, o.Source, o.CandidateID, models.OverrideAbsent, o.Source)
	case models.OverrideForbid:
		q = q.Where("kind = ? AND source = ? AND candidate_id = ?", models.OverridePick, o.Source, o.CandidateID)
	case models.OverrideAbsent:
		q = q.Where("kind = ? AND source = ?", models.OverridePick, o.Source)
	}
	return q.Delete(&models.MatchOverride{}).Error
}

// DeleteOverride takes one word back.
func (s *Store) DeleteOverride(ctx context.Context, platform, remoteSongID string, id int64) error {
	err := s.write(ctx, []revision.Topic{revision.Songs}, func(tx *gorm.DB) error {
		res := tx.Where("platform = ? AND remote_song_id = ? AND id = ?", platform, remoteSongID, id).Delete(&models.MatchOverride{})
		if res.Error == nil && res.RowsAffected == 0 {
			return models.NotFound("the song has no override %d; it may have been undone already", id)
		}
		return res.Error
	})
	if err != nil {
		return fmt.Errorf("undo override %d of %s song %s: %w", id, platform, remoteSongID, err)
	}
	return nil
}
