package models

// PlaylistDiff is what leads from a playlist's list at one instant to that at another.
type PlaylistDiff struct {
	FromMS, ToMS          int64
	SongsFrom, SongsTo    int
	Added, Removed, Moved int
	// Changes are the first of them: removed, then moved and added by new position.
	Changes []PlaylistChangeRow
}

// Count counts one change.
func (d *PlaylistDiff) Count(kind ChangeKind) {
	switch kind {
	case ChangeAdded:
		d.Added++
	case ChangeRemoved:
		d.Removed++
	case ChangeMoved:
		d.Moved++
	}
}

// Total is the number of all changes, those that are not in Changes included.
func (d PlaylistDiff) Total() int { return d.Added + d.Removed + d.Moved }

// PlaylistSyncRow is a sync that changed a playlist's list.
type PlaylistSyncRow struct {
	AtMS                  int64
	Added, Removed, Moved int
}
