package catalog

import (
	"context"
	"io"

	"catalogsync/app/catalog/playlistfile"
	"catalogsync/app/sources"
	"catalogsync/models"
)

// Named is a playlist that a list names.
type Named struct {
	playlistfile.Entry
	// Known is the playlist as stored, nil when it would be new.
	Known *models.Playlist
}

// ListPreview is what an import of a list would come to. Each part is in the order of
// the lines.
type ListPreview struct {
	Playlists  []Named
	Bad        []playlistfile.Bad
	Duplicates []playlistfile.Duplicate
	// Expanded are lines that stand for many playlists.
	Expanded []playlistfile.Expanded
}

// New counts the playlists that are not known yet.
func (p *ListPreview) New() int {
	n := 0
	for i := range p.Playlists {
		if p.Playlists[i].Known == nil {
			n++
		}
	}
	return n
}

// Preview reads a list of playlists as Import does, short links included, and changes
// nothing.
func (s *Service) Preview(ctx context.Context, text io.Reader, known []sources.Source) (ListPreview, error) {
	parsed, err := readList(ctx, text, known)
	if err != nil {
		return ListPreview{}, err
	}
	preview := ListPreview{Bad: parsed.Bad, Duplicates: parsed.Duplicates, Expanded: parsed.Expanded, Playlists: make([]Named, len(parsed.Entries))}
	stored, err := s.store.FindPlaylistsByRef(ctx, parsed.Refs())
	if err != nil {
		return ListPreview{}, err
	}
	for i, e := range parsed.Entries {
		preview.Playlists[i].Entry = e
		if p, ok := stored[e.Ref]; ok {
			preview.Playlists[i].Known = &p
		}
	}
	return preview, nil
}

// readList parses a list, follows its short links and expands collections. The error is about the list as a
// whole.
func readList(ctx context.Context, text io.Reader, known []sources.Source) (playlistfile.Result, error) {
	recognisers := playlistfile.RecognisersOf(known)
	parsed, err := playlistfile.Parse(text, recognisers)
	if err != nil {
		return parsed, err
	}
	parsed, err = playlistfile.ResolveShortLinks(ctx, parsed, playlistfile.ShortLinkResolversOf(known), recognisers)
	if err != nil {
		return parsed, err
	}
	return playlistfile.Expand(ctx, parsed, known)
}
