package catalog

import (
	"context"
	"io"

	"catalogsync/app/catalog/playlistfile"
	"catalogsync/app/sources"
)

// Import takes the playlists that a text names, one a line, into the pools manual_file.
// Short links are followed. Bad lines are in the result and leave the others alone; ids
// are those of the good lines, each once, in order.
func (s *Service) Import(ctx context.Context, text io.Reader, known []sources.Source) (ids []int64, lines playlistfile.Result, err error) {
	lines, err = readList(ctx, text, known)
	if err != nil {
		return nil, lines, err
	}
	ids, err = s.AddManual(ctx, lines.Refs())
	return ids, lines, err
}
