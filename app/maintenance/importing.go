package maintenance

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"catalogsync/app/library"
	"catalogsync/models"
)

// importsAtOnce is the number of files between two notes of how far an import is.
const importsAtOnce = 50

// ImportReport sums up an import.
type ImportReport struct {
	Files, Adopted, Matched, Known, Unmatched, Refused int
	Bytes                                              int64 // of the adopted files
}

func (r *ImportReport) add(f models.ImportFile) {
	r.Files++
	switch f.State {
	case models.ImportAdopted:
		r.Adopted++
		r.Bytes += f.SizeBytes
	case models.ImportMatched:
		r.Matched++
	case models.ImportKnown:
		r.Known++
	case models.ImportUnmatched:
		r.Unmatched++
	case models.ImportRefused:
		r.Refused++
	}
}

// CheckImport refuses a folder that cannot be imported. Errors are ClassInvalid errors of
// the field "folder".
func (s *Service) CheckImport(ctx context.Context, scope models.ImportScope) error {
	if !filepath.IsAbs(scope.Folder) {
		return models.Invalid("folder", models.CodeBadValue, "%q is no absolute path; give the whole path of a folder on this machine", scope.Folder)
	}
	info, err := os.Stat(scope.Folder)
	if err != nil || !info.IsDir() {
		return models.Invalid("folder", models.CodeBadValue, "%s is no folder that can be read; check the path and its rights", scope.Folder).WithCause(err)
	}
	if !scope.InPlace {
		return nil
	}
	_, _, inside, err := s.home(ctx, scope.Folder)
	if err == nil && !inside {
		err = models.Invalid("folder", models.CodeBadValue, "%s is not in a library folder, so its files cannot stay where they are; leave out in-place to copy them", scope.Folder)
	}
	return err
}

// home is the library folder that a folder lies in, and its place below that.
func (s *Service) home(ctx context.Context, folder string) (b models.StorageBackend, below string, inside bool, err error) {
	backends, err := s.Store.ListLocalBackends(ctx)
	if err != nil {
		return b, "", false, err
	}
	for _, candidate := range backends {
		rel, err := filepath.Rel(resolved(candidate.Root), resolved(folder))
		if err == nil && filepath.IsLocal(rel) && len(candidate.Root) > len(b.Root) {
			b, below, inside = candidate, filepath.ToSlash(rel), true
		}
	}
	return b, below, inside, nil
}

// resolved follows symbolic links where it can.
func resolved(path string) string {
	if real, err := filepath.EvalSymlinks(path); err == nil {
		return real
	}
	return path
}

// importRun is one import.
type importRun struct {
	s      *Service
	jobID  int64
	scope  models.ImportScope
	source *library.Library
	// inside: the folder lies in the library folder of backend, at below.
	inside  bool
	backend models.StorageBackend
	below   string
	report  ImportReport
}

// Import takes the songs of a folder: what lies in a library folder counts where it lies,
// what lies elsewhere is copied. Only songs of the catalogue that are missing here are
// taken. The folder's own files are never changed. An import that was cut short goes on
// behind the files that it has settled.
func (s *Service) Import(ctx context.Context, jobID int64, scope models.ImportScope, report Progress) (ImportReport, error) {
	if err := s.CheckImport(ctx, scope); err != nil {
		return ImportReport{}, err
	}
	r := &importRun{s: s, jobID: jobID, scope: scope, source: library.At(scope.Folder)}
	var err error
	if r.backend, r.below, r.inside, err = s.home(ctx, scope.Folder); err != nil {
		return r.report, err
	}
	var batch []diskFile
	take := func() error {
		defer func() { batch = batch[:0] }()
		return r.takeAll(ctx, batch, report)
	}
	err = r.source.WalkFiles(ctx, nil, func(name string, f library.File) error {
		if accompanies(name) || isFolderFile(name) || strings.HasSuffix(name, library.PartSuffix) {
			return nil
		}
		if batch = append(batch, diskFile{name, f}); len(batch) < importsAtOnce {
			return nil
		}
		return take()
	})
	if err == nil {
		err = take()
	}
	return r.report, err
}

// takeAll settles files, but for those that an earlier try has settled.
func (r *importRun) takeAll(ctx context.Context, batch []diskFile, report Progress) error {
	names := make([]string, len(batch))
	for i, f := range batch {
		names[i] = f.locator
	}
	done, err := r.s.Store.FindImported(ctx, r.jobID, names)
	if err != nil {
		return err
	}
	var rows []models.ImportFile
	for _, f := range batch {
		if row, ok := done[f.locator]; ok {
			r.report.add(row)
			continue
		}
		row, err := r.takeOne(ctx, f)
		if err != nil {
			// What is done is kept, whatever ended this one.
			_ = r.s.Store.SaveImported(context.WithoutCancel(ctx), rows)
			return err
		}
		r.report.add(row)
		rows = append(rows, row)
		if report != nil {
			report(int64(r.report.Files), 0, f.locator)
		}
	}
	return r.s.Store.SaveImported(ctx, rows)
}

// takeOne settles one file. The error is one of this machine that ends the import.
func (r *importRun) takeOne(ctx context.Context, f diskFile) (models.ImportFile, error) {
	row := models.ImportFile{JobRunID: r.jobID, Path: f.locator, SizeBytes: f.SizeBytes, State: models.ImportRefused}
	in, err := r.s.inspect(r.source, f.locator)
	if err != nil {
		row.Reason = "it cannot be read: " + err.Error()
		return row, ctx.Err()
	}
	if in.fault != "" {
		row.Reason = in.fault
		return row, nil
	}
	row.SizeBytes = in.file.SizeBytes
	is, found, err := r.s.identify(ctx, filepath.Join(r.scope.Folder, filepath.FromSlash(f.locator)), in)
	if err != nil {
		return row, err
	}
	if !found {
		row.State = models.ImportUnmatched
		return row, nil
	}
	row.SongID, row.Score = &is.song.ID, is.score
	switch {
	case is.song.Downloaded:
		row.State = models.ImportKnown
	case r.scope.DryRun:
		row.State = models.ImportMatched
	default:
		row.State = models.ImportAdopted
		err = r.adopt(ctx, f, in, is.song)
	}
	return row, err
}

// adopt lets a file count, where it lies or as a copy in the library.
func (r *importRun) adopt(ctx context.Context, f diskFile, in inspected, song models.Song) error {
	asset := in.asset(models.FileAsset{SongID: song.ID, Source: sourceImport})
	if !r.inside {
		return r.copy(ctx, f, asset, song)
	}
	locator := f.locator
	if r.below != "." {
		locator = r.below + "/" + locator
	}
	return r.s.record(ctx, asset, r.backend.ID, locator, in.file)
}

// nameTries are the plain name, the one with the song's remote id, and one that nothing
// else can have.
const nameTries = 3

// copy files a copy under the song's name, verified while it is written.
func (r *importRun) copy(ctx context.Context, f diskFile, asset models.FileAsset, song models.Song) error {
	lib, backend, layout, err := r.s.Target(ctx)
	if err != nil {
		return err
	}
	claim, err := lib.ClaimSpace(asset.FileSizeBytes)
	if err != nil {
		return err
	}
	defer claim.Release()
	locator, release, err := r.s.freeName(ctx, lib, backend.ID, layout, song, asset)
	if err != nil {
		return err
	}
	defer release()
	in, _, err := r.source.OpenFile(f.locator)
	if err != nil {
		return err
	}
	defer in.Close()
	part, err := lib.CreatePart(locator)
	if err != nil {
		return err
	}
	defer part.Discard()
	var written inspected
	if err := written.read(io.TeeReader(in, part)); err != nil {
		return err
	}
	if written.sha256 != asset.SHA256 {
		return models.NewError(models.ClassTransient, models.CodeChecksumMismatch, "%s changed while it was copied", f.locator)
	}
	placed, err := part.Place(locator)
	if err != nil {
		return err
	}
	return r.s.record(context.WithoutCancel(ctx), asset, backend.ID, locator, placed)
}

// freeName reserves the first name of a song that nothing has.
func (s *Service) freeName(ctx context.Context, lib *library.Library, backendID int64, layout library.Layout, song models.Song, asset models.FileAsset) (string, func(), error) {
	snap, source := snapshotOf(song), song.Platform
	if asset.Source != sourceImport {
		source = asset.Source
	}
	for try := range nameTries {
		n := library.SongName{
			Source: source, Artists: snap.ArtistNames(), Title: snap.Name, Album: snap.Album, Year: snap.Year, Disc: snap.Disc, Track: snap.Track,
			Quality: asset.Quality, Platform: song.Platform, RemoteID: song.RemoteSongID,
		}
		if try == nameTries-1 {
			n.RemoteID = strconv.FormatInt(song.ID, 10)
		}
		locator := layout.Locator(n, asset.Ext, try > 0)
		key := library.NameKey(locator)
		if !lib.ReserveName(key, song.ID) {
			continue
		}
		owner, owned, err := s.Store.FindNameOwner(ctx, backendID, key)
		exists := false
		if err == nil {
			exists, err = lib.Exists(locator)
		}
		if err == nil && !exists && (!owned || owner == song.ID) {
			return locator, func() { lib.ReleaseName(key, song.ID) }, nil
		}
		lib.ReleaseName(key, song.ID)
		if err != nil {
			return "", nil, err
		}
	}
	return "", nil, models.NewError(models.ClassPermanent, models.CodeInternal, "every name of song %d is taken in the library", song.ID)
}
