package catalog

import (
	"context"

	"catalogsync/models"
)

// AddManual takes playlists that were named by hand into the pool manual_file of their
// platforms and returns their ids in the order of refs, each once. A playlist that is new
// is called by its remote id until a sync tells its name.
func (s *Service) AddManual(ctx context.Context, refs []models.PlaylistRef) ([]int64, error) {
	type key struct{ platform, id string }
	seen := map[key]bool{}
	distinct := make([]models.PlaylistRef, 0, len(refs))
	for _, r := range refs {
		if _, err := s.sources.Collector(r.Platform); err != nil {
			return nil, err
		}
		if k := (key{r.Platform, r.RemoteID}); !seen[k] {
			seen[k] = true
			distinct = append(distinct, r)
		}
	}
	if len(distinct) == 0 {
		return nil, nil
	}
	return s.store.AddPlaylists(ctx, models.PoolManualFile, distinct)
}
