package store

import (
	"context"
	"fmt"
	"strings"

	"catalogsync/app/matching/textkey"
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
