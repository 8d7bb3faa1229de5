package store

import (
	"context"
	"fmt"

	"gorm.io/gorm"

	"catalogsync/app/revision"
	"catalogsync/models"
)

// FindHeld reads what is held of a playlist, with the first limit songs in the list's
// order; nil when nothing is.
func (s *Store) FindHeld(ctx context.Context, playlistID int64, limit int) (*models.HeldView, error) {
	held, err := findHeld(s.read(ctx), playlistID)
	if err != nil {
		return nil, fmt.Errorf("find held change of playlist %d: %w", playlistID, err)
	}
	if held == nil {
		return nil, nil
	}
	view := models.HeldView{HeldChange: *held}
	err = s.read(ctx).Table("held_songs h").
		Select("h.song_id, ps.position, s.name, s.singers, s.downloaded").
		Joins("JOIN playlist_songs ps ON ps.playlist_id = h.playlist_id AND ps.song_id = h.song_id AND ps.occurrence = h.occurrence").
		Joins("JOIN songs s ON s.id = h.song_id").
		Where("h.playlist_id = ?", playlistID).Order("ps.position").Limit(limit).Scan(&view.Rows).Error
	if err != nil {
		return nil, fmt.Errorf("list held songs of playlist %d: %w", playlistID, err)
	}
	return &view, nil
}

// AcceptHeld removes exactly the songs that are held since setAtMS and returns how many.
// When others are held by now, or none, it is a ClassConflict error and nothing changes.
func (s *Store) AcceptHeld(ctx context.Context, playlistID, setAtMS int64) (removed int, err error) {
	err = s.changeHeld(ctx, playlistID, setAtMS, func(tx *gorm.DB, _ *models.HeldChange) error {
		removed, err = removeHeld(tx, playlistID, s.nowMS())
		return err
	})
	return removed, err
}

// DismissHeld keeps the songs that are held since setAtMS and tells nothing more of them
// until a fetch would remove others. Errors as of AcceptHeld.
func (s *Store) DismissHeld(ctx context.Context, playlistID, setAtMS int64) error {
	return s.changeHeld(ctx, playlistID, setAtMS, func(tx *gorm.DB, held *models.HeldChange) error {
		err := tx.Model(held).Updates(map[string]any{"state": models.HeldDismissed, "updated_at_ms": s.nowMS()}).Error
		if err != nil {
			return err
		}
		return tx.Model(&models.Playlist{}).Where("id = ?", playlistID).
			Updates(map[string]any{"sync_error": "", "sync_error_code": "", "updated_at_ms": s.nowMS()}).Error
	})
}

func (s *Store) changeHeld(ctx context.Context, playlistID, setAtMS int64, change func(*gorm.DB, *models.HeldChange) error) error {
	err := s.write(ctx, []revision.Topic{revision.Playlists, revision.Songs}, func(tx *gorm.DB) error {
		held, err := findHeld(tx, playlistID)
		if err != nil {
			return err
		}
		if held == nil || held.SetAtMS != setAtMS {
			return models.NewError(models.ClassConflict, models.CodeHeldChanged,
				"what is held of playlist %d has changed since it was shown; look at it again", playlistID)
		}
		return change(tx, held)
	})
	if err != nil {
		return fmt.Errorf("decide on held change of playlist %d: %w", playlistID, err)
	}
	return nil
}

// removeHeld takes the held songs off the list, closes the gaps and writes the difference.
func removeHeld(tx *gorm.DB, playlistID, nowMS int64) (int, error) {
	held, err := heldKeys(tx, playlistID)
	if err != nil {
		return 0, err
	}
	var links []models.PlaylistSong
	if err := tx.Where("playlist_id = ? AND gone_at_ms = 0", playlistID).Order("position").Find(&links).Error; err != nil {
		return 0, err
	}
	var stay []int64
	for _, l := range links {
		if !held[heldKey{l.SongID, l.Occurrence}] {
			stay = append(stay, l.SongID)
		}
	}
	last, err := lastChanges(tx, []int64{playlistID})
	if err != nil {
		return 0, err
	}
	diff := models.DiffLinks(playlistID, links, stay, false, max(nowMS, last[playlistID]+1))
	if err := writeLinks(tx, diff.Write); err != nil {
		return 0, err
	}
	if err := writeChanges(tx, diff.Changes); err != nil {
		return 0, err
	}
	if err := dropHeld(tx, playlistID); err != nil {
		return 0, err
	}
	return diff.Removed, saveAccepted(tx, playlistID, diff.Active, nowMS)
}

// saveAccepted brings a playlist's own row up to date. The operator says that the platform
// is right: an empty list is empty there.
func saveAccepted(tx *gorm.DB, playlistID int64, songs int, nowMS int64) error {
	counters, err := countPlaylists(tx, []int64{playlistID})
	if err != nil {
		return err
	}
	empty := models.EmptyReason("")
	if songs == 0 {
		empty = models.EmptySource
	}
	err = tx.Model(&models.Playlist{}).Where("id = ?", playlistID).Updates(map[string]any{
		"empty_reason": empty, "sync_error": "", "sync_error_code": "", "version_tag": "", "changed_at_ms": nowMS,
	}).Error
	if err != nil {
		return err
	}
	return writeCounters(tx, playlistID, counters[playlistID], nowMS)
}

// addHeld adds how many songs wait for a decision.
func addHeld(db *gorm.DB, ids []int64, byID map[int64]*models.PlaylistRow) error {
	var held []models.HeldChange
	err := db.Select("playlist_id", "songs").Where("playlist_id IN ? AND state = ?", ids, models.HeldWaiting).Find(&held).Error
	for _, h := range held {
		byID[h.PlaylistID].HeldSongs = h.Songs
	}
	return err
}
