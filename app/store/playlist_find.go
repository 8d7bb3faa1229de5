package store

import (
	"context"
	"fmt"
	"slices"

	"catalogsync/models"
)

// FindPlaylistsByRef finds playlists by what their platforms call them. The keys are refs
// as asked; those that are not stored are left out.
func (s *Store) FindPlaylistsByRef(ctx context.Context, refs []models.PlaylistRef) (map[models.PlaylistRef]models.Playlist, error) {
	type key struct{ platform, id string }
	byPlatform := map[string][]string{}
	for _, r := range refs {
		byPlatform[r.Platform] = append(byPlatform[r.Platform], r.RemoteID)
	}
	stored := map[key]models.Playlist{}
	for platform, ids := range byPlatform {
		for chunk := range slices.Chunk(ids, chunkIDs) {
			var rows []models.Playlist
			err := s.read(ctx).Where("platform = ? AND remote_playlist_id IN ?", platform, chunk).Find(&rows).Error
			if err != nil {
				return nil, fmt.Errorf("find %d playlists of %s: %w", len(chunk), platform, err)
			}
			for _, p := range rows {
				stored[key{p.Platform, p.RemotePlaylistID}] = p
			}
		}
	}
	found := make(map[models.PlaylistRef]models.Playlist, len(stored))
	for _, r := range refs {
		if p, ok := stored[key{r.Platform, r.RemoteID}]; ok {
			found[r] = p
		}
	}
	return found, nil
}
