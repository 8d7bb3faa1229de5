package app

import (
	"context"

	"catalogsync/app/catalog"
)

// CheckPlaylists says whether all of the playlists exist; no id at all is fine.
func (a *App) CheckPlaylists(ctx context.Context, ids []int64) error {
	return catalog.NewSelection(a.Store, nil, nil).CheckPlaylists(ctx, ids)
}
