package download

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	demoaudio "catalogsync/app/demo/audio"
	"catalogsync/models"
)

// folders are the roots of the bench's folders, the current one first.
func (b *bench) folders() (current string, all []string) {
	b.t.Helper()
	list, err := b.Folders(b.t.Context())
	require.NoError(b.t, err)
	for _, f := range list {
		all = append(all, f.Root)
		if f.Current {
			current = f.Root
		}
	}
	return current, all
}

func TestSongsGoToTheFolderThatWasGiven(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	ids := b.songs(snapshot("1", "One"), snapshot("2", "Two"))
	for i, id := range []string{"1", "2"} {
		b.netease.songs[id] = served{body: file(t, demoaudio.MP3320, songSeconds, uint64(i))}
	}
	_, err := b.download(ids[0])
	require.NoError(t, err)
	second := filepath.Join(t.TempDir(), "made", "here")
	_, err = b.UseFolder(t.Context(), second+"/")
	require.NoError(t, err)
	_, err = b.download(ids[1])
	require.NoError(t, err)
	require.FileExists(t, filepath.Join(second, "netease/阿木/阿木, Lin - Two.mp3"))
	require.FileExists(t, filepath.Join(b.dir, "netease/阿木/阿木, Lin - One.mp3"))

	b.use(b.store) // a new process with the same settings
	current, all := b.folders()
	require.Equal(t, second, current)
	require.Equal(t, []string{b.dir, second}, all)
	for _, id := range ids {
		res, err := b.download(id)
		require.NoError(t, err)
		require.Equal(t, "already in the library", res.Reason)
	}
	_, err = b.UseFolder(t.Context(), b.dir)
	require.NoError(t, err)
	_, all = b.folders()
	require.Len(t, all, 2, "a folder that is known is used again")

	_, err = b.UseFolder(t.Context(), second)
	require.NoError(t, err)
	b.dir = filepath.Join(t.TempDir(), "third")
	b.use(b.store)
	current, _ = b.folders()
	require.Equal(t, b.dir, current, "settings that name another folder mean it")
}

// A disk that is not mounted does not make its songs come again.
func TestSongsOfAFolderThatIsAwayAreNotFetchedAgain(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"gone", "empty"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newBench(t)
			id := b.song()
			b.netease.songs["1"] = served{body: file(t, demoaudio.MP3320, songSeconds, 1)}
			_, err := b.download(id)
			require.NoError(t, err)
			_, err = b.UseFolder(t.Context(), filepath.Join(t.TempDir(), "second"))
			require.NoError(t, err)
			require.NoError(t, os.Rename(b.dir, b.dir+"-away"))
			if name == "empty" {
				require.NoError(t, os.Mkdir(b.dir, 0o755))
			}
			opens := b.netease.opens.Load()
			_, err = b.download(id)
			require.Equal(t, models.CodeLibraryUnwritable, models.CodeOf(err))
			require.Equal(t, models.ClassLocal, models.ClassOf(err), "the job pauses and says what to mount")
			require.Contains(t, err.Error(), b.dir)
			require.Equal(t, opens, b.netease.opens.Load())
			require.True(t, b.row(id).Downloaded)
		})
	}
}

func TestFoldersThatCannotBeUsedAreRefused(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.Apart = []string{filepath.Join(filepath.Dir(b.dir), "playlists")}
	link := filepath.Join(t.TempDir(), "link")
	require.NoError(t, os.Symlink(b.dir, link))
	plain := filepath.Join(t.TempDir(), "file")
	require.NoError(t, os.WriteFile(plain, nil, 0o600))
	for path, code := range map[string]models.Code{
		"":                              models.CodeBadValue,
		"music":                         models.CodeBadValue,
		"/a\x00b":                       models.CodeBadValue,
		filepath.Join(b.dir, "inside"):  models.CodeBadValue,
		filepath.Join(link, "x", "y"):   models.CodeBadValue,
		filepath.Dir(b.dir):             models.CodeBadValue,
		b.Apart[0]:                      models.CodeBadValue,
		filepath.Join(b.Apart[0], "in"): models.CodeBadValue,
		plain:                           models.CodeLibraryUnwritable,
		filepath.Join(plain, "below"):   models.CodeLibraryUnwritable,
	} {
		_, err := b.UseFolder(t.Context(), path)
		require.Equal(t, code, models.CodeOf(err), "%q: %v", path, err)
		require.Equal(t, models.ClassInvalid, models.ClassOf(err), path)
	}
	b.free.Store(999)
	made := filepath.Join(t.TempDir(), "no", "room")
	_, err := b.UseFolder(t.Context(), made)
	require.Equal(t, models.CodeDiskFull, models.CodeOf(err))
	require.NoDirExists(t, filepath.Dir(made), "what was made for it is gone again")
	current, _ := b.folders()
	require.Equal(t, b.dir, current)
}
