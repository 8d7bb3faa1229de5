package library

import "github.com/shirou/gopsutil/v4/disk"

// defaultReserve keeps a system usable whose disk the library shares.
const defaultReserve = 512 << 20

// space watches the free bytes of the library's disk. Downloads say what they are about
// to write, so that ten of them do not all count on the same last gigabyte.
type space struct {
	folder  string
	reserve int64
	free    func(string) (int64, error)
	volumes *Volumes
}

func newSpace(folder string, o Options) space {
	s := space{folder: folder, reserve: o.ReserveBytes, free: o.FreeBytes, volumes: o.Volumes}
	if s.reserve == 0 {
		s.reserve = defaultReserve
	}
	s.reserve = max(0, s.reserve)
	if s.free == nil {
		s.free = freeBytes
	}
	if s.volumes == nil {
		s.volumes = NewVolumes()
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

// Room is the space on a library's disk, in bytes.
type Room struct {
	// Free is what the disk has; Promised what running downloads will write of it;
	// Reserve what stays free.
	Free, Promised, Reserve int64
}

// Left is what can still be promised; below 0 the reserve is being used up.
func (r Room) Left() int64 { return r.Free - r.Promised - r.Reserve }

// Room looks at the disk. Errors are ClassLocal.
func (l *Library) Room() (Room, error) { return l.space.room(l.space.volumes.of(l.root)) }

func (s space) room(v *volume) (Room, error) {
	free, err := s.free(s.folder)
	if err != nil {
		return Room{}, localError(s.folder, err)
	}
	return Room{Free: free, Promised: v.pending.Load(), Reserve: s.reserve}, nil
}

// check compares what is free with the reserve and all that is promised.
func (s space) check(v *volume) error {
	room, err := s.room(v)
	if err == nil && room.Left() < 0 {
		err = diskFull(s.folder)
	}
	return err
}

// Claim is a download's promise of space.
type Claim struct {
	s    space
	v    *volume
	left int64
	seen int64 // written since the last look at the disk
}

// recheckBytes is how often a running download looks at the disk again.
const recheckBytes = 32 << 20

// ClaimSpace promises n bytes; a ClassLocal/CodeDiskFull error when they would eat into
// the reserve. Give the claim back with Release.
func (l *Library) ClaimSpace(n int64) (*Claim, error) {
	c := &Claim{s: l.space, v: l.space.volumes.of(l.root), left: max(n, 0)}
	c.v.pending.Add(c.left)
	if err := c.s.check(c.v); err != nil {
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
	c.v.pending.Add(-used)
	c.seen += n
	if c.seen < recheckBytes {
		return nil
	}
	c.seen = 0
	return c.s.check(c.v)
}

// Release gives back what was not written. It may be called twice.
func (c *Claim) Release() {
	c.v.pending.Add(-c.left)
	c.left = 0
}
