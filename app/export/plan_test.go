package export

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"catalogsync/models"
)

// fileEntry writes a file and makes its entry.
func fileEntry(t interface {
	require.TestingT
	Helper()
}, dir, name string, data []byte, modTime time.Time) entry {
	t.Helper()
	locator := fmt.Sprintf("%x", name)
	require.NoError(t, os.WriteFile(filepath.Join(dir, locator), data, 0o600))
	require.NoError(t, os.Chtimes(filepath.Join(dir, locator), modTime, modTime))
	e := textEntry(name, data, modTime)
	e.text, e.root, e.locator = nil, dir, locator
	return e
}

func whole(t require.TestingT, p *Plan) []byte {
	var b bytes.Buffer
	require.NoError(t, p.WriteRange(context.Background(), &b, 0, p.Size()))
	require.Equal(t, p.Size(), int64(b.Len()))
	return b.Bytes()
}

// Any range gives the same bytes as the whole, and the whole is an archive that the
// standard library reads back.
func TestAnyRangeEqualsTheWhole(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	rapid.Check(t, func(t *rapid.T) {
		texts := rapid.SliceOfN(rapid.SliceOfN(rapid.Byte(), 0, 4000), 0, 8).Draw(t, "contents")
		var entries []entry
		for i, data := range texts {
			name := fmt.Sprintf("歌单/%02d - %s.mp3", i, rapid.StringMatching(`[a-z音乐]{0,300}`).Draw(t, "name"))
			at := time.Unix(rapid.Int64Range(0, 1<<33).Draw(t, "time"), 0)
			if rapid.Bool().Draw(t, "file") {
				entries = append(entries, fileEntry(t, dir, fmt.Sprint(i), data, at))
				entries[i].name = name
			} else {
				entries = append(entries, textEntry(name, data, at))
			}
		}
		p := newPlan(entries)
		all := whole(t, p)

		from := rapid.Int64Range(0, p.Size()).Draw(t, "from")
		n := rapid.Int64Range(0, p.Size()-from).Draw(t, "length")
		var part bytes.Buffer
		require.NoError(t, p.WriteRange(context.Background(), &part, from, n))
		require.True(t, bytes.Equal(all[from:from+n], part.Bytes()), "range %d+%d of %d", from, n, p.Size())

		r, err := zip.NewReader(bytes.NewReader(all), p.Size())
		require.NoError(t, err)
		require.Len(t, r.File, len(entries))
		for i, f := range r.File {
			require.Equal(t, entries[i].name, f.Name)
			require.Equal(t, zip.Store, f.Method)
			data, err := readMember(f)
			require.NoError(t, err) // the reader compares the CRC
			require.True(t, bytes.Equal(texts[i], data))
		}
	})
}

func readMember(f *zip.File) ([]byte, error) {
	r, err := f.Open()
	if err != nil {
		return nil, err
	}
	defer r.Close()
	return io.ReadAll(r)
}

func TestRangeOutsideIsRefused(t *testing.T) {
	t.Parallel()
	p := newPlan([]entry{textEntry("a", []byte("text"), time.Time{})})
	for _, r := range [][2]int64{{-1, 1}, {0, -1}, {p.Size(), 1}, {0, p.Size() + 1}, {1, 1<<63 - 1}} {
		require.Error(t, p.WriteRange(t.Context(), io.Discard, r[0], r[1]), r)
	}
}

// Modification times come back in UTC to the second, wherever they are read.
func TestModTimesSurvive(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 3, 14, 15, 9, 27, 0, time.FixedZone("east", 8*3600))
	p := newPlan([]entry{textEntry("a", nil, at)})
	r, err := zip.NewReader(bytes.NewReader(whole(t, p)), p.Size())
	require.NoError(t, err)
	require.True(t, at.Equal(r.File[0].Modified), r.File[0].Modified)
}

// planReaderAt lets archive/zip read a plan without the whole of it ever being made.
type planReaderAt struct{ *Plan }

func (r planReaderAt) ReadAt(b []byte, off int64) (int, error) {
	n := min(int64(len(b)), r.Size()-off)
	out := bytes.NewBuffer(b[:0])
	if err := r.WriteRange(context.Background(), out, off, n); err != nil {
		return 0, err
	}
	if n < int64(len(b)) {
		return int(n), io.EOF
	}
	return int(n), nil
}

// A file above 4 GiB, entries that lie behind it, and more than 65,535 entries need ZIP64.
func TestZIP64(t *testing.T) {
	t.Parallel()
	const huge = 1<<32 + 123
	dir := t.TempDir()
	f, err := os.Create(filepath.Join(dir, "huge"))
	require.NoError(t, err)
	require.NoError(t, f.Truncate(huge)) // takes no room on the disk
	require.NoError(t, f.Close())
	at := time.Unix(1_700_000_000, 0)
	require.NoError(t, os.Chtimes(f.Name(), at, at))

	entries := []entry{
		{name: "huge.flac", root: dir, locator: "huge", size: huge, crc: 1, modTime: at},
		textEntry("behind.txt", []byte("behind"), time.Unix(1_700_000_000, 0)),
	}
	p := newPlan(entries)
	r, err := zip.NewReader(planReaderAt{p}, p.Size())
	require.NoError(t, err)
	require.EqualValues(t, huge, r.File[0].UncompressedSize64)
	data, err := readMember(r.File[1])
	require.NoError(t, err)
	require.Equal(t, "behind", string(data))

	many := make([]entry, 70_000)
	for i := range many {
		many[i] = textEntry(fmt.Sprintf("%05d", i), nil, time.Time{})
	}
	p = newPlan(many)
	r, err = zip.NewReader(planReaderAt{p}, p.Size())
	require.NoError(t, err)
	require.Len(t, r.File, len(many))
	require.Equal(t, "69999", r.File[69_999].Name)
}

// One entry more or less than what fits 16 bits is the limit at which readers differ.
func TestCountOfEntriesAtTheLimit(t *testing.T) {
	t.Parallel()
	for _, n := range []int{0, 1, 65_534, 65_535, 65_536} {
		entries := make([]entry, n)
		for i := range entries {
			entries[i] = textEntry(fmt.Sprint(i), nil, time.Time{})
		}
		p := newPlan(entries)
		r, err := zip.NewReader(planReaderAt{p}, p.Size())
		require.NoError(t, err, n)
		require.Len(t, r.File, n)
	}
}

// Other programs open it, ZIP64 included.
func TestOtherProgramsOpenIt(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	entries := []entry{
		fileEntry(t, dir, "热歌榜/1 - 山路 - 😀.mp3", bytes.Repeat([]byte("audio"), 1000), time.Unix(1_790_000_000, 0)),
		textEntry("热歌榜/manifest.json", []byte("{}"), time.Unix(1_790_000_000, 0)),
	}
	small := filepath.Join(dir, "small.zip")
	require.NoError(t, newPlan(entries).WriteFile(t.Context(), small))
	for i := range 66_000 {
		entries = append(entries, textEntry(fmt.Sprintf("many/%d.txt", i), []byte("x"), time.Unix(1_790_000_000, 0)))
	}
	many := filepath.Join(dir, "many.zip")
	require.NoError(t, newPlan(entries).WriteFile(t.Context(), many))

	opensElsewhere(t, small, many)
}

// A file above 4 GiB and one behind it, in other programs. It writes 4 GiB, so it is asked for.
func TestOtherProgramsOpenAHugeOne(t *testing.T) {
	if os.Getenv("HUGE_ZIP") == "" {
		t.Skip("writes 4 GiB; run with HUGE_ZIP=1")
	}
	const huge = 1<<32 + 123
	dir := t.TempDir()
	f, err := os.Create(filepath.Join(dir, "huge"))
	require.NoError(t, err)
	require.NoError(t, f.Truncate(huge)) // takes no room on the disk
	sum := crc32.NewIEEE()
	_, err = io.Copy(sum, f)
	require.NoError(t, err)
	at := time.Unix(1_790_000_000, 0)
	require.NoError(t, errors.Join(f.Close(), os.Chtimes(f.Name(), at, at)))
	archive := filepath.Join(dir, "huge.zip")
	require.NoError(t, newPlan([]entry{
		{name: "huge.flac", root: dir, locator: "huge", size: huge, crc: sum.Sum32(), modTime: at},
		textEntry("热歌榜/1 - 山路 - 😀.mp3", []byte("behind"), at),
	}).WriteFile(t.Context(), archive))
	opensElsewhere(t, archive)
}

// opensElsewhere lets other programs read archives and compare their checksums.
func opensElsewhere(t *testing.T, archives ...string) {
	t.Helper()
	for _, command := range [][]string{
		{"unzip", "-tqq"},
		{"bsdtar", "-tf"},
		{"7z", "t"},
		{"python3", "-c", "import sys,zipfile; z=zipfile.ZipFile(sys.argv[1]); assert z.testzip() is None; assert '热歌榜/1 - 山路 - 😀.mp3' in z.namelist()"},
	} {
		t.Run(command[0], func(t *testing.T) {
			program, err := exec.LookPath(command[0])
			if err != nil {
				t.Skip(command[0] + " is not installed")
			}
			for _, archive := range archives {
				cmd := exec.CommandContext(t.Context(), program, append(command[1:], archive)...)
				cmd.Env = append(os.Environ(), "LC_ALL=C.UTF-8") // names are UTF-8, whatever the machine's language
				out, err := cmd.CombinedOutput()
				require.NoError(t, err, "%s: %s", archive, out)
			}
		})
	}
}

func TestETagFollowsTheBytes(t *testing.T) {
	t.Parallel()
	base := func() []entry {
		return []entry{textEntry("a", []byte("one"), time.Unix(5, 0)), textEntry("b", []byte("two"), time.Unix(5, 0))}
	}
	first := newPlan(base())
	require.Equal(t, first.ETag(), newPlan(base()).ETag())
	require.Regexp(t, `^"[0-9a-f]{32}"$`, first.ETag())

	for name, change := range map[string]func([]entry) []entry{
		"content": func(e []entry) []entry { e[0] = textEntry("a", []byte("0ne"), time.Unix(5, 0)); return e },
		"name":    func(e []entry) []entry { e[0].name = "c"; return e },
		"time":    func(e []entry) []entry { e[0].modTime = time.Unix(6, 0); return e },
		"order":   func(e []entry) []entry { e[0], e[1] = e[1], e[0]; return e },
		"fewer":   func(e []entry) []entry { return e[:1] },
	} {
		require.NotEqual(t, first.ETag(), newPlan(change(base())).ETag(), name)
	}
}

// stopper cancels after the first block.
type stopper struct {
	cancel context.CancelFunc
	wrote  int64
}

func (s *stopper) Write(b []byte) (int, error) {
	s.cancel()
	s.wrote += int64(len(b))
	return len(b), nil
}

func sparsePlan(t *testing.T, size int64) *Plan {
	t.Helper()
	dir := t.TempDir()
	f, err := os.Create(filepath.Join(dir, "sparse"))
	require.NoError(t, err)
	require.NoError(t, f.Truncate(size))
	require.NoError(t, f.Close())
	return newPlan([]entry{{name: "sparse", root: dir, locator: "sparse", size: size}})
}

func TestStopsWhenTheContextEnds(t *testing.T) {
	t.Parallel()
	p := sparsePlan(t, 64<<20)
	ctx, cancel := context.WithCancel(t.Context())
	s := &stopper{cancel: cancel}
	require.ErrorIs(t, p.WriteRange(ctx, s, 0, p.Size()), context.Canceled)
	require.LessOrEqual(t, s.wrote, int64(2*blockBytes))
}

// What a download allocates does not grow with its size.
func TestMemoryStaysFlat(t *testing.T) {
	const size = 256 << 20
	p := sparsePlan(t, size)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	require.NoError(t, p.WriteRange(t.Context(), io.Discard, 0, p.Size()))
	runtime.ReadMemStats(&after)
	require.Less(t, after.TotalAlloc-before.TotalAlloc, uint64(8<<20))
}

func TestFileThatChangedAfterwardsBreaksOff(t *testing.T) {
	t.Parallel()
	for name, damage := range map[string]func(path string) error{
		"removed": os.Remove,
		"shorter": func(path string) error { return os.Truncate(path, 1000) },
		"longer":  func(path string) error { return os.Truncate(path, 9<<20) },
	} {
		p := sparsePlan(t, 1<<20)
		require.NoError(t, damage(filepath.Join(p.entries[0].root, "sparse")))
		var b bytes.Buffer
		err := p.WriteRange(t.Context(), &b, 0, p.Size())
		require.Equal(t, models.CodeExportChanged, models.CodeOf(err), name)
		require.Less(t, int64(b.Len()), p.Size(), name)
	}
}

func TestWriteFileLeavesNothingHalfDone(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	good := newPlan([]entry{textEntry("a", []byte("text"), time.Unix(5, 0))})
	require.NoError(t, good.WriteFile(t.Context(), filepath.Join(dir, "good.zip")))

	bad := sparsePlan(t, 1<<20)
	require.NoError(t, os.Remove(filepath.Join(bad.entries[0].root, "sparse")))
	require.Error(t, bad.WriteFile(t.Context(), filepath.Join(dir, "bad.zip")))

	left, err := os.ReadDir(dir)
	require.NoError(t, err)
	require.Len(t, left, 1)
	data, err := os.ReadFile(filepath.Join(dir, "good.zip"))
	require.NoError(t, err)
	require.Equal(t, good.Size(), int64(len(data)))
	require.Equal(t, whole(t, good), data)
}
