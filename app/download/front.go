package download

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"

	"catalogsync/app/library"
	"catalogsync/app/tagging"
)

// front is the tags that were put in front of a song's sound while it came. The file is
// then written and hashed once; without a front it is copied to get its tags.
type front struct {
	tags   tagging.Tags
	extras *extras
	ext    string
	// lead bytes took the place of the first skip bytes that were served, of which md5 is
	// the state.
	lead, skip int64
	md5        []byte
}

// firstBytes were read to see what the file is.
type firstBytes struct {
	buf  *[]byte // of the pool
	left []byte  // of it is not written yet
	err  error   // that came with them
}

// putFront writes the tags in front of the sound when they are known by now and the file
// is one whose tags stand there. Otherwise nothing is written yet. Only errors of the
// disk are errors.
func (t *transfer) putFront(ctx context.Context) error {
	x := t.frontParts()
	if x == nil || !t.hasRoom(int64(len(x.cover.Bytes))+tagRoom) {
		return nil
	}
	t.dropFirst()
	pooled := t.r.s.buffers.Get().(*[]byte)
	buf := *pooled
	n, readErr := t.r.fill(ctx, t.r.s.throttle.reader(ctx, t.body), buf, 0, announced(t.length, t.st), t.text)
	t.first = &firstBytes{pooled, buf[:n], readErr}
	f := &front{tags: x.tags(t.r.snap, t.c.Source, t.c.RemoteID), extras: x}
	made, ok := tagging.NewFront(buf[:n], f.tags)
	if !ok {
		return nil
	}
	err := t.part.Lead(made.Head)
	if err != nil {
		return err
	}
	t.h.addWritten(made.Head)
	t.h.addServed(buf[:made.Skip])
	f.ext, f.lead, f.skip = made.Ext, int64(len(made.Head)), made.Skip
	if f.md5, err = t.h.md5State(); err != nil {
		return err
	}
	t.first.left, t.front = buf[made.Skip:n], f
	return nil
}

// dropFirst gives back the buffer of bytes that were read and will not be written.
func (t *transfer) dropFirst() {
	if t.first != nil {
		t.r.s.buffers.Put(t.first.buf)
		t.first = nil
	}
}

// hasRoom says that the disk takes the file and so many bytes more. A song that just fits
// is worth more than its tags.
func (t *transfer) hasRoom(more int64) bool {
	claim, err := t.r.target.lib.ClaimSpace(orElse(announced(t.length, t.st), guessBytes) + more)
	if err != nil {
		return false
	}
	claim.Release() // the transfer claims what it needs
	return true
}

// frontParts are the song's parts when they are there and may be put in front. What is to
// be compared with files that the song has must come as it is served.
func (t *transfer) frontParts() *extras {
	if len(t.r.files.Files) > 0 || t.r.asServed {
		return nil
	}
	x := t.parts.ready()
	if x == nil || !x.settings.Tags || t.r.s.isCurated(t.c.Source) {
		return nil
	}
	return x
}

// key names what a front says.
func (f *front) key() string {
	text, err := json.Marshal(f.tags)
	if err != nil {
		return "" // it consists of texts and numbers
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}

// describe notes the front with the part.
func (f *front) describe(s *library.PartState) {
	if f != nil {
		s.Lead, s.Skip, s.LeadKey, s.LeadExt, s.LeadMD5 = f.lead, f.skip, f.key(), f.ext, f.md5
	}
}

// mayFollow says that a part can be gone on with: the tags in front of it are still those
// of the song. For that its parts are waited for.
func (t *transfer) mayFollow(state library.PartState) bool {
	if state.LeadKey == "" {
		return true
	}
	t.parts.wait()
	x := t.frontParts()
	if x == nil {
		return false
	}
	f := &front{
		tags: x.tags(t.r.snap, t.c.Source, t.c.RemoteID), extras: x, ext: state.LeadExt,
		lead: state.Lead, skip: state.Skip, md5: state.LeadMD5,
	}
	if f.key() != state.LeadKey {
		return false
	}
	t.front = f
	return true
}

// trim cuts off old tags behind the sound of a file that has its new ones in front.
func (t *transfer) trim(ctx context.Context, d digest) (digest, error) {
	if t.front == nil {
		return d, nil
	}
	end := tagging.SoundEnd(t.front.ext, t.part, d.size)
	if end == d.size {
		return d, nil
	}
	if err := t.part.CutAt(end); err != nil {
		return d, err
	}
	h, err := t.r.s.hashFile(ctx, t.part.File())
	if err != nil {
		return d, err
	}
	cut := h.digest()
	cut.served, cut.md5 = d.served, d.md5
	return cut, nil
}
