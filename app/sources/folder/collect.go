package folder

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strconv"

	"catalogsync/app/sources"
	"catalogsync/models"
)

// pageSize is how many playlists a page has.
const pageSize = 200

// Pools lists the playlist files and the folders of audio, as one pool: a folder is what a
// playlist file would be that nobody wrote.
func (s *Source) Pools() []sources.Pool {
	return []sources.Pool{{Kind: models.PoolPlaylistSquare, Name: "playlist files and folders"}}
}

// FetchPage gets one page of the playlists; cursors are offsets. The first page looks at
// the folders anew. When one of them cannot be read, the page behind the last says so: the
// others are collected all the same.
func (s *Source) FetchPage(ctx context.Context, pool sources.Pool, cursor string) (sources.Page, error) {
	if pool.Kind != models.PoolPlaylistSquare {
		return sources.Page{}, models.Invalid("pool", models.CodeBadValue, "folder has no pool %q", pool.Kind)
	}
	offset := 0
	if cursor != "" {
		var err error
		if offset, err = strconv.Atoi(cursor); err != nil || offset < 0 {
			return sources.Page{}, models.Invalid("cursor", models.CodeBadValue, "cursor %q is no offset of the playlists", cursor)
		}
	}
	x, err := s.shelf.look(ctx, cursor == "")
	if err != nil {
		return sources.Page{}, err
	}
	if offset >= len(x.order) && len(x.lost) > 0 {
		return sources.Page{}, x.anyLost()
	}
	page := sources.Page{Total: len(x.order)}
	for _, p := range x.order[min(offset, len(x.order)):min(offset+pageSize, len(x.order))] {
		page.Playlists = append(page.Playlists, p.summary())
	}
	if offset+pageSize < len(x.order) || len(x.lost) > 0 {
		page.Next = strconv.Itoa(offset + pageSize)
	}
	return page, nil
}

func (p *playlist) summary() sources.PlaylistSummary {
	return sources.PlaylistSummary{
		Ref:         models.PlaylistRef{Platform: Name, RemoteID: p.id, Kind: models.KindPlaylist},
		Name:        p.name,
		Description: p.about.Description,
		Creator:     p.about.Creator,
		TrackCount:  int64(len(p.songs)),
		UpdatedAtMS: max(p.modTime.UnixMilli(), 0),
	}
}

// FetchPlaylist reads a playlist and the tags of its files. Entries that are not served
// are songs all the same: another source may have them.
func (s *Source) FetchPlaylist(ctx context.Context, ref models.PlaylistRef, knownVersion string) (sources.Snapshot, error) {
	x, err := s.shelf.look(ctx, false)
	if err != nil {
		return sources.Snapshot{}, err
	}
	p := x.playlists[ref.RemoteID]
	switch {
	case p == nil && len(x.lost) > 0:
		return sources.Snapshot{}, x.anyLost()
	case p != nil && x.lost[p.tree] != nil:
		return sources.Snapshot{}, x.lost[p.tree]
	case p == nil:
		e := models.NewError(models.ClassNotFound, models.CodePlaylistGone, "the playlist file or folder is not there any more, or was moved")
		e.Source, e.Endpoint = Name, endpointPlaylist
		return sources.Snapshot{}, e
	case p.err != nil:
		return sources.Snapshot{}, p.err
	}
	snap := sources.Snapshot{Summary: p.summary(), Version: p.version(), ClaimedSongs: len(p.songs)}
	if snap.Version == knownVersion {
		snap.Unchanged = true
		return snap, nil
	}
	for _, song := range p.songs {
		described, err := song.snapshot(ctx)
		if err != nil {
			return sources.Snapshot{}, err
		}
		snap.Songs = append(snap.Songs, described)
	}
	return snap, nil
}

// version changes with the entries and with the files that they lead to.
func (p *playlist) version() string {
	sum := sha256.New()
	fmt.Fprintf(sum, "%q\n", p.name)
	for _, s := range p.songs {
		fmt.Fprintf(sum, "%s %q %q %d", s.id, s.entry.Title, s.entry.Artists, s.entry.DurationMS)
		if s.file != nil {
			fmt.Fprintf(sum, " %d %d", s.file.size, s.file.mod.UnixNano())
		}
		fmt.Fprintln(sum)
	}
	return hex.EncodeToString(sum.Sum(nil)[:16])
}

// keyPart marks, in Keys, a song that is a part of a file.
const keyPart = "part_of"

// snapshot is the song as the catalog keeps it.
func (s song) snapshot(ctx context.Context) (models.SongSnapshot, error) {
	if s.file != nil {
		if err := s.file.read(ctx); err != nil {
			return models.SongSnapshot{}, err
		}
		return s.file.describe(s.entry), nil
	}
	artist, title := titleOf(escapedPath(s.entry.Location))
	snap := models.SongSnapshot{
		Platform: Name, RemoteID: s.id, Name: firstOf(s.entry.Title, title, s.id), Album: s.entry.Album,
		DurationMS: s.entry.DurationMS, Track: s.entry.Track, Artists: artistRefs(s.entry.Artists),
	}
	if len(snap.Artists) == 0 && s.entry.Title == "" && artist != "" {
		snap.Artists = artistRefs([]string{artist})
	}
	if s.entry.Part {
		snap.Keys = map[string]string{keyPart: "1"}
	}
	return snap, nil
}
