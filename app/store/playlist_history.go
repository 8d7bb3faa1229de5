package store

import (
	"context"
	"fmt"
	"math"
	"slices"

	"gorm.io/gorm"

	"catalogsync/models"
)

// endOfTime is after every sync.
const endOfTime = math.MaxInt64

// PlaylistMembersAt replays what stood on a playlist at an instant, in order.
func (s *Store) PlaylistMembersAt(ctx context.Context, id, atMS int64) ([]models.Member, error) {
	changes, err := readChanges(s.read(ctx), id, atMS)
	if err != nil {
		return nil, fmt.Errorf("replay playlist %d: %w", id, err)
	}
	return models.ReplayChanges(changes).On(), nil
}

// readChanges reads a playlist's differences up to an instant, as they are replayed.
func readChanges(db *gorm.DB, playlistID, untilMS int64) ([]models.PlaylistChange, error) {
	var changes []models.PlaylistChange
	err := db.Where("playlist_id = ? AND at_ms <= ?", playlistID, untilMS).Order("at_ms, id").Find(&changes).Error
	return changes, err
}

// ListPlaylistSongsAt gives one page of what stood on a playlist at an instant, in the order
// of that time, and its length. GoneAtMS tells of songs that have left since.
func (s *Store) ListPlaylistSongsAt(ctx context.Context, id, atMS int64, page models.Page) ([]models.PlaylistSongRow, int64, error) {
	changes, err := readChanges(s.read(ctx), id, endOfTime)
	if err != nil {
		return nil, 0, fmt.Errorf("replay playlist %d: %w", id, err)
	}
	later := slices.IndexFunc(changes, func(c models.PlaylistChange) bool { return c.AtMS > atMS })
	if later < 0 {
		later = len(changes)
	}
	members := models.ReplayChanges(changes[:later]).On()
	markLeft(members, models.ReplayChanges(changes))
	return s.memberRows(ctx, id, members, page)
}

// markLeft notes in members of the past when songs left that are not on the list any more.
func markLeft(members []models.Member, today *models.Replay) {
	left := map[int64]int64{} // song → when its last place was lost, 0 = it is on the list
	for _, m := range today.Ever() {
		if m.GoneAtMS == 0 {
			left[m.SongID] = 0
		} else if at, known := left[m.SongID]; !known || at != 0 {
			left[m.SongID] = max(at, m.GoneAtMS)
		}
	}
	for i := range members {
		members[i].GoneAtMS = left[members[i].SongID]
	}
}

// ListPlaylistSongsEver gives one page of everything that ever was on a playlist: what is, in
// order, then what left, latest first; and the number of both.
func (s *Store) ListPlaylistSongsEver(ctx context.Context, id int64, page models.Page) ([]models.PlaylistSongRow, int64, error) {
	changes, err := readChanges(s.read(ctx), id, endOfTime)
	if err != nil {
		return nil, 0, fmt.Errorf("replay playlist %d: %w", id, err)
	}
	return s.memberRows(ctx, id, models.ReplayChanges(changes).Ever(), page)
}

// memberRows completes one page of members with their songs and files.
func (s *Store) memberRows(ctx context.Context, id int64, members []models.Member, page models.Page) ([]models.PlaylistSongRow, int64, error) {
	total := int64(len(members))
	if page.Size > 0 {
		first := min(page.Offset(), len(members))
		members = members[first:min(first+page.Size, len(members))]
	}
	ids := make([]int64, len(members))
	for i, m := range members {
		ids[i] = m.SongID
	}
	songs, err := songsByID(s.read(ctx), ids)
	if err != nil {
		return nil, 0, fmt.Errorf("read songs of playlist %d: %w", id, err)
	}
	rows := make([]models.PlaylistSongRow, len(members))
	for i, m := range members {
		r := &rows[i]
		r.Song, r.Position, r.Stays = songs[m.SongID], m.Position, m.Stays
		r.FirstSeenMS, r.SeenFromMS, r.GoneAtMS = m.FirstSeenMS, m.SeenFromMS, m.GoneAtMS
	}
	if err := completeSongs(s.read(ctx), rows); err != nil {
		return nil, 0, fmt.Errorf("find files of playlist %d: %w", id, err)
	}
	return rows, total, nil
}

// songsByID reads songs: id → song.
func songsByID(db *gorm.DB, ids []int64) (map[int64]models.Song, error) {
	songs := make(map[int64]models.Song, len(ids))
	for chunk := range slices.Chunk(ids, chunkIDs) {
		var rows []models.Song
		if err := db.Where("id IN ?", chunk).Find(&rows).Error; err != nil {
			return nil, err
		}
		for _, r := range rows {
			songs[r.ID] = r
		}
	}
	return songs, nil
}

// DiffPlaylist compares what stood on a playlist at two instants: what was removed, then what
// moved and came, by new position. At most limit changes are given; the counts are of all.
func (s *Store) DiffPlaylist(ctx context.Context, id, fromMS, toMS int64, limit int) (models.PlaylistDiff, error) {
	changes, err := readChanges(s.read(ctx), id, max(fromMS, toMS))
	if err != nil {
		return models.PlaylistDiff{}, fmt.Errorf("compare playlist %d: %w", id, err)
	}
	at := func(ms int64) []models.Member {
		end := slices.IndexFunc(changes, func(c models.PlaylistChange) bool { return c.AtMS > ms })
		if end < 0 {
			end = len(changes)
		}
		return models.ReplayChanges(changes[:end]).On()
	}
	from, to := at(fromMS), at(toMS)
	diff := models.PlaylistDiff{FromMS: fromMS, ToMS: toMS, SongsFrom: len(from), SongsTo: len(to)}
	all := models.DiffMembers(id, from, to)
	for _, c := range all {
		diff.Count(c.Kind)
	}
	if diff.Changes, err = s.nameChanges(ctx, all[:min(len(all), limit)]); err != nil {
		return models.PlaylistDiff{}, fmt.Errorf("name changes of playlist %d: %w", id, err)
	}
	return diff, nil
}

// nameChanges adds to changes the names of their songs.
func (s *Store) nameChanges(ctx context.Context, changes []models.PlaylistChange) ([]models.PlaylistChangeRow, error) {
	ids := make([]int64, len(changes))
	for i, c := range changes {
		ids[i] = c.SongID
	}
	songs, err := songsByID(s.read(ctx), ids)
	rows := make([]models.PlaylistChangeRow, len(changes))
	for i, c := range changes {
		song := songs[c.SongID]
		rows[i] = models.PlaylistChangeRow{PlaylistChange: c, SongName: song.Name, Singers: song.Singers}
	}
	return rows, err
}

// ListPlaylistHistory gives one page of the changes between two instants (after fromMS, up to
// toMS), latest sync first, and how many there are.
func (s *Store) ListPlaylistHistory(ctx context.Context, id, fromMS, toMS int64, page models.Page) ([]models.PlaylistChangeRow, int64, error) {
	query := s.read(ctx).Model(&models.PlaylistChange{}).Where("playlist_id = ? AND at_ms > ? AND at_ms <= ?", id, fromMS, toMS)
	var total int64
	if err := query.Session(&gorm.Session{}).Count(&total).Error; err != nil {
		return nil, 0, fmt.Errorf("count changes of playlist %d: %w", id, err)
	}
	var changes []models.PlaylistChange
	if err := query.Order("at_ms DESC, id").Offset(page.Offset()).Limit(page.Size).Find(&changes).Error; err != nil {
		return nil, 0, fmt.Errorf("list changes of playlist %d: %w", id, err)
	}
	rows, err := s.nameChanges(ctx, changes)
	if err != nil {
		return nil, 0, fmt.Errorf("name changes of playlist %d: %w", id, err)
	}
	return rows, total, nil
}

// ListPlaylistSyncs lists the last syncs that changed a playlist, latest first, with what
// they changed.
func (s *Store) ListPlaylistSyncs(ctx context.Context, id int64, limit int) ([]models.PlaylistSyncRow, error) {
	var rows []models.PlaylistSyncRow
	err := s.read(ctx).Raw(`SELECT at_ms, 
			count(CASE kind WHEN 'added' THEN 1 END) AS added, count(CASE kind WHEN 'removed' THEN 1 END) AS removed,
			count(CASE kind WHEN 'moved' THEN 1 END) AS moved
		FROM playlist_changes WHERE playlist_id = ? GROUP BY at_ms ORDER BY at_ms DESC LIMIT ?`, id, limit).Scan(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("list syncs of playlist %d: %w", id, err)
	}
	return rows, nil
}
