package folder

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"catalogsync/app/sources/folder/listfile"
)

// FuzzLocate gives any location in any place to the resolver: it never leads out of the
// folder, and every entry is a file or says why it is none.
func FuzzLocate(f *testing.F) {
	for _, seed := range []string{"a.mp3", "../../etc/passwd", `..\..\x`, "file:///root/a.mp3", "file://host/x", "file:x", "C:\\a", "C:/a", `\\srv\a`, "/a.mp3",
		"http://x/y", "%2e%2e/%2e%2e/x", "%zz", "A.MP3", "\x00", ".", "..", "/", "sub/../../a.mp3"} {
		f.Add("lists/x.m3u", seed, false)
		f.Add("x.xspf", seed, true)
		f.Add("deep/er/x.cue", seed, false)
	}
	f.Fuzz(func(t *testing.T, at, location string, escaped bool) {
		if !filepath.IsLocal(at) {
			return
		}
		tr := &tree{name: "/root", files: Local("/nowhere")}
		x := newIndex([]*tree{tr})
		for _, name := range []string{"a.mp3", "lists/b.flac"} {
			own := newFile(tr, name, Entry{Size: 1})
			x.files[own.id] = own
		}
		x.finish()
		sh := &sheet{tree: tr, path: filepath.ToSlash(filepath.Clean(at)), id: "x"}
		e := listfile.Entry{Location: location, Escaped: escaped}
		s := x.songAt(sh, e)
		require.NotEmpty(t, s.id)
		require.NotContains(t, s.id, " ")
		require.Equal(t, s.file == nil, s.refused != nil)
		if s.file != nil {
			require.Same(t, tr, s.file.tree)
		}
		list, _ := sh.paths(e)
		for _, name := range list {
			require.True(t, filepath.IsLocal(filepath.FromSlash(name)), name)
		}
		snap, err := (&song{id: s.id, entry: e}).snapshot(t.Context())
		require.NoError(t, err)
		require.NotEmpty(t, snap.Name)
	})
}
