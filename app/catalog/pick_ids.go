package catalog

import "context"

// Selected lists the playlists of a pick, for actions that other subjects do.
func (b *Bulk) Selected(ctx context.Context, p Pick) ([]int64, error) {
	picked, err := b.resolve(ctx, p)
	return picked.ids, err
}
