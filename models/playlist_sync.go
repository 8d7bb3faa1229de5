package models

import "slices"

// PoolPageOutcome counts what storing one page of a pool did.
type PoolPageOutcome struct {
	New       int // playlists that were not known
	Updated   int // known ones of which the page said something new
	Unchanged int
}

// FetchedPlaylist is a fetch that was judged and is to be stored in one transaction.
type FetchedPlaylist struct {
	PlaylistID int64
	// About holds what the platform tells of the playlist; empty fields mean "not told".
	// Only Name, Description, CoverURL, Creator, WebURL, PlayCount, TrackCount and
	// MetadataJSON are read.
	About Playlist
	// VersionTag lets the next sync tell that nothing changed; "" makes it fetch again.
	VersionTag string
	// Songs are in the playlist's order, each with a RemoteID. An Undescribed one keeps its
	// place when it is known; as long as one is not, the version does not count.
	Songs []SongSnapshot
	// KeepMissing marks a doubtful fetch: it may add songs, and never removes or moves any.
	KeepMissing bool
	// Loss decides whether a fetch that looks whole is doubted for what is missing of it.
	Loss LossRule
	// EmptyReason is kept when no song is on the playlist afterwards.
	EmptyReason EmptyReason
	// NoteCode and Note tell the operator what was wrong with the fetch, if anything; Why is
	// the same in numbers.
	NoteCode Code
	Note     string
	Why      Doubt
}

// SyncOutcome counts what storing a fetch did.
type SyncOutcome struct {
	Songs        int // on the playlist now
	Added        int
	Removed      int
	Moved        int
	Held         int // missing from a doubtful fetch, and kept
	Unknown      int // listed by id alone, and never described before
	NewSongs     int // songs that were not known on any playlist
	UpdatedSongs int
	// NoteCode and Note are those of the fetch, or say that the loss was not believed.
	NoteCode Code
	Note     string
}

// LinkDiff is what has to be written to bring a playlist's links to a new order.
type LinkDiff struct {
	// Write holds the links that are new or changed, those that left included.
	Write []PlaylistSong
	// Changes is the difference: removed, then moved and added by new position. To replay it,
	// take out everything removed and moved, then insert the moved and added ones one after
	// the other at their new positions. Links that only shifted are not named.
	Changes               []PlaylistChange
	Added, Removed, Moved int
	Active                int
	// Held are the links that a doubtful fetch would have removed.
	Held []PlaylistSong
}

// linkKey tells the links of one playlist apart.
type linkKey struct {
	song       int64
	occurrence int
}

func (l *PlaylistSong) key() linkKey { return linkKey{l.SongID, l.Occurrence} }

// DiffLinks compares the stored links of a playlist, gone ones included, with the songs
// that a fetch found, in order. With keepMissing it only appends songs that are new.
func DiffLinks(playlistID int64, stored []PlaylistSong, songIDs []int64, keepMissing bool, nowMS int64) LinkDiff {
	before := map[linkKey]PlaylistSong{}
	var active []PlaylistSong
	for _, l := range stored {
		before[l.key()] = l
		if l.GoneAtMS == 0 {
			active = append(active, l)
		}
	}
	slices.SortStableFunc(active, func(a, b PlaylistSong) int { return a.Position - b.Position })
	target, held := targetOrder(active, occurrences(songIDs), keepMissing)

	d := LinkDiff{Held: held, Active: len(target)}
	d.remove(active, target, nowMS)
	d.place(playlistID, before, target, nowMS)
	for i := range d.Changes {
		d.Changes[i].PlaylistID, d.Changes[i].AtMS = playlistID, nowMS
	}
	return d
}

// occurrences numbers the songs that stand more than once.
func occurrences(songIDs []int64) []linkKey {
	seen := map[int64]int{}
	keys := make([]linkKey, len(songIDs))
	for i, id := range songIDs {
		keys[i] = linkKey{id, seen[id]}
		seen[id]++
	}
	return keys
}

// targetOrder is the order that the playlist shall have. A doubtful fetch leaves the old
// order alone and appends what is new; held is what it would have removed.
func targetOrder(active []PlaylistSong, fetched []linkKey, keepMissing bool) (target []linkKey, held []PlaylistSong) {
	if !keepMissing {
		return fetched, nil
	}
	found := map[linkKey]bool{}
	for _, k := range fetched {
		found[k] = true
	}
	kept := map[linkKey]bool{}
	for _, l := range active {
		target = append(target, l.key())
		kept[l.key()] = true
		if !found[l.key()] {
			held = append(held, l)
		}
	}
	for _, k := range fetched {
		if !kept[k] {
			target = append(target, k)
		}
	}
	return target, held
}

func (d *LinkDiff) remove(active []PlaylistSong, target []linkKey, nowMS int64) {
	stays := make(map[linkKey]bool, len(target))
	for _, k := range target {
		stays[k] = true
	}
	for _, l := range active {
		if stays[l.key()] {
			continue
		}
		d.Removed++
		d.Changes = append(d.Changes, PlaylistChange{SongID: l.SongID, Occurrence: l.Occurrence, Kind: ChangeRemoved, FromPosition: l.Position, ToPosition: -1})
		l.GoneAtMS = nowMS
		d.Write = append(d.Write, l)
	}
}

func (d *LinkDiff) place(playlistID int64, before map[linkKey]PlaylistSong, target []linkKey, nowMS int64) {
	keepsPlace := settled(before, target)
	for position, k := range target {
		l, known := before[k]
		change := PlaylistChange{SongID: k.song, Occurrence: k.occurrence, ToPosition: position}
		switch {
		case !known || l.GoneAtMS != 0:
			d.Added++
			change.Kind, change.FromPosition = ChangeAdded, -1
			d.Changes = append(d.Changes, change)
			l = PlaylistSong{PlaylistID: playlistID, SongID: k.song, Occurrence: k.occurrence, SeenFromMS: nowMS, Position: -1}
		case !keepsPlace[k]:
			d.Moved++
			change.Kind, change.FromPosition = ChangeMoved, l.Position
			d.Changes = append(d.Changes, change)
		}
		if l.Position != position {
			l.Position = position
			d.Write = append(d.Write, l)
		}
	}
}

// settled is the largest set of links that keep their order among each other (a longest
// increasing run of old positions). So one new song at the top of a chart is one change,
// and not a move of every song below it.
func settled(before map[linkKey]PlaylistSong, target []linkKey) map[linkKey]bool {
	type entry struct {
		key      linkKey
		position int
		previous int // index of the entry before it in its run, -1 = none
	}
	var entries []entry
	var tails []int // tails[n] is the entry that ends a run of n+1 entries at the lowest position
	for _, k := range target {
		l, known := before[k]
		if !known || l.GoneAtMS != 0 {
			continue
		}
		n, _ := slices.BinarySearchFunc(tails, l.Position, func(i, position int) int { return entries[i].position - position })
		previous := -1
		if n > 0 {
			previous = tails[n-1]
		}
		entries = append(entries, entry{k, l.Position, previous})
		if n == len(tails) {
			tails = append(tails, 0)
		}
		tails[n] = len(entries) - 1
	}
	keeps := map[linkKey]bool{}
	if len(tails) > 0 {
		for i := tails[len(tails)-1]; i >= 0; i = entries[i].previous {
			keeps[entries[i].key] = true
		}
	}
	return keeps
}
