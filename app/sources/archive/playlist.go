package archive

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"

	"catalogsync/app/sources"
	"catalogsync/models"
)

// FetchPlaylist gets an item with all its songs, by one request whether or not it changed.
func (s *Source) FetchPlaylist(ctx context.Context, ref models.PlaylistRef, knownVersion string) (sources.Snapshot, error) {
	it, err := s.fetchItem(ctx, ref.RemoteID)
	if err != nil {
		return sources.Snapshot{}, err
	}
	return it.snapshot(knownVersion), nil
}

func (it *item) snapshot(knownVersion string) sources.Snapshot {
	snap := sources.Snapshot{
		Summary: summaryOf(it.id, it.fields), Version: it.version(),
		ClaimedSongs: len(it.songs) + it.unreadable, Unreadable: it.unreadable,
	}
	snap.Summary.CoverURL = it.cover
	snap.Summary.TrackCount = int64(snap.ClaimedSongs)
	snap.Summary.Raw = models.RawJSON(it.fields.Raw)
	if snap.Version == knownVersion {
		snap.Unchanged = true
		snap.Unreadable = 0
		return snap
	}
	for _, s := range it.songs {
		snap.Songs = append(snap.Songs, s.snapshot(it))
	}
	return snap
}

// version changes with the songs, their order and their files. The time of the last change
// that the Archive tells moves with every review and is of no use.
func (it *item) version() string {
	sum := sha256.New()
	fmt.Fprintf(sum, "%d %q\n", it.unreadable, it.fields.Get("title").Raw)
	for _, s := range it.songs {
		fmt.Fprintf(sum, "%q %q %q %d", s.key, s.title, s.artists, s.durationMS())
		for _, f := range s.files {
			fmt.Fprintf(sum, " %q %d %s", f.name, f.size, f.md5)
		}
		fmt.Fprintln(sum)
	}
	return hex.EncodeToString(sum.Sum(nil)[:16])
}
