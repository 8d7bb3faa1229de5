package library

import (
	"sync/atomic"

	"github.com/shirou/gopsutil/v4/disk"
)

// defaultReserve keeps a system usable whose disk the library shares.
const defaultReserve = 512 << 20

// space watches the free bytes of the library's disk. Downloads say what they are about
// to write, so that ten of them do not all count on the same last gigabyte.
type space struct {
	folder  string
	reserve int64
	free    func(string) (int64, error)
	pending *atomic.Int64 // promised to running downloads and not written yet
}

func newSpace(folder string, o Options) space {
	s := space{folder: folder, reserve: o.ReserveBytes, free: o.FreeBytes, pending: &atomic.Int64{}}
	if s.reserve == 0 {
		s.reserve = defaultReserve
	}
	s.reserve = max(0, s.reserve)
	if s.free == nil {
		s.free = freeBytes
	}
	return s
}

func freeBytes(folder string) (int64, error) {
	u, err := disk.Usage(folder)
	if err != nil {
		return 0, err
	}
	return int64(min(u.Free, 1<<62)), nil
}

// check compares what is free with the reserve and all that is promised.
func (s space) check() error {
	free, err := s.free(s.folder)
	if err != nil {
		return localError(s.folder, err)
	}
	if free-s.pending.Load() < s.reserve {
		return diskFull(s.folder)
	}
	return nil
}

// Claim is a download's promise of space.
type Claim struct {
	s    space
	left int64
	seen int64 // written since the last look at the disk
}

// recheckBytes is how often a running download looks at the disk again.
const recheckBytes = 32 << 20

// ClaimSpace promises n bytes; a ClassLocal/CodeDiskFull error when they would eat into
// the reserve. Give the claim back with Release.
func (l *Library) ClaimSpace(n int64) (*Claim, error) {
	c := &Claim{s: l.space, left: max(n, 0)}
	c.s.pending.Add(c.left)
	if err := c.s.check(); err != nil {
		c.Release()
		return nil, err
	}
	return c, nil
}

// Wrote tells that n of the promised bytes were written, and looks at the disk now and
// then.
func (c *Claim) Wrote(n int64) error {
	used := min(n, c.left)
	c.left -= used
	c.s.pending.Add(-used)
	c.seen += n
	if c.seen < recheckBytes {
		return nil
	}
	c.seen = 0
	return c.s.check()
}

// Release gives back what was not written. It may be called twice.
func (c *Claim) Release() {
	c.s.pending.Add(-c.left)
	c.left = 0
}
