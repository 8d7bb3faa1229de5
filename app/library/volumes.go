package library

import (
	"sync"
	"sync/atomic"
)

// Volumes share what is promised to running downloads between the folders on one file
// system: several of them have one reserve.
type Volumes struct {
	mu   sync.Mutex
	list map[string]*volume
}

// volume is one file system.
type volume struct {
	pending atomic.Int64 // promised to running downloads and not written yet
}

// NewVolumes knows no file system yet.
func NewVolumes() *Volumes { return &Volumes{list: map[string]*volume{}} }

// of is the volume that holds a folder now; a folder whose file system cannot be told has
// one of its own.
func (v *Volumes) of(folder string) *volume {
	key, err := volumeKey(folder)
	if err != nil {
		key = folder
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.list[key] == nil {
		v.list[key] = &volume{}
	}
	return v.list[key]
}
