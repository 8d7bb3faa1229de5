package folder

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"slices"
	"strings"

	"golang.org/x/sync/errgroup"

	"catalogsync/app/matching/textkey"
	"catalogsync/app/sources"
	"catalogsync/models"
)

// readersAtOnce bounds the files whose tags are read at once.
const readersAtOnce = 4

// Search finds the files whose tags or names hold at least half of the words, those with
// most first. The first search reads the tags of all files; one that is stopped goes on
// where it was.
func (s *Source) Search(ctx context.Context, query string, limit int) ([]sources.Candidate, error) {
	words := strings.Fields(textkey.Key(query))
	if len(words) == 0 || limit <= 0 {
		return nil, nil
	}
	x, err := s.shelf.look(ctx, false)
	if err != nil {
		return nil, err
	}
	if len(x.lost) > 0 && len(x.files) == 0 {
		return nil, x.anyLost()
	}
	if err := x.readAll(ctx); err != nil {
		return nil, err
	}
	type hit struct {
		file  *file
		score int
	}
	var hits []hit
	for _, f := range x.files {
		if n := score(f.key, words); 2*n >= len(words) {
			hits = append(hits, hit{f, n})
		}
	}
	slices.SortFunc(hits, func(a, b hit) int { return cmp.Or(cmp.Compare(b.score, a.score), cmp.Compare(a.file.id, b.file.id)) })
	found := make([]sources.Candidate, 0, min(len(hits), limit))
	for _, h := range hits[:min(len(hits), limit)] {
		described, err := song{file: h.file}.snapshot(ctx)
		if err != nil {
			return nil, err
		}
		found = append(found, candidateOf(described))
	}
	return found, nil
}

// score counts the words that a key holds.
func score(key string, words []string) int {
	n := 0
	for _, w := range words {
		if strings.Contains(key, w) {
			n++
		}
	}
	return n
}

// readAll reads the tags of all files that were not read yet.
func (x *index) readAll(ctx context.Context) error {
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(readersAtOnce)
	for f := range maps.Values(x.files) {
		group.Go(func() error { return f.read(ctx) })
	}
	return group.Wait()
}

// CandidateOf makes the candidate of a song that these folders listed.
func (s *Source) CandidateOf(snap models.SongSnapshot) (sources.Candidate, bool) {
	if snap.Platform != Name || snap.NotMusic || snap.RemoteID == "" {
		return sources.Candidate{}, false
	}
	return candidateOf(snap), true
}

// Resolve gives the file of a song. Its address is good in this program alone.
func (s *Source) Resolve(ctx context.Context, c sources.Candidate, ceiling models.Quality) ([]sources.Stream, error) {
	f, err := s.fileOf(ctx, c.RemoteID)
	if err != nil {
		return nil, err
	}
	if err := f.read(ctx); err != nil {
		return nil, err
	}
	described := f.describe(song{}.entry)
	if ceiling != models.QualityUnknown && described.Quality.Rank() > ceiling.Rank() {
		return nil, refusal(models.CodeNoSource, "the file is %s, which is above the allowed quality", described.Quality)
	}
	return []sources.Stream{{
		URL: addressPrefix + f.id, Quality: described.Quality, Ext: described.Ext, SizeBytes: described.FileSizeBytes,
		DurationMS: described.DurationMS,
	}}, nil
}

// addressPrefix begins the addresses of streams; the id of the song follows.
const addressPrefix = "folder:"

// fileOf is the file of a song, or why there is none.
func (s *Source) fileOf(ctx context.Context, id string) (*file, error) {
	x, err := s.shelf.look(ctx, false)
	if err != nil {
		return nil, err
	}
	known, ok := x.songs[id]
	switch {
	case ok && known.file != nil:
		return known.file, nil
	case len(x.lost) > 0:
		return nil, x.anyLost()
	case ok:
		return nil, known.refused
	}
	return nil, refusal(models.CodeWithdrawn, "the file is not in the folders any more, or was moved")
}

// Open reads the file of a stream. A file that changed since validator was given is read
// from its start.
func (s *Source) Open(ctx context.Context, st sources.Stream, offset int64, validator string) (*sources.Body, error) {
	id, ok := strings.CutPrefix(st.URL, addressPrefix)
	if !ok {
		e := models.NewError(models.ClassPermanent, models.CodeBadValue, "the address is none of the folders")
		e.Source, e.Endpoint = Name, endpointFile
		return nil, e
	}
	f, err := s.fileOf(ctx, id)
	if err != nil {
		return nil, err
	}
	now, err := f.tree.files.Stat(ctx, f.path)
	if err != nil {
		return nil, f.openError(ctx, err)
	}
	current := fmt.Sprintf(`"%x-%x"`, now.Size, now.ModTime.UnixNano())
	if validator != current || offset < 0 || offset > now.Size {
		offset = 0
	}
	r, err := f.tree.files.OpenRange(ctx, f.path, offset)
	if err != nil {
		return nil, f.openError(ctx, err)
	}
	return &sources.Body{ReadCloser: &body{ReadCloser: r, ctx: ctx, file: f}, Length: now.Size - offset, Offset: offset, Validator: current}, nil
}

// openError is the error of a file that cannot be opened or read. A file is gone only when
// its folder is there.
func (f *file) openError(ctx context.Context, cause error) error {
	if ctx.Err() != nil {
		return interrupted(ctx.Err())
	}
	if err := f.tree.check(ctx); err != nil {
		return err
	}
	switch {
	case errors.Is(cause, fs.ErrNotExist):
		return refusal(models.CodeWithdrawn, "the file is not there any more").WithCause(cause)
	case errors.Is(cause, fs.ErrPermission):
		return refusal(models.CodeWithdrawn, "this program may not read the file").WithCause(cause)
	}
	return unreachable(ctx, f.tree, cause)
}

// body is a file that ends when its reader goes away.
type body struct {
	io.ReadCloser
	ctx  context.Context // of one download
	file *file
}

func (b *body) Read(p []byte) (int, error) {
	if err := b.ctx.Err(); err != nil {
		return 0, interrupted(err)
	}
	n, err := b.ReadCloser.Read(p)
	if err != nil && !errors.Is(err, io.EOF) {
		err = b.file.openError(b.ctx, err)
	}
	return n, err
}
