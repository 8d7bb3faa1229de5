package download

import (
	"context"
	"errors"
	"io"

	"catalogsync/app/library"
	"catalogsync/app/sources"
	"catalogsync/models"
)

const (
	// maxReconnects bounds how often one download goes on after its connection broke: a
	// server that drops each after 64 KiB still delivers a long song.
	maxReconnects = 1024
	// idleReconnects is how often in a row that may bring less than worthBytes, and
	// maxStalls how often in all it may be that the body stalled, which costs time.
	idleReconnects = 2
	worthBytes     = 16 << 10
	maxStalls      = 8
)

// transfer brings one stream into a part, over as many connections as it takes.
type transfer struct {
	r        *run
	provider sources.Provider
	c        sources.Candidate
	st       sources.Stream
	text     string

	parts *fetching // the light parts, which are fetched meanwhile
	front *front    // what was put in front of the sound, nil = nothing

	part      *library.Part
	h         *hasher
	body      *sources.Body
	first     *firstBytes // read and not written yet, nil mostly
	validator string
	length    int64 // of the whole file, -1 = not told
	kept      bool  // a note says how to go on later
}

// fileKey names a file at its source; addresses change with every grant.
func fileKey(c sources.Candidate, st sources.Stream) string {
	return words(c.Source, c.RemoteID, string(st.Quality), st.Ext, st.MD5)
}

// begin opens the stream, behind what an earlier try left of it when the server proves
// that it is still the same file.
func (t *transfer) begin(ctx context.Context, locator string) error {
	state, have := t.r.target.lib.PeekPart(locator, fileKey(t.c, t.st))
	if have > 0 && !t.mayFollow(state) {
		state, have = library.PartState{}, 0
	}
	t.length = state.SizeBytes
	if err := t.open(ctx, have, state.Validator); err != nil {
		return err
	}
	t.h = newHasher(t.st.MD5 != "")
	var err error
	if t.body.Offset == 0 {
		t.front = nil
		if t.part, err = t.r.target.lib.CreatePart(locator); err == nil {
			err = t.putFront(ctx)
		}
	} else if t.part, err = t.r.target.lib.ResumePart(locator, state); err == nil {
		t.kept = true
		if err = t.hashPrefix(ctx, state); err != nil && ctx.Err() == nil {
			t.part.Discard() // a disk that cannot be read here is not asked again
		}
	}
	if err != nil {
		return stop{err}
	}
	return t.describe()
}

// open opens the stream at an offset of a file of t.length bytes; the body tells whether
// it begins there or at 0. An answer that continues another file, or begins elsewhere, is
// not believed: then the file is asked for from its beginning.
func (t *transfer) open(ctx context.Context, offset int64, validator string) error {
	t.close()
	body, err := t.provider.Open(ctx, t.st, offset, validator)
	if err == nil && body.Offset != 0 && !t.continues(body, offset) {
		_ = body.Close() // none of it is wanted
		body, err = t.provider.Open(ctx, t.st, 0, "")
	}
	switch {
	case err != nil:
		return err
	case body.Offset == 0:
		t.validator, t.length = body.Validator, body.Length
	case body.Offset != offset:
		_ = body.Close()
		return broken(models.CodeLengthMismatch, "the body begins at byte %d", body.Offset)
	case body.Validator != "":
		t.validator = body.Validator
	default:
		t.validator = validator
	}
	t.body = body
	return nil
}

// continues says that a body goes on with the file of t.length bytes at offset.
func (t *transfer) continues(body *sources.Body, offset int64) bool {
	return body.Offset == offset && (body.Length < 0 || t.length <= 0 || offset+body.Length == t.length)
}

// close gives the connection back; it may be called at any time.
func (t *transfer) close() {
	if t.body != nil {
		_ = t.body.Close() // what was read counts, whatever becomes of the connection
		t.body = nil
	}
}

// hashPrefix reads what an earlier try wrote.
func (t *transfer) hashPrefix(ctx context.Context, state library.PartState) error {
	if state.Lead > 0 {
		if err := t.h.resumeMD5(state.LeadMD5, state.Skip); err != nil {
			return models.NewError(models.ClassTransient, models.CodeChecksumMismatch, "the note beside the partial file makes no sense").WithCause(err)
		}
	}
	buf := t.r.s.buffers.Get().(*[]byte)
	defer t.r.s.buffers.Put(buf)
	for off := int64(0); off < t.part.Size(); {
		if err := ctx.Err(); err != nil {
			return err
		}
		n, err := t.part.ReadAt((*buf)[:min(int64(len(*buf)), t.part.Size()-off)], off)
		ours := min(max(state.Lead-off, 0), int64(n))
		t.h.addWritten((*buf)[:ours])
		t.h.add((*buf)[ours:n])
		off += int64(n)
		if err != nil && !errors.Is(err, io.EOF) || n == 0 {
			return models.NewError(models.ClassTransient, models.CodeLengthMismatch, "the partial file cannot be read again").WithCause(err)
		}
	}
	return nil
}

// describe notes how to go on later, when that is possible and worth it.
func (t *transfer) describe() error {
	if t.kept || t.validator == "" || t.length < t.r.s.ResumeFrom {
		return nil
	}
	state := library.PartState{SongID: t.r.files.Song.ID, Key: fileKey(t.c, t.st), Validator: t.validator, SizeBytes: t.length}
	t.front.describe(&state)
	if err := t.part.Describe(state); err != nil {
		return stop{err}
	}
	t.kept = true
	return nil
}

// run copies until the file is whole. When a connection breaks, the rest is asked for.
func (t *transfer) run(ctx context.Context) (digest, error) {
	need := orElse(announced(t.length, t.st)-t.h.served, guessBytes)
	claim, err := t.r.target.lib.ClaimSpace(need)
	if err != nil {
		return digest{}, t.r.s.watched(t.r.target, need, err)
	}
	defer claim.Release()
	for reconnects, idle, stalls := 0, 0, 0; ; reconnects++ {
		before := t.h.served
		err := t.copy(ctx, claim)
		if err == nil {
			return t.h.digest(), nil
		}
		if idle++; t.h.served-before >= worthBytes {
			idle = 0
		}
		if models.CodeOf(err) == models.CodeStalled {
			stalls++
		}
		if !t.mayGoOn(ctx, err) || reconnects >= maxReconnects || idle > idleReconnects || stalls > maxStalls {
			return digest{}, err
		}
		if err := t.reopen(ctx, err); err != nil {
			return digest{}, err
		}
	}
}

// mayGoOn says that a connection broke and that the server can send the rest.
func (t *transfer) mayGoOn(ctx context.Context, err error) bool {
	return ctx.Err() == nil && models.ClassOf(err) == models.ClassTransient && t.validator != "" && t.h.served > 0
}

// reopen asks for the rest. A server that sends the whole file again is taken at its word
// once the part is emptied; when nothing can be opened, why the connection broke is told.
func (t *transfer) reopen(ctx context.Context, why error) error {
	if err := t.open(ctx, t.h.served, t.validator); err != nil {
		if ctx.Err() != nil || models.ClassOf(err) == models.ClassRiskControl || models.ClassOf(err) == models.ClassRateLimited {
			return err
		}
		return why
	}
	if t.body.Offset > 0 {
		return nil
	}
	t.h, t.kept, t.front = newHasher(t.st.MD5 != ""), false, nil
	err := t.part.Restart()
	if err == nil {
		err = t.putFront(ctx)
	}
	if err != nil {
		return stop{err}
	}
	return t.describe()
}

// copy moves the body's bytes into the part. Errors of the upstream are transient or as
// the body classes them, those of the disk ClassLocal.
func (t *transfer) copy(ctx context.Context, claim *library.Claim) error {
	var buf *[]byte
	if t.first != nil {
		buf = t.first.buf
	} else {
		buf = t.r.s.buffers.Get().(*[]byte)
	}
	defer t.r.s.buffers.Put(buf)
	for {
		b, readErr := t.next(ctx, *buf)
		if t.h.served+int64(len(b)) > t.r.s.MaxFileBytes {
			return models.NewError(models.ClassUnavailable, models.CodeTooLarge, "the file is larger than %d bytes", t.r.s.MaxFileBytes)
		}
		if _, err := t.part.Write(b); err != nil {
			return err
		}
		t.h.add(b)
		if err := claim.Wrote(int64(len(b))); err != nil {
			return err
		}
		switch {
		case errors.Is(readErr, io.EOF) && t.length > t.h.served:
			return readError(ctx, io.ErrUnexpectedEOF)
		case errors.Is(readErr, io.EOF):
			return nil
		case readErr != nil:
			return readError(ctx, readErr)
		}
	}
}

// next gives the bytes that come next, in buf; they may lie there already.
func (t *transfer) next(ctx context.Context, buf []byte) ([]byte, error) {
	if f := t.first; f != nil {
		t.first = nil
		return f.left, f.err
	}
	n, err := t.r.fill(ctx, t.r.s.throttle.reader(ctx, t.body), buf, t.h.served, announced(t.length, t.st), t.text)
	return buf[:n], err
}

// end keeps what is there for a later try when the error lets one hope, and discards it
// otherwise. A job that was canceled leaves nothing.
func (t *transfer) end(ctx context.Context, err error) {
	t.close()
	t.dropFirst()
	if t.part == nil {
		return
	}
	switch {
	case err == nil:
		t.part.Discard() // it was placed, unless the library held the same file
	case ctx.Err() != nil && !errors.Is(context.Cause(ctx), models.ErrJobCanceled):
		t.part.Keep()
	case t.h.served < t.length && isPassing(err):
		t.part.Keep()
	default:
		t.part.Discard()
	}
}

// isPassing says that the same file may come whole the next time.
func isPassing(err error) bool {
	switch models.ClassOf(err) {
	case models.ClassTransient, models.ClassRateLimited, models.ClassRiskControl:
		return true
	}
	return false
}
