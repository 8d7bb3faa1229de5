package download

import (
	"context"
	"io"
	"slices"
	"strings"

	"catalogsync/app/audio"
	"catalogsync/app/library"
	"catalogsync/app/sources"
	"catalogsync/app/tagging"
	"catalogsync/models"
)

// AddParts gets the light parts that a song lacks which is here: words, cover, tags. again
// gets those that were given up, too. The file is tagged in a copy, and exchanged when that
// is verified; the song is never without a file.
//
// It can be repeated safely. A process that is killed leaves either file.
func (s *Service) AddParts(ctx context.Context, songID int64, again bool) (Result, error) {
	return s.withSong(ctx, songID, func(files models.SongFiles) (Result, error) {
		file, ok, err := s.activeFile(files)
		if err != nil || !ok {
			return Result{Skipped: true, Reason: "it is not in the library"}, err
		}
		settings := PartSettings{}
		if s.Parts != nil {
			settings = s.Parts()
		}
		before, err := s.Store.GetParts(ctx, songID)
		if err != nil {
			return Result{}, err
		}
		due := s.dueParts(settings, before, again)
		if len(due) == 0 {
			return Result{Skipped: true, Reason: "nothing is missing"}, nil
		}
		a := &addition{s: s, t: s.targets.of(file), file: file, snap: snapshotOf(files.Song), settings: settings, due: due}
		return a.do(ctx)
	})
}

// PartsWanted lists the light parts that are switched on now.
func (s *Service) PartsWanted() []models.PartName {
	if s.Parts == nil {
		return nil
	}
	return s.Parts().Parts()
}

// activeFile finds the file of a song that is where the database says.
func (s *Service) activeFile(files models.SongFiles) (models.LocalFile, bool, error) {
	for _, f := range files.Files {
		if f.Status != models.LocationActive {
			continue
		}
		if there, err := s.isThere(f); there || err != nil {
			return f, there, err
		}
	}
	return models.LocalFile{}, false, nil
}

// dueParts lists what a song lacks. New words or a new cover make the tags due again.
func (s *Service) dueParts(settings PartSettings, before map[models.PartName]models.SongPart, again bool) []models.PartName {
	var due []models.PartName
	for _, name := range settings.Parts() {
		p := before[name]
		if p.Due(models.NowMS(s.Now()), true) || again && p.State != models.PartOK {
			due = append(due, name)
		}
	}
	return due
}

// addition is the adding of parts to one song's file.
type addition struct {
	s        *Service
	t        target
	file     models.LocalFile
	snap     models.SongSnapshot
	settings PartSettings
	due      []models.PartName
}

func (a *addition) do(ctx context.Context) (Result, error) {
	asset, err := a.s.Store.GetAsset(ctx, a.file.LocationID)
	if err != nil {
		return Result{}, err
	}
	origins, err := a.origins(ctx, asset)
	if err != nil {
		return Result{}, err
	}
	x := a.s.fetchParts(ctx, origins, a.settings, a.due)
	if err := ctx.Err(); err != nil {
		return Result{}, err
	}
	for part := range x.parts {
		if !slices.Contains(a.due, part) {
			delete(x.parts, part) // it is as it was
		}
	}
	out, err := a.tag(ctx, asset, x)
	if err != nil {
		return Result{}, err
	}
	if err := a.exchange(ctx, asset, out, x); err != nil {
		return Result{}, err
	}
	if err := a.s.finishParts(ctx, a.t.lib, a.file.SongID, a.file.Locator, a.snap, x); err != nil {
		return Result{}, err
	}
	return a.result(asset, x), nil
}

// origins are where the file came from, as far as that is recorded, and the song's own
// platform.
func (a *addition) origins(ctx context.Context, asset models.FileAsset) ([]origin, error) {
	decision, err := a.s.Store.GetDecisionJSON(ctx, a.file.SongID)
	if err != nil {
		return nil, err
	}
	c, ok := candidateOf(decision, asset.Source, asset.SourceSongID)
	if ok {
		return a.s.originsOf(a.snap, c), nil
	}
	if l, is := sources.Role[sources.Lookup](a.s.Sources, asset.Source); is && asset.Source == a.snap.Platform {
		if own, found := l.CandidateOf(a.snap); found {
			return a.s.originsOf(a.snap, own), nil
		}
	}
	return a.s.originsOf(a.snap, sources.Candidate{Source: asset.Source, RemoteID: asset.SourceSongID}), nil
}

// tag makes a copy of the file with what is new in its tags; nil when there is nothing new,
// or it stays as it is.
func (a *addition) tag(ctx context.Context, asset models.FileAsset, x *extras) (*tagged, error) {
	fresh := slices.Contains(a.due, models.PartInfo)
	for _, p := range x.parts {
		fresh = fresh || p.State == models.PartOK
	}
	if !fresh {
		return nil, nil
	}
	f, _, err := a.t.lib.OpenFile(a.file.Locator)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	info, err := audio.Probe(f, a.file.SizeBytes)
	if err != nil {
		return nil, err
	}
	t := x.tags(a.snap, asset.Source, asset.SourceSongID)
	if x.settings.Tags && tagging.Takes(info.Ext) && !a.s.isCurated(asset.Source) {
		path, err := a.t.lib.PathOf(a.file.Locator, f)
		if err != nil {
			return nil, err
		}
		if t, err = a.keepOld(path, t); err != nil {
			x.noTags(models.PartFailed, models.CodeTagsFailed, reasonOf(err))
			return nil, nil //nolint:nilerr // the part says it
		}
	}
	twin := func(ext string) (*library.Part, error) { return a.t.lib.CreateTwin(a.file.Locator, ext) }
	return a.s.tag(ctx, untagged{a.t.lib, asset.Source, io.ReaderAt(f), a.file.SizeBytes, info, twin}, t, x)
}

// keepOld leaves in the file what was not asked for this time.
func (a *addition) keepOld(path string, t tagging.Tags) (tagging.Tags, error) {
	old, err := tagging.Read(path, false)
	if err != nil {
		return t, err
	}
	if t.Lyrics == "" && a.settings.Lyrics {
		t.Lyrics, t.Translation = old.Lyrics, old.Translation
	}
	return t, nil
}

// exchange puts the tagged copy in the place of the file.
func (a *addition) exchange(ctx context.Context, asset models.FileAsset, out *tagged, x *extras) error {
	ctx = context.WithoutCancel(ctx)
	if out == nil {
		return a.s.Store.SaveParts(ctx, a.file.SongID, x.rows())
	}
	defer out.part.Discard()
	if out.d.sha256 == asset.SHA256 {
		return a.s.Store.SaveParts(ctx, a.file.SongID, x.rows())
	}
	if asset.ServedSHA256 == "" && asset.ServedBytes == 0 {
		asset.ServedSHA256, asset.ServedBytes = asset.SHA256, asset.FileSizeBytes
	}
	asset.ID, asset.SHA256, asset.CRC32, asset.FileSizeBytes = 0, out.d.sha256, out.d.crc32, out.d.size
	id, err := a.s.Store.BeginPlacing(ctx, models.DownloadRecord{
		Asset: asset, KeepTask: true, Parts: x.rows(),
		Location: models.FileLocation{BackendID: a.file.BackendID, Locator: a.file.Locator, LocatorKey: library.NameKey(a.file.Locator)},
	})
	if err != nil {
		return err
	}
	placed, err := out.part.Place(a.file.Locator)
	if err != nil {
		if dropErr := a.s.Store.DropPlacing(ctx, id); dropErr != nil {
			return dropErr
		}
		return err
	}
	return a.s.Store.FinishPlacing(ctx, id, placed.ModTimeMS)
}

// result tells what was added, and the first reason why something was not.
func (a *addition) result(asset models.FileAsset, x *extras) Result {
	var added []string
	res := Result{Source: asset.Source, Quality: asset.Quality, Ext: asset.Ext}
	for _, p := range x.rows() {
		switch {
		case p.State == models.PartOK:
			added = append(added, string(p.Part))
		case res.Reason == "" && p.LastErrorCode != models.CodePartOff:
			res.Code, res.Reason = p.LastErrorCode, string(p.Part)+": "+p.LastError
		}
	}
	if len(added) == 0 {
		res.Skipped = true
		return res
	}
	res.Code, res.Reason = "", strings.Join(added, ", ")
	return res
}
