package store

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"gorm.io/gorm"

	"catalogsync/app/matching/textkey"
	"catalogsync/app/revision"
	"catalogsync/models"
)

// The conditions below say models.Playlist.State in SQL; a test holds both together.
const (
	playlistComplete = `playlists.downloaded_count + playlists.skipped_count >= playlists.collected_song_count`
	// An unfinished job works on it and has not ended its last song.
	playlistLive = `playlists.id IN (SELECT jp.playlist_id FROM job_playlists jp JOIN job_runs jr ON jr.id = jp.job_run_id
		WHERE jr.state IN ('queued', 'running', 'pause_requested', 'paused') AND jp.finished_at_ms = 0)`
	playlistDownloading = `(NOT (` + playlistComplete + `) AND ` + playlistLive + `)`
)

// The plus keeps SQLite from going by the index on synced_at_ms, of which nearly all rows
// are above 0; the covering index on all these columns is read instead.
var playlistStateConditions = map[models.PlaylistState]string{
	models.PlaylistDownloading:   playlistDownloading,
	models.PlaylistUnsynced:      `+playlists.synced_at_ms = 0 AND NOT ` + playlistDownloading,
	models.PlaylistDownloaded:    `+playlists.synced_at_ms > 0 AND ` + playlistComplete,
	models.PlaylistPartial:       `+playlists.synced_at_ms > 0 AND NOT (` + playlistComplete + `) AND playlists.downloaded_count > 0 AND NOT ` + playlistLive,
	models.PlaylistNotDownloaded: `+playlists.synced_at_ms > 0 AND NOT (` + playlistComplete + `) AND playlists.downloaded_count = 0 AND NOT ` + playlistLive,
}

// playlistOrders ends each order with the id, so that pages never overlap.
var playlistOrders = map[models.PlaylistSort]string{
	models.SortPlays:    `playlists.play_count DESC, playlists.id`,
	models.SortName:     `playlists.name_key, playlists.id`,
	models.SortSongs:    `playlists.collected_song_count DESC, playlists.id`,
	models.SortSynced:   `playlists.synced_at_ms DESC, playlists.id`,
	models.SortProgress: `(playlists.collected_song_count - playlists.downloaded_count - playlists.skipped_count) DESC, playlists.id`,
}

// ListPlaylists gives one page of the playlists that match f, and how many match in all.
// An unknown sort or state is a ClassInvalid error. A page size below 1 gives only the
// total.
func (s *Store) ListPlaylists(ctx context.Context, f models.PlaylistFilter) (models.PlaylistList, error) {
	var list models.PlaylistList
	match, err := s.matchPlaylists(ctx, f)
	if err != nil {
		return list, err
	}
	if list.Total, err = s.totalPlaylists(ctx, f, match); err != nil {
		return list, fmt.Errorf("count playlists: %w", err)
	}
	if f.Page.Size < 1 || list.Total == 0 {
		return list, nil
	}
	order, err := playlistOrder(f.Sort)
	if err != nil {
		return list, err
	}
	var page []models.Playlist
	if offset := f.Page.Offset(); offset < deepOffset {
		err = match.inOrder().Order(order).Offset(offset).Limit(f.Page.Size).Find(&page).Error
	} else {
		page, err = s.deepPage(ctx, match, order, offset, min(f.Page.Size, int(list.Total)-offset), int(list.Total))
	}
	if err != nil {
		return list, fmt.Errorf("list playlists: %w", err)
	}
	list.Rows, err = s.playlistRows(ctx, page)
	return list, err
}

// totalPlaylists counts the playlists of a filter, once while none changes.
func (s *Store) totalPlaylists(ctx context.Context, f models.PlaylistFilter, match playlistMatch) (int64, error) {
	f.Sort, f.Page = "", models.Page{}
	return remember(s, fmt.Sprintf("playlists %q", fmt.Sprint(f)), func() (total int64, err error) {
		err = match.all().Count(&total).Error
		return total, err
	}, revision.Playlists, revision.Songs, revision.Jobs)
}

// SelectPlaylistIDs lists the ids of the playlists that match f, in the list's order, at
// most max of them; max < 1 means all.
func (s *Store) SelectPlaylistIDs(ctx context.Context, f models.PlaylistFilter, max int) ([]int64, error) {
	query, err := s.filterPlaylists(ctx, f)
	if err != nil {
		return nil, err
	}
	order, err := playlistOrder(f.Sort)
	if err != nil {
		return nil, err
	}
	if max > 0 {
		query = query.Limit(max)
	}
	var ids []int64
	if err := query.Order(order).Pluck("playlists.id", &ids).Error; err != nil {
		return nil, fmt.Errorf("select playlists: %w", err)
	}
	return ids, nil
}

// GetPlaylist gets one playlist; a missing one is a ClassNotFound error.
func (s *Store) GetPlaylist(ctx context.Context, id int64) (models.PlaylistRow, error) {
	var p models.Playlist
	switch err := s.read(ctx).Take(&p, id).Error; {
	case errors.Is(err, gorm.ErrRecordNotFound):
		return models.PlaylistRow{}, models.NotFound("there is no playlist %d", id)
	case err != nil:
		return models.PlaylistRow{}, fmt.Errorf("get playlist %d: %w", id, err)
	}
	rows, err := s.playlistRows(ctx, []models.Playlist{p})
	if err != nil {
		return models.PlaylistRow{}, err
	}
	return rows[0], nil
}

// ListPlaylistRows gets the playlists among ids that exist, in the order of ids.
func (s *Store) ListPlaylistRows(ctx context.Context, ids []int64) ([]models.PlaylistRow, error) {
	list, err := s.FindPlaylistsByIDs(ctx, ids)
	if err != nil {
		return nil, err
	}
	byID := make(map[int64]models.Playlist, len(list))
	for _, p := range list {
		byID[p.ID] = p
	}
	ordered := make([]models.Playlist, 0, len(list))
	for _, id := range ids {
		if p, ok := byID[id]; ok {
			ordered = append(ordered, p)
			delete(byID, id)
		}
	}
	return s.playlistRows(ctx, ordered)
}

// filterPlaylists begins a query on playlists narrowed by f.
func (s *Store) filterPlaylists(ctx context.Context, f models.PlaylistFilter) (*gorm.DB, error) {
	match, err := s.matchPlaylists(ctx, f)
	if err != nil {
		return nil, err
	}
	return match.all(), nil
}

// matchPlaylists begins a query on playlists narrowed by f.
func (s *Store) matchPlaylists(ctx context.Context, f models.PlaylistFilter) (m playlistMatch, err error) {
	q := s.read(ctx).Model(&models.Playlist{})
	if f.Platform != "" {
		q = q.Where("playlists.platform = ?", f.Platform)
	}
	if f.WantedOnly {
		q = q.Where("playlists.wanted = ?", true)
	}
	if f.HeldOnly {
		q = q.Where("playlists.id IN (SELECT h.playlist_id FROM held_changes h WHERE h.state = ?)", models.HeldWaiting)
	}
	if f.State != "" {
		condition, ok := playlistStateConditions[f.State]
		if !ok {
			return m, models.Invalid("status", models.CodeBadValue, "unknown playlist state %q", f.State)
		}
		q = q.Where(condition)
	}
	if query := textkey.NewQuery(f.Keyword); len(query.Words) > 0 {
		hits, err := s.search(ctx, models.SearchPlaylists, f.Keyword, models.CountLimit, nil)
		if err != nil {
			return m, err
		}
		if hits.More {
			m.often = query.Words
		} else {
			q = q.Where("playlists.id IN ?", hits.IDs)
		}
	}
	m.narrowed, m.pool = q, f.PoolKind
	return m, nil
}

// playlistOrder is the ORDER BY of a sort; an empty one is by play count.
func playlistOrder(sort models.PlaylistSort) (string, error) {
	if sort == "" {
		sort = models.SortPlays
	}
	order, ok := playlistOrders[sort]
	if !ok {
		return "", models.Invalid("sort", models.CodeBadValue, "unknown order %q", sort)
	}
	return order, nil
}

// containing is the LIKE pattern of texts that contain key, whose own wildcards are
// escaped by a backslash.
func containing(key string) string {
	return "%" + strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(key) + "%"
}

// playlistRows adds to playlists what a list shows beside them: pools, whether a live
// job works on them, and how many of their songs are in a worker's hands.
func (s *Store) playlistRows(ctx context.Context, list []models.Playlist) ([]models.PlaylistRow, error) {
	rows := make([]models.PlaylistRow, len(list))
	byID := make(map[int64]*models.PlaylistRow, len(list))
	ids := make([]int64, len(list))
	for i, p := range list {
		rows[i].Playlist = p
		byID[p.ID] = &rows[i]
		ids[i] = p.ID
	}
	for chunk := range slices.Chunk(ids, chunkIDs) {
		for _, add := range []func(*gorm.DB, []int64, map[int64]*models.PlaylistRow) error{addPools, addLive, addRunning, addHeld} {
			if err := add(s.read(ctx), chunk, byID); err != nil {
				return nil, fmt.Errorf("complete %d playlists: %w", len(list), err)
			}
		}
	}
	return rows, nil
}

func addPools(db *gorm.DB, ids []int64, byID map[int64]*models.PlaylistRow) error {
	var links []struct {
		PlaylistID int64
		Kind       models.PoolKind
	}
	err := db.Raw(`SELECT DISTINCT pp.playlist_id, p.kind FROM pool_playlists pp
		JOIN playlist_pools p ON p.id = pp.pool_id WHERE pp.playlist_id IN ?`, ids).Scan(&links).Error
	for _, l := range links {
		byID[l.PlaylistID].Pools = append(byID[l.PlaylistID].Pools, l.Kind)
	}
	for _, id := range ids {
		slices.SortFunc(byID[id].Pools, func(a, b models.PoolKind) int {
			return slices.Index(models.PoolKinds, a) - slices.Index(models.PoolKinds, b)
		})
	}
	return err
}

func addLive(db *gorm.DB, ids []int64, byID map[int64]*models.PlaylistRow) error {
	var live []int64
	err := db.Model(&models.Playlist{}).Where("playlists.id IN ?", ids).Where(playlistLive).Pluck("playlists.id", &live).Error
	for _, id := range live {
		byID[id].Live = true
	}
	return err
}

func addRunning(db *gorm.DB, ids []int64, byID map[int64]*models.PlaylistRow) error {
	var running []struct {
		PlaylistID int64
		Songs      int
	}
	err := db.Raw(`SELECT ps.playlist_id, count(DISTINCT i.song_id) AS songs FROM `+activeItems+`
		JOIN playlist_songs ps ON ps.song_id = i.song_id AND ps.gone_at_ms = 0
		WHERE `+runningItems+` AND ps.playlist_id IN ?
		GROUP BY ps.playlist_id`, ids).Scan(&running).Error
	for _, r := range running {
		byID[r.PlaylistID].RunningSongs = r.Songs
	}
	return err
}
