package folder

import (
	"context"
	"time"
)

// freshFor is how long an index is taken for what the folders hold, at least: folders that
// take long to look through are looked through for a tenth of the time at most. A collect
// looks anew.
const freshFor = 5 * time.Second

// shelf keeps the index of the folders current.
type shelf struct {
	trees []*tree
	now   func() time.Time
	turn  chan struct{} // holds one token: one look at a time
	last  *index
	at    time.Time // when the last look ended
	took  time.Duration
}

func newShelf(trees []*tree, now func() time.Time) *shelf {
	s := &shelf{trees: trees, now: now, turn: make(chan struct{}, 1), last: newIndex(trees)}
	s.turn <- struct{}{}
	return s
}

// look gives the index; with anew it is never an old one. A folder that cannot be read
// keeps what the index had of it, and stands in lost.
func (s *shelf) look(ctx context.Context, anew bool) (*index, error) {
	select {
	case <-s.turn:
		defer func() { s.turn <- struct{}{} }()
	case <-ctx.Done():
		return nil, interrupted(ctx.Err())
	}
	if err := ctx.Err(); err != nil {
		return nil, interrupted(err)
	}
	if !anew && !s.at.IsZero() && s.now().Sub(s.at) < max(freshFor, 10*s.took) {
		return s.last, nil
	}
	next, began := newIndex(s.trees), s.now()
	for _, t := range s.trees {
		part := newIndex(nil)
		err := (&scan{ctx: ctx, tree: t, last: s.last, next: part}).folder(".", 0)
		if ctx.Err() != nil {
			return nil, interrupted(ctx.Err())
		}
		if err != nil {
			next.lost[t] = err
			part = s.last.of(t)
		}
		next.take(part)
	}
	s.at = s.now()
	s.took = s.at.Sub(began)
	if !next.same(s.last) {
		next.finish()
		s.last = next
	}
	return s.last, nil
}

// of is the part of an index that is about one tree.
func (x *index) of(t *tree) *index {
	part := newIndex(nil)
	for id, f := range x.files {
		if f.tree == t {
			part.files[id] = f
		}
	}
	for id, sh := range x.sheets {
		if sh.tree == t {
			part.sheets[id] = sh
		}
	}
	return part
}

func (x *index) take(part *index) {
	for id, f := range part.files {
		x.files[id] = f
	}
	for id, sh := range part.sheets {
		x.sheets[id] = sh
	}
}
