package store

import (
	"context"
	"fmt"
	"time"

	"gorm.io/gorm"

	"catalogsync/app/matching/textkey"
	"catalogsync/models"
)

// searchTable is a table that is searched by keyword.
type searchTable struct {
	kind   models.SearchKind
	table  string
	column string // the normalised text
	grams  string // its index
}

var searchTables = []searchTable{
	{models.SearchSongs, "songs", "search_key", "song_grams"},
	{models.SearchPlaylists, "playlists", "name_key", "playlist_grams"},
	{models.SearchArtists, "artists", "name_key", "artist_grams"},
}

func searchTableOf(kind models.SearchKind) searchTable {
	for _, t := range searchTables {
		if t.kind == kind {
			return t
		}
	}
	return searchTable{}
}

// IndexSearch brings at most limit rows into the search indexes, or up to date in them,
// in one short transaction. It tells how many it took, 0 = the indexes are complete, and
// how long the writer was held.
func (s *Store) IndexSearch(ctx context.Context, limit int) (rows int, held time.Duration, err error) {
	for _, t := range searchTables {
		behind, err := s.searchBehind(ctx, t)
		if err != nil {
			return 0, 0, fmt.Errorf("look for %s to index: %w", t.table, err)
		}
		if !behind {
			continue
		}
		var start time.Time
		err = s.write(ctx, nil, func(tx *gorm.DB) error {
			start = s.now()
			if rows, err = t.indexChanged(tx, limit); err != nil || rows > 0 {
				return err
			}
			rows, err = t.indexNew(tx, limit)
			return err
		})
		if err != nil {
			return 0, 0, fmt.Errorf("index %s for searches: %w", t.table, err)
		}
		return rows, s.now().Sub(start), nil
	}
	return 0, 0, nil
}

// searchBehind says whether rows are missing in an index, without holding the writer.
func (s *Store) searchBehind(ctx context.Context, t searchTable) (behind bool, err error) {
	err = s.read(ctx).Raw(fmt.Sprintf(`SELECT EXISTS (SELECT 1 FROM search_queue WHERE kind = ?)
		OR EXISTS (SELECT 1 FROM %s WHERE id > (SELECT indexed_to FROM search_progress WHERE kind = ?))`, t.table), t.kind, t.kind).Scan(&behind).Error
	return behind, err
}

// keyed is a row with its normalised text.
type keyed struct {
	ID  int64
	Key string
}

// indexNew takes the next rows by id.
func (t searchTable) indexNew(tx *gorm.DB, limit int) (int, error) {
	var rows []keyed
	err := tx.Raw(fmt.Sprintf(`SELECT id, %s AS key FROM %s
		WHERE id > (SELECT indexed_to FROM search_progress WHERE kind = ?) ORDER BY id LIMIT ?`, t.column, t.table), t.kind, limit).Scan(&rows).Error
	if err != nil || len(rows) == 0 {
		return 0, err
	}
	if err := t.put(tx, rows); err != nil {
		return 0, err
	}
	last := rows[len(rows)-1].ID
	// What was renamed before it was indexed is up to date now.
	if err := tx.Exec("DELETE FROM search_queue WHERE kind = ? AND row_id BETWEEN ? AND ?", t.kind, rows[0].ID, last).Error; err != nil {
		return 0, err
	}
	return len(rows), tx.Exec("UPDATE search_progress SET indexed_to = ? WHERE kind = ?", last, t.kind).Error
}

// indexChanged takes rows that were renamed or removed since they were indexed.
func (t searchTable) indexChanged(tx *gorm.DB, limit int) (int, error) {
	var ids []int64
	if err := tx.Raw("SELECT row_id FROM search_queue WHERE kind = ? ORDER BY row_id LIMIT ?", t.kind, limit).Scan(&ids).Error; err != nil || len(ids) == 0 {
		return 0, err
	}
	var rows []keyed
	err := tx.Raw(fmt.Sprintf(`SELECT id, %s AS key FROM %s WHERE id IN ? AND id <= (SELECT indexed_to FROM search_progress WHERE kind = ?)`,
		t.column, t.table), ids, t.kind).Scan(&rows).Error
	if err != nil {
		return 0, err
	}
	if err := tx.Exec(fmt.Sprintf("DELETE FROM %s WHERE rowid IN ?", t.grams), ids).Error; err != nil {
		return 0, err
	}
	if err := t.put(tx, rows); err != nil {
		return 0, err
	}
	return len(ids), tx.Exec("DELETE FROM search_queue WHERE kind = ? AND row_id IN ?", t.kind, ids).Error
}

func (t searchTable) put(tx *gorm.DB, rows []keyed) error {
	insert := bulkInsert{head: fmt.Sprintf("INSERT INTO %s (rowid, grams)", t.grams), columns: 2}
	args := make([]any, 0, 2*len(rows))
	for _, r := range rows {
		args = append(args, r.ID, textkey.IndexText(r.Key))
	}
	return insert.exec(tx, args)
}
