package upload

import (
	"context"
	"fmt"
	"slices"
	"time"

	"catalogsync/app/storage"
	"catalogsync/models"
)

// Verified is what a comparison of a storage with its records found.
type Verified struct {
	At      time.Time
	Objects int64 // that the storage lists below the base prefix
	Right   int64 // recorded, and there as recorded
	Missing int64 // recorded and not there, or of another size; they are uploaded again
	Unknown int64 // there and not recorded; they are left alone
}

// String is the result in one line.
func (v Verified) String() string {
	return fmt.Sprintf("%d objects listed: %d as recorded, %d missing or of another size, %d unknown", v.Objects, v.Right, v.Missing, v.Unknown)
}

func (s *Service) lastVerified(id int64) *Verified {
	s.mu.Lock()
	defer s.mu.Unlock()
	if v, ok := s.verified[id]; ok {
		return &v
	}
	return nil
}

// LastVerified tells the latest comparison of a storage since the start.
func (s *Service) LastVerified(id int64) (Verified, bool) {
	v := s.lastVerified(id)
	if v == nil {
		return Verified{}, false
	}
	return *v, true
}

// verifyBatch is the number of listed objects that are looked up at once.
const verifyBatch = 500

// Verify compares what is recorded of a storage with its own listing. Files that are
// recorded and not there as recorded are marked missing, so that an upload sends them
// again. Nothing on the storage is changed. A listing that fails changes nothing at all.
func (s *Service) Verify(ctx context.Context, target models.StorageBackend) (Verified, error) {
	settings, err := storage.ParseSettings(target)
	if err != nil {
		return Verified{}, err
	}
	l := &look{s: s, target: target, prefix: settings[storage.OptionBasePrefix]}
	err = s.Hub.Do(ctx, target.ID, func(b storage.Backend) error {
		dir := l.prefix
		if dir == "" {
			dir = storage.Root
		}
		err := storage.WalkAll(ctx, b, dir, func(e storage.Entry) error { return l.take(ctx, e) })
		if err != nil && storage.CodeOf(err) != models.CodeNotFound { // a base folder that is not there yet is empty
			return err
		}
		if err := l.flush(ctx); err != nil {
			return err
		}
		return l.findMissing(ctx, b)
	})
	if err != nil {
		return Verified{}, waiting(target, err)
	}
	l.found.At = s.Now()
	s.mu.Lock()
	s.verified[target.ID] = l.found
	s.mu.Unlock()
	return l.found, nil
}

// look is one comparison. It keeps eight bytes for each file that is right.
type look struct {
	s      *Service
	target models.StorageBackend
	prefix string
	batch  []storage.Entry
	right  []int64 // ids of locations
	found  Verified
}

func (l *look) take(ctx context.Context, e storage.Entry) error {
	l.batch = append(l.batch, e)
	if len(l.batch) < verifyBatch {
		return nil
	}
	return l.flush(ctx)
}

// flush looks the listed objects up.
func (l *look) flush(ctx context.Context) error {
	if len(l.batch) == 0 {
		return nil
	}
	names, sizes := make([]string, len(l.batch)), map[string]int64{}
	for i, e := range l.batch {
		names[i], sizes[e.Path] = e.Path, e.Size
	}
	l.batch = l.batch[:0]
	rows, err := l.s.Store.FindRemoteFiles(ctx, l.target.ID, names)
	if err != nil {
		return err
	}
	l.found.Objects += int64(len(names))
	l.found.Unknown += int64(len(names) - len(rows))
	for _, r := range rows {
		if r.SizeBytes == sizes[r.Locator] {
			l.right = append(l.right, r.LocationID)
		}
	}
	return nil
}

// findMissing marks what was recorded before and not listed as it should be. What lies
// outside the base prefix, which may have been another one once, is asked for by itself.
func (l *look) findMissing(ctx context.Context, b storage.Backend) error {
	slices.Sort(l.right)
	for after := int64(0); ; {
		rows, err := l.s.Store.ListRemoteFiles(ctx, l.target.ID, after, planPage)
		if err != nil {
			return err
		}
		var gone []models.RemoteFile
		for _, r := range rows {
			after = r.LocationID
			if _, is := slices.BinarySearch(l.right, r.LocationID); is {
				l.found.Right++
				continue
			}
			is, err := l.outside(ctx, b, r)
			if err != nil {
				return err
			}
			if is {
				l.found.Right++
				continue
			}
			gone = append(gone, r)
		}
		if err := l.s.Store.MarkRemoteMissing(ctx, l.target.ID, gone); err != nil {
			return err
		}
		l.found.Missing += int64(len(gone))
		if len(rows) < planPage {
			return nil
		}
	}
}

// outside says that a file lies outside of what was listed, as it is recorded. So does one
// that was uploaded while the listing went on.
func (l *look) outside(ctx context.Context, b storage.Backend, r models.RemoteFile) (bool, error) {
	e, err := b.Stat(ctx, r.Locator)
	if storage.CodeOf(err) == models.CodeNotFound {
		return false, nil
	}
	return err == nil && e.Size == r.SizeBytes, err
}
