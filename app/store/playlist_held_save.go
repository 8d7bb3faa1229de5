package store

import (
	"gorm.io/gorm"

	"catalogsync/models"
)

// saveHeld keeps what a fetch would have removed. A believable fetch ends what earlier ones
// held; an answer of which nothing could be read says nothing of the list and leaves it. What the
// operator dismissed is not complained of again while it stays the same. Nothing is held of
// a playlist that was never synced before.
func saveHeld(tx *gorm.DB, f *models.FetchedPlaylist, links []models.PlaylistSong, synced bool, nowMS int64) error {
	if !synced || f.KeepMissing && f.EmptyReason == models.EmptyParseFailed {
		return nil
	}
	held, err := findHeld(tx, f.PlaylistID)
	if err != nil {
		return err
	}
	if len(links) == 0 {
		if held == nil {
			return nil
		}
		return dropHeld(tx, f.PlaylistID)
	}
	row := models.HeldChange{PlaylistID: f.PlaylistID, SinceMS: nowMS}
	same := false
	if held != nil {
		row = *held
		if same, err = holdsSame(tx, f.PlaylistID, links); err != nil {
			return err
		}
	}
	row.Fetches++
	row.Code, row.Note, row.Doubt, row.Songs, row.UpdatedAtMS = f.NoteCode, f.Note, f.Why, len(links), nowMS
	if !same {
		row.State, row.SetAtMS = models.HeldWaiting, max(nowMS, row.SetAtMS+1)
	}
	if row.State == models.HeldDismissed {
		f.NoteCode, f.Note = "", ""
	}
	if err := tx.Save(&row).Error; err != nil || same {
		return err
	}
	return writeHeldSongs(tx, f.PlaylistID, links)
}

func writeHeldSongs(tx *gorm.DB, playlistID int64, links []models.PlaylistSong) error {
	if err := tx.Where("playlist_id = ?", playlistID).Delete(&models.HeldSong{}).Error; err != nil {
		return err
	}
	songs := make([]models.HeldSong, len(links))
	for i, l := range links {
		songs[i] = models.HeldSong{PlaylistID: playlistID, SongID: l.SongID, Occurrence: l.Occurrence}
	}
	return tx.CreateInBatches(songs, batchRows).Error
}

// findHeld reads a playlist's held change; nil when there is none.
func findHeld(db *gorm.DB, playlistID int64) (*models.HeldChange, error) {
	var rows []models.HeldChange
	if err := db.Where("playlist_id = ?", playlistID).Find(&rows).Error; err != nil || len(rows) == 0 {
		return nil, err
	}
	return &rows[0], nil
}

// heldKey is a place on a list.
type heldKey struct {
	song       int64
	occurrence int
}

// heldKeys reads the places that are held.
func heldKeys(db *gorm.DB, playlistID int64) (map[heldKey]bool, error) {
	var songs []models.HeldSong
	if err := db.Where("playlist_id = ?", playlistID).Find(&songs).Error; err != nil {
		return nil, err
	}
	keys := make(map[heldKey]bool, len(songs))
	for _, h := range songs {
		keys[heldKey{h.SongID, h.Occurrence}] = true
	}
	return keys, nil
}

func holdsSame(tx *gorm.DB, playlistID int64, links []models.PlaylistSong) (bool, error) {
	held, err := heldKeys(tx, playlistID)
	if err != nil || len(held) != len(links) {
		return false, err
	}
	for _, l := range links {
		if !held[heldKey{l.SongID, l.Occurrence}] {
			return false, nil
		}
	}
	return true, nil
}

// dropHeld ends a held change; its songs go with it.
func dropHeld(tx *gorm.DB, playlistID int64) error {
	return tx.Where("playlist_id = ?", playlistID).Delete(&models.HeldChange{}).Error
}
