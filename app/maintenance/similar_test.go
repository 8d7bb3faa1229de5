package maintenance_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"catalogsync/app/library"
	"catalogsync/app/maintenance"
	"catalogsync/models"
)

// record is a song with, when sound > 0, a file of its own.
type record struct {
	platform, name, singers, album string
	seconds                        float64
	sound                          int
	quality                        models.Quality
}

// locator is where the song lies.
func (r record) locator() string {
	return fmt.Sprintf("%s/%s/%s - %s%s.wav", r.platform, r.singers, r.singers, r.name, r.album)
}

// add records songs and gives them in order, after newTwinHouse.
func (h *house) add(list ...record) []models.Song {
	h.Helper()
	var songs []models.Song
	for _, r := range list {
		song := models.Song{Platform: r.platform, RemoteSongID: fmt.Sprint(len(songs), "-", r.name), Name: r.name, Singers: r.singers, Album: r.album,
			DurationMS: int64(r.seconds * 1000), Downloaded: r.sound > 0, SearchKey: r.name + " " + r.singers}
		h.insert(&song)
		songs = append(songs, song)
		if r.sound == 0 {
			continue
		}
		b := wav(r.sound)
		h.keep(r.locator(), b)
		asset := models.FileAsset{SongID: song.ID, Source: r.platform, Ext: "wav", Quality: r.quality, FileSizeBytes: int64(len(b)), DurationMS: 100, SHA256: sum(b)}
		h.insert(&asset)
		h.insert(&models.FileLocation{FileAssetID: asset.ID, SongID: song.ID, BackendID: h.backend.ID, Locator: r.locator(),
			LocatorKey: library.NameKey(r.locator()), Status: models.LocationActive, IsPrimary: true})
		h.insert(&models.Presence{SongID: song.ID, BackendID: h.backend.ID, ActiveFiles: 1})
		h.insert(&models.SongPart{SongID: song.ID, Part: models.PartAudio, State: models.PartOK})
	}
	return songs
}

func newTwinHouse(t *testing.T) *house {
	t.Helper()
	h := newHouse(t)
	clock := h.service.Now()
	h.service.Now = func() time.Time { clock = clock.Add(time.Second); return clock }
	h.service.Target = func(context.Context) (*library.Library, models.StorageBackend, library.Layout, error) {
		return h.lib, h.backend, library.DefaultLayout(), nil
	}
	return h
}

// pairs looks and gives what waits for a decision.
func (h *house) pairs() []models.SimilarRow {
	h.Helper()
	_, err := h.service.LookForSimilar(h.Context(), nil)
	require.NoError(h, err)
	return h.listed(models.SimilarOpen)
}

func (h *house) listed(state models.SimilarState) []models.SimilarRow {
	h.Helper()
	rows, total, err := h.service.Similar(h.Context(), models.SimilarFilter{State: state, Page: models.Page{Number: 1, Size: 100}})
	require.NoError(h, err)
	require.Len(h, rows, int(total))
	return rows
}

func (h *house) song(id int64) (s models.Song) {
	h.Helper()
	require.NoError(h, h.db.Read.Take(&s, id).Error)
	return s
}

// files are the active locators of a song.
func (h *house) files(songID int64) (list []string) {
	h.Helper()
	files, err := h.store.ListSongLocations(h.Context(), songID)
	require.NoError(h, err)
	for _, f := range files {
		list = append(list, f.Locator)
	}
	return list
}

func (h *house) path(locator string) string {
	return filepath.Join(h.lib.Root(), filepath.FromSlash(locator))
}

func TestSongsThatAreOneAreFound(t *testing.T) {
	t.Parallel()
	h := newTwinHouse(t)
	songs := h.add(
		record{"qq", "慢船", "林阿七", "河", 201, 1, "320k"},
		record{"netease", "慢船", "林阿七", "河", 202, 0, ""},
		record{"kuwo", "慢船 (Live)", "林阿七", "河", 201, 2, "320k"},
		record{"qq", "慢船", "林阿七", "精选", 201, 3, "128k"}, // of the same platform
		record{"qq", "Paper Moon", "The Quiet Few", "", 180, 4, "128k"},
		record{"netease", "PAPER MOON", "Quiet Few", "", 180.5, 5, "lossless"},
		record{"kugou", "Paper Moon (Remastered)", "The Quiet Few / Guest", "", 180, 0, ""},
		record{"qq", "Alone", "Nobody Else", "", 180, 6, "128k"},
		record{"qq", "Not Here", "Somebody", "", 180, 0, ""},
		record{"netease", "Not Here", "Somebody", "", 180, 0, ""},
		record{"kuwo", "Unknown Length", "Somebody", "", 0, 7, "128k"},
		record{"netease", "Unknown Length", "Somebody", "", 180, 0, ""},
	)
	var got [][2]string
	for _, r := range h.pairs() {
		got = append(got, [2]string{r.Song.Platform + " " + r.Song.Name, r.Twin.Platform + " " + r.Twin.Name})
	}
	slices.SortFunc(got, func(a, b [2]string) int { return slices.Compare(a[:], b[:]) })
	require.Equal(t, [][2]string{
		{"netease PAPER MOON", "kugou Paper Moon (Remastered)"},
		{"netease PAPER MOON", "qq Paper Moon"},
		{"qq 慢船", "netease 慢船"},
	}, got, "the song with the better file is kept")
	require.Len(t, h.pairs(), 3, "a second look finds them once")

	rows, total, err := h.service.Similar(t.Context(), models.SimilarFilter{State: models.SimilarOpen, Keyword: "paper QUIET", Page: models.Page{Number: 1, Size: 1}})
	require.NoError(t, err)
	require.Len(t, rows, 1)
	require.EqualValues(t, 2, total)

	// A song that is no twin any more is not asked about any more.
	require.NoError(t, h.db.Write.Model(&models.Song{}).Where("id = ?", songs[1].ID).Update("name", "Fast Boat").Error)
	require.Len(t, h.pairs(), 2)
}

func TestWhatIsRejectedIsNeverAskedAgain(t *testing.T) {
	t.Parallel()
	h := newTwinHouse(t)
	songs := h.add(record{"qq", "慢船", "林阿七", "", 201, 1, "128k"}, record{"netease", "慢船", "林阿七", "", 201, 0, ""})
	pair := h.pairs()[0]
	require.NoError(t, h.service.Reject(t.Context(), pair.ID))
	require.Empty(t, h.pairs())
	// Nor when the other one has the better file now.
	h.keep("netease/b.wav", wav(2))
	asset := models.FileAsset{SongID: songs[1].ID, Source: "netease", Ext: "wav", Quality: "lossless", FileSizeBytes: 844, DurationMS: 100, SHA256: sum(wav(2))}
	h.insert(&asset)
	h.insert(&models.FileLocation{FileAssetID: asset.ID, SongID: songs[1].ID, BackendID: h.backend.ID, Locator: "netease/b.wav", LocatorKey: "netease/b", Status: models.LocationActive})
	require.Empty(t, h.pairs())
	require.NoError(t, h.service.Reopen(t.Context(), pair.ID))
	require.Len(t, h.pairs(), 1)
	for _, decide := range []func(context.Context, int64) error{h.service.Reject, h.service.Reopen, h.service.Part} {
		require.Equal(t, models.ClassNotFound, models.ClassOf(decide(t.Context(), 999)))
	}
	require.Equal(t, models.CodeNotMerged, models.CodeOf(h.service.Part(t.Context(), pair.ID)))
}

// Both songs have files: the better one is kept, what named the other one names it now, and
// the way back restores everything to the byte.
func TestMergedSongsShareAFileAndCanBeParted(t *testing.T) {
	t.Parallel()
	h := newTwinHouse(t)
	songs := h.add(record{"qq", "慢船", "林阿七", "", 201, 1, "320k"}, record{"netease", "慢船", "林阿七", "", 201, 2, "128k"})
	keep, twin := songs[0], songs[1]
	h.keep("netease/林阿七/林阿七 - 慢船.lrc", []byte("[00:01]a"))
	h.keep("qq/林阿七/林阿七 - 慢船.lrc", []byte("[00:01]b"))
	former := h.files(twin.ID)[0]
	var formerLocation models.FileLocation
	require.NoError(t, h.db.Read.Take(&formerLocation, "song_id = ?", twin.ID).Error)
	bucket := models.StorageBackend{Name: "bucket", Type: models.BackendObjectStorage}
	h.insert(&bucket)
	upload := models.UploadTask{FileAssetID: formerLocation.FileAssetID, TargetBackendID: bucket.ID, TargetLocator: "k", SourceLocationID: &formerLocation.ID, State: models.UploadPending}
	h.insert(&upload)
	before := h.contents()

	pair := h.pairs()[0]
	r, err := h.service.Merge(t.Context(), pair.ID, 0, 0)
	require.NoError(t, err)
	require.Equal(t, maintenance.MergeReport{SongID: keep.ID, TwinID: twin.ID, Linked: true, Recycled: 1, Bytes: 844}, r)
	shared := h.files(twin.ID)
	require.Len(t, shared, 1)
	require.NotEqual(t, former, shared[0])
	a, err := os.Stat(h.path(h.files(keep.ID)[0]))
	require.NoError(t, err)
	b, err := os.Stat(h.path(shared[0]))
	require.NoError(t, err)
	require.True(t, os.SameFile(a, b), "one file on the disk")
	require.NoFileExists(t, h.path(former))
	require.NoError(t, h.db.Read.Take(&upload, upload.ID).Error)
	require.NotEqual(t, formerLocation.ID, *upload.SourceLocationID, "what named the former file names the shared one")
	require.Empty(t, h.flaws())
	require.Empty(t, flat(h.look(true)), "nothing is out of order afterwards")
	require.Empty(t, h.pairs(), "merged songs are not asked about again")
	_, err = h.service.Merge(t.Context(), pair.ID, 0, 0)
	require.Equal(t, models.CodeMergedAlready, models.CodeOf(err))
	require.Equal(t, models.CodeMergedAlready, models.CodeOf(h.service.Reject(t.Context(), pair.ID)))

	require.NoError(t, h.service.Part(t.Context(), pair.ID))
	require.Equal(t, []string{former}, h.files(twin.ID))
	require.FileExists(t, h.path(former))
	require.FileExists(t, h.path(former[:len(former)-3]+"lrc"))
	require.NoError(t, h.db.Read.Take(&upload, upload.ID).Error)
	require.Equal(t, formerLocation.ID, *upload.SourceLocationID)
	require.Empty(t, h.flaws())
	require.Empty(t, flat(h.look(true)))
	for _, content := range before {
		require.Contains(t, h.contents(), content, "no byte is lost")
	}
	require.Empty(t, h.pairs(), "parted songs are two songs")
	require.Len(t, h.listed(models.SimilarRejected), 1)
}

// A song that is not here gets the file, and its playlists count it; parting takes it back.
func TestAMergedSongThatWasNotHereCounts(t *testing.T) {
	t.Parallel()
	h := newTwinHouse(t)
	songs := h.add(record{"qq", "慢船", "林阿七", "", 201, 1, "320k"}, record{"netease", "慢船", "林阿七", "", 201, 0, ""})
	list := models.Playlist{Platform: "netease", RemotePlaylistID: "p", Name: "p", CollectedSongCount: 1, SyncedAtMS: 1}
	h.insert(&list)
	h.insert(&models.PlaylistSong{PlaylistID: list.ID, SongID: songs[1].ID, SeenFromMS: 1})
	pair := h.pairs()[0]
	_, err := h.service.Merge(t.Context(), pair.ID, songs[1].ID, 0)
	require.Equal(t, models.CodeNoSharedFile, models.CodeOf(err), "a song without a file has none to share")
	_, err = h.service.Merge(t.Context(), pair.ID, 12345, 0)
	require.Equal(t, models.ClassInvalid, models.ClassOf(err))

	r, err := h.service.Merge(t.Context(), pair.ID, 0, 0)
	require.NoError(t, err)
	require.Zero(t, r.Recycled)
	require.True(t, h.song(songs[1].ID).Downloaded)
	require.NoError(t, h.db.Read.Take(&list, list.ID).Error)
	require.EqualValues(t, 1, list.DownloadedCount)
	require.Empty(t, h.flaws())
	require.Empty(t, flat(h.look(true)))

	// Its file goes; the next look gives it the song's again.
	h.remove(h.files(songs[1].ID)[0])
	h.look(false)
	h.fixAll()
	require.False(t, h.song(songs[1].ID).Downloaded)
	mended, err := h.service.MendMerged(t.Context())
	require.NoError(t, err)
	require.Equal(t, 1, mended)
	require.True(t, h.song(songs[1].ID).Downloaded)
	require.Empty(t, flat(h.look(true)))

	require.NoError(t, h.service.Part(t.Context(), pair.ID))
	require.False(t, h.song(songs[1].ID).Downloaded)
	require.NoError(t, h.db.Read.Take(&list, list.ID).Error)
	require.Zero(t, list.DownloadedCount)
	require.Empty(t, h.flaws())
	require.Empty(t, flat(h.look(true)))
}

// The bin was emptied before the operator changed his mind: the song keeps what it has.
func TestPartingKeepsTheSharedFileWhenTheFormerOneIsGone(t *testing.T) {
	t.Parallel()
	h := newTwinHouse(t)
	songs := h.add(record{"qq", "慢船", "林阿七", "", 201, 1, "320k"}, record{"netease", "慢船", "林阿七", "", 201, 2, "128k"})
	pair := h.pairs()[0]
	_, err := h.service.Merge(t.Context(), pair.ID, songs[1].ID, 0) // the operator likes the other one better
	require.NoError(t, err)
	require.Equal(t, 1, len(h.files(songs[0].ID)))
	_, err = h.service.EmptyBinNow(t.Context())
	require.NoError(t, err)
	require.NoError(t, h.service.Part(t.Context(), pair.ID))
	require.True(t, h.song(songs[0].ID).Downloaded)
	require.FileExists(t, h.path(h.files(songs[0].ID)[0]))
	require.Empty(t, h.flaws())
	require.Empty(t, flat(h.look(true)))
}

func TestMergingWaitsForJobs(t *testing.T) {
	t.Parallel()
	h := newTwinHouse(t)
	h.add(record{"qq", "慢船", "林阿七", "", 201, 1, "320k"}, record{"netease", "慢船", "林阿七", "", 201, 2, "128k"})
	pair := h.pairs()[0]
	run := models.JobRun{Type: models.JobSyncOnly, State: models.JobRunning, ScopeJSON: "{}"}
	h.insert(&run)
	before := h.contents()
	_, err := h.service.Merge(t.Context(), pair.ID, 0, 0)
	require.Equal(t, models.CodeJobsRunning, models.CodeOf(err))
	require.Equal(t, models.ClassConflict, models.ClassOf(err))
	all, err := h.service.MergeAll(t.Context(), run.ID+1, nil)
	require.NoError(t, err)
	require.True(t, all.Stopped)
	require.Equal(t, before, h.contents())

	all, err = h.service.MergeAll(t.Context(), run.ID, nil)
	require.NoError(t, err, "the job itself is not in its own way")
	require.Equal(t, 1, all.Merged)
	require.Empty(t, h.flaws())
}

// A name is taken on the disk by what nobody knows: it is left alone.
func TestMergingTakesNoNameThatIsTaken(t *testing.T) {
	t.Parallel()
	h := newTwinHouse(t)
	songs := h.add(record{"qq", "慢船", "林阿七", "", 201, 1, "320k"}, record{"netease", "慢船", "林阿七", "", 201, 0, ""})
	pair := h.pairs()[0]
	_, err := h.service.Merge(t.Context(), pair.ID, 0, 0)
	require.NoError(t, err)
	name := h.files(songs[1].ID)[0]
	require.NoError(t, h.service.Part(t.Context(), pair.ID))
	h.keep(name, []byte("somebody's own"))
	require.NoError(t, h.service.Reopen(t.Context(), pair.ID))
	_, err = h.service.Merge(t.Context(), pair.ID, 0, 0)
	require.NoError(t, err)
	b, err := os.ReadFile(h.path(name))
	require.NoError(t, err)
	require.Equal(t, "somebody's own", string(b))
	require.NotEqual(t, name, h.files(songs[1].ID)[0])
}

// queue notes what it is asked for.
type queue struct{ types []models.JobType }

func (q *queue) Enqueue(_ context.Context, t models.JobType, _ models.JobScope, _, _ string, _ int) (models.JobRun, error) {
	q.types = append(q.types, t)
	return models.JobRun{ID: int64(len(q.types)), Type: t, State: models.JobQueued}, nil
}
