package maintenance

import (
	"context"
	"slices"
	"strings"
	"time"

	"catalogsync/app/library"
	"catalogsync/models"
)

// Bin sums up the recycle bins of all library folders.
type Bin struct {
	Files int64 `json:"files"`
	Bytes int64 `json:"bytes"`
	// Oldest is the day of the oldest file, "" = the bins are empty.
	Oldest string `json:"oldest,omitempty"`
}

// BinEntry is a file in the recycle bin of a library folder.
type BinEntry struct {
	BackendID int64
	Root      string
	library.BinFile
}

// ListBin sums up the recycle bins and lists one page of their files, oldest first.
// keyword narrows the page to files whose former place holds it.
func (s *Service) ListBin(ctx context.Context, keyword string, page models.Page) ([]BinEntry, int64, Bin, error) {
	var bin Bin
	var list []BinEntry
	matching := int64(0)
	keyword = strings.ToLower(keyword)
	err := s.eachBin(ctx, func(id int64, lib *library.Library) error {
		return lib.WalkBin(ctx, func(f library.BinFile) error {
			bin.Files++
			bin.Bytes += f.SizeBytes
			if bin.Oldest == "" || f.Day < bin.Oldest {
				bin.Oldest = f.Day
			}
			if keyword != "" && !strings.Contains(strings.ToLower(f.Was), keyword) {
				return nil
			}
			if matching >= int64(page.Offset()) && len(list) < page.Size {
				list = append(list, BinEntry{id, lib.Root(), f})
			}
			matching++
			return nil
		})
	})
	return list, matching, bin, err
}

func (s *Service) eachBin(ctx context.Context, fn func(backendID int64, lib *library.Library) error) error {
	backends, err := s.Store.ListLocalBackends(ctx)
	if err != nil {
		return err
	}
	for _, b := range backends {
		if !library.HoldsFiles(b.Root) {
			continue
		}
		if err := fn(b.ID, library.At(b.Root)); err != nil {
			return err
		}
	}
	return nil
}

// RestoreFromBin puts a file back to its former place, which it tells. It counts again when
// it is the very file that is recorded there and the song has no other; else the next look finds it.
func (s *Service) RestoreFromBin(ctx context.Context, backendID int64, locator string) (string, error) {
	folders, err := s.folders(ctx)
	if err != nil {
		return "", err
	}
	lib := folders[backendID].lib
	if lib == nil {
		return "", models.NotFound("there is no library folder %d", backendID)
	}
	was, err := lib.RestoreFromBin(locator)
	if err != nil {
		return "", err
	}
	records, err := s.Store.FindFilesByKey(ctx, backendID, []string{library.NameKey(was)})
	if err != nil {
		return was, err
	}
	i := slices.IndexFunc(records, func(r models.LocalFile) bool { return r.Locator == was && r.Status != models.LocationActive })
	if i < 0 {
		return was, nil
	}
	in, err := s.sum(lib, was)
	if err != nil || in.sha256 != records[i].SHA256 {
		return was, err
	}
	_, err = s.Store.Relink(ctx, records[i].LocationID, was, library.NameKey(was), in.file.ModTimeMS)
	return was, err
}

// EmptyBin removes what lay in the recycle bins before a day, for good.
func (s *Service) EmptyBin(ctx context.Context, before time.Time) (Bin, error) {
	var removed Bin
	err := s.eachBin(ctx, func(_ int64, lib *library.Library) error {
		files, bytes, err := lib.EmptyBin(before)
		removed.Files += int64(files)
		removed.Bytes += bytes
		return err
	})
	return removed, err
}

// EmptyBinNow removes everything that lies in the recycle bins, for good.
func (s *Service) EmptyBinNow(ctx context.Context) (Bin, error) {
	return s.EmptyBin(ctx, s.Now().AddDate(0, 0, 1))
}

// BinDays is how many days the recycle bin keeps files, 0 = for ever.
func (s *Service) BinDays() int { return int(s.RecycleFor / (24 * time.Hour)) }
