package store

import (
	"context"
	"fmt"
	"strings"

	"gorm.io/gorm"

	"catalogsync/app/matching/textkey"
	"catalogsync/models"
)

// matchExpression is a keyword in the query language of FTS5. Characters are quoted, so
// that none of them is taken for an operator.
func matchExpression(q textkey.Query) string {
	terms := make([]string, 0, len(q.Grams))
	for _, gram := range q.Grams {
		terms = append(terms, `"`+strings.ReplaceAll(gram, `"`, `""`)+`"`)
	}
	return strings.Join(terms, " AND ")
}

// indexedMatches lists at most limit rows below an id that the index finds for a keyword,
// newest first. Rows that were renamed or removed since are among them.
func (s *Store) indexedMatches(ctx context.Context, t searchTable, q textkey.Query, below int64, limit int) ([]int64, error) {
	var ids []int64
	err := s.read(ctx).Raw(fmt.Sprintf("SELECT rowid FROM %[1]s WHERE %[1]s MATCH ? AND rowid < ? ORDER BY rowid DESC LIMIT ?", t.grams),
		matchExpression(q), below, limit).Scan(&ids).Error
	return ids, err
}

// searchFlaws are the invariants of the search indexes: every row up to where an index goes
// is in it, and nothing else, but for rows that are queued. That the index's grams are those
// of the row is not looked at: it would mean to read all of both.
var searchFlaws = map[models.Invariant][]flawQuery{models.InvariantSearchIndex: searchFlawQueries()}

func searchFlawQueries() []flawQuery {
	var queries []flawQuery
	for _, t := range searchTables {
		queries = append(queries, flawQuery{t.table, narrowStep, "SELECT '" + string(t.kind) + " ' || x.id || ': stands wrongly in the index for searches' FROM (" + t.misplaced() + ") x"})
	}
	return queries
}

// misplaced lists the rows of a range of ids that the index should hold and does not, or
// the other way round. The names of the documents that FTS5 holds are in its table of sizes.
func (t searchTable) misplaced() string {
	return fmt.Sprintf(`SELECT id FROM (
			SELECT r.id FROM %[1]s r WHERE r.id > @after AND r.id <= @upto AND r.id <= (SELECT indexed_to FROM search_progress WHERE kind = '%[2]s')
				AND NOT EXISTS (SELECT 1 FROM %[3]s_docsize d WHERE d.id = r.id)
			UNION ALL
			SELECT d.id FROM %[3]s_docsize d WHERE d.id > @after AND d.id <= @upto AND NOT EXISTS (SELECT 1 FROM %[1]s r WHERE r.id = d.id)
		) m WHERE NOT EXISTS (SELECT 1 FROM search_queue q WHERE q.kind = '%[2]s' AND q.row_id = m.id)`, t.table, t.kind, t.grams)
}

// RebuildSearch queues the rows that stand wrongly in the search indexes, which the console
// then sets right while it runs, and returns how many.
func (s *Store) RebuildSearch(ctx context.Context) (queued int64, err error) {
	for _, t := range searchTables {
		err := s.eachRange(ctx, t.table, narrowStep, func(tx *gorm.DB, after, upto int64) error {
			res := tx.Exec("INSERT OR IGNORE INTO search_queue (kind, row_id) SELECT @kind, x.id FROM ("+t.misplaced()+") x",
				map[string]any{"kind": t.kind, "after": after, "upto": upto})
			queued += res.RowsAffected
			return res.Error
		})
		if err != nil {
			return queued, fmt.Errorf("queue %s for the search index: %w", t.kind, err)
		}
	}
	return queued, nil
}
