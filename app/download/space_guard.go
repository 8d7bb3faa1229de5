package download

import (
	"context"
	"sync"
	"time"

	"catalogsync/models"
)

// lookEvery is the time between two looks at the disk that downloads go to.
const lookEvery = 30 * time.Second

// Shortage says that downloads wait: the disk of their folder has no room left.
type Shortage struct {
	// Folder is the full one. Free is what its disk has, Need what the download wants that
	// found no room (0 = not known), Reserve what is to stay free; in bytes.
	Folder              string
	Free, Need, Reserve int64
	SinceMS             int64
}

// guard holds downloads back while their disk is full: all of them, whoever noticed.
type guard struct {
	mu       sync.Mutex
	shortage Shortage
	backend  int64 // whose disk is full, 0 = none is
}

// Shortage tells whether downloads wait for room. It answers from memory.
func (s *Service) Shortage() (Shortage, bool) {
	s.guard.mu.Lock()
	defer s.guard.mu.Unlock()
	return s.guard.shortage, s.guard.backend != 0
}

// held is the error of downloads that begin while their disk is full: nobody is asked for
// bytes that have no place.
func (s *Service) held() error {
	if _, short := s.Shortage(); short {
		s.LookAtSpace() // room may have been made since the last look
	}
	shortage, short := s.Shortage()
	if !short {
		return nil
	}
	e := models.NewError(models.ClassLocal, models.CodeDiskFull,
		"the disk that holds %s is full; free some space or give another folder to go on", shortage.Folder)
	e.Params = map[string]any{"Path": shortage.Folder}
	return e
}

// noticeFull notes that a disk is full, unless downloads go elsewhere by now. need is what
// found no room.
func (s *Service) noticeFull(t target, need int64) {
	room, err := t.lib.Room()
	if err != nil {
		room.Free = 0
	}
	s.guard.mu.Lock()
	defer s.guard.mu.Unlock()
	if s.targets.now().backend.ID != t.backend.ID {
		return
	}
	g := &s.guard
	if g.backend != t.backend.ID {
		g.backend, g.shortage = t.backend.ID, Shortage{Folder: t.lib.Root(), SinceMS: models.NowMS(s.Now())}
		s.Log.Warn("the disk is full, downloads wait for room or another folder", "folder", t.lib.Root(), "free", room.Free)
	}
	g.shortage.Free, g.shortage.Reserve, g.shortage.Need = room.Free, room.Reserve, max(g.shortage.Need, need)
}

// LookAtSpace looks at the disk that downloads go to: they wait when its reserve is being
// used up, and go on when there is room again for what found none.
func (s *Service) LookAtSpace() {
	t := s.targets.now()
	room, err := t.lib.Room()
	if err != nil {
		return // what cannot be measured holds nothing back; writing will tell
	}
	shortage, short := s.Shortage()
	if !short {
		if room.Left() < 0 {
			s.noticeFull(t, 0)
		}
		return
	}
	err = t.lib.Check()
	gone := err != nil && models.CodeOf(err) != models.CodeDiskFull // what it is, a download tells
	if !gone && (err != nil || room.Left() < max(shortage.Need, 0)) {
		s.noticeFull(t, 0)
		return
	}
	s.noticeRoom(t)
}

// noticeRoom lets downloads go on.
func (s *Service) noticeRoom(t target) {
	s.guard.mu.Lock()
	defer s.guard.mu.Unlock()
	if s.guard.backend == 0 {
		return
	}
	s.guard.backend, s.guard.shortage = 0, Shortage{}
	s.Log.Info("downloads are let through again", "folder", t.lib.Root())
}

// WatchSpace looks at the disk now and every half minute until ctx ends.
func (s *Service) WatchSpace(ctx context.Context) {
	tick := time.NewTicker(lookEvery)
	defer tick.Stop()
	for {
		s.LookAtSpace()
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// watched notes the errors of a full disk on their way to the caller.
func (s *Service) watched(t target, need int64, err error) error {
	if models.CodeOf(err) == models.CodeDiskFull {
		s.noticeFull(t, need)
	}
	return err
}
