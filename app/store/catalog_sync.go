package store

import (
	"context"
	"database/sql"
	"fmt"
	"slices"

	"gorm.io/gorm"

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
// repeated sync changes timestamps only. Fetches that are saved at the same time share a
// transaction.
func (s *Store) SaveSync(ctx context.Context, f models.FetchedPlaylist) (models.SyncOutcome, error) {
	songs, err := newPreparer().songs(f.Songs)
	if err != nil {
		return models.SyncOutcome{}, fmt.Errorf("store sync of playlist %d: %w", f.PlaylistID, err)
	}
	r := &syncSave{ctx: ctx, asked: f, songs: songs}
	s.syncs.save(r, s.saveSyncs)
	if r.err != nil {
		return models.SyncOutcome{}, fmt.Errorf("store sync of playlist %d: %w", f.PlaylistID, r.err)
	}
	return r.out, nil
}

// saveSyncs stores fetches in one transaction. When it fails, each is tried by itself, so
// that what is wrong with one keeps no other from being stored.
func (s *Store) saveSyncs(batch []*syncSave) {
	err := s.saveBatch(batch[0].ctx, batch)
	if err == nil || len(batch) == 1 {
		batch[0].err = err
		return
	}
	for _, r := range batch {
		r.err = s.saveBatch(r.ctx, []*syncSave{r})
	}
}

func (s *Store) saveBatch(ctx context.Context, batch []*syncSave) error {
	nowMS := s.nowMS()
	s.prepared.prepare(ctx, s.db.Write)
	return s.write(ctx, []revision.Topic{revision.Playlists, revision.Songs}, func(tx *gorm.DB) error {
		b := syncBatch{tx: tx.Set(preparedKey, &s.prepared).Session(&gorm.Session{}), saves: batch, nowMS: nowMS, prepare: newPreparer()}
		return b.run()
	})
}

// syncBatch stores several fetches, of which no two are of the same playlist.
type syncBatch struct {
	tx      *gorm.DB
	saves   []*syncSave
	nowMS   int64
	prepare *preparer
	updated []int64 // songs that were known and have changed
}

func (b *syncBatch) run() error {
	ids := make([]int64, len(b.saves))
	for i, r := range b.saves {
		r.begin()
		ids[i] = r.fetched.PlaylistID
	}
	ids = padded(ids, mostSyncsAtOnce)
	for _, step := range []func([]int64) error{b.readStored, b.saveSongs, b.saveLinks, b.fillPools, b.savePlaylists} {
		if err := step(ids); err != nil {
			return err
		}
	}
	return nil
}

// readStored reads the playlists' rows.
func (b *syncBatch) readStored(ids []int64) error {
	var rows []models.Playlist
	if err := b.tx.Where("id IN ?", ids).Find(&rows).Error; err != nil {
		return err
	}
	for _, r := range b.saves {
		i := slices.IndexFunc(rows, func(p models.Playlist) bool { return p.ID == r.fetched.PlaylistID })
		if i < 0 {
			return models.NotFound("there is no playlist %d", r.fetched.PlaylistID)
		}
		r.stored = rows[i]
	}
	return nil
}

// saveSongs stores the songs and artists of the fetches, platform by platform.
func (b *syncBatch) saveSongs([]int64) error {
	byPlatform := map[string][]*syncSave{}
	for _, r := range b.saves {
		byPlatform[r.stored.Platform] = append(byPlatform[r.stored.Platform], r)
	}
	for platform, saves := range byPlatform {
		lists := make([][]preparedSong, len(saves))
		for i, r := range saves {
			lists[i] = r.songs
		}
		songs, err := b.prepare.mergePrepared(lists...)
		if err != nil {
			return err
		}
		saved, err := saveSongs(b.tx, platform, songs, b.prepare, b.nowMS)
		if err != nil {
			return err
		}
		if err := saveArtists(b.tx, platform, saved.touched, b.nowMS); err != nil {
			return err
		}
		for _, r := range saves {
			r.take(saved)
		}
		for _, id := range saved.updated {
			b.updated = append(b.updated, id)
		}
	}
	return nil
}

// saveLinks brings the links to the fetched order, and writes the differences and what is held.
func (b *syncBatch) saveLinks(ids []int64) error {
	links, err := readLinks(b.tx, ids)
	if err != nil {
		return err
	}
	lastMS, err := lastChanges(b.tx, ids)
	if err != nil {
		return err
	}
	var fresh, changed []models.PlaylistSong
	var changes []models.PlaylistChange
	for _, r := range b.saves {
		id := r.fetched.PlaylistID
		r.diffLinks(links[id], max(b.nowMS, lastMS[id]+1))
		if len(links[id]) == 0 {
			fresh = append(fresh, r.diff.Write...)
		} else {
			changed = append(changed, r.diff.Write...)
		}
		changes = append(changes, r.diff.Changes...)
	}
	if err := insertLinks.exec(b.tx, linkArgs(fresh)); err != nil {
		return err
	}
	if err := writeLinks(b.tx, changed); err != nil {
		return err
	}
	if err := writeChanges(b.tx, changes); err != nil {
		return err
	}
	for _, r := range b.saves {
		if err := saveHeld(b.tx, &r.fetched, r.diff.Held, r.stored.SyncedAtMS > 0, b.nowMS); err != nil {
			return err
		}
	}
	return nil
}

// fillPools updates the artist pools of playlists that songs came to, and those of known
// songs that may stand on others too and have new artists.
func (b *syncBatch) fillPools([]int64) error {
	var grown []int64
	for _, r := range b.saves {
		if r.diff.Added > 0 {
			grown = append(grown, r.fetched.PlaylistID)
		}
	}
	if err := addPoolArtists(b.tx, grown); err != nil {
		return err
	}
	return addPoolArtistsOfSongs(b.tx, b.updated)
}

// savePlaylists writes the playlists' own rows.
func (b *syncBatch) savePlaylists(ids []int64) error {
	counters, err := countPlaylists(b.tx, ids)
	if err != nil {
		return err
	}
	for _, r := range b.saves {
		if err := saveSynced(b.tx, r, counters[r.fetched.PlaylistID], b.nowMS); err != nil {
			return err
		}
		r.finish()
	}
	return nil
}

// saveSynced writes a playlist's own row after a sync.
func saveSynced(tx *gorm.DB, r *syncSave, counters playlistCounters, nowMS int64) error {
	row, f := r.stored, r.fetched
	describe(&row, &f.About)
	row.VersionTag = f.VersionTag
	row.SyncErrorCode, row.SyncError = f.NoteCode, f.Note
	row.EmptyReason = ""
	if r.diff.Active == 0 {
		row.EmptyReason = f.EmptyReason
	}
	row.CollectedSongCount, row.DownloadedCount, row.SkippedCount = counters.CollectedSongCount, counters.DownloadedCount, counters.SkippedCount
	if len(r.diff.Changes) > 0 || r.stored.SyncedAtMS == 0 {
		row.ChangedAtMS = nowMS
	}
	if row != r.stored {
		row.UpdatedAtMS = nowMS
	}
	row.SyncedAtMS, row.SyncCheckedMS = nowMS, nowMS
	return withStatement(tx, updateSynced, func(ctx context.Context, statement *sql.Stmt) error {
		_, err := statement.ExecContext(ctx, row.Name, row.NameKey, row.Description, row.CoverURL, row.Creator, row.WebURL, row.PlayCount, row.TrackCount, row.MetadataJSON,
			row.VersionTag, row.SyncError, string(row.SyncErrorCode), string(row.EmptyReason), row.ChangedAtMS,
			row.CollectedSongCount, row.DownloadedCount, row.SkippedCount, row.UpdatedAtMS, row.SyncedAtMS, row.SyncCheckedMS, row.ID)
		return err
	})
}

// updateSynced writes what a sync decides of a playlist's row; see describe for the first line.
const updateSynced = `UPDATE playlists SET
	name = ?, name_key = ?, description = ?, cover_url = ?, creator = ?, web_url = ?, play_count = ?, track_count = ?, metadata_json = ?,
	version_tag = ?, sync_error = ?, sync_error_code = ?, empty_reason = ?, changed_at_ms = ?,
	collected_song_count = ?, downloaded_count = ?, skipped_count = ?, updated_at_ms = ?, synced_at_ms = ?, sync_checked_ms = ? WHERE id = ?`

// MarkChecked notes that syncs found the versions that are stored, and ends what earlier
// ones complained of.
func (s *Store) MarkChecked(ctx context.Context, playlistIDs []int64) error {
	values := map[string]any{"sync_checked_ms": s.nowMS(), "sync_error": "", "sync_error_code": ""}
	if err := s.updatePlaylists(ctx, playlistIDs, values); err != nil {
		return fmt.Errorf("mark %d playlists as checked: %w", len(playlistIDs), err)
	}
	return nil
}

// MarkSyncFailed keeps why the last sync failed; songs and counters stay as they are.
func (s *Store) MarkSyncFailed(ctx context.Context, playlistID int64, code models.Code, text string) error {
	if err := s.updatePlaylists(ctx, []int64{playlistID}, map[string]any{"sync_error": text, "sync_error_code": code}); err != nil {
		return fmt.Errorf("note failed sync of playlist %d: %w", playlistID, err)
	}
	return nil
}

func (s *Store) updatePlaylists(ctx context.Context, ids []int64, values map[string]any) error {
	return s.write(ctx, []revision.Topic{revision.Playlists}, func(tx *gorm.DB) error {
		for chunk := range slices.Chunk(ids, chunkIDs) {
			if err := tx.Model(&models.Playlist{}).Where("id IN ?", chunk).Updates(values).Error; err != nil {
				return err
			}
		}
		return nil
	})
}
