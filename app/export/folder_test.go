package export_test

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"catalogsync/app/export"
	"catalogsync/models"
)

func (h *house) folders(root string) *export.Folders {
	h.t.Helper()
	f, err := export.NewFolders(h.service, root)
	require.NoError(h.t, err)
	return f
}

func (h *house) refresh(f *export.Folders, p *models.Playlist) export.Folder {
	h.t.Helper()
	folder, err := f.Refresh(h.t.Context(), p.ID)
	require.NoError(h.t, err)
	return folder
}

// tree lists everything below a folder, '/'-separated.
func tree(t *testing.T, root string) []string {
	t.Helper()
	var out []string
	require.NoError(t, filepath.WalkDir(root, func(path string, d os.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			rel, _ := filepath.Rel(root, path)
			out = append(out, filepath.ToSlash(rel))
		}
		return err
	}))
	return out
}

// shown is a tree without the marks.
func shown(t *testing.T, root string) []string {
	t.Helper()
	return slices.DeleteFunc(tree(t, root), func(p string) bool { return strings.HasSuffix(p, "/.catalogsync.json") })
}

func sameInode(t *testing.T, a, b string) bool {
	t.Helper()
	x, err := os.Stat(a)
	require.NoError(t, err)
	y, err := os.Stat(b)
	require.NoError(t, err)
	return os.SameFile(x, y)
}

func TestFolderHoldsLinksAndTheList(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	one, two, none := h.downloaded("One", "A / B"), h.downloaded("Two", "C"), h.song("Three", "D")
	p := h.playlist("My: list", one, two, none)
	root := filepath.Join(filepath.Dir(h.library), "playlists")
	folders := h.folders(root)

	got := h.refresh(folders, p)
	at := filepath.Join(root, "qq", "My_ list")
	require.Equal(t, export.Folder{PlaylistID: p.ID, Path: at, Songs: 2, Linked: 2, Changed: true, Missing: []export.MissingSong{
		{Number: 3, Title: "Three", Artists: "D", Platform: "qq", SongID: none.RemoteSongID, Code: "not_downloaded", Reason: "not downloaded yet"}}}, got)
	require.Equal(t, []string{"qq/My_ list/1 - A, B - One.mp3", "qq/My_ list/2 - C - Two.mp3", "qq/My_ list/My_ list.m3u8", "qq/My_ list/manifest.json"}, shown(t, root))
	require.True(t, sameInode(t, filepath.Join(at, "1 - A, B - One.mp3"), filepath.Join(h.library, "qq", "1.mp3")))
	list, err := os.ReadFile(filepath.Join(at, "My_ list.m3u8"))
	require.NoError(t, err)
	require.Equal(t, "#EXTM3U\n#PLAYLIST:My: list\n#EXTINF:61,A, B - One\n1 - A, B - One.mp3\n#EXTINF:61,C - Two\n2 - C - Two.mp3\n", string(list))

	before, err := os.Stat(at)
	require.NoError(t, err)
	again := h.refresh(folders, p)
	require.False(t, again.Changed)
	require.Equal(t, 2, again.Linked)
	after, err := os.Stat(at)
	require.NoError(t, err)
	require.True(t, os.SameFile(before, after), "a current folder is not touched")
}

func TestFolderFollowsTheList(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	one, two, three := h.downloaded("One", ""), h.downloaded("Two", ""), h.song("Three", "")
	p := h.playlist("List", one, two, three)
	folders := h.folders(filepath.Join(t.TempDir(), "playlists"))
	h.refresh(folders, p)

	require.NoError(t, h.db.Exec("UPDATE playlist_songs SET gone_at_ms = 1 WHERE song_id = ?", one.ID).Error)
	h.file(three, "sound of three", models.Quality320, true)
	got := h.refresh(folders, p)
	require.True(t, got.Changed)
	require.Empty(t, got.Missing)
	require.Equal(t, []string{"1 - Two.mp3", "2 - Three.mp3", "List.m3u8", "manifest.json"}, shown(t, got.Path)[1:])
	require.FileExists(t, filepath.Join(h.library, "qq", "1.mp3"), "the library keeps what left the list")

	require.NoError(t, h.db.Model(p).Update("name", "New name").Error)
	renamed := h.refresh(folders, p)
	require.Equal(t, "New name", filepath.Base(renamed.Path))
	require.NoDirExists(t, got.Path, "the folder of the former name goes")

	require.NoError(t, os.WriteFile(filepath.Join(renamed.Path, "stray.txt"), nil, 0o600))
	require.True(t, h.refresh(folders, p).Changed)
	require.NoFileExists(t, filepath.Join(renamed.Path, "stray.txt"))
}

func TestFoldersOfOneNameStayApart(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	root := t.TempDir()
	require.NoError(t, os.MkdirAll(filepath.Join(root, "qq", "Mine"), 0o750))
	require.NoError(t, os.WriteFile(filepath.Join(root, "qq", "Mine", "own.txt"), nil, 0o600))
	song := h.downloaded("One", "")
	a, b, c := h.playlist("Rock", song), h.playlist("rock", song), h.playlist("Mine", song)
	hostile := h.playlist("../../..", song)
	want := []string{"Rock", "rock (r1)", "Mine (r2)"}
	for range 2 {
		folders := h.folders(root) // as after a restart: who has which name stands on the disk
		var got []string
		for _, p := range []*models.Playlist{a, b, c} {
			got = append(got, filepath.Base(h.refresh(folders, p).Path))
		}
		require.Equal(t, want, got)
		slices.Reverse(want)
		a, c = c, a // also in another order
		rel, err := filepath.Rel(filepath.Join(root, "qq"), h.refresh(folders, hostile).Path)
		require.NoError(t, err)
		require.True(t, filepath.IsLocal(rel))
	}
	require.FileExists(t, filepath.Join(root, "qq", "Mine", "own.txt"), "what others put there is not touched")
}

func TestFolderWithoutLinksHoldsCopies(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	// A symbolic link in the library cannot be linked to: a link to it would lead nowhere.
	one, two := h.downloaded("One", ""), h.downloaded("Two", "")
	for _, name := range []string{"1.mp3", "2.mp3"} {
		file := filepath.Join(h.library, "qq", name)
		require.NoError(t, os.Rename(file, file+".real"))
		require.NoError(t, os.Symlink(name+".real", file))
	}
	p := h.playlist("List", one, two)
	folders := h.folders(t.TempDir())
	got := h.refresh(folders, p)
	require.Equal(t, []int{2, 0, 2}, []int{got.Songs, got.Linked, got.Copied})
	copied := filepath.Join(got.Path, "2 - Two.mp3")
	require.False(t, sameInode(t, copied, filepath.Join(h.library, "qq", "2.mp3")))
	info, err := os.Lstat(copied)
	require.NoError(t, err)
	require.True(t, info.Mode().IsRegular())
	require.False(t, h.refresh(folders, p).Changed, "copies are known by size and time")

	require.NoError(t, h.db.Exec("UPDATE playlist_songs SET gone_at_ms = 1 WHERE song_id = ?", one.ID).Error)
	kept, err := os.Open(copied)
	require.NoError(t, err)
	t.Cleanup(func() { kept.Close() })
	got = h.refresh(folders, p)
	before, err := kept.Stat()
	require.NoError(t, err)
	now, err := os.Stat(filepath.Join(got.Path, "1 - Two.mp3"))
	require.NoError(t, err)
	require.True(t, os.SameFile(before, now), "a copy that is there is not made again")
}

func TestFolderStaysWhenItCannotBeMade(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	p := h.playlist("List", h.downloaded("One", ""), h.downloaded("Two", ""))
	folders := h.folders(t.TempDir())
	got := h.refresh(folders, p)
	before := tree(t, got.Path)

	ended, cancel := context.WithCancel(t.Context())
	cancel()
	require.NoError(t, h.db.Model(p).Update("name", "Other").Error)
	_, err := folders.Refresh(ended, p.ID)
	require.ErrorIs(t, err, context.Canceled)
	require.NoError(t, h.db.Model(p).Update("name", "List").Error)

	away := h.library + "-away"
	require.NoError(t, os.Rename(h.library, away))
	require.NoError(t, os.Mkdir(h.library, 0o750)) // the mount point of a disk that is not there
	_, err = folders.Refresh(t.Context(), p.ID)
	require.Equal(t, models.CodeLibraryUnwritable, models.CodeOf(err))
	require.Equal(t, before, tree(t, got.Path))
	require.NoError(t, os.Remove(h.library))
	require.NoError(t, os.Rename(away, h.library))

	require.NoError(t, os.Remove(filepath.Join(h.library, "qq", "1.mp3")))
	got = h.refresh(folders, p)
	require.Equal(t, "export_file_changed", got.Missing[0].Code, "one file that is gone is missing")
	require.Equal(t, 1, got.Songs)

	_, err = folders.Refresh(t.Context(), 99)
	require.Equal(t, models.ClassNotFound, models.ClassOf(err))
	unsynced := h.playlist("Never")
	require.NoError(t, h.db.Model(unsynced).Update("synced_at_ms", 0).Error)
	_, err = folders.Refresh(t.Context(), unsynced.ID)
	require.Equal(t, models.CodeExportNotReady, models.CodeOf(err))
}

// A process that dies while it replaces a folder leaves one of two pictures; both are
// mended when the folders are looked at next, and the songs were never gone.
func TestFolderAfterADeath(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	p := h.playlist("List", h.downloaded("One", ""))
	root := t.TempDir()
	got := h.refresh(h.folders(root), p)
	want := tree(t, root)
	shelf := filepath.Dir(got.Path)

	half := filepath.Join(shelf, ".catalogsync-new-1")
	require.NoError(t, os.Mkdir(half, 0o750))
	require.NoError(t, os.WriteFile(filepath.Join(half, "1 - One.mp3"), []byte("hal"), 0o600))
	require.NoError(t, os.Rename(got.Path, filepath.Join(shelf, ".catalogsync-old-1")), "between the two renames")
	next := h.refresh(h.folders(root), p)
	require.False(t, next.Changed, "the former folder went back")
	require.Equal(t, want, tree(t, root))

	require.NoError(t, os.CopyFS(filepath.Join(shelf, ".catalogsync-old-2"), os.DirFS(got.Path)), "after the second one")
	h.refresh(h.folders(root), p)
	require.Equal(t, want, tree(t, root))
}
