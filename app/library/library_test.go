package library

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
	"golang.org/x/text/unicode/norm"
	"pgregory.net/rapid"

	"catalogsync/models"
)

func openTemp(t *testing.T) *Library {
	t.Helper()
	l, err := Open(filepath.Join(t.TempDir(), "library"), Options{ReserveBytes: -1})
	require.NoError(t, err)
	return l
}

func TestCleanName(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"晚风 Evening":                   "晚风 Evening",
		"":                             "_",
		"...":                          "_",
		" .hidden":                     "hidden",
		"../../x":                      "_.._x",
		`a/b\c:d*e?f"g<h>i|j`:          "a_b_c_d_e_f_g_h_i_j",
		"nul\x00inside":                "nulinside",
		"CON":                          "CON_",
		"con":                          "con_",
		"Aux.flac":                     "Aux_.flac",
		"CONTRA":                       "CONTRA",
		"COM1":                         "COM1_",
		"lpt²":                         "lpt²_",
		"NUL .txt":                     "NUL _.txt",
		"ends with dots. . .":          "ends with dots",
		"line\r\nbreak\ttab":           "line break tab",
		"right\u202eto\u200fleft":      "righttoleft",
		"zero\u200bwidth\ufeff":        "zerowidth",
		"#first -then":                 "#first -then",
		"-dash":                        "-dash",
		"e\u0301":                      "é",
		"bad \xff utf8":                "bad _ utf8",
		"ideographic\u3000space":       "ideographic space",
		strings.Repeat("😀", 75):        strings.Repeat("😀", 50),
		strings.Repeat("a", 199) + "。": strings.Repeat("a", 199),
	} {
		require.Equal(t, want, CleanName(in), "%q", in)
	}
}

// Whatever the text, the name is one that every file system takes, and cleaning it
// again changes nothing.
func TestCleanNameIsSafeForAnyText(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(r *rapid.T) {
		requireSafe(r, CleanName(rapid.String().Draw(r, "text")))
	})
}

func FuzzCleanName(f *testing.F) {
	for _, s := range []string{"../x", "CON.", "a\u202e.exe", "\x00", "...", "😀", "ⅷ", "ﬃ", "CON_"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) { requireSafe(t, CleanName(s)) })
}

func requireSafe(t require.TestingT, name string) {
	require.NotEmpty(t, name)
	require.LessOrEqual(t, len(name), maxNameBytes+1) // a device name may grow by its "_"
	require.True(t, utf8.ValidString(name))
	require.True(t, norm.NFC.IsNormalString(name))
	require.NotContains(t, []string{".", ".."}, name)
	require.False(t, strings.ContainsAny(name, "/\\:*?\"<>|\x00\x7f\u202e\u2066"))
	require.False(t, strings.HasSuffix(name, ".") || strings.HasSuffix(name, " ") || strings.HasPrefix(name, "."))
	require.Equal(t, name, CleanName(name))
}

func TestLocator(t *testing.T) {
	t.Parallel()
	n := SongName{Source: "qq", Artists: []string{"阿木", "Lin & Co."}, Title: "山路/雨", Platform: "netease", RemoteID: "42"}
	require.Equal(t, "qq/阿木/阿木, Lin & Co - 山路_雨.flac", DefaultLayout().Locator(n, "flac", false))
	require.Equal(t, "qq/阿木/阿木, Lin & Co - 山路_雨 [netease-42].flac", DefaultLayout().Locator(n, "FLAC", true))

	hostile := SongName{
		Source: "../qq", Artists: []string{"", "../..", "CON"}, Title: strings.Repeat("😀", 300) + "/../../etc/passwd",
		Platform: "..", RemoteID: strings.Repeat("9/", 100),
	}
	for _, distinct := range []bool{false, true} {
		for _, ext := range []string{"mp3", "", "../sh", "part", "averyverylongextension"} {
			locator := DefaultLayout().Locator(hostile, ext, distinct)
			require.True(t, fs.ValidPath(locator), locator)
			require.Equal(t, 2, strings.Count(locator, "/"), locator)
			for _, c := range strings.Split(locator, "/") {
				require.LessOrEqual(t, len(c), maxNameBytes, locator)
			}
			require.NotEqual(t, PartSuffix, filepath.Ext(locator))
		}
	}
	require.Contains(t, DefaultLayout().Locator(SongName{Source: "qq", Title: "x"}, "mp3", false), "/Unknown Artist/Unknown Artist - x.mp3")
	many := SongName{Source: "qq", Artists: strings.Split(strings.Repeat("Singer,", 60), ","), Title: "The Title"}
	require.Contains(t, DefaultLayout().Locator(many, "mp3", false), " - The Title.mp3", "many artists leave room for the title")
}

func TestNameKeyTreatsLookAlikesAsOne(t *testing.T) {
	t.Parallel()
	require.Equal(t, NameKey("qq/A/Straße.mp3"), NameKey("QQ/a/STRASSE.flac"))
	require.Equal(t, NameKey("qq/A/e\u0301.mp3"), NameKey("qq/A/É.mp3"))
	require.NotEqual(t, NameKey("qq/A/vol. 1.mp3"), NameKey("qq/A/vol. 2.mp3"))
	require.NotEqual(t, NameKey("qq/a.b/x"), NameKey("qq/a.c/x"), "a dot in a folder is no extension")
}

func TestPartBecomesWholeInOneStep(t *testing.T) {
	t.Parallel()
	l := openTemp(t)
	p, err := l.CreatePart("qq/Singer A/song-a.mp3")
	require.NoError(t, err)
	_, err = p.Write([]byte("sound"))
	require.NoError(t, err)
	require.FileExists(t, filepath.Join(l.Root(), "qq/Singer A/song-a.mp3.part"))
	require.NoFileExists(t, filepath.Join(l.Root(), "qq/Singer A/song-a.mp3"))

	file, err := p.Place("qq/Singer A/song-a.flac")
	require.NoError(t, err)
	require.EqualValues(t, 5, file.SizeBytes)
	require.NoFileExists(t, filepath.Join(l.Root(), "qq/Singer A/song-a.mp3.part"))
	found, ok, err := l.Find("qq/Singer A/song-a.flac")
	require.NoError(t, err)
	require.True(t, ok)
	require.Equal(t, file, found)
	sum, err := l.SHA256("qq/Singer A/song-a.flac")
	require.NoError(t, err)
	require.Equal(t, "dd29442deca69f52c50006b831cb216edf78a7da33748f0a80ff19f2ebe57ecd", sum)
}

func TestDiscardLeavesNothing(t *testing.T) {
	t.Parallel()
	l := openTemp(t)
	p, err := l.CreatePart("qq/Singer A/song-a.mp3")
	require.NoError(t, err)
	p.Discard()
	empty, err := l.Empty()
	require.NoError(t, err)
	require.True(t, empty, "no part and no empty folder stays")
}

func TestSymlinkDoesNotLeadOutOfTheLibrary(t *testing.T) {
	t.Parallel()
	l := openTemp(t)
	outside := t.TempDir()
	if err := os.Symlink(outside, filepath.Join(l.Root(), "qq")); err != nil {
		t.Skipf("no symbolic links here: %v", err)
	}
	_, err := l.CreatePart("qq/Singer A/song-a.mp3")
	require.Equal(t, models.CodeLibraryUnwritable, models.CodeOf(err))
	entries, err := os.ReadDir(outside)
	require.NoError(t, err)
	require.Empty(t, entries)
}

func TestSweepRemovesStalePartsOnly(t *testing.T) {
	t.Parallel()
	l := openTemp(t)
	write := func(name string) {
		path := filepath.Join(l.Root(), name)
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
		require.NoError(t, os.WriteFile(path, []byte("x"), 0o600))
	}
	write("qq/A/a.mp3")
	write("qq/A/b.mp3.part")
	write("kuwo/B/c.mp3.part")
	live, err := l.CreatePart("qq/A/live.mp3")
	require.NoError(t, err)

	n, err := l.SweepParts(t.Context(), time.Now().Add(-time.Hour))
	require.NoError(t, err)
	require.Equal(t, 2, n)
	require.FileExists(t, filepath.Join(l.Root(), "qq/A/a.mp3"))
	require.NoDirExists(t, filepath.Join(l.Root(), "kuwo"))
	_, err = live.Place("qq/A/live.mp3")
	require.NoError(t, err, "the part of a running download stays")
}

func TestLibraryThatIsGoneOrClosed(t *testing.T) {
	t.Parallel()
	l := openTemp(t)
	require.NoError(t, l.Check())
	require.NoError(t, os.Remove(l.Root()))
	for _, err := range []error{l.Check(), second(l.CreatePart("qq/A/a.mp3")), third(l.Find("qq/A/a.mp3"))} {
		require.Equal(t, models.ClassLocal, models.ClassOf(err))
		require.Equal(t, models.CodeLibraryUnwritable, models.CodeOf(err))
	}
	_, err := Open(filepath.Join(os.Args[0], "below a file"), Options{})
	require.Equal(t, models.CodeLibraryUnwritable, models.CodeOf(err))
}

func second[A any](_ A, err error) error        { return err }
func third[A, B any](_ A, _ B, err error) error { return err }

func TestReadOnlyLibraryIsLocalError(t *testing.T) {
	t.Parallel()
	if os.Getuid() == 0 {
		t.Skip("root writes everywhere: permissions cannot be shown")
	}
	l := openTemp(t)
	require.NoError(t, os.Chmod(l.Root(), 0o500))
	require.Equal(t, models.CodeLibraryUnwritable, models.CodeOf(l.Check()))
}

func TestSpaceIsSharedByRunningDownloads(t *testing.T) {
	t.Parallel()
	l, err := Open(t.TempDir(), Options{ReserveBytes: 100, FreeBytes: func(string) (int64, error) { return 1000, nil }})
	require.NoError(t, err)
	first, err := l.ClaimSpace(600)
	require.NoError(t, err)
	_, err = l.ClaimSpace(400)
	require.Equal(t, models.CodeDiskFull, models.CodeOf(err))
	require.Equal(t, models.ClassLocal, models.ClassOf(err))
	first.Release()
	first.Release()
	again, err := l.ClaimSpace(900)
	require.NoError(t, err)
	require.NoError(t, again.Wrote(900))
	require.NoError(t, second(l.ClaimSpace(900)), "what is written is no longer promised")
}

func TestErrorsOfTheDiskSayWhatToDo(t *testing.T) {
	t.Parallel()
	for err, want := range map[error]models.Code{
		syscall.ENOSPC:    models.CodeDiskFull,
		syscall.EDQUOT:    models.CodeDiskFull,
		fs.ErrPermission:  models.CodeLibraryUnwritable,
		syscall.EROFS:     models.CodeLibraryUnwritable,
		errors.New("odd"): models.CodeLibraryUnwritable,
	} {
		got := localError("/music", &fs.PathError{Op: "write", Path: "/music/a", Err: err})
		require.Equal(t, want, models.CodeOf(got))
		require.ErrorIs(t, got, err)
		require.Equal(t, models.ClassLocal, models.ClassOf(got))
	}
	require.Equal(t, models.ClassPermanent, models.ClassOf(localError("x", syscall.ENAMETOOLONG)))
}
