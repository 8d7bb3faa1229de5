package store

import (
	"context"
	"fmt"

	"catalogsync/models"
)

// maxIntegrityErrors bounds what SQLite tells of a broken file.
const maxIntegrityErrors = 100

// CheckIntegrity has SQLite look through its own file, which takes as long as reading it.
func (s *Store) CheckIntegrity(ctx context.Context) (models.Flaws, error) {
	var flaws models.Flaws
	var lines []string
	if err := s.read(ctx).Raw(fmt.Sprintf("PRAGMA quick_check(%d)", maxIntegrityErrors)).Scan(&lines).Error; err != nil {
		return flaws, fmt.Errorf("check the database file: %w", err)
	}
	for _, line := range lines {
		if line != "ok" {
			flaws.Add(line)
		}
	}
	return flaws, nil
}

// CheckForeignKeys finds rows that refer to rows which do not exist.
func (s *Store) CheckForeignKeys(ctx context.Context) (models.Flaws, error) {
	var flaws models.Flaws
	rows, err := s.read(ctx).Raw("SELECT \"table\", coalesce(rowid, 0), parent FROM pragma_foreign_key_check").Rows()
	if err != nil {
		return flaws, fmt.Errorf("check foreign keys: %w", err)
	}
	defer func() { _ = rows.Close() }() // rows.Err tells what matters
	for rows.Next() {
		var table, parent string
		var row int64
		if err := rows.Scan(&table, &row, &parent); err != nil {
			return flaws, fmt.Errorf("check foreign keys: %w", err)
		}
		flaws.Add(fmt.Sprintf("row %d of %s refers to a row of %s that is not there", row, table, parent))
	}
	return flaws, rows.Err()
}
