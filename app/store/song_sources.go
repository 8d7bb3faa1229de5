package store

import (
	"context"
	"fmt"
)

// FileSources names the sources that songs' files came from, those that are no longer in
// use included, by name.
func (s *Store) FileSources(ctx context.Context) ([]string, error) {
	var names []string
	err := s.read(ctx).Raw("SELECT DISTINCT source FROM song_file_kinds WHERE files > 0 AND source <> '' ORDER BY source").Scan(&names).Error
	if err != nil {
		return nil, fmt.Errorf("list the sources of files: %w", err)
	}
	return names, nil
}
