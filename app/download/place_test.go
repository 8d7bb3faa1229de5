package download

import (
	"context"
	"errors"
	"os"
	"path"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	demoaudio "catalogsync/app/demo/audio"
	"catalogsync/models"
)

func TestHostileNamesStayInsideTheLibrary(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	names := []string{"../../x", "nul\x00byte", "CON", long("😀", 75), "\u202egpj.exe", "#tag", "-rf", "...", "", "<script>alert(1)</script>", `C:\windows`, "a/b/c"}
	list := make([]models.SongSnapshot, len(names))
	for i, n := range names {
		list[i] = snapshot(remoteID(i), n)
		list[i].Artists = []models.ArtistRef{{Name: n}}
		b.netease.songs[remoteID(i)] = served{body: file(t, demoaudio.MP3320, songSeconds, uint64(i))}
	}
	for _, id := range b.songs(list...) {
		res, err := b.download(id)
		require.NoError(t, err)
		require.False(t, res.Skipped)
	}
	require.Len(t, b.files(), len(names))
	for _, f := range b.files() {
		require.Equal(t, "netease", strings.SplitN(f, "/", 2)[0])
		require.Equal(t, ".mp3", path.Ext(f))
	}
	entries, err := os.ReadDir(filepath.Dir(b.dir))
	require.NoError(t, err)
	require.Len(t, entries, 1, "nothing lies beside the library")
	b.requireSound()
}

func TestTwoSongsOfOneNameGetAStableSuffix(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	ids := b.songs(snapshot("1", "Road"), snapshot("2", "ROAD"), snapshot("3", "Road?"), snapshot("4", "Road*"))
	for i, id := range ids {
		f := demoaudio.MP3320
		if i == 1 {
			f = demoaudio.FLAC // another extension is no other name
		}
		b.netease.songs[b.row(id).RemoteSongID] = served{body: file(t, f, songSeconds, uint64(i))}
		_, err := b.download(id)
		require.NoError(t, err)
	}
	require.Equal(t, []string{
		"netease/阿木/阿木, Lin - ROAD [netease-2].flac",
		"netease/阿木/阿木, Lin - Road.mp3",
		"netease/阿木/阿木, Lin - Road_ [netease-4].mp3",
		"netease/阿木/阿木, Lin - Road_.mp3",
	}, b.files())
	b.requireSound()
}

func TestForeignFileIsNeverReplaced(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	id := b.song()
	plain := filepath.Join(b.dir, "netease/阿木/阿木, Lin - 山路.mp3")
	require.NoError(t, os.MkdirAll(filepath.Dir(plain), 0o755))
	require.NoError(t, os.WriteFile(plain, []byte("mine"), 0o600))
	b.netease.songs["1"] = served{body: file(t, demoaudio.MP3320, songSeconds, 1)}
	_, err := b.download(id)
	require.NoError(t, err)
	mine, err := os.ReadFile(plain)
	require.NoError(t, err)
	require.Equal(t, "mine", string(mine))
	require.FileExists(t, filepath.Join(b.dir, "netease/阿木/阿木, Lin - 山路 [netease-1].mp3"))
}

func TestSameBytesUnderTheNameAreAdopted(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	id := b.song()
	body := file(t, demoaudio.MP3320, songSeconds, 1)
	plain := filepath.Join(b.dir, "netease/阿木/阿木, Lin - 山路.mp3")
	require.NoError(t, os.MkdirAll(filepath.Dir(plain), 0o755))
	require.NoError(t, os.WriteFile(plain, body, 0o600))
	b.netease.songs["1"] = served{body: body}
	_, err := b.download(id)
	require.NoError(t, err)
	require.Len(t, b.files(), 1)
	b.requireSound()
}

// dyingStore is a process that is killed at a certain point of placing.
type dyingStore struct {
	Store
	atBegin, atFinish bool
}

var errKilled = errors.New("killed")

func (d *dyingStore) BeginPlacing(ctx context.Context, r models.DownloadRecord) (int64, error) {
	id, err := d.Store.BeginPlacing(ctx, r)
	if d.atBegin {
		panic(errKilled)
	}
	return id, err
}

func (d *dyingStore) FinishPlacing(ctx context.Context, id, ms int64) error {
	if d.atFinish {
		panic(errKilled)
	}
	return d.Store.FinishPlacing(ctx, id, ms)
}

func TestKillAroundTheRenameLosesAndDoublesNothing(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		dyingStore
		opens int64 // in all
	}{
		"before the rename": {dyingStore{atBegin: true}, 2},
		"after the rename":  {dyingStore{atFinish: true}, 1},
	} {
		for _, recovers := range []bool{true, false} {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				b := newBench(t)
				id := b.song()
				b.netease.songs["1"] = served{body: file(t, demoaudio.MP3320, songSeconds, 1)}
				dying := c.dyingStore
				dying.Store = b.store
				b.use(&dying)
				require.PanicsWithValue(t, errKilled, func() { _, _ = b.download(id) })
				require.False(t, b.row(id).Downloaded, "nothing half-done counts")
				require.NoError(t, os.WriteFile(filepath.Join(b.dir, "left.mp3.part"), []byte("x"), 0o600))

				b.use(b.store) // the next process
				if recovers {
					require.NoError(t, b.Recover(t.Context()))
				} else {
					require.NoError(t, os.Remove(filepath.Join(b.dir, "left.mp3.part")))
				}
				_, err := b.download(id)
				require.NoError(t, err)
				require.Equal(t, []string{"netease/阿木/阿木, Lin - 山路.mp3"}, b.files())
				require.Equal(t, c.opens, b.netease.opens.Load())
				require.Equal(t, models.TaskSucceeded, b.task(id).State)
				require.Equal(t, [2]int64{1, 0}, b.counters())
				var assets int64
				require.NoError(t, b.db.Read.Model(&models.FileAsset{}).Count(&assets).Error)
				require.EqualValues(t, 1, assets)
				b.requireSound()
			})
		}
	}
}

func TestFileThatIsGoneIsFetchedAgain(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	ids := b.songs(snapshot("1", "山路"), snapshot("2", "河口"))
	for i, id := range ids {
		b.netease.songs[b.row(id).RemoteSongID] = served{body: file(t, demoaudio.MP3320, songSeconds, uint64(i))}
		_, err := b.download(id)
		require.NoError(t, err)
	}
	gone := filepath.Join(b.dir, "netease/阿木/阿木, Lin - 山路.mp3")
	require.NoError(t, os.Remove(gone))

	b.netease.songs["1"] = served{refused: transient()}
	_, err := b.download(ids[0])
	require.Error(t, err)
	require.False(t, b.row(ids[0]).Downloaded)
	require.Equal(t, [2]int64{1, 0}, b.counters())
	b.requireSound()

	b.netease.songs["1"] = served{body: file(t, demoaudio.MP3128, songSeconds, 9)}
	_, err = b.download(ids[0])
	require.NoError(t, err)
	require.FileExists(t, gone)
	require.Equal(t, [2]int64{2, 0}, b.counters())
	b.requireSound()
}

func TestEmptiedLibraryStopsInsteadOfFetchingAllAgain(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	id := b.song()
	b.netease.songs["1"] = served{body: file(t, demoaudio.MP3320, songSeconds, 1)}
	_, err := b.download(id)
	require.NoError(t, err)
	require.NoError(t, os.RemoveAll(filepath.Join(b.dir, "netease")))
	_, err = b.download(id)
	require.Equal(t, models.CodeLibraryUnwritable, models.CodeOf(err))
	require.Equal(t, models.ClassLocal, models.ClassOf(b.Check(t.Context())))
	require.True(t, b.row(id).Downloaded, "a disk that is not mounted forgets nothing")
}

func TestLocalTroubleIsNotTheSourcesFault(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	id := b.song()
	b.netease.songs["1"] = served{body: file(t, demoaudio.MP3320, songSeconds, 1)}
	b.free.Store(1000 + int64(len(b.netease.songs["1"].body)) - 1)
	_, err := b.download(id)
	require.Equal(t, models.CodeDiskFull, models.CodeOf(err))
	require.Equal(t, models.ClassLocal, models.ClassOf(err))
	require.Empty(t, b.files())

	require.NoError(t, os.RemoveAll(b.dir))
	_, err = b.download(id)
	require.Equal(t, models.CodeLibraryUnwritable, models.CodeOf(err))
	require.Equal(t, models.AvailabilityOpen, b.row(id).Availability)

	b.free.Store(1 << 40)
	require.NoError(t, os.MkdirAll(b.dir, 0o755))
	_, err = b.download(id)
	require.NoError(t, err)
}
