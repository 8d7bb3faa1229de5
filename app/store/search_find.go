package store

import (
	"context"
	"fmt"
	"math"
	"slices"

	"gorm.io/gorm"

	"catalogsync/app/matching/textkey"
	"catalogsync/models"
)

const (
	// searchChunk is how many matches are looked at together; of the index they are asked for
	// in steps that begin with it and double up to searchMost.
	searchChunk = 400
	searchMost  = 6400
	// searchBudget bounds the matches that one search looks at: a character that stands in
	// every third title, narrowed to something rare, would have it read half the table.
	searchBudget = 10_000
)

// searchFound is what a search came to.
type searchFound struct {
	// IDs are the newest matches first.
	IDs []int64
	// More says that there are, or may be, more than these.
	More bool
}

// narrowing leaves out rows that hold the words; nil leaves out none.
type narrowing struct {
	// where adds conditions on the table.
	where func(*gorm.DB) *gorm.DB
	// keep says the same of ids by an index alone, without reading their rows; it gives them
	// by descending id.
	keep func(ids []int64) ([]int64, error)
}

// search lists at most limit rows that hold every word of a keyword and pass narrow, by
// descending id.
func (s *Store) search(ctx context.Context, kind models.SearchKind, keyword string, limit int, narrow *narrowing) (searchFound, error) {
	if narrow == nil {
		narrow = &narrowing{}
	}
	t, q := searchTableOf(kind), textkey.NewQuery(keyword)
	found := searchFound{}
	fresh, indexedTo, err := s.unindexed(ctx, t)
	if err != nil {
		return found, fmt.Errorf("search %s: %w", kind, err)
	}
	skip := map[int64]bool{}
	for _, id := range fresh {
		skip[id] = true
	}
	if err := s.searchTail(ctx, t, q, indexedTo, fresh, limit+1, narrow.where, &found); err != nil {
		return found, fmt.Errorf("search %s: %w", kind, err)
	}
	below, looked, first := int64(math.MaxInt64), 0, searchChunk
	if q.Exact && narrow.where == nil {
		first = limit + 1 // all of them pass
	}
	for step := first; len(found.IDs) <= limit; step = min(2*step, searchMost) {
		ids, err := s.indexedMatches(ctx, t, q, below, step)
		if err != nil {
			return found, fmt.Errorf("search %s: %w", kind, err)
		}
		if looked += len(ids); len(ids) > 0 {
			below = ids[len(ids)-1]
		}
		last := len(ids) < step
		ids = slices.DeleteFunc(ids, func(id int64) bool { return skip[id] })
		for chunk := range slices.Chunk(ids, searchChunk) {
			kept, err := s.passing(ctx, t, q, chunk, narrow)
			if err != nil {
				return found, fmt.Errorf("search %s: %w", kind, err)
			}
			if found.IDs = append(found.IDs, kept...); len(found.IDs) > limit {
				break
			}
		}
		if last {
			break // the index has no more
		}
		if looked >= searchBudget {
			found.More = true
			break
		}
	}
	// Renamed rows were found apart from the others.
	slices.SortFunc(found.IDs, func(a, b int64) int { return int(b - a) })
	if len(found.IDs) > limit {
		found.IDs, found.More = found.IDs[:limit], true
	}
	return found, nil
}

// passing keeps those of the index's matches that really match and pass narrow.
func (s *Store) passing(ctx context.Context, t searchTable, q textkey.Query, ids []int64, narrow *narrowing) ([]int64, error) {
	if narrow.keep != nil {
		kept, err := narrow.keep(ids)
		if err != nil || q.Exact {
			return kept, err
		}
		return s.confirm(ctx, t, q, kept, nil)
	}
	if q.Exact && narrow.where == nil {
		return ids, nil
	}
	return s.confirm(ctx, t, q, ids, narrow.where)
}

// unindexed lists the rows whose place in the index is out of date, and up to which row
// the index goes.
func (s *Store) unindexed(ctx context.Context, t searchTable) (ids []int64, indexedTo int64, err error) {
	if err = s.read(ctx).Raw("SELECT indexed_to FROM search_progress WHERE kind = ?", t.kind).Scan(&indexedTo).Error; err != nil {
		return nil, 0, err
	}
	err = s.read(ctx).Raw("SELECT row_id FROM search_queue WHERE kind = ? AND row_id <= ?", t.kind, indexedTo).Scan(&ids).Error
	return ids, indexedTo, err
}

// searchTail looks through the rows that the index does not hold yet.
func (s *Store) searchTail(ctx context.Context, t searchTable, q textkey.Query, indexedTo int64, fresh []int64, limit int,
	narrow func(*gorm.DB) *gorm.DB, found *searchFound,
) error {
	var ids []int64
	err := s.holding(ctx, t, q, narrow).Where(t.table+".id > ?", indexedTo).Order(t.table + ".id DESC").Limit(limit).Scan(&ids).Error
	if err != nil {
		return err
	}
	found.IDs = append(found.IDs, ids...)
	for chunk := range slices.Chunk(fresh, searchChunk) {
		kept, err := s.confirm(ctx, t, q, chunk, narrow)
		if err != nil {
			return err
		}
		found.IDs = append(found.IDs, kept...)
	}
	return nil
}

// confirm keeps those of the rows that hold the words and pass narrow.
func (s *Store) confirm(ctx context.Context, t searchTable, q textkey.Query, ids []int64, narrow func(*gorm.DB) *gorm.DB) ([]int64, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	var kept []int64
	err := s.holding(ctx, t, q, narrow).Where(t.table+".id IN ?", ids).Order(t.table + ".id DESC").Scan(&kept).Error
	return kept, err
}

// holding begins a query on the ids of rows that hold every word.
func (s *Store) holding(ctx context.Context, t searchTable, q textkey.Query, narrow func(*gorm.DB) *gorm.DB) *gorm.DB {
	query := s.read(ctx).Table(t.table).Select(t.table + ".id")
	for _, word := range q.Words {
		query = query.Where(fmt.Sprintf(`%s.%s LIKE ? ESCAPE '\'`, t.table, t.column), containing(word))
	}
	if narrow != nil {
		query = narrow(query)
	}
	return query
}
