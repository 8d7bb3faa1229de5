package store

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"catalogsync/app/matching/textkey"
	"catalogsync/app/revision"
	"catalogsync/models"
)

// SavePoolPage stores one page of a pool: playlists that are new are created, those of
// which the page tells something new (by CollectedDigest) are updated, and all are noted
// as seen. Of the others nothing is written but, once a week, that they were seen. The list names no playlist twice; one
// without a name keeps the one that is known, or is called by its remote id.
func (s *Store) SavePoolPage(ctx context.Context, platform string, kind models.PoolKind, list []models.Playlist) (models.PoolPageOutcome, error) {
	var out models.PoolPageOutcome
	nowMS := s.nowMS()
	err := s.write(ctx, []revision.Topic{revision.Playlists}, func(tx *gorm.DB) error {
		ids, err := savePlaylists(tx, platform, list, nowMS, &out)
		if err != nil {
			return err
		}
		return linkPool(tx, platform, kind, ids, nowMS)
	})
	if err != nil {
		return models.PoolPageOutcome{}, fmt.Errorf("store a page of %s %s: %w", platform, kind, err)
	}
	return out, nil
}

// FinishPool notes that a collect of the pool reached its end.
func (s *Store) FinishPool(ctx context.Context, platform string, kind models.PoolKind) error {
	nowMS := s.nowMS()
	err := s.write(ctx, []revision.Topic{revision.Playlists}, func(tx *gorm.DB) error {
		id, err := ensurePool(tx, platform, kind, nowMS)
		if err != nil {
			return err
		}
		return tx.Model(&models.Pool{}).Where("id = ?", id).Update("collected_at_ms", nowMS).Error
	})
	if err != nil {
		return fmt.Errorf("finish pool %s %s: %w", platform, kind, err)
	}
	return nil
}

// AddPlaylists makes sure that the playlists exist and stand in the pool of that kind of
// their platforms, and returns their ids in the order of refs. A playlist that is new is
// called by its remote id until a sync tells its name. The list names none twice.
func (s *Store) AddPlaylists(ctx context.Context, kind models.PoolKind, refs []models.PlaylistRef) ([]int64, error) {
	var ids []int64
	nowMS := s.nowMS()
	err := s.write(ctx, []revision.Topic{revision.Playlists}, func(tx *gorm.DB) error {
		ids = make([]int64, len(refs)) // anew, should the transaction be tried again
		index := map[string][]int{}
		for i, r := range refs {
			index[r.Platform] = append(index[r.Platform], i)
		}
		for platform, positions := range index {
			list := make([]models.Playlist, len(positions))
			for i, at := range positions {
				list[i] = models.Playlist{Platform: platform, RemotePlaylistID: refs[at].RemoteID, Kind: refs[at].Kind,
					Name: refs[at].RemoteID, NameKey: textkey.Key(refs[at].RemoteID), CreatedAtMS: nowMS, UpdatedAtMS: nowMS}
			}
			found, err := createMissing(tx, platform, list)
			if err != nil {
				return err
			}
			if err := linkPool(tx, platform, kind, found, nowMS); err != nil {
				return err
			}
			for i, at := range positions {
				ids[at] = found[i]
			}
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("add %d playlists to %s: %w", len(refs), kind, err)
	}
	return ids, nil
}

// createMissing creates those of the list that do not exist and returns all ids in order.
func createMissing(tx *gorm.DB, platform string, list []models.Playlist) ([]int64, error) {
	known, err := readPlaylists(tx, platform, list)
	if err != nil {
		return nil, err
	}
	var missing []*models.Playlist
	for i := range list {
		if p, ok := known[list[i].RemotePlaylistID]; ok {
			list[i].ID = p.ID
		} else {
			missing = append(missing, &list[i])
		}
	}
	if len(missing) > 0 {
		if err := tx.CreateInBatches(missing, batchRows).Error; err != nil {
			return nil, err
		}
	}
	return playlistIDs(list), nil
}

func playlistIDs(list []models.Playlist) []int64 {
	ids := make([]int64, len(list))
	for i := range list {
		ids[i] = list[i].ID
	}
	return ids
}

// readPlaylists finds the stored rows of the listed playlists by remote id.
func readPlaylists(tx *gorm.DB, platform string, list []models.Playlist) (map[string]models.Playlist, error) {
	remote := make([]string, len(list))
	for i := range list {
		remote[i] = list[i].RemotePlaylistID
	}
	known := make(map[string]models.Playlist, len(list))
	for chunk := range slices.Chunk(remote, chunkIDs) {
		var rows []models.Playlist
		if err := tx.Where("platform = ? AND remote_playlist_id IN ?", platform, chunk).Find(&rows).Error; err != nil {
			return nil, err
		}
		for _, p := range rows {
			known[p.RemotePlaylistID] = p
		}
	}
	return known, nil
}

// savePlaylists creates or updates the playlists of a page and returns their ids in order.
func savePlaylists(tx *gorm.DB, platform string, list []models.Playlist, nowMS int64, out *models.PoolPageOutcome) ([]int64, error) {
	known, err := readPlaylists(tx, platform, list)
	if err != nil {
		return nil, err
	}
	var missing []*models.Playlist
	for i := range list {
		told := &list[i]
		stored, ok := known[told.RemotePlaylistID]
		switch {
		case !ok:
			told.ID, told.Platform = 0, platform
			told.Name = cmp.Or(told.Name, told.RemotePlaylistID)
			told.NameKey = textkey.Key(told.Name)
			told.CollectedSongCount = told.TrackCount
			told.CollectedAtMS, told.CreatedAtMS, told.UpdatedAtMS = nowMS, nowMS, nowMS
			missing = append(missing, told)
			out.New++
		case stored.CollectedDigest == told.CollectedDigest:
			told.ID = stored.ID
			out.Unchanged++
		default:
			told.ID = stored.ID
			changed, err := updateCollected(tx, stored, told, nowMS)
			if err != nil {
				return nil, err
			}
			if changed {
				out.Updated++
			} else {
				out.Unchanged++
			}
		}
	}
	if len(missing) > 0 {
		if err := tx.CreateInBatches(missing, batchRows).Error; err != nil {
			return nil, err
		}
	}
	ids := playlistIDs(list)
	return ids, markCollected(tx, ids, nowMS)
}

// markCollected renews when playlists were collected, where that has become old.
func markCollected(tx *gorm.DB, ids []int64, nowMS int64) error {
	for chunk := range slices.Chunk(ids, chunkIDs) {
		if err := tx.Model(&models.Playlist{}).Where("id IN ? AND collected_at_ms < ?", chunk, nowMS-models.SeenPrecisionMS).Update("collected_at_ms", nowMS).Error; err != nil {
			return err
		}
	}
	return nil
}

// updateCollected writes what a page newly tells of a stored playlist and reports whether
// anything that a person sees has changed.
func updateCollected(tx *gorm.DB, stored models.Playlist, told *models.Playlist, nowMS int64) (bool, error) {
	row := stored
	describe(&row, told)
	row.Kind = told.Kind
	if row.SyncedAtMS == 0 {
		row.CollectedSongCount = row.TrackCount
	}
	changed := row != stored
	if changed {
		row.UpdatedAtMS = nowMS
	}
	row.CollectedDigest, row.CollectedAtMS = told.CollectedDigest, nowMS
	return changed, tx.Model(&row).Select(describedColumns, "kind", "collected_at_ms", "collected_song_count", "collected_digest", "updated_at_ms").Updates(&row).Error
}

// describedColumns are the columns that describe sets.
var describedColumns = []string{"name", "name_key", "description", "cover_url", "creator", "web_url", "play_count", "track_count", "metadata_json"}

// describe takes over what is told of a playlist; an empty field means "not told".
func describe(row, told *models.Playlist) {
	for _, f := range []struct {
		field *string
		value string
	}{
		{&row.Name, told.Name},
		{&row.Description, told.Description},
		{&row.CoverURL, told.CoverURL},
		{&row.Creator, told.Creator},
		{&row.WebURL, told.WebURL},
		{&row.MetadataJSON, told.MetadataJSON},
	} {
		if f.value != "" {
			*f.field = f.value
		}
	}
	row.NameKey = textkey.Key(row.Name)
	if told.PlayCount > 0 {
		row.PlayCount = told.PlayCount
	}
	if told.TrackCount > 0 {
		row.TrackCount = told.TrackCount
	}
}

// ensurePool finds or makes a pool together with its artist side.
func ensurePool(tx *gorm.DB, platform string, kind models.PoolKind, nowMS int64) (int64, error) {
	var pool models.Pool
	err := tx.Where("platform = ? AND kind = ?", platform, kind).Limit(1).Find(&pool).Error
	if err != nil || pool.ID != 0 {
		return pool.ID, err
	}
	pool = models.Pool{Platform: platform, Kind: kind, CreatedAtMS: nowMS, UpdatedAtMS: nowMS}
	if err := tx.Create(&pool).Error; err != nil {
		return 0, err
	}
	artists := models.ArtistPool{Platform: platform, Kind: kind, CreatedAtMS: nowMS, UpdatedAtMS: nowMS}
	return pool.ID, tx.Create(&artists).Error
}

// linkPool notes that the playlists were seen in the pool. The artists of a playlist that
// was synced before come into the pool's artist side with it.
func linkPool(tx *gorm.DB, platform string, kind models.PoolKind, playlistIDs []int64, nowMS int64) error {
	if len(playlistIDs) == 0 {
		return nil
	}
	poolID, err := ensurePool(tx, platform, kind, nowMS)
	if err != nil {
		return err
	}
	linked := map[int64]bool{}
	for chunk := range slices.Chunk(playlistIDs, chunkIDs) {
		var ids []int64
		if err := tx.Model(&models.PoolPlaylist{}).Where("pool_id = ? AND playlist_id IN ?", poolID, chunk).Pluck("playlist_id", &ids).Error; err != nil {
			return err
		}
		for _, id := range ids {
			linked[id] = true
		}
	}
	links := make([]models.PoolPlaylist, len(playlistIDs))
	var fresh []int64
	for i, id := range playlistIDs {
		links[i] = models.PoolPlaylist{PoolID: poolID, PlaylistID: id, FirstSeenMS: nowMS, LastSeenMS: nowMS}
		if !linked[id] {
			fresh = append(fresh, id)
		}
	}
	err = tx.Clauses(clause.OnConflict{
		Columns:   []clause.Column{{Name: "pool_id"}, {Name: "playlist_id"}},
		DoUpdates: clause.AssignmentColumns([]string{"last_seen_ms"}),
		Where:     clause.Where{Exprs: []clause.Expression{gorm.Expr("pool_playlists.last_seen_ms < ?", nowMS-models.SeenPrecisionMS)}},
	}).CreateInBatches(links, batchRows).Error
	if err != nil {
		return err
	}
	return addPoolArtists(tx, fresh)
}
