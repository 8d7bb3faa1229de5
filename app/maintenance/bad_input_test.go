package maintenance_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"catalogsync/app/library"
	"catalogsync/models"
)

// Names as long as a disk takes them are recycled, several times a day, and restored to
// the very place; names that end in a number keep it.
func TestNamesAtTheLimitComeAndGo(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.fill(12)
	long := "qq/" + strings.Repeat("长", 83) + "ab.wav" // 255 bytes
	require.Len(t, filepath.Base(long), 255)
	for i, name := range []string{long, "qq/Nocturne #2.wav", "qq/Nocturne (1).wav", "qq/No. 5 #3"} {
		for again := range 2 {
			h.keep(name, wav(5000+10*i+again))
			h.look(false)
			r := h.fixAll()
			require.Equal(t, 1, r.Recycled, name)
			require.Zero(t, r.Failed, name)
			require.Empty(t, flat(h.look(false)), name)
		}
		rows, total, _, err := h.service.ListBin(t.Context(), filepath.Base(name), models.Page{Number: 1, Size: 10})
		require.NoError(t, err)
		require.EqualValues(t, 2, total, name)
		was, err := h.service.RestoreFromBin(t.Context(), h.backend.ID, rows[0].Locator)
		require.NoError(t, err)
		require.Equal(t, name, was)
		require.FileExists(t, h.path(name))
		_, err = h.service.RestoreFromBin(t.Context(), h.backend.ID, rows[1].Locator)
		require.Equal(t, models.ClassConflict, models.ClassOf(err), "what lies there is not replaced")
		h.remove(name)
	}
}

// broken lists ways in which a library cannot be written to.
var broken = map[string]func(h *house){
	"a file where the bin should be": func(h *house) { h.keep(library.RecycleFolder, []byte("in the way")) },
	"mounted read-only": func(h *house) {
		mount(h.T, "--bind", h.lib.Root(), h.lib.Root())
		h.Cleanup(func() { _ = exec.Command("umount", h.lib.Root()).Run() })
		mount(h.T, "-o", "remount,bind,ro", h.lib.Root())
	},
}

// mount calls mount, or skips the test where that is not allowed.
func mount(t *testing.T, args ...string) {
	t.Helper()
	if runtime.GOOS != "linux" || os.Getuid() != 0 {
		t.Skip("only root mounts, and on Linux")
	}
	if out, err := exec.Command("mount", args...).CombinedOutput(); err != nil {
		t.Skipf("no mounts here: %s", out)
	}
}

// A library that cannot be written to says so with each finding; nothing is lost, and all
// is settled when it can be written to again.
func TestALibraryThatCannotBeWrittenLosesNothing(t *testing.T) {
	t.Parallel()
	for name, spoil := range broken {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newTwinHouse(t)
			locators := h.fill(12)
			h.keep(locators[1], []byte("garbage"))
			h.keep("qq/stranger.wav", wav(700))
			h.look(false)
			pairs := h.twins()
			spoil(h)
			before := h.contents()
			r := h.fixAll()
			require.Equal(t, 2, r.Failed)
			require.Zero(t, r.Recycled)
			require.Equal(t, before, h.contents())
			require.Equal(t, models.LocationActive, h.status(1), "the song is not given up for a disk that cannot be written")
			rows, _, err := h.store.ListFindings(t.Context(), models.FindingFilter{Class: models.FindingDamaged, Page: models.Page{Number: 1, Size: 10}})
			require.NoError(t, err)
			require.Contains(t, rows[0].Failed, h.lib.Root(), "it tells where")
			require.Contains(t, rows[0].Failed, "cannot be written", "and what is wrong")

			_, err = h.service.Merge(t.Context(), pairs[0].ID, 0, 0)
			if name == "mounted read-only" {
				require.Equal(t, models.CodeLibraryUnwritable, models.CodeOf(err))
				require.Equal(t, before, h.contents())
				require.NoError(t, exec.Command("umount", h.lib.Root()).Run())
			} else {
				require.NoError(t, err, "the twin's file stays where it is, as a leftover")
				h.remove(library.RecycleFolder)
			}
			h.look(false)
			require.Zero(t, h.fixAll().Failed)
			require.Empty(t, flat(h.look(true)))
			require.Empty(t, h.flaws())
			for _, content := range before {
				if content != sum([]byte("in the way")) {
					require.Contains(t, h.contents(), content, "no byte is lost")
				}
			}
		})
	}
}

// twins adds two songs that are one, each with a file.
func (h *house) twins() []models.SimilarRow {
	h.Helper()
	h.add(record{"qq", "慢船", "林阿七", "", 201, 9001, "320k"}, record{"netease", "慢船", "林阿七", "", 201, 9002, "128k"})
	return h.pairs()
}

// Where the disk keeps no file under two names, merged songs get a copy.
func TestMergingCopiesWhereNothingCanBeLinked(t *testing.T) {
	t.Parallel()
	h := newTwinHouse(t)
	pair := h.twins()[0]
	kept := h.path("qq/林阿七/林阿七 - 慢船.wav")
	if out, err := exec.Command("chattr", "+i", kept).CombinedOutput(); err != nil {
		t.Skipf("files cannot be fixed here: %v %s", err, out)
	}
	t.Cleanup(func() { _ = exec.Command("chattr", "-i", kept).Run() })
	r, err := h.service.Merge(t.Context(), pair.ID, 0, 0)
	require.NoError(t, exec.Command("chattr", "-i", kept).Run())
	require.NoError(t, err)
	require.False(t, r.Linked)
	require.Equal(t, 1, r.Recycled)
	b, err := os.ReadFile(h.path(h.files(pair.TwinID)[0]))
	require.NoError(t, err)
	require.Equal(t, wav(9001), b)
	require.Empty(t, h.flaws())
	require.Empty(t, flat(h.look(true)))
	require.NoError(t, h.service.Part(t.Context(), pair.ID))
	require.Empty(t, flat(h.look(true)))
}

// Tags that cannot be read make no song of a file and lose none: it is told by its name,
// or listed as it is.
func TestTagsThatDoNotParse(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.fill(12)
	h.insert(&models.Song{ID: 50, Platform: "qq", RemoteSongID: "wanted", Name: "A Song Not Here", Singers: "Somebody", DurationMS: 100, SearchKey: "a song not here somebody"})
	h.index()
	junk := []string{
		"LIST\xff\xff\xff\x7fINFOINAM\xff\xff\xff\xff",
		"id3 \x20\x00\x00\x00ID3\x04\x00\x00\x7f\x7f\x7f\x7fTIT2\x7f\x7f\x7f\x7f\x00\x00" + strings.Repeat("\xff", 10),
		"LIST\x10\x00\x00\x00INFOINAM\x04\x00\x00\x00\xff\xfe\x00\xd8",
	}
	for i, tail := range junk {
		h.keep("in/"+string(rune('a'+i))+".wav", append(wav(800+i), tail...))
	}
	h.keep("in/Somebody - A Song Not Here.wav", append(wav(900), junk[1]...))
	before := h.contents()
	found := h.look(true)
	require.Len(t, found[models.FindingExtra], 4)
	r := h.fixAll()
	require.Zero(t, r.Failed)
	require.True(t, h.song(50).Downloaded, "its name tells what it is")
	require.Equal(t, before, h.contents(), "what is no song lies in the bin")
	require.Empty(t, h.flaws())
}

// A disk that takes no difference of case, or of composed and decomposed letters, for one
// holds one file where the database might think of two: such names never become two records.
func TestNamesThatSuchDisksTakeForOneAreOne(t *testing.T) {
	t.Parallel()
	var keys []string
	for _, names := range [][]string{
		{"qq/A/Song.mp3", "QQ/a/SONG.mp3", "qq/a/song.MP3", "qq/A/song.flac"},
		{"qq/Café.mp3", "qq/Cafe\u0301.mp3", "QQ/CAFÉ.mp3"},
		{"qq/Straße.mp3", "qq/STRASSE.mp3"},
		{"qq/Σίσυφος.mp3", "qq/ΣΊΣΥΦΟΣ.mp3"},
		{"qq/ﬁsh.mp3", "qq/FISH.mp3"},
		{"qq/Å.mp3", "qq/A\u030a.mp3", "qq/\u212b.mp3"},
	} {
		key := library.NameKey(names[0])
		for _, name := range names[1:] {
			require.Equal(t, key, library.NameKey(name), "%s and %s", names[0], name)
		}
		require.NotContains(t, keys, key)
		keys = append(keys, key)
	}
	require.Len(t, slices.Compact(keys), 6)
}
