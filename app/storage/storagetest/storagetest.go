// Package storagetest is what every storage backend is held to. An adapter's own test calls
// Run with a fresh, empty backend; real servers are used wherever there are any.
package storagetest

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash/crc32"
	"io"
	"io/fs"
	"math/rand/v2"
	"path"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"catalogsync/app/storage"
	"catalogsync/models"
)

// Run holds a backend to the contract. open gives a backend on an empty place of its own;
// it is called once for each part.
func Run(t *testing.T, open func(t *testing.T) storage.Backend) {
	for _, part := range []struct {
		name string
		test func(t *testing.T, b storage.Backend)
	}{
		{"lists what is there", lists},
		{"keeps odd names", oddNames},
		{"reads ranges", ranges},
		{"writes what was promised", promises},
		{"writes streams of unknown length", streams},
		{"writes over, or only anew", overwrites},
		{"renames over a file", renames},
		{"removes", removes},
		{"tells what is not there", absent},
		{"refuses paths out of the root", escapes},
		{"ends with its context", canceled},
		{"serves many at once", parallel},
		{"walks", walks},
		{"resumes large files", resumes},
		{"probes", probes},
	} {
		t.Run(part.name, func(t *testing.T) {
			b := open(t)
			t.Cleanup(func() { require.NoError(t, b.Close()) })
			part.test(t, b)
		})
	}
}

// Content is n bytes that are the same at every call and compress badly.
func Content(n int) []byte {
	r := rand.New(rand.NewPCG(uint64(n), 7))
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(r.Uint32())
	}
	return b
}

// Promise is the options of a write whose content is known.
func Promise(content []byte) storage.PutOptions {
	sum, crc := sha256.Sum256(content), crc32.ChecksumIEEE(content)
	return storage.PutOptions{Size: int64(len(content)), SHA256: hex.EncodeToString(sum[:]), CRC32: &crc, ContentType: "audio/flac"}
}

func put(t *testing.T, b storage.Backend, name string, content []byte) storage.Entry {
	t.Helper()
	e, err := b.Put(t.Context(), name, bytes.NewReader(content), Promise(content))
	require.NoError(t, err)
	return e
}

func read(t *testing.T, b storage.Backend, name string, offset, length int64) []byte {
	t.Helper()
	r, err := b.Open(t.Context(), name, offset, length)
	require.NoError(t, err)
	defer r.Close()
	got, err := io.ReadAll(r)
	require.NoError(t, err)
	return got
}

func list(t *testing.T, b storage.Backend, dir string) map[string]storage.Entry {
	t.Helper()
	found := map[string]storage.Entry{}
	require.NoError(t, b.List(t.Context(), dir, func(e storage.Entry) error {
		require.NotContains(t, found, e.Path, "listed twice")
		found[e.Path] = e
		return nil
	}))
	return found
}

func names(found map[string]storage.Entry) []string {
	list := []string{}
	for name := range found {
		list = append(list, name)
	}
	slices.Sort(list)
	return list
}

func lists(t *testing.T, b storage.Backend) {
	require.Empty(t, list(t, b, storage.Root))
	before := time.Now().Add(-2 * time.Second)
	put(t, b, "qq/Singer A/one.flac", Content(1000))
	put(t, b, "qq/Singer A/two.flac", Content(2000))
	put(t, b, "top.mp3", Content(3))

	require.Equal(t, []string{"qq", "top.mp3"}, names(list(t, b, storage.Root)))
	require.True(t, list(t, b, storage.Root)["qq"].Dir)
	require.Equal(t, []string{"qq/Singer A"}, names(list(t, b, "qq")))
	files := list(t, b, "qq/Singer A")
	require.Equal(t, []string{"qq/Singer A/one.flac", "qq/Singer A/two.flac"}, names(files))
	one := files["qq/Singer A/one.flac"]
	require.Equal(t, int64(1000), one.Size)
	require.False(t, one.Dir)
	require.True(t, one.ModTime.After(before), "%s is no time of now", one.ModTime)

	stop := fmt.Errorf("enough")
	require.ErrorIs(t, b.List(t.Context(), "qq/Singer A", func(storage.Entry) error { return stop }), stop)
}

func oddNames(t *testing.T, b storage.Backend) {
	for _, name := range []string{
		"空格 和 汉字/周杰伦 - 晴天.flac", "a#b/100% & more.mp3", "plus+and=eq.mp3", "quote's \"x\".mp3", "q?star.mp3",
		"Café/naïve.flac", "-dash.mp3", "[brackets] {braces}.mp3", "emoji 🎵.mp3", "a/b/c/d/e/f/deep.mp3", "semi;colon,comma.mp3",
	} {
		t.Run(name, func(t *testing.T) {
			content := Content(64)
			e := put(t, b, name, content)
			require.Equal(t, name, e.Path)
			require.Contains(t, list(t, b, path.Dir(name)), name)
			require.Equal(t, content, read(t, b, name, 0, -1))
			e, err := b.Stat(t.Context(), name)
			require.NoError(t, err)
			require.Equal(t, int64(64), e.Size)
		})
	}
}

func ranges(t *testing.T, b storage.Backend) {
	content := Content(100_000)
	put(t, b, "f.bin", content)
	require.Equal(t, content[5000:], read(t, b, "f.bin", 5000, -1))
	require.Equal(t, content[5000:5100], read(t, b, "f.bin", 5000, 100))
	require.Equal(t, content[99_990:], read(t, b, "f.bin", 99_990, 4000), "a range may end behind the file")
	require.Empty(t, read(t, b, "f.bin", 10, 0))
	put(t, b, "empty.bin", nil)
	require.Empty(t, read(t, b, "empty.bin", 0, -1))
}

func promises(t *testing.T, b storage.Backend) {
	content := Content(50_000)
	e := put(t, b, "good.flac", content)
	require.Equal(t, int64(len(content)), e.Size)

	wrong := Promise(content)
	crc := *wrong.CRC32 + 1
	wrong.CRC32, wrong.SHA256 = &crc, Promise([]byte("other")).SHA256
	_, err := b.Put(t.Context(), "bad.flac", bytes.NewReader(content), wrong)
	require.Equal(t, models.CodeChecksumMismatch, storage.CodeOf(err), "%v", err)
	_, err = b.Stat(t.Context(), "bad.flac")
	require.ErrorIs(t, err, fs.ErrNotExist, "a damaged file has no name")

	// A file that became shorter while it was sent.
	_, err = b.Put(t.Context(), "short.flac", bytes.NewReader(content[:100]), Promise(content))
	require.Error(t, err)
	_, err = b.Stat(t.Context(), "short.flac")
	require.ErrorIs(t, err, fs.ErrNotExist)
}

func streams(t *testing.T, b storage.Backend) {
	for _, n := range []int{0, 10, 6 << 20} {
		content := Content(n)
		name := fmt.Sprintf("stream-%d", n)
		// Hidden from the backend: neither length nor seeking.
		_, err := b.Put(t.Context(), name, io.MultiReader(bytes.NewReader(content)), storage.PutOptions{Size: -1})
		require.NoError(t, err)
		e, err := b.Stat(t.Context(), name)
		require.NoError(t, err)
		require.Equal(t, int64(n), e.Size)
		require.True(t, bytes.Equal(content, read(t, b, name, 0, -1)))
	}
}

func overwrites(t *testing.T, b storage.Backend) {
	put(t, b, "dir/x.mp3", Content(10))
	put(t, b, "dir/x.mp3", Content(20))
	require.Equal(t, Content(20), read(t, b, "dir/x.mp3", 0, -1))
	o := Promise(Content(30))
	o.OnlyNew = true
	_, err := b.Put(t.Context(), "dir/x.mp3", bytes.NewReader(Content(30)), o)
	require.ErrorIs(t, err, fs.ErrExist)
	require.Equal(t, Content(20), read(t, b, "dir/x.mp3", 0, -1))
	_, err = b.Put(t.Context(), "dir/y.mp3", bytes.NewReader(Content(30)), o)
	require.NoError(t, err)
	require.Equal(t, []string{"dir/x.mp3", "dir/y.mp3"}, names(list(t, b, "dir")), "nothing else is left behind")
}

func renames(t *testing.T, b storage.Backend) {
	put(t, b, "from.mp3", Content(10))
	put(t, b, "there/to.mp3", Content(20))
	require.NoError(t, b.Rename(t.Context(), "from.mp3", "there/to.mp3"))
	require.Equal(t, Content(10), read(t, b, "there/to.mp3", 0, -1))
	_, err := b.Stat(t.Context(), "from.mp3")
	require.ErrorIs(t, err, fs.ErrNotExist)
	require.NoError(t, b.Rename(t.Context(), "there/to.mp3", "new folder/深/to.mp3"))
	require.Equal(t, Content(10), read(t, b, "new folder/深/to.mp3", 0, -1))
	require.ErrorIs(t, b.Rename(t.Context(), "nowhere.mp3", "x.mp3"), fs.ErrNotExist)
}

func removes(t *testing.T, b storage.Backend) {
	put(t, b, "a/x.mp3", Content(10))
	require.NoError(t, b.Remove(t.Context(), "a/x.mp3"))
	require.NoError(t, b.Remove(t.Context(), "a/x.mp3"), "what is away is away")
	_, err := b.Stat(t.Context(), "a/x.mp3")
	require.ErrorIs(t, err, fs.ErrNotExist)
}

func absent(t *testing.T, b storage.Backend) {
	_, err := b.Stat(t.Context(), "nowhere/x.mp3")
	require.ErrorIs(t, err, fs.ErrNotExist)
	_, err = b.Open(t.Context(), "nowhere/x.mp3", 0, -1)
	require.ErrorIs(t, err, fs.ErrNotExist)
	err = b.List(t.Context(), "nowhere", func(storage.Entry) error { return nil })
	if b.Capabilities().Folders {
		require.ErrorIs(t, err, fs.ErrNotExist)
	} else {
		require.NoError(t, err)
	}
}

func escapes(t *testing.T, b storage.Backend) {
	for _, name := range []string{"", "/etc/passwd", "../x", "a/../../x", "a/..", "x\x00y", string([]byte{0xff, 'x'})} {
		_, err := b.Put(t.Context(), name, bytes.NewReader(nil), storage.PutOptions{})
		require.Equal(t, models.ClassInvalid, models.ClassOf(err), "put %q: %v", name, err)
		_, err = b.Stat(t.Context(), name)
		require.Equal(t, models.ClassInvalid, models.ClassOf(err), "stat %q: %v", name, err)
		_, err = b.Open(t.Context(), name, 0, -1)
		require.Equal(t, models.ClassInvalid, models.ClassOf(err), "open %q: %v", name, err)
		require.Equal(t, models.ClassInvalid, models.ClassOf(b.Remove(t.Context(), name)))
		require.Equal(t, models.ClassInvalid, models.ClassOf(b.Rename(t.Context(), "a", name)))
	}
	require.Empty(t, list(t, b, storage.Root))
}

// stalled is a reader that ends its context in the midst.
type stalled struct {
	cancel context.CancelFunc
	left   int
}

func (s *stalled) Read(p []byte) (int, error) {
	if s.left <= 0 {
		s.cancel()
		return min(len(p), 1), nil
	}
	n := min(len(p), s.left)
	s.left -= n
	return n, nil
}

func canceled(t *testing.T, b storage.Backend) {
	ctx, cancel := context.WithCancel(t.Context())
	_, err := b.Put(ctx, "half.bin", &stalled{cancel: cancel, left: 100_000}, storage.PutOptions{Size: 1 << 30})
	require.Error(t, err)
	_, err = b.Stat(t.Context(), "half.bin")
	require.ErrorIs(t, err, fs.ErrNotExist, "half a file has no name")
	put(t, b, "x.bin", Content(10))
	require.Equal(t, models.CodeInterrupted, storage.CodeOf(b.List(ctx, storage.Root, func(storage.Entry) error { return nil })))
}

func parallel(t *testing.T, b storage.Backend) {
	const many = 32
	for i := range 8 {
		put(t, b, fmt.Sprintf("p/%d.bin", i), Content(1000+i))
	}
	var all sync.WaitGroup
	errs := make(chan error, 4*many)
	for i := range many {
		all.Go(func() {
			n := 0
			errs <- b.List(t.Context(), "p", func(storage.Entry) error { n++; return nil })
			if n < 8 {
				errs <- fmt.Errorf("%d of 8 files listed", n)
			}
			content := Content(2000 + i)
			_, err := b.Put(t.Context(), fmt.Sprintf("q/%d.bin", i), bytes.NewReader(content), Promise(content))
			errs <- err
			_, err = b.Stat(t.Context(), fmt.Sprintf("p/%d.bin", i%8))
			errs <- err
		})
	}
	all.Wait()
	close(errs)
	for err := range errs {
		require.NoError(t, err)
	}
	require.Len(t, list(t, b, "q"), many)
}

func walks(t *testing.T, b storage.Backend) {
	w, ok := b.(storage.Walker)
	if !ok {
		t.Skip("it lists folder by folder only")
	}
	put(t, b, "m/a/1.mp3", Content(1))
	put(t, b, "m/a/b/2.mp3", Content(2))
	put(t, b, "more/3.mp3", Content(3))
	found := map[string]storage.Entry{}
	require.NoError(t, w.Walk(t.Context(), "m", func(e storage.Entry) error { found[e.Path] = e; return nil }))
	require.Equal(t, []string{"m/a/1.mp3", "m/a/b/2.mp3"}, names(found), "m is no prefix of more")
	clear(found)
	require.NoError(t, w.Walk(t.Context(), storage.Root, func(e storage.Entry) error { found[e.Path] = e; return nil }))
	require.Len(t, found, 3)
}

func probes(t *testing.T, b storage.Backend) {
	require.NoError(t, b.Probe(t.Context()))
	if s, ok := b.(storage.SpaceTeller); ok {
		space, err := s.Space(t.Context())
		require.NoError(t, err)
		require.Positive(t, space.Total)
		require.LessOrEqual(t, space.Free, space.Total)
	}
}
