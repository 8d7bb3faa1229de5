package maintenance

import (
	"context"

	"catalogsync/app/library"
)

// RecycleGone puts the files of songs into the recycle bin that left a playlist whose
// policy says so, and that no other playlist has or keeps. It tells how many that were.
// Files of a folder that is not there are left for another day.
func (s *Service) RecycleGone(ctx context.Context) (files int, err error) {
	for after := int64(0); ; {
		list, err := s.Store.ListGoneFiles(ctx, after, groupsAtOnce)
		if err != nil {
			return files, err
		}
		for _, f := range list {
			after = f.LocationID
			if !library.HoldsFiles(f.Root) {
				continue
			}
			// First the record: a file without one is found again, a record without its file
			// would be fetched again.
			if err := s.Store.RetireFile(ctx, f); err != nil {
				return files, err
			}
			if _, _, err := library.At(f.Root).Recycle(f.Locator, s.Now()); err != nil {
				return files, err
			}
			files++
		}
		if len(list) < groupsAtOnce {
			return files, nil
		}
	}
}
