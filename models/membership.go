package models

import (
	"cmp"
	"slices"
)

// Member is one place of a song on a playlist, as the history tells it.
type Member struct {
	SongID      int64
	Occurrence  int
	Position    int   // 0-based; of one that left, the last
	FirstSeenMS int64 // when it came for the first time
	SeenFromMS  int64 // when it came the last time
	GoneAtMS    int64 // 0 = it is on the list
	Stays       int   // how often it came
}

func (m *Member) key() linkKey { return linkKey{m.SongID, m.Occurrence} }

// Replay rebuilds what a playlist held from the differences that its syncs wrote.
type Replay struct {
	on   []Member // in order
	left map[linkKey]Member
}

// NewReplay is an empty playlist.
func NewReplay() *Replay { return &Replay{left: map[linkKey]Member{}} }

// ReplayChanges replays changes, oldest first, each sync's in the order in which it wrote them.
func ReplayChanges(changes []PlaylistChange) *Replay {
	r := NewReplay()
	for len(changes) > 0 {
		end := 1
		for end < len(changes) && changes[end].AtMS == changes[0].AtMS {
			end++
		}
		r.Apply(changes[:end])
		changes = changes[end:]
	}
	return r
}

// Apply adds the difference of one sync: what was removed and moved is taken out, then what
// moved and came is set at its new position, from the top.
func (r *Replay) Apply(sync []PlaylistChange) {
	taken := r.takeOut(sync)
	var placed []Member
	for _, c := range sync {
		key := linkKey{c.SongID, c.Occurrence}
		m, was := taken[key]
		switch {
		case c.Kind == ChangeRemoved && was:
			m.GoneAtMS = c.AtMS
			r.left[key] = m
		case c.Kind == ChangeMoved && was:
			m.Position = c.ToPosition
			placed = append(placed, m)
		case c.Kind == ChangeAdded:
			placed = append(placed, r.arrive(c))
		}
	}
	slices.SortStableFunc(placed, func(a, b Member) int { return cmp.Compare(a.Position, b.Position) })
	r.setIn(placed)
}

func (r *Replay) takeOut(sync []PlaylistChange) map[linkKey]Member {
	leaves := map[linkKey]bool{}
	for _, c := range sync {
		if c.Kind != ChangeAdded {
			leaves[linkKey{c.SongID, c.Occurrence}] = true
		}
	}
	taken := make(map[linkKey]Member, len(leaves))
	if len(leaves) == 0 {
		return taken
	}
	r.on = slices.DeleteFunc(r.on, func(m Member) bool {
		if leaves[m.key()] {
			taken[m.key()] = m
			return true
		}
		return false
	})
	return taken
}

// arrive makes the member of a song that came, for the first time or again.
func (r *Replay) arrive(c PlaylistChange) Member {
	key := linkKey{c.SongID, c.Occurrence}
	m, again := r.left[key]
	if !again {
		m = Member{SongID: c.SongID, Occurrence: c.Occurrence, FirstSeenMS: c.AtMS}
	}
	delete(r.left, key)
	m.Position, m.SeenFromMS, m.GoneAtMS = c.ToPosition, c.AtMS, 0
	m.Stays++
	return m
}

// setIn merges members, by their new positions, into those that stayed.
func (r *Replay) setIn(placed []Member) {
	stayed := r.on
	r.on = make([]Member, 0, len(stayed)+len(placed))
	for len(placed) > 0 || len(stayed) > 0 {
		if len(placed) > 0 && (placed[0].Position <= len(r.on) || len(stayed) == 0) {
			r.on, placed = append(r.on, placed[0]), placed[1:]
		} else {
			r.on, stayed = append(r.on, stayed[0]), stayed[1:]
		}
	}
	for i := range r.on {
		r.on[i].Position = i
	}
}

// On lists what is on the playlist, in order.
func (r *Replay) On() []Member { return slices.Clone(r.on) }

// Ever lists everything that ever was on it: what is, in order, then what left, latest first.
func (r *Replay) Ever() []Member {
	all := r.On()
	gone := make([]Member, 0, len(r.left))
	for _, m := range r.left {
		gone = append(gone, m)
	}
	slices.SortFunc(gone, func(a, b Member) int {
		return cmp.Or(cmp.Compare(b.GoneAtMS, a.GoneAtMS), cmp.Compare(a.Position, b.Position), cmp.Compare(a.SongID, b.SongID), cmp.Compare(a.Occurrence, b.Occurrence))
	})
	return append(all, gone...)
}

// DiffMembers is what leads from one list to another: removed, then moved and added by new
// position. AtMS is not set.
func DiffMembers(playlistID int64, from, to []Member) []PlaylistChange {
	before := make([]PlaylistSong, len(from))
	for i, m := range from {
		before[i] = PlaylistSong{PlaylistID: playlistID, SongID: m.SongID, Occurrence: m.Occurrence, Position: i}
	}
	after := make([]int64, len(to))
	for i, m := range to {
		after[i] = m.SongID
	}
	return DiffLinks(playlistID, before, after, false, 0).Changes
}
