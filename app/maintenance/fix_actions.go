package maintenance

import (
	"context"
	"errors"
	"path/filepath"
	"strings"

	"catalogsync/app/library"
	"catalogsync/models"
)

// errChanged says that what was found is not so any more, in a way that another look has
// to judge.
var errChanged = errors.New("it has changed since it was found; look again")

// forget gives a missing file up, unless it came back.
func (s *Service) forget(ctx context.Context, f models.Finding, lib *library.Library, r *FixReport) error {
	on, there, err := lib.Find(f.Locator)
	if err != nil {
		return err
	}
	if there && on.SizeBytes == f.SizeBytes && f.Class == models.FindingMissing {
		return nil
	}
	return s.giveUp(ctx, f, r)
}

// relink records where a moved file lies, when the very bytes still lie there.
func (s *Service) relink(ctx context.Context, f models.Finding, lib *library.Library) error {
	l, asset, found, err := s.Store.GetLocation(ctx, *f.LocationID)
	if err != nil || !found {
		return err
	}
	in, err := s.sum(lib, f.FoundLocator)
	if err != nil {
		return err
	}
	if in.sha256 != asset.SHA256 {
		return errChanged
	}
	if l.Locator != f.FoundLocator && l.Status == models.LocationActive {
		if _, back, err := lib.Find(l.Locator); err != nil || back {
			return errors.Join(err, errChanged)
		}
	}
	done, err := s.Store.Relink(ctx, l.ID, f.FoundLocator, library.NameKey(f.FoundLocator), in.file.ModTimeMS)
	if err == nil && !done {
		return errChanged
	}
	return err
}

// take records the bytes that lie in a place, when they are a sound song of its length.
func (s *Service) take(ctx context.Context, f models.Finding, lib *library.Library) error {
	l, asset, found, err := s.Store.GetLocation(ctx, *f.LocationID)
	if err != nil || !found || l.Status != models.LocationActive {
		return err
	}
	in, err := s.inspect(lib, f.Locator)
	if err != nil {
		return err
	}
	if in.sha256 == asset.SHA256 {
		return nil
	}
	fault := in.fault
	if fault == "" {
		fault = in.otherSong(asset.DurationMS)
	}
	if fault != "" {
		return errors.New(fault)
	}
	return s.record(ctx, in.asset(asset), l.BackendID, f.Locator, in.file)
}

// record lets a file that lies in the library count for a song.
func (s *Service) record(ctx context.Context, asset models.FileAsset, backendID int64, locator string, file library.File) error {
	done, err := s.Store.AdoptFile(ctx, asset, models.FileLocation{
		BackendID: backendID, Locator: locator, LocatorKey: library.NameKey(locator), ModTimeMS: file.ModTimeMS,
	})
	if err == nil && !done {
		return errChanged
	}
	return err
}

// adopt records a file for the song that it is, when that song has none here.
func (s *Service) adopt(ctx context.Context, f models.Finding, lib *library.Library) (verdict, error) {
	if err := s.stillUnowned(ctx, f, lib); err != nil {
		return left, err
	}
	in, err := s.inspect(lib, f.Locator)
	if err != nil || in.fault != "" {
		return left, err
	}
	is, found, err := s.identify(ctx, filepath.Join(lib.Root(), filepath.FromSlash(f.Locator)), in)
	if err != nil || !found || is.song.Downloaded {
		return left, err
	}
	asset := in.asset(models.FileAsset{SongID: is.song.ID, Source: sourceImport})
	return settled, s.record(ctx, asset, *f.BackendID, f.Locator, in.file)
}

// sourceImport names the source of files that were found, not downloaded.
const sourceImport = "import"

// replace takes a damaged file out of the library, so that its song is downloaded again.
// One that cannot be read is left: what it holds is not known.
func (s *Service) replace(ctx context.Context, f models.Finding, lib *library.Library, r *FixReport) (verdict, error) {
	l, asset, found, err := s.Store.GetLocation(ctx, *f.LocationID)
	if err != nil || !found || l.Status != models.LocationActive {
		return settled, err
	}
	in, err := s.sum(lib, f.Locator)
	if err != nil {
		return left, err
	}
	if in.sha256 == asset.SHA256 {
		return settled, nil
	}
	if _, _, err := lib.Recycle(f.Locator, s.Now()); err != nil {
		return left, err
	}
	return recycled, s.giveUp(ctx, f, r)
}

// recycleUnowned takes a file that nobody owns out of the library.
func (s *Service) recycleUnowned(ctx context.Context, f models.Finding, lib *library.Library) (verdict, error) {
	if err := s.stillUnowned(ctx, f, lib); err != nil {
		return left, err
	}
	_, there, err := lib.Recycle(f.Locator, s.Now())
	if err != nil || !there {
		return settled, err
	}
	if f.Class == models.FindingPart {
		if _, _, err := lib.Recycle(f.Locator+".json", s.Now()); err != nil {
			return left, err
		}
	}
	return recycled, nil
}

// stillUnowned looks again whether a file is what was found and has no owner.
func (s *Service) stillUnowned(ctx context.Context, f models.Finding, lib *library.Library) error {
	on, there, err := lib.Find(f.Locator)
	if err != nil || !there {
		return err
	}
	if on.SizeBytes != f.FoundBytes {
		return errChanged
	}
	records, err := s.Store.FindFilesByKey(ctx, *f.BackendID, []string{library.NameKey(strings.TrimSuffix(f.Locator, library.PartSuffix))})
	if err != nil {
		return err
	}
	for _, r := range records {
		if r.Locator == f.Locator && (r.Status == models.LocationActive || r.Status == models.LocationPlacing) {
			return errChanged
		}
	}
	return nil
}
