package store

import (
	"context"
	"slices"
	"strings"

	"gorm.io/gorm"

	"catalogsync/models"
)

// playlistMatch is a query on the playlists that match a filter.
type playlistMatch struct {
	narrowed *gorm.DB
	// often are words that so many names hold that a list of these is not worth while.
	often []string
	pool  models.PoolKind // "" = any
}

// all is the query for reading everything that matches: names are looked through in their
// index, without the rows.
func (m playlistMatch) all() *gorm.DB {
	q := m.narrowed.Session(&gorm.Session{})
	for _, word := range m.often {
		q = q.Where(`playlists.id IN (SELECT named.id FROM playlists named WHERE named.name_key LIKE ? ESCAPE '\')`, containing(word))
	}
	if m.pool != "" {
		q = q.Where(`playlists.id IN (SELECT pp.playlist_id FROM pool_playlists pp
			JOIN playlist_pools p ON p.id = pp.pool_id WHERE p.kind = ?)`, m.pool)
	}
	return q
}

// inOrder is the query for reading a few in an order: rows are looked at until there are
// enough, which is soon.
func (m playlistMatch) inOrder() *gorm.DB {
	q := m.narrowed.Session(&gorm.Session{})
	for _, word := range m.often {
		q = q.Where(`playlists.name_key LIKE ? ESCAPE '\'`, containing(word))
	}
	if m.pool != "" {
		q = q.Where(`EXISTS (SELECT 1 FROM pool_playlists pp JOIN playlist_pools p ON p.id = pp.pool_id
			WHERE pp.playlist_id = playlists.id AND p.kind = ?)`, m.pool)
	}
	return q
}

// deepOffset is from where on a page is found by ids: to pass over rows costs little in an
// index, and more in the table.
const deepOffset = 1000

// deepPage reads the page of size rows at an offset, from the nearer end of the list.
func (s *Store) deepPage(ctx context.Context, match playlistMatch, order string, offset, size, total int) ([]models.Playlist, error) {
	if size < 1 {
		return nil, nil
	}
	backwards := offset > total/2
	if backwards {
		order, offset = reversed(order), total-offset-size
	}
	var ids []int64
	if err := match.inOrder().Order(order).Offset(offset).Limit(size).Pluck("playlists.id", &ids).Error; err != nil {
		return nil, err
	}
	if backwards {
		slices.Reverse(ids)
	}
	page, err := s.FindPlaylistsByIDs(ctx, ids)
	slices.SortFunc(page, func(a, b models.Playlist) int { return slices.Index(ids, a.ID) - slices.Index(ids, b.ID) })
	return page, err
}

// reversed turns an ORDER BY round.
func reversed(order string) string {
	terms := strings.Split(order, ", ")
	for i, term := range terms {
		if down, ok := strings.CutSuffix(term, " DESC"); ok {
			terms[i] = down
		} else {
			terms[i] = term + " DESC"
		}
	}
	return strings.Join(terms, ", ")
}
