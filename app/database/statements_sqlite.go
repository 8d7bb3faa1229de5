package database

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"strings"

	"modernc.org/sqlite"
)

// Parsing a statement costs SQLite more than running it, and a song's way to disk runs some
// thirty, always of the same texts. Each connection therefore keeps those that it ran last;
// SQLite prepares them anew by itself when the schema has changed.
const (
	writerStatements = 160
	readerStatements = 48
	// maxKeptText leaves out long lists of values, which come once.
	maxKeptText = 16 << 10
)

// openPool opens a pool of connections, each of which keeps so many statements.
func openPool(dsn string, connections, statements int) (*sql.DB, error) {
	driver, err := sqlite.NewConnector(dsn)
	if err != nil {
		return nil, err
	}
	pool := sql.OpenDB(connector{driver, statements})
	pool.SetMaxOpenConns(connections)
	pool.SetMaxIdleConns(connections)
	pool.SetConnMaxLifetime(0)
	return pool, nil
}

// connector opens connections that keep statements.
type connector struct {
	driver.Connector
	statements int
}

func (c connector) Connect(ctx context.Context) (driver.Conn, error) {
	raw, err := c.Connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	full, ok := raw.(sqliteConn)
	if !ok {
		return raw, nil // it works without, only slower
	}
	return &keepingConn{sqliteConn: full, most: c.statements, idle: map[string]*keptStatement{}}, nil
}

// sqliteConn is all that database/sql asks of the driver's connections.
type sqliteConn interface {
	driver.Conn
	driver.ConnPrepareContext
	driver.ConnBeginTx
	driver.ExecerContext
	driver.QueryerContext
	driver.Pinger
	driver.SessionResetter
	driver.Validator
}

// sqliteStatement is all that is used of the driver's statements.
type sqliteStatement interface {
	driver.Stmt
	driver.StmtExecContext
	driver.StmtQueryContext
}

// keepingConn is a connection that keeps its statements. Like every connection it is used
// by one goroutine at a time.
type keepingConn struct {
	sqliteConn
	most int
	idle map[string]*keptStatement // those that nobody uses at the moment
	used int64                     // counts uses, to know which one was used last
}

// keptStatement is a statement in somebody's hands, or idle.
type keptStatement struct {
	sqliteStatement
	conn *keepingConn
	text string
	used int64
}

// isKept says that a text is worth keeping. A PRAGMA may take effect while it is prepared,
// and must be prepared each time.
func isKept(text string) bool {
	if len(text) > maxKeptText {
		return false
	}
	verb := strings.TrimLeft(text, " \t\n")
	if end := strings.IndexAny(verb, " \t\n"); end >= 0 {
		verb = verb[:end]
	}
	switch strings.ToUpper(verb) {
	case "SELECT", "INSERT", "UPDATE", "DELETE", "WITH":
		return true
	}
	return false
}

// take gives an idle statement, or a new one; nil when the text is not kept.
func (c *keepingConn) take(ctx context.Context, text string) (*keptStatement, error) {
	if !isKept(text) {
		return nil, nil
	}
	if s := c.idle[text]; s != nil {
		delete(c.idle, text)
		return s, nil
	}
	raw, err := c.sqliteConn.PrepareContext(ctx, text)
	if err != nil {
		return nil, err
	}
	full, ok := raw.(sqliteStatement)
	if !ok {
		return nil, raw.Close()
	}
	return &keptStatement{sqliteStatement: full, conn: c, text: text}, nil
}

// Close gives the statement back to its connection.
func (s *keptStatement) Close() error {
	c := s.conn
	if c.idle == nil || c.idle[s.text] != nil {
		return s.sqliteStatement.Close() // the same text was used twice at once
	}
	c.used++
	s.used = c.used
	c.idle[s.text] = s
	if len(c.idle) <= c.most {
		return nil
	}
	oldest := s
	for _, other := range c.idle {
		if other.used < oldest.used {
			oldest = other
		}
	}
	delete(c.idle, oldest.text)
	return oldest.sqliteStatement.Close()
}

// give gives the statement back after a use; one that met an error is not used again.
func (s *keptStatement) give(err error) error {
	if err != nil {
		_ = s.sqliteStatement.Close() // it repeats the error
		return err
	}
	return s.Close()
}

// PrepareContext implements driver.ConnPrepareContext.
func (c *keepingConn) PrepareContext(ctx context.Context, text string) (driver.Stmt, error) {
	s, err := c.take(ctx, text)
	if s == nil && err == nil {
		return c.sqliteConn.PrepareContext(ctx, text)
	}
	return s, err
}

// ExecContext implements driver.ExecerContext.
func (c *keepingConn) ExecContext(ctx context.Context, text string, args []driver.NamedValue) (driver.Result, error) {
	s, err := c.take(ctx, text)
	if err != nil {
		return nil, err
	}
	if s == nil {
		return c.sqliteConn.ExecContext(ctx, text, args)
	}
	result, err := s.ExecContext(ctx, args)
	return result, s.give(err)
}

// QueryContext implements driver.QueryerContext.
func (c *keepingConn) QueryContext(ctx context.Context, text string, args []driver.NamedValue) (driver.Rows, error) {
	s, err := c.take(ctx, text)
	if err != nil {
		return nil, err
	}
	if s == nil {
		return c.sqliteConn.QueryContext(ctx, text, args)
	}
	rows, err := s.QueryContext(ctx, args)
	if err != nil {
		return nil, s.give(err)
	}
	full, ok := rows.(sqliteRows)
	if !ok { // their end cannot be noticed: they take the statement with them
		return rows, nil
	}
	return &keptRows{full, s}, nil
}

// Close implements driver.Conn.
func (c *keepingConn) Close() error {
	for _, s := range c.idle {
		_ = s.sqliteStatement.Close() // the connection's own error tells
	}
	c.idle = nil
	return c.sqliteConn.Close()
}

// sqliteRows is all that the driver's rows can be asked.
type sqliteRows interface {
	driver.Rows
	driver.RowsColumnTypeDatabaseTypeName
	driver.RowsColumnTypeLength
	driver.RowsColumnTypeNullable
	driver.RowsColumnTypePrecisionScale
	driver.RowsColumnTypeScanType
}

// keptRows are rows of a kept statement, which goes back at their end.
type keptRows struct {
	sqliteRows
	statement *keptStatement
}

func (r *keptRows) Close() error { return r.statement.give(r.sqliteRows.Close()) }
