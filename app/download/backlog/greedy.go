package backlog

import "container/heap"

// greedy takes the list next that completes the most per byte. It is a heap of lists, the
// best on top.
type greedy struct {
	songs []Song
	lists []progress
	holds [][]int32 // by song: the lists that lack it
	worth []float64 // by song: the parts of lists that a byte of it completes
	heap  []int32   // lists that are not complete
	place []int32   // by list: where it is in heap
}

// progress is how far a list is.
type progress struct {
	songs []int32
	whole int64   // bytes that it lacked at first
	left  int64   // bytes that it lacks
	worth float64 // parts of lists, itself included, that these bytes complete
}

func newGreedy(songs []Song, lists [][]int32) *greedy {
	g := &greedy{songs: songs, lists: make([]progress, len(lists)), place: make([]int32, len(lists)),
		holds: make([][]int32, len(songs)), worth: make([]float64, len(songs))}
	for i, places := range lists {
		l := &g.lists[i]
		l.songs = places
		for _, song := range places {
			l.left += songs[song].Bytes
		}
		l.whole = l.left
		for _, song := range places {
			g.holds[song] = append(g.holds[song], int32(i))
			if l.whole > 0 {
				g.worth[song] += 1 / float64(l.whole)
			}
		}
	}
	for i := range g.lists {
		l := &g.lists[i]
		for _, song := range l.songs {
			l.worth += float64(songs[song].Bytes) * g.worth[song]
		}
		g.place[i] = int32(len(g.heap))
		g.heap = append(g.heap, int32(i))
	}
	heap.Init(g)
	return g
}

// score is the number of lists that a byte of the list's songs completes: the list itself,
// and its share of others.
func (l *progress) score() float64 {
	others := l.worth - float64(l.left)/float64(l.whole)
	return (1 + max(others, 0)) / float64(l.left)
}

// order empties the heap.
func (g *greedy) order() []int32 {
	var order []int32
	taken := make([]bool, len(g.songs))
	for g.Len() > 0 {
		list := heap.Pop(g).(int32)
		touched := map[int32]bool{}
		for _, song := range g.lists[list].songs {
			if !taken[song] {
				taken[song] = true
				order = append(order, song)
				g.take(song, touched)
			}
		}
		for other := range touched {
			if g.place[other] >= 0 {
				heap.Fix(g, int(g.place[other]))
			}
		}
	}
	return order
}

// take counts a song as fetched in all lists that lack it.
func (g *greedy) take(song int32, touched map[int32]bool) {
	bytes := g.songs[song].Bytes
	if bytes == 0 {
		return
	}
	for _, list := range g.holds[song] {
		g.lists[list].left -= bytes
		g.lists[list].worth -= float64(bytes) * g.worth[song]
		touched[list] = true
	}
}

// Len, Less, Swap, Push and Pop are those of a heap.
func (g *greedy) Len() int { return len(g.heap) }

// Less puts complete lists first, then by score, then by arrival.
func (g *greedy) Less(i, j int) bool {
	a, b := &g.lists[g.heap[i]], &g.lists[g.heap[j]]
	if a.left == 0 || b.left == 0 {
		if (a.left == 0) != (b.left == 0) {
			return a.left == 0
		}
		return g.heap[i] < g.heap[j]
	}
	if x, y := a.score(), b.score(); x != y {
		return x > y
	}
	return g.heap[i] < g.heap[j]
}

// Swap exchanges two lists.
func (g *greedy) Swap(i, j int) {
	g.heap[i], g.heap[j] = g.heap[j], g.heap[i]
	g.place[g.heap[i]], g.place[g.heap[j]] = int32(i), int32(j)
}

// Push adds a list.
func (g *greedy) Push(x any) {
	list := x.(int32)
	g.place[list] = int32(len(g.heap))
	g.heap = append(g.heap, list)
}

// Pop takes the last list off.
func (g *greedy) Pop() any {
	last := len(g.heap) - 1
	list := g.heap[last]
	g.heap, g.place[list] = g.heap[:last], -1
	return list
}
