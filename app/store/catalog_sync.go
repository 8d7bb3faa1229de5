package store

import (
	"context"
	"fmt"
	"slices"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"catalogsync/app/revision"
	"catalogsync/models"
)

// FindPlaylist reads a playlist's row; nil when there is none.
func (s *Store) FindPlaylist(ctx context.Context, id int64) (*models.Playlist, error) {
	var list []models.Playlist
	if err := s.read(ctx).Where("id = ?", id).Find(&list).Error; err != nil {
		return nil, fmt.Errorf("find playlist %d: %w", id, err)
	}
	if len(list) == 0 {
		return nil, nil
	}
	return &list[0], nil
}

// SaveSync stores a fetch in one transaction: songs, artists, links with positions, the
// difference to what was there, artist pools, counters, what a doubtful fetch would have
// removed, and the playlist itself. Rows that would stay equal are not written, so a
// repeated sync changes timestamps only.
func (s *Store) SaveSync(ctx context.Context, f models.FetchedPlaylist) (models.SyncOutcome, error) {
	var out models.SyncOutcome
	err := s.write(ctx, []revision.Topic{revision.Playlists, revision.Songs}, func(tx *gorm.DB) (err error) {
		out, err = saveSync(tx, f, s.nowMS())
		return err
	})
	if err != nil {
		return models.SyncOutcome{}, fmt.Errorf("store sync of playlist %d: %w", f.PlaylistID, err)
	}
	return out, nil
}

func saveSync(tx *gorm.DB, f models.FetchedPlaylist, nowMS int64) (models.SyncOutcome, error) {
	var stored models.Playlist
	if err := tx.Take(&stored, f.PlaylistID).Error; err != nil {
		return models.SyncOutcome{}, err
	}
	saved, err := saveSongs(tx, stored.Platform, f.Songs, nowMS)
	if err != nil {
		return models.SyncOutcome{}, err
	}
	if err := saveArtists(tx, stored.Platform, saved.touched, nowMS); err != nil {
		return models.SyncOutcome{}, err
	}
	diff, err := saveLinks(tx, &f, saved.ids, nowMS)
	if err != nil {
		return models.SyncOutcome{}, err
	}
	if err := fillPools(tx, f.PlaylistID, diff, saved.touched); err != nil {
		return models.SyncOutcome{}, err
	}
	if err := saveHeld(tx, &f, diff.Held, nowMS); err != nil {
		return models.SyncOutcome{}, err
	}
	if saved.unknown > 0 {
		f.VersionTag = "" // they may be described the next time
	}
	return models.SyncOutcome{
		Songs: diff.Active, Added: diff.Added, Removed: diff.Removed, Moved: diff.Moved, Held: len(diff.Held),
		Unknown: saved.unknown, NewSongs: saved.created, UpdatedSongs: saved.updated, NoteCode: f.NoteCode, Note: f.Note,
	}, saveSynced(tx, stored, f, diff, nowMS)
}

// saveLinks brings the links to the fetched order and writes the difference. A loss that is
// too large turns the fetch into a doubtful one, with the reason noted in f.
func saveLinks(tx *gorm.DB, f *models.FetchedPlaylist, ids map[string]int64, nowMS int64) (models.LinkDiff, error) {
	var links []models.PlaylistSong
	if err := tx.Where("playlist_id = ?", f.PlaylistID).Find(&links).Error; err != nil {
		return models.LinkDiff{}, err
	}
	songIDs := make([]int64, 0, len(f.Songs))
	for i := range f.Songs {
		if id, known := ids[f.Songs[i].RemoteID]; known {
			songIDs = append(songIDs, id)
		}
	}
	atMS, err := changeTime(tx, f.PlaylistID, len(links) > 0, nowMS)
	if err != nil {
		return models.LinkDiff{}, err
	}
	diff := models.DiffLinks(f.PlaylistID, links, songIDs, f.KeepMissing, atMS)
	if stored := diff.Active - diff.Added + diff.Removed; !f.KeepMissing && f.Loss.Doubts(stored, diff.Removed, diff.Added) {
		f.Doubt(stored, diff)
		diff = models.DiffLinks(f.PlaylistID, links, songIDs, true, atMS)
	}
	return diff, writeLinks(tx, diff)
}

// changeTime is the time of the changes that are to be written now. Changes of one sync
// share a time and those of another have a later one, whatever the clock does: the history
// is replayed by it.
func changeTime(tx *gorm.DB, playlistID int64, history bool, nowMS int64) (int64, error) {
	if !history {
		return nowMS, nil
	}
	var last int64
	err := tx.Raw("SELECT coalesce(max(at_ms), 0) FROM playlist_changes WHERE playlist_id = ?", playlistID).Scan(&last).Error
	return max(nowMS, last+1), err
}

// writeLinks writes the changed links of one playlist and the difference.
func writeLinks(tx *gorm.DB, diff models.LinkDiff) error {
	if len(diff.Write) > 0 {
		err := tx.Clauses(clause.OnConflict{
			Columns:   []clause.Column{{Name: "playlist_id"}, {Name: "song_id"}, {Name: "occurrence"}},
			DoUpdates: clause.AssignmentColumns([]string{"position", "seen_from_ms", "gone_at_ms"}),
		}).CreateInBatches(diff.Write, batchRows).Error
		if err != nil {
			return err
		}
	}
	if len(diff.Changes) > 0 {
		return tx.CreateInBatches(diff.Changes, batchRows).Error
	}
	return nil
}

// fillPools updates the artist pools when songs came to the playlist, or when songs that
// may stand on others too have new artists.
func fillPools(tx *gorm.DB, playlistID int64, diff models.LinkDiff, touched []touchedSong) error {
	if diff.Added > 0 {
		if err := addPoolArtists(tx, []int64{playlistID}); err != nil {
			return err
		}
	}
	ids := make([]int64, len(touched))
	for i, t := range touched {
		ids[i] = t.id
	}
	return addPoolArtistsOfSongs(tx, ids)
}

// saveSynced writes the playlist's own row after a sync.
func saveSynced(tx *gorm.DB, stored models.Playlist, f models.FetchedPlaylist, diff models.LinkDiff, nowMS int64) error {
	row := stored
	describe(&row, &f.About)
	row.VersionTag = f.VersionTag
	row.SyncErrorCode, row.SyncError = f.NoteCode, f.Note
	row.EmptyReason = ""
	if diff.Active == 0 {
		row.EmptyReason = f.EmptyReason
	}
	counters, err := countPlaylist(tx, stored.ID)
	if err != nil {
		return err
	}
	row.CollectedSongCount, row.DownloadedCount, row.SkippedCount = counters.CollectedSongCount, counters.DownloadedCount, counters.SkippedCount
	if len(diff.Changes) > 0 || stored.SyncedAtMS == 0 {
		row.ChangedAtMS = nowMS
	}
	if row != stored {
		row.UpdatedAtMS = nowMS
	}
	row.SyncedAtMS, row.SyncCheckedMS = nowMS, nowMS
	return tx.Model(&row).Select(describedColumns, "version_tag", "sync_error", "sync_error_code", "empty_reason", "changed_at_ms",
		"collected_song_count", "downloaded_count", "skipped_count", "updated_at_ms", "synced_at_ms", "sync_checked_ms").Updates(&row).Error
}

// MarkChecked notes that syncs found the versions that are stored, and ends what earlier
// ones complained of.
func (s *Store) MarkChecked(ctx context.Context, playlistIDs []int64) error {
	nowMS := s.nowMS()
	err := s.write(ctx, []revision.Topic{revision.Playlists}, func(tx *gorm.DB) error {
		for chunk := range slices.Chunk(playlistIDs, chunkIDs) {
			err := tx.Model(&models.Playlist{}).Where("id IN ?", chunk).
				Updates(map[string]any{"sync_checked_ms": nowMS, "sync_error": "", "sync_error_code": ""}).Error
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("mark %d playlists as checked: %w", len(playlistIDs), err)
	}
	return nil
}

// MarkSyncFailed keeps why the last sync failed; songs and counters stay as they are.
func (s *Store) MarkSyncFailed(ctx context.Context, playlistID int64, code models.Code, text string) error {
	return s.updatePlaylist(ctx, playlistID, map[string]any{"sync_error": text, "sync_error_code": code})
}

func (s *Store) updatePlaylist(ctx context.Context, id int64, values map[string]any) error {
	err := s.write(ctx, []revision.Topic{revision.Playlists}, func(tx *gorm.DB) error {
		return tx.Model(&models.Playlist{}).Where("id = ?", id).Updates(values).Error
	})
	if err != nil {
		return fmt.Errorf("update playlist %d: %w", id, err)
	}
	return nil
}
