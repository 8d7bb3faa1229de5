package store

import (
	"context"
	"database/sql"
	"sync"

	"gorm.io/gorm"
)

// statements keeps the statements that every sync needs prepared on the writer's connection,
// across transactions. Inside of a transaction that connection is taken, so a text is only
// noted then, and prepared before the next one begins.
type statements struct {
	mu     sync.Mutex
	byText map[string]*sql.Stmt
	wanted []string
}

// mostStatements bounds what is kept; there are about twenty texts.
const mostStatements = 64

// preparedKey is how a transaction hands the statements on.
const preparedKey = "catalogsync:statements"

// prepare prepares what earlier transactions wanted. A text that cannot be prepared now is
// prepared by whoever uses it, and fails there.
func (s *statements) prepare(ctx context.Context, writer *gorm.DB) {
	s.mu.Lock()
	wanted := s.wanted
	s.wanted = nil
	s.mu.Unlock()
	if len(wanted) == 0 {
		return
	}
	db, err := writer.DB()
	if err != nil {
		return
	}
	for _, text := range wanted {
		statement, err := db.PrepareContext(ctx, text) //nolint:sqlclosecheck // kept until the database is closed
		if err != nil {
			continue
		}
		s.mu.Lock()
		if s.byText == nil {
			s.byText = map[string]*sql.Stmt{}
		}
		if s.byText[text] == nil && len(s.byText) < mostStatements {
			s.byText[text], statement = statement, nil
		}
		s.mu.Unlock()
		if statement != nil {
			_ = statement.Close() // somebody else was quicker
		}
	}
}

// find gives a prepared statement for use in a transaction, nil when there is none yet.
func (s *statements) find(text string) *sql.Stmt {
	s.mu.Lock()
	defer s.mu.Unlock()
	if found := s.byText[text]; found != nil {
		return found
	}
	if len(s.byText)+len(s.wanted) < mostStatements {
		s.wanted = append(s.wanted, text)
	}
	return nil
}

// withStatement runs use with a statement on the transaction's connection.
func withStatement(tx *gorm.DB, text string, use func(context.Context, *sql.Stmt) error) error {
	ctx := tx.Statement.Context
	if kept, ok := tx.Get(preparedKey); ok {
		if transaction, ok := tx.Statement.ConnPool.(*sql.Tx); ok {
			if statement := kept.(*statements).find(text); statement != nil {
				return use(ctx, transaction.StmtContext(ctx, statement))
			}
		}
	}
	statement, err := tx.Statement.ConnPool.PrepareContext(ctx, text)
	if err != nil {
		return err
	}
	defer func() { _ = statement.Close() }() // it ends with the transaction
	return use(ctx, statement)
}
