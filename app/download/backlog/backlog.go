// Package backlog puts the missing songs of playlists into the order in which they should
// be downloaded.
//
// A byte is best spent where it completes the most playlists. So the playlist comes next
// whose missing songs complete the most per byte: itself, and the parts of others that need
// the same songs. A song that several playlists lack thus moves forward, and most so when
// they lack little else. The songs of one playlist stay together, in its own order.
//
// To find the very best order would take for ever, and a rule of thumb may be unlucky: when
// the plain order of arrival makes playlists wait less in sum, it is kept.
package backlog

import (
	"cmp"
	"slices"
)

// Song is one that a playlist lacks.
type Song struct {
	ID    int64
	Bytes int64 // to be fetched, about; 0 = it needs no download
}

// Ranked is a song in the order of download.
type Ranked struct {
	ID       int64
	Priority int // the highest of its playlists
}

// Backlog is what is missing of some playlists.
type Backlog struct {
	index map[int64]int32 // song id → place in songs
	songs []Song
	lists []list
}

// list is a playlist; its songs are places in Backlog.songs, each once.
type list struct {
	priority int
	songs    []int32
}

// New makes an empty backlog.
func New() *Backlog { return &Backlog{index: map[int64]int32{}} }

// Add adds a playlist with what it lacks. The order of the calls is the order of arrival.
func (b *Backlog) Add(priority int, songs []Song) {
	l := list{priority: priority, songs: make([]int32, 0, len(songs))}
	seen := make(map[int32]bool, len(songs))
	for _, song := range songs {
		place, known := b.index[song.ID]
		if !known {
			place = int32(len(b.songs))
			b.index[song.ID] = place
			b.songs = append(b.songs, song)
		}
		if !seen[place] {
			seen[place] = true
			l.songs = append(l.songs, place)
		}
	}
	b.lists = append(b.lists, l)
}

// Has says whether a playlist lacks the song.
func (b *Backlog) Has(id int64) bool {
	_, has := b.index[id]
	return has
}

// Order gives all songs, each once: those of playlists of a higher priority first, and
// among them as the package's comment says.
func (b *Backlog) Order() []Ranked {
	ranked := make([]Ranked, 0, len(b.songs))
	taken := make([]bool, len(b.songs))
	for _, group := range b.byPriority() {
		lists := open(group, taken)
		order := b.arrival(lists)
		if greedy := newGreedy(b.songs, lists).order(); b.waiting(lists, greedy) < b.waiting(lists, order) {
			order = greedy
		}
		for _, place := range order {
			taken[place] = true
			ranked = append(ranked, Ranked{ID: b.songs[place].ID, Priority: group[0].priority})
		}
	}
	return ranked
}

// byPriority groups the lists by priority, the highest first, each in order of arrival.
func (b *Backlog) byPriority() [][]list {
	sorted := slices.Clone(b.lists)
	slices.SortStableFunc(sorted, func(a, b list) int { return cmp.Compare(b.priority, a.priority) })
	return slices.Collect(chunkBy(sorted, func(a, b list) bool { return a.priority == b.priority }))
}

// chunkBy cuts a slice where neighbours differ.
func chunkBy[T any](all []T, same func(a, b T) bool) func(yield func([]T) bool) {
	return func(yield func([]T) bool) {
		for len(all) > 0 {
			n := 1
			for n < len(all) && same(all[0], all[n]) {
				n++
			}
			if !yield(all[:n]) {
				return
			}
			all = all[n:]
		}
	}
}

// open is what the lists lack that is not taken already.
func open(lists []list, taken []bool) [][]int32 {
	left := make([][]int32, len(lists))
	for i, l := range lists {
		for _, place := range l.songs {
			if !taken[place] {
				left[i] = append(left[i], place)
			}
		}
	}
	return left
}

// arrival is the plain order: list after list.
func (b *Backlog) arrival(lists [][]int32) []int32 {
	var order []int32
	seen := make([]bool, len(b.songs))
	for _, songs := range lists {
		for _, place := range songs {
			if !seen[place] {
				seen[place] = true
				order = append(order, place)
			}
		}
	}
	return order
}

// waiting is the measure of an order: the sum over the lists of the bytes that have been
// fetched when the list is complete.
func (b *Backlog) waiting(lists [][]int32, order []int32) float64 {
	at := make([]float64, len(b.songs))
	var fetched, sum float64
	for _, place := range order {
		fetched += float64(b.songs[place].Bytes)
		at[place] = fetched
	}
	for _, songs := range lists {
		var complete float64
		for _, place := range songs {
			complete = max(complete, at[place])
		}
		sum += complete
	}
	return sum
}
