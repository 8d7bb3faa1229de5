package download

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"

	"catalogsync/app/audio"
	"catalogsync/app/library"
	"catalogsync/app/sources"
	"catalogsync/app/tagging"
	"catalogsync/models"
)

// tagRoom is how much tags without a cover may add to a file.
const tagRoom = 1 << 20

// tagged is a file with its tags, and what is known of its bytes.
type tagged struct {
	part *library.Part
	d    digest
	info audio.Info
}

// untagged is a verified file that may get tags.
type untagged struct {
	lib    *library.Library
	source string // that delivered it
	from   io.ReaderAt
	size   int64
	info   audio.Info
	twin   func(ext string) (*library.Part, error)
}

// tag makes a copy of a verified file that holds the tags. It is nil when the file stays
// as it is, which x tells then; an error is the end of ctx.
func (s *Service) tag(ctx context.Context, f untagged, t tagging.Tags, x *extras) (*tagged, error) {
	switch {
	case !x.settings.Tags:
		x.noTags(models.PartSkipped, models.CodePartOff, "switched off")
		return nil, nil
	case s.isCurated(f.source):
		x.noTags(models.PartSkipped, models.CodePartCurated, "the files of "+f.source+" are yours and stay as they are")
		return nil, nil
	case !tagging.Takes(f.info.Ext):
		x.noTags(models.PartSkipped, models.CodePartUntaggable, f.info.Ext+" files take no tags")
		return nil, nil
	}
	if f.info.Ext == "m4a" && x.cover.Format == "webp" {
		t.Cover = nil
		x.skip(models.PartCover, models.CodePartUntaggable, "m4a files take no WebP pictures")
	}
	out, err := s.tagCopy(ctx, f, t)
	if err == nil {
		x.told(t, f.source)
		return out, nil
	}
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	code := models.CodeTagsFailed
	if models.ClassOf(err) == models.ClassLocal {
		code = models.CodeOf(err)
	}
	s.Log.WarnContext(ctx, "a song's file was left without tags", "error", err)
	x.noTags(models.PartFailed, code, "the tags could not be written: "+reasonOf(err))
	return nil, nil
}

func (s *Service) tagCopy(ctx context.Context, f untagged, t tagging.Tags) (out *tagged, err error) {
	claim, err := f.lib.ClaimSpace(f.size + int64(len(t.Cover)) + tagRoom)
	if err != nil {
		return nil, err
	}
	defer claim.Release()
	part, err := f.twin(f.info.Ext)
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			part.Discard()
		}
	}()
	path, err := part.Path()
	if err != nil {
		return nil, err
	}
	if err := tagging.Copy(ctx, part.File(), path, f.info.Ext, f.from, f.size, t); err != nil {
		return nil, err
	}
	out = &tagged{part: part}
	if out.d, out.info, err = s.measure(ctx, part.File()); err != nil {
		return nil, err
	}
	return out, sameSound(f.info, out.info)
}

// sameSound says whether a file with tags is still the one that was verified.
func sameSound(before, after audio.Info) error {
	if after.Damage == audio.DamageNone {
		before.Damage = audio.DamageNone // it was behind the sound, where the tags stood
	}
	before.BitrateBPS = after.BitrateBPS // where it is not told it is derived from lengths
	if before != after {
		return fmt.Errorf("the file is another with tags: %+v instead of %+v", after, before)
	}
	return nil
}

// measure reads a file and tells what it is.
func (s *Service) measure(ctx context.Context, f *os.File) (digest, audio.Info, error) {
	h, err := s.hashFile(ctx, f)
	if err != nil {
		return digest{}, audio.Info{}, err
	}
	info, err := audio.Probe(f, h.size)
	return h.digest(), info, err
}

func (s *Service) hashFile(ctx context.Context, f *os.File) (*hasher, error) {
	h := newHasher(false)
	buf := s.buffers.Get().(*[]byte)
	defer s.buffers.Put(buf)
	for {
		if err := ctx.Err(); err != nil {
			return h, err
		}
		n, err := f.ReadAt(*buf, h.size)
		h.add((*buf)[:n])
		if errors.Is(err, io.EOF) {
			return h, nil
		}
		if err != nil {
			return h, fmt.Errorf("read tagged file: %w", err)
		}
	}
}

// complete adds the light parts to a verified file, and gives what is to be placed: the
// part itself, or a copy of it with tags.
func (r *run) complete(ctx context.Context, t *transfer, v *verified) (*library.Part, error) {
	part, x := t.part, t.parts.wait()
	v.extras = x
	if t.front != nil {
		x.told(t.front.tags, v.c.Source)
		return part, nil
	}
	out, err := r.s.tag(ctx, untagged{r.target.lib, v.c.Source, part, v.d.size, v.info, part.Twin}, x.tags(r.snap, v.c.Source, v.c.RemoteID), x)
	if err != nil || out == nil {
		return part, err
	}
	v.d = out.d
	return out.part, nil
}

// candidateOf finds, in the record of how a song's file was chosen, the candidate that
// delivered it.
func candidateOf(decision, source, remoteID string) (c sources.Candidate, ok bool) {
	var rec Record
	if json.Unmarshal([]byte(decision), &rec) != nil {
		return c, false
	}
	for _, ranked := range rec.Ranked {
		if ranked.Candidate.Source == source && ranked.Candidate.RemoteID == remoteID {
			return ranked.Candidate, true
		}
	}
	return c, false
}
