package export

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"catalogsync/models"
)

// list is a playlist with the songs of its list.
type list struct {
	models.Playlist
	folder string
	songs  []models.ExportSong
	cover  *coverFile // nil = none
}

// Prepare decides the archive of a scope. Before it answers, every file has been looked
// at, and what is not as it was downloaded does not count as downloaded any more, so that
// a download fetches it again. What stands in the way is named by the error:
//
//   - ClassNotFound: no such playlist
//   - CodeExportNotReady: songs are still to be downloaded (not with Partial)
//   - CodeExportChanged: files are gone or not those that were downloaded (not with Partial)
//   - CodeExportEmpty: there is no file to put in
//   - CodeTooLarge: more than Config.MaxSongs songs
func (s *Service) Prepare(ctx context.Context, scope Scope) (*Plan, error) {
	return s.PreparePart(ctx, scope, 0)
}

// PreparePart is Prepare for one part of a split archive, from 1; 0 is the whole of an
// archive that turns out to have only one. A part that does not exist is ClassInput with
// the field part.
func (s *Service) PreparePart(ctx context.Context, scope Scope, part int) (*Plan, error) {
	parts, err := s.prepare(ctx, scope)
	if err != nil {
		return nil, err
	}
	return pick(parts, part)
}

func (s *Service) prepare(ctx context.Context, scope Scope) ([]*Plan, error) {
	if err := checkForm(scope.ExportForm); err != nil {
		return nil, err
	}
	lists, err := s.load(ctx, scope)
	if err != nil {
		return nil, err
	}
	files, err := s.findFiles(ctx, lists)
	if err != nil {
		return nil, err
	}
	if err := s.noteGone(ctx, files); err != nil {
		return nil, err
	}
	if !scope.Partial {
		if err := refuseIncomplete(lists, files); err != nil {
			return nil, err
		}
	}
	if err := s.covers.attach(ctx, lists); err != nil {
		return nil, err
	}
	parts, err := build(lists, files, scope.ExportForm)
	if err != nil {
		return nil, err
	}
	if parts[0].Songs == 0 {
		return nil, emptyError(lists)
	}
	return parts, nil
}

// load reads the playlists of a scope and their songs. The order of the ids does not
// matter: the same selection gives the same archive.
func (s *Service) load(ctx context.Context, scope Scope) ([]list, error) {
	ids := slices.Compact(slices.Sorted(slices.Values(scope.PlaylistIDs)))
	if len(ids) == 0 {
		return nil, models.Invalid("playlist_ids", models.CodeNothingSelected, "no playlist is selected; select at least one")
	}
	playlists, err := s.store.FindPlaylistsByIDs(ctx, ids)
	if err != nil {
		return nil, err
	}
	if err := refuseUnknown(ids, playlists); err != nil {
		return nil, err
	}
	if err := s.refuseTooMany(playlists); err != nil {
		return nil, err
	}
	var reserved []string
	if scope.Layout == models.LayoutShared {
		reserved = []string{sharedFolder}
	}
	folders := folderNames(playlists, reserved...)
	lists := make([]list, len(playlists))
	for i, p := range playlists {
		songs, err := s.store.ListExportSongs(ctx, p.ID, scope.AsOfMS)
		if err != nil {
			return nil, err
		}
		lists[i] = list{Playlist: p, folder: folders[i], songs: songs}
	}
	return lists, nil
}

// refuseUnknown compares two lists that are sorted by id.
func refuseUnknown(ids []int64, found []models.Playlist) error {
	for i, id := range ids {
		if i >= len(found) || found[i].ID != id {
			return models.NotFound("there is no playlist %d", id)
		}
	}
	return nil
}

func (s *Service) refuseTooMany(playlists []models.Playlist) error {
	songs := int64(0)
	for _, p := range playlists {
		songs += p.CollectedSongCount
	}
	if songs <= s.cfg.MaxSongs {
		return nil
	}
	e := models.Invalid("playlist_ids", models.CodeTooLarge,
		"the selected playlists hold %d songs, more than the %d of one archive; select fewer at once", songs, s.cfg.MaxSongs)
	e.Params = map[string]any{"Songs": songs, "Limit": s.cfg.MaxSongs}
	return e
}

// maxNamed bounds the files and playlists that an error names.
const maxNamed = 10

// refuseIncomplete gives the error of lists that cannot be exported whole.
func refuseIncomplete(lists []list, files map[int64]found) error {
	var waiting, altered []string
	songs, missing := 0, 0
	for i := range lists {
		l := &lists[i]
		before := missing
		for j := range l.songs {
			song, f := &l.songs[j], files[l.songs[j].SongID]
			songs++
			switch {
			case f.problem != "":
				altered = append(altered, f.problem)
			case f.file == nil && song.Availability == models.AvailabilityOpen:
				missing++
			}
		}
		if missing > before || l.SyncedAtMS == 0 || l.EmptyReason == models.EmptyParseFailed {
			waiting = append(waiting, l.Name)
		}
	}
	switch {
	case len(waiting) > 0:
		return notReadyError(waiting, songs, missing)
	case len(altered) > 0:
		return alteredError(altered)
	}
	return nil
}

func notReadyError(playlists []string, songs, missing int) error {
	which := fmt.Sprintf("%d playlists are", len(playlists))
	if len(playlists) == 1 {
		which = fmt.Sprintf("the playlist %q is", playlists[0])
	}
	todo := fmt.Sprintf("%d of %d songs are still to be downloaded; download first, or export what is there", missing, songs)
	if missing == 0 {
		todo = "its songs are not known yet; sync and download first"
	}
	e := models.NewError(models.ClassConflict, models.CodeExportNotReady, "%s not complete yet: %s", which, todo)
	e.Params = map[string]any{"Playlists": playlists[:min(len(playlists), maxNamed)], "Count": len(playlists), "Missing": missing, "Songs": songs}
	return e
}

func alteredError(files []string) error {
	slices.Sort(files)
	files = slices.Compact(files)
	named := files[:min(len(files), maxNamed)]
	text := strings.Join(named, "; ")
	if rest := len(files) - len(named); rest > 0 {
		text += fmt.Sprintf("; and %d more", rest)
	}
	e := models.NewError(models.ClassConflict, models.CodeExportChanged,
		"%d files of the library are not as they were downloaded: %s; download these songs again, or export what is there", len(files), text)
	e.Params = map[string]any{"Files": named, "Count": len(files)}
	return e
}

func emptyError(lists []list) error {
	e := models.NewError(models.ClassConflict, models.CodeExportEmpty, "there is no downloaded song to export in %d playlists", len(lists))
	if len(lists) == 1 {
		e = models.NewError(models.ClassConflict, models.CodeExportEmpty, "the playlist %q has no downloaded song to export", lists[0].Name)
	}
	e.Params = map[string]any{"Count": len(lists), "Name": lists[0].Name}
	return e
}
