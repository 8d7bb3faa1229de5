package download

import (
	"context"
	"fmt"
	"strconv"

	"catalogsync/app/audio"
	"catalogsync/app/library"
	"catalogsync/app/sources"
	"catalogsync/models"
)

// obtain opens a stream, keeps its bytes, verifies and files them. When it fails, nothing
// stays on disk but what a later try can go on with.
func (r *run) obtain(ctx context.Context, c sources.Candidate, st sources.Stream) (res Result, err error) {
	p, err := r.s.Sources.Provider(c.Source)
	if err != nil {
		return Result{}, stop{err}
	}
	if err := checkDuration(st.DurationMS, r.expectedMS(c)); err != nil {
		return Result{}, err // it says so itself: not a byte is spent on it
	}
	t := &transfer{r: r, provider: p, c: c, st: st, text: words(c.Source, string(st.Quality))}
	r.say(t.text)
	n, err := r.reserve(ctx, c.Source, st.Ext, st.Quality, 0, anyFile)
	if err != nil {
		return Result{}, stop{err}
	}
	defer func() { n.release() }()
	defer func() { t.end(ctx, err) }()
	// The small requests for the parts are out while others have the places.
	t.parts = r.s.beginParts(ctx, r.s.originsOf(r.snap, c))
	defer t.parts.stop()
	d, err := r.fetch(ctx, t, n.locator)
	if err != nil {
		return Result{}, err
	}
	info, err := verify(t.part, d, t.length, st, r.songMS(c, st))
	if err != nil {
		return Result{}, err
	}
	if err := ctx.Err(); err != nil {
		return Result{}, err
	}
	if t.front != nil && t.front.ext != info.Ext {
		t.part.Discard() // it is not what it began like; the tags are for another format
		r.asServed = true
		return r.obtain(ctx, c, st)
	}
	v := &verified{c: c, st: st, served: d, d: d, info: info}
	file := t.part
	if v.here, v.isHere = r.sameFile(t.part, v); !v.isHere {
		if file, err = r.complete(ctx, t, v); err != nil {
			return Result{}, err
		}
		defer file.Discard() // unless it was placed
	}
	if n, err = r.settleName(ctx, n, v); err != nil {
		return Result{}, stop{err}
	}
	if res, err = r.place(ctx, file, n, v); err != nil {
		return Result{}, err
	}
	return res, r.s.dropKept(r.files.Song.ID)
}

// fetch brings the body into the part while it has one of the places at the source. What
// follows asks the source for nothing, so others have the place then.
func (r *run) fetch(ctx context.Context, t *transfer, locator string) (digest, error) {
	free, err := r.s.slots.take(ctx, t.c.Source, func() { r.say(t.text) })
	if err != nil {
		return digest{}, err
	}
	defer free()
	if err := t.begin(ctx, locator); err != nil {
		return digest{}, err
	}
	d, err := t.run(ctx)
	if err != nil {
		return digest{}, err
	}
	free()
	return t.trim(ctx, d)
}

// songMS is the length that the file is held against: the song's own, or what the source
// says where the song's platform says nothing; 0 = unknown.
func (r *run) songMS(c sources.Candidate, st sources.Stream) int64 {
	for _, ms := range []int64{r.expectedMS(c), c.DurationMS, st.DurationMS} {
		if ms > 0 {
			return ms
		}
	}
	return 0
}

// verified is a file that passed, and where it came from.
type verified struct {
	c  sources.Candidate
	st sources.Stream
	// served is what came, d what is placed: another with tags, unless those were put in
	// front while it came.
	served, d digest
	info      audio.Info
	extras    *extras // nil = none were asked for
	// here is the song's file that is this very one, isHere says that there is one.
	here   models.LocalFile
	isHere bool
}

// name is a reserved place in the library.
type name struct {
	locator string
	variant int
	release func()
}

// variants are the names of a song in the order in which they are tried: the plain one,
// the one with the song's remote id, and one that nothing else can have.
const variants = 3

func (r *run) variant(source, ext string, quality models.Quality, n int) string {
	s := songName(r.snap, source, quality)
	if n == 2 {
		s.RemoteID = strconv.FormatInt(r.files.Song.ID, 10)
	}
	return r.s.Layout.Locator(s, ext, n > 0)
}

// reserve takes the first name, from a variant on, that no other song has and that
// accept agrees to. Other songs are those of the database and those that are being filed
// at this moment.
func (r *run) reserve(ctx context.Context, source, ext string, quality models.Quality, from int, accept func(locator string) (bool, error)) (name, error) {
	songID := r.files.Song.ID
	for v := from; v < variants; v++ {
		locator := r.variant(source, ext, quality, v)
		key := library.NameKey(locator)
		if !r.target.lib.ReserveName(key, songID) {
			continue
		}
		release := func() { r.target.lib.ReleaseName(key, songID) }
		owner, owned, err := r.s.Store.FindNameOwner(ctx, r.target.backend.ID, key)
		ok := err == nil && (!owned || owner == songID)
		if ok {
			ok, err = accept(locator)
		}
		if ok {
			return name{locator, v, release}, nil
		}
		release()
		if err != nil {
			return name{}, err
		}
	}
	return name{}, models.NewError(models.ClassPermanent, models.CodeInternal, "every name of song %d is taken in the library", songID)
}

func anyFile(string) (bool, error) { return true, nil }

// settleName gives the final name: of the real container, and not that of a file which
// somebody else put there.
func (r *run) settleName(ctx context.Context, n name, v *verified) (name, error) {
	free := func(locator string) (bool, error) { return r.isFree(locator, v) }
	locator := r.variant(v.c.Source, v.info.Ext, v.info.Quality(), n.variant)
	from := n.variant
	// A layout may name the quality: then the name that is held is not this one.
	if library.NameKey(locator) == library.NameKey(n.locator) {
		ok, err := free(locator)
		if err != nil {
			return n, err
		}
		if ok {
			n.locator = locator
			return n, nil
		}
		from++
	}
	other, err := r.reserve(ctx, v.c.Source, v.info.Ext, v.info.Quality(), from, free)
	if err != nil {
		return n, err
	}
	n.release()
	return other, nil
}

// isFree says whether a file may be placed at locator: nothing is there, or a file of
// this very song, or one with the same bytes, with or without tags.
func (r *run) isFree(locator string, v *verified) (bool, error) {
	exists, err := r.target.lib.Exists(locator)
	if err != nil || !exists {
		return err == nil, err
	}
	file, regular, err := r.target.lib.Find(locator)
	if err != nil || !regular {
		return false, err
	}
	for _, f := range r.files.Files {
		if f.BackendID == r.target.backend.ID && f.Locator == locator && f.Status != models.LocationPlacing {
			return true, nil
		}
	}
	if file.SizeBytes != v.d.size && file.SizeBytes != v.served.size {
		return false, nil
	}
	sum, err := r.target.lib.SHA256(locator)
	return sum == v.d.sha256 || sum == v.served.sha256, err
}

// place writes the file down, gives it its name and makes it count. From here on the end
// of ctx stops nothing: it takes a moment, and half of it would have to be undone.
func (r *run) place(ctx context.Context, part *library.Part, n name, v *verified) (Result, error) {
	ctx = context.WithoutCancel(ctx)
	r.note(v.c, v.st, nil)
	if v.isHere {
		part.Discard()
		return r.keepFile(ctx, v.here, v.info)
	}
	task, err := r.task()
	if err != nil {
		return Result{}, stop{err}
	}
	task.ChosenSource, task.ChosenSongID = v.c.Source, v.c.RemoteID
	id, err := r.s.Store.BeginPlacing(ctx, models.DownloadRecord{
		Asset: r.asset(v), Task: task, Parts: v.extras.rows(),
		Location: models.FileLocation{BackendID: r.target.backend.ID, Locator: n.locator, LocatorKey: library.NameKey(n.locator)},
	})
	if err != nil {
		return Result{}, stop{err}
	}
	file, err := part.Place(n.locator)
	if err != nil {
		if dropErr := r.s.Store.DropPlacing(ctx, id); dropErr != nil {
			err = fmt.Errorf("%w (and %w)", err, dropErr)
		}
		return Result{}, stop{err}
	}
	if err := r.s.Store.FinishPlacing(ctx, id, file.ModTimeMS); err != nil {
		return Result{}, stop{err}
	}
	if r.replaces {
		if err := r.retire(ctx, id, n.locator); err != nil {
			return Result{}, stop{err}
		}
	}
	if err := r.s.finishParts(ctx, r.target.lib, r.files.Song.ID, n.locator, r.snap, v.extras); err != nil {
		return Result{}, stop{err}
	}
	return Result{Source: v.c.Source, Bytes: v.d.size, Quality: v.info.Quality(), Ext: v.info.Ext}, nil
}

// asset describes the file by what it really is.
func (r *run) asset(v *verified) models.FileAsset {
	a := models.FileAsset{
		SongID:         r.files.Song.ID,
		Source:         v.c.Source,
		SourceSongID:   v.c.RemoteID,
		Quality:        v.info.Quality(),
		ClaimedQuality: v.st.Quality,
		Ext:            v.info.Ext,
		Codec:          string(v.info.Codec),
		FileSizeBytes:  v.d.size,
		DurationMS:     v.info.DurationMS,
		BitrateBPS:     v.info.BitrateBPS,
		SampleRateHz:   v.info.SampleRateHz,
		BitDepth:       v.info.BitDepth,
		Channels:       v.info.Channels,
		SHA256:         v.d.sha256,
		CRC32:          v.d.crc32,
	}
	switch {
	case v.d.sha256 != v.served.sha256:
		a.ServedSHA256, a.ServedBytes = v.served.sha256, v.served.size
	case v.d.served != v.d.size: // the tags were in front from the start
		a.ServedBytes = v.d.served
	}
	return a
}
