package playlistfile

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"catalogsync/app/sources"
	"catalogsync/models"
)

// MaxExpanded bounds the playlists that one line may stand for.
const MaxExpanded = 1000

// Expand looks for lines that stand for many playlists, such as a collection of releases,
// and puts those in their place. It is a step of its own because it goes to the network. A
// platform that does not answer leaves its lines as they are: what they name is told when
// it is synced. The error is ctx's alone.
func Expand(ctx context.Context, r Result, known []sources.Source) (Result, error) {
	lines := slices.Clone(r.lines)
	for _, s := range known {
		expander, ok := s.(sources.Expander)
		if !ok {
			continue
		}
		var refs []models.PlaylistRef
		for _, e := range r.Entries {
			if e.Ref.Platform == s.Name() {
				refs = append(refs, e.Ref)
			}
		}
		if len(refs) == 0 {
			continue
		}
		list, err := expander.Expand(ctx, refs, MaxExpanded)
		if ctx.Err() != nil {
			return r, fmt.Errorf("expand collections: %w", ctx.Err())
		}
		if err != nil {
			continue
		}
		for i := range list {
			for n := range lines {
				if lines[n].err == nil && lines[n].ref == list[i].Ref {
					lines[n].expansion = &list[i]
				}
			}
		}
	}
	expanded := Result{lines: lines}
	expanded.sort()
	return expanded, nil
}

// expand adds the playlists of lines that stand for many. One that another line names, or
// that was there before, is not named again.
func (r *Result) expand() {
	known := map[models.PlaylistRef]bool{}
	for _, e := range r.Entries {
		known[e.Ref] = true
	}
	seen := map[models.PlaylistRef]bool{}
	for _, l := range r.lines {
		if l.err != nil || l.expansion == nil || seen[l.ref] {
			continue
		}
		seen[l.ref] = true
		x := Expanded{Line: l.number, Text: shorten(l.text), Playlists: len(l.expansion.Playlists), Total: l.expansion.Total}
		r.Expanded = append(r.Expanded, x)
		for _, ref := range l.expansion.Playlists {
			if !known[ref] {
				known[ref] = true
				r.Entries = append(r.Entries, Entry{Line: l.number, Platform: ref.Platform, Ref: ref, Text: x.Text})
			}
		}
	}
	slices.SortStableFunc(r.Entries, func(a, b Entry) int { return cmp.Compare(a.Line, b.Line) })
}
