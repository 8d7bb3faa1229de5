package store

import (
	"maps"
	"sync"

	"catalogsync/app/revision"
)

// remembered keeps what reads came to until something that they depend on changes: how many
// rows a list has is asked for with each of its pages, and by each tab that shows it.
type remembered struct {
	mu   sync.Mutex
	tags map[string]string // by key
	kept map[string]any
}

// mostRemembered bounds what is kept; the oldest go with those that are out of date.
const mostRemembered = 256

// find gives what is kept under a key as of a tag.
func (r *remembered) find(key, tag string) (any, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.tags[key] != tag {
		return nil, false
	}
	value, ok := r.kept[key]
	return value, ok
}

// keep keeps a value. When there are too many, those of other times are dropped, and all
// when that is not enough.
func (r *remembered) keep(key, tag string, value any) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.kept == nil {
		r.tags, r.kept = map[string]string{}, map[string]any{}
	}
	if len(r.kept) >= mostRemembered {
		maps.DeleteFunc(r.kept, func(k string, _ any) bool { return r.tags[k] != tag })
		maps.DeleteFunc(r.tags, func(_, t string) bool { return t != tag })
	}
	if len(r.kept) >= mostRemembered {
		clear(r.tags)
		clear(r.kept)
	}
	r.tags[key], r.kept[key] = tag, value
}

// remember gives what read came to since a topic last changed, or asks it. The value is
// shared: nobody may change it.
func remember[T any](s *Store, key string, read func() (T, error), topics ...revision.Topic) (T, error) {
	tag := s.rev.Tag(topics...) // before it is read: what changes meanwhile is read again
	if kept, ok := s.remembered.find(key, tag); ok {
		return kept.(T), nil
	}
	value, err := read()
	if err == nil {
		s.remembered.keep(key, tag, value)
	}
	return value, err
}
