package download

import (
	"context"
	"encoding/json"
	"strings"
	"sync"

	"catalogsync/models"
)

// songLocks makes the downloads of one song wait for each other: two jobs may hold it.
type songLocks struct {
	mu   sync.Mutex
	busy map[int64]chan struct{} // closed when the song is free
}

// lock waits until the song is free, or ctx ends.
func (l *songLocks) lock(ctx context.Context, songID int64) (unlock func(), err error) {
	for {
		l.mu.Lock()
		wait, busy := l.busy[songID]
		if !busy {
			free := make(chan struct{})
			l.busy[songID] = free
			l.mu.Unlock()
			return func() {
				l.mu.Lock()
				delete(l.busy, songID)
				l.mu.Unlock()
				close(free)
			}, nil
		}
		l.mu.Unlock()
		select {
		case <-wait:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

// snapshotOf reads a song's snapshot, and falls back to its columns where an old or
// foreign row has none.
func snapshotOf(song models.Song) models.SongSnapshot {
	var snap models.SongSnapshot
	if json.Unmarshal([]byte(song.MetadataJSON), &snap) != nil {
		snap = models.SongSnapshot{}
	}
	snap.Platform, snap.RemoteID = song.Platform, song.RemoteSongID
	if snap.Name == "" {
		snap.Name = song.Name
	}
	if snap.DurationMS == 0 {
		snap.DurationMS = song.DurationMS
	}
	if snap.Album == "" {
		snap.Album = song.Album
	}
	if len(snap.Artists) == 0 {
		for name := range strings.SplitSeq(song.Singers, " / ") {
			if name = strings.TrimSpace(name); name != "" {
				snap.Artists = append(snap.Artists, models.ArtistRef{Name: name})
			}
		}
	}
	return snap
}
