package catalog

import (
	"context"
	"errors"
	"fmt"

	"catalogsync/app/sources"
	"catalogsync/models"
)

// Synced is what a sync of one playlist came to. Its note says what was wrong with the
// answer, if anything; songs that it left out were kept.
type Synced struct {
	models.SyncOutcome
	Unchanged bool // the platform has the version that is stored
	// EmptyReason is set when no song is on the playlist.
	EmptyReason models.EmptyReason
}

// String is a one-line summary for progress texts and logs.
func (r Synced) String() string {
	switch {
	case r.Unchanged:
		return "unchanged"
	case r.EmptyReason == models.EmptySource:
		return "empty at the source"
	case r.Songs == 0:
		return r.Note
	}
	text := fmt.Sprintf("songs %d: +%d, -%d, moved %d", r.Songs, r.Added, r.Removed, r.Moved)
	if r.Unknown > 0 {
		text += fmt.Sprintf(", not described by the platform: %d", r.Unknown)
	}
	if r.Note != "" {
		text += "; " + r.Note
	}
	return text
}

// Sync fetches one playlist with all its songs and stores it in one transaction. A
// playlist whose version is the stored one costs one request and no write; when it was
// checked is kept only where the next fetch depends on it, for many playlists at once
// (see Flush). What was wrong is kept at the playlist, fetch errors included.
//
// An answer without a readable song although songs were claimed is stored as parse_failed
// and returned as a ClassPermanent/CodeUpstreamShape error beside the result.
func (s *Service) Sync(ctx context.Context, playlistID int64) (Synced, error) {
	playlist, err := s.store.FindPlaylist(ctx, playlistID)
	if err != nil {
		return Synced{}, err
	}
	if playlist == nil {
		return Synced{}, models.NotFound("there is no playlist %d", playlistID)
	}
	collector, err := s.sources.Collector(playlist.Platform)
	if err != nil {
		return Synced{}, err
	}
	ref := models.PlaylistRef{Platform: playlist.Platform, RemoteID: playlist.RemotePlaylistID, Kind: playlist.Kind}
	snapshot, err := collector.FetchPlaylist(ctx, ref, playlist.VersionTag)
	if err != nil {
		return Synced{}, s.fetchFailed(ctx, *playlist, err)
	}
	if snapshot.Unchanged {
		return Synced{Unchanged: true, EmptyReason: playlist.EmptyReason}, s.checked(ctx, playlist)
	}
	return s.save(ctx, *playlist, snapshot)
}

// fetchFailed keeps the error at the playlist and passes it on. A stopped job is no fault
// of the playlist.
func (s *Service) fetchFailed(ctx context.Context, p models.Playlist, cause error) error {
	err := fmt.Errorf("fetch playlist %d (%s %s): %w", p.ID, p.Platform, p.RemotePlaylistID, cause)
	if ctx.Err() != nil {
		return err
	}
	text := cause.Error()
	if e, ok := errors.AsType[*models.Error](cause); ok {
		text = e.Message
	}
	return errors.Join(err, s.store.MarkSyncFailed(ctx, p.ID, models.CodeOf(cause), line(text, maxName)))
}

func (s *Service) save(ctx context.Context, p models.Playlist, snapshot sources.Snapshot) (Synced, error) {
	snapshot.Songs, snapshot.Unreadable = readable(p.Platform, snapshot)
	songs, unreadable := snapshot.Songs, snapshot.Unreadable
	about, _ := cleanSummary(snapshot.Summary)
	about.TrackCount = int64(max(snapshot.ClaimedSongs, 0))
	undescribed := snapshot.Undescribed()
	v := judge(evidence{
		songs:       len(songs) - undescribed,
		undescribed: undescribed,
		claimed:     snapshot.ClaimedSongs,
		unreadable:  unreadable,
		stored:      p.SyncedAtMS > 0 && p.CollectedSongCount > 0,
	})
	fetched := models.FetchedPlaylist{
		PlaylistID:  p.ID,
		About:       about,
		Songs:       songs,
		KeepMissing: v.doubtful,
		Loss:        lossRule(p.Kind, s.config.Load().LossShare),
		EmptyReason: v.empty,
		NoteCode:    v.code,
		Note:        v.doubt.String(),
		Why:         v.doubt,
	}
	if !v.doubtful {
		fetched.VersionTag = line(snapshot.Version, maxRemoteID)
	}
	out, err := s.store.SaveSync(ctx, fetched)
	if err != nil {
		return Synced{}, err
	}
	result := Synced{SyncOutcome: out}
	if out.Songs == 0 {
		result.EmptyReason = v.empty
	}
	if v.empty == models.EmptyParseFailed {
		e := models.NewError(models.ClassPermanent, models.CodeUpstreamShape, "%s", v.doubt)
		e.Source = p.Platform
		return result, fmt.Errorf("sync playlist %d: %w", p.ID, e)
	}
	return result, nil
}

// readable makes the songs of a fetch fit to be stored and counts those that cannot be.
func readable(platform string, snapshot sources.Snapshot) (songs []models.SongSnapshot, unreadable int) {
	unreadable = max(snapshot.Unreadable, 0)
	songs = make([]models.SongSnapshot, 0, len(snapshot.Songs))
	for _, song := range snapshot.Songs {
		clean, ok := cleanSong(song)
		if !ok {
			unreadable++
			continue
		}
		clean.Platform = platform
		songs = append(songs, clean)
	}
	return songs, unreadable
}
