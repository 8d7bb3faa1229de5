package export_test

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"catalogsync/app/export"
	"catalogsync/models"
)

func TestLayoutOfOnePlaylist(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	audiobook := h.song("第一回", "说书人")
	require.NoError(t, h.db.Model(audiobook).Updates(models.Song{Availability: models.AvailabilityNotMusic,
		AvailabilityCode: models.CodeNotMusic, AvailabilityReason: models.NonMusicNote}).Error)
	songs := []*models.Song{h.downloaded("山路", "甲 / 乙"), audiobook}
	for i := range 8 {
		songs = append(songs, h.downloaded(fmt.Sprint("Song ", i), "The Band"))
	}
	plan := h.prepare(of(h.playlist("热歌榜", songs...)))
	a := open(t, plan)

	require.Equal(t, "热歌榜.zip", plan.FileName)
	require.Equal(t, []int{1, 9, 1}, []int{plan.Playlists, plan.Songs, plan.Missing})
	require.Equal(t, "热歌榜/01 - 甲, 乙 - 山路.mp3", a.names[0])
	require.Equal(t, "热歌榜/03 - The Band - Song 0.mp3", a.names[1], "a missing song keeps its number")
	require.Equal(t, []string{"热歌榜/热歌榜.m3u8", "热歌榜/manifest.json"}, a.names[9:])
	require.Equal(t, strings.Repeat("sound of 山路\n", 50), a.files[a.names[0]])

	list := a.files["热歌榜/热歌榜.m3u8"]
	require.True(t, strings.HasPrefix(list, "#EXTM3U\n#PLAYLIST:热歌榜\n#EXTINF:61,甲, 乙 - 山路\n01 - 甲, 乙 - 山路.mp3\n"), list)
	require.Equal(t, a.names[:9], a.tracks("热歌榜/热歌榜.m3u8"))
	checkManifest(t, a, "热歌榜")
}

func checkManifest(t *testing.T, a archive, folder string) {
	t.Helper()
	var m struct {
		Format   string
		Playlist struct {
			Name  string
			Songs int
		}
		Songs []struct {
			Number        int
			File, Quality string
			Source        string
			SHA256        string
			SizeBytes     int64 `json:"size_bytes"`
		}
		Missing []struct {
			Number              int
			Title, Code, Reason string
		}
	}
	require.NoError(t, json.Unmarshal([]byte(a.files[folder+"/manifest.json"]), &m))
	require.Equal(t, "catalogsync-export/1", m.Format)
	require.Equal(t, 10, m.Playlist.Songs)
	require.Len(t, m.Songs, 9)
	for _, s := range m.Songs {
		data := a.files[folder+"/"+s.File]
		sum := sha256.Sum256([]byte(data))
		require.Equal(t, hex.EncodeToString(sum[:]), s.SHA256)
		require.EqualValues(t, len(data), s.SizeBytes)
		require.Equal(t, "320k", s.Quality)
		require.Equal(t, "qq", s.Source)
	}
	require.Len(t, m.Missing, 1)
	require.Equal(t, 2, m.Missing[0].Number)
	require.Equal(t, "第一回", m.Missing[0].Title)
	require.Equal(t, "not_music", m.Missing[0].Code)
	require.Equal(t, models.NonMusicNote, m.Missing[0].Reason)
}

func TestHostileNamesStayInTheirFolder(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	titles := []string{"../../etc/passwd", `..\..\x`, "a\nb.mp3\n#EXTINF:1,x", "<script>alert(1)</script>", "\x00", "CON", strings.Repeat("😀", 100), "", "..", "\xff\xfe"}
	var songs []*models.Song
	for _, title := range titles {
		songs = append(songs, h.downloaded(title, title))
	}
	for _, name := range []string{"../../../evil", "CON", "", "..", strings.Repeat("长", 200), "manifest"} {
		a := open(t, h.prepare(of(h.playlist(name, songs...))))
		folder := path.Dir(a.names[0])
		require.NotContains(t, folder, "/")
		for _, n := range a.names {
			require.Equal(t, folder, path.Dir(n), n)
			require.LessOrEqual(t, len(n), 260)
		}
		require.Equal(t, a.names[:len(titles)], a.tracks(a.names[len(titles)]), "the playlist file names each file, and nothing else")
	}
}

func TestBundleOfSeveralPlaylists(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	shared := h.downloaded("共有", "甲")
	one := h.playlist("Mix", shared, h.downloaded("A", "x"))
	two := h.playlist("mix", shared)
	three := h.playlist("Other", shared)
	h.insert(&models.PlaylistSong{PlaylistID: three.ID, SongID: shared.ID, Occurrence: 1, Position: 1, SeenFromMS: 1})

	plan := h.prepare(of(one, two, three))
	a := open(t, plan)
	require.Equal(t, "catalogsync-3-playlists.zip", plan.FileName)
	for _, name := range []string{
		"Mix (qq r0)/1 - 甲 - 共有.mp3", "Mix (qq r0)/2 - x - A.mp3", "Mix (qq r0)/Mix (qq r0).m3u8",
		"mix (qq r1)/1 - 甲 - 共有.mp3", // a name apart, also where case does not count
		"Other/1 - 甲 - 共有.mp3", "Other/2 - 甲 - 共有.mp3",
	} {
		require.Contains(t, a.files, name)
	}
	require.Equal(t, a.files["Other/1 - 甲 - 共有.mp3"], a.files["Mix (qq r0)/1 - 甲 - 共有.mp3"])

	again := h.prepare(of(three, one, two, one))
	require.Equal(t, plan.ETag(), again.ETag(), "the order of the selection does not matter")
}

func TestSameStateSameBytes(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	p := h.playlist("List", h.downloaded("A", "x"), h.downloaded("B", "y"))
	first := h.prepare(of(p))
	h.now = h.now.Add(time.Hour)
	require.NoError(t, h.db.Model(p).Updates(models.Playlist{SyncedAtMS: models.NowMS(h.now), PlayCount: 7}).Error)
	second := h.prepare(of(p))
	require.Equal(t, first.ETag(), second.ETag(), "a sync that changed nothing changes no archive")
	require.Equal(t, open(t, first), open(t, second))

	require.NoError(t, h.db.Model(&models.Song{}).Where("name = 'B'").Update("name", "C").Error)
	require.NotEqual(t, first.ETag(), h.prepare(of(p)).ETag())
}

func TestNotReadyIsRefusedAndPartialTakesWhatIsThere(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	broken := h.song("broken", "x")
	h.insert(&models.DownloadTask{SongID: broken.ID, State: "failed", LastErrorCode: models.CodeNoMatch, LastError: "nothing similar enough"})
	p := h.playlist("List", h.downloaded("A", "x"), h.song("B", "y"), broken)

	e := h.refused(of(p))
	require.Equal(t, models.CodeExportNotReady, e.Code)
	require.Equal(t, models.ClassConflict, e.Class)
	require.Equal(t, 2, e.Params["Missing"])
	require.Equal(t, 3, e.Params["Songs"])

	scope := of(p)
	scope.Partial = true
	plan := h.prepare(scope)
	require.Equal(t, []int{1, 2}, []int{plan.Songs, plan.Missing})
	doc := open(t, plan).files["List/manifest.json"]
	require.Contains(t, doc, `"code": "not_downloaded"`)
	require.Contains(t, doc, `"reason": "nothing similar enough"`)
}

func TestChangedFilesAreNamedInsteadOfABrokenZIP(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		reason string
		damage func(file string) error
	}{
		"removed":  {"missing", os.Remove},
		"a folder": {"missing", func(file string) error { return errors.Join(os.Remove(file), os.Mkdir(file, 0o750)) }},
		"cut":      {"other size", func(file string) error { return os.Truncate(file, 3) }},
		"touched":  {"modified since", func(file string) error { return os.Chtimes(file, time.Time{}, start.Add(-time.Hour)) }},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHouse(t)
			s := h.song("A", "x")
			file := h.file(s, "data of the song", models.Quality128, true)
			p := h.playlist("List", s, h.downloaded("B", "y"))
			require.NoError(t, c.damage(file))

			e := h.refused(of(p))
			require.Equal(t, models.CodeExportChanged, e.Code)
			require.Equal(t, models.ClassConflict, e.Class)
			require.Equal(t, []string{"qq/1.mp3 (" + c.reason + ")"}, e.Params["Files"])
			require.NotContains(t, e.Message, h.library, "the folders of the machine are nobody's business")

			require.Equal(t, models.CodeExportNotReady, h.refused(of(p)).Code, "a download would fetch it again now")
			require.Equal(t, models.LocationMissing, h.statusOf(s))
		})
		t.Run(name+", partial", func(t *testing.T) {
			t.Parallel()
			h := newHouse(t)
			s := h.song("A", "x")
			file := h.file(s, "data of the song", models.Quality128, true)
			p := h.playlist("List", s, h.downloaded("B", "y"))
			require.NoError(t, c.damage(file))

			scope := of(p)
			scope.Partial = true
			require.Contains(t, open(t, h.prepare(scope)).files["List/manifest.json"], c.reason)
			require.Equal(t, models.LocationMissing, h.statusOf(s))
		})
	}
}

// An empty library is most likely a disk that is not mounted: nothing is fetched again
// because of it.
func TestFilesOfAnUnmountedDiskKeepCounting(t *testing.T) {
	t.Parallel()
	for name, unmount := range map[string]func(folder string) error{
		"empty": func(folder string) error { return os.RemoveAll(filepath.Join(folder, "qq")) },
		"gone":  os.RemoveAll,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHouse(t)
			s := h.downloaded("A", "x")
			p := h.playlist("List", s)
			require.NoError(t, unmount(h.library))
			for range 2 {
				require.Equal(t, models.CodeExportChanged, h.refused(of(p)).Code)
			}
			require.Equal(t, models.LocationActive, h.statusOf(s))
		})
	}
}

func TestLocatorOutsideOfTheLibraryIsNeverRead(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	s := h.downloaded("A", "x")
	outside := filepath.Join(filepath.Dir(h.library), "secret")
	require.NoError(t, os.WriteFile(outside, []byte("secret"), 0o600))
	require.NoError(t, h.db.Model(&models.FileLocation{}).Where("song_id = ?", s.ID).Update("locator", "../secret").Error)
	require.Equal(t, models.CodeExportChanged, h.refused(of(h.playlist("List", s))).Code)
}

func TestBestUsableFileIsTaken(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	s := h.song("A", "x")
	h.file(s, "low", models.Quality128, false)
	best := h.file(s, "lossless", models.QualityLossless, false)
	primary := h.file(s, "primary", models.Quality320, true)
	p := h.playlist("List", s)
	content := func() string { return open(t, h.prepare(of(p))).files["List/1 - x - A.mp3"] }

	require.Equal(t, "primary", content())
	require.NoError(t, os.Remove(primary))
	require.Equal(t, "lossless", content())
	require.NoError(t, os.Remove(best))
	require.Equal(t, "low", content())
}

func TestEmptyAndUnknownSelections(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	empty := h.playlist("Empty")
	require.NoError(t, h.db.Model(empty).Update("empty_reason", models.EmptySource).Error)
	unread := h.playlist("Unread")
	require.NoError(t, h.db.Model(unread).Update("empty_reason", models.EmptyParseFailed).Error)
	unsynced := h.playlist("Unsynced")
	require.NoError(t, h.db.Model(unsynced).Update("synced_at_ms", 0).Error)

	for code, scope := range map[models.Code]export.Scope{
		models.CodeExportEmpty:     of(empty),
		models.CodeNothingSelected: {},
		models.CodeNotFound:        {PlaylistIDs: []int64{empty.ID, 999}},
	} {
		require.Equal(t, code, h.refused(scope).Code)
	}
	require.Equal(t, models.CodeExportNotReady, h.refused(of(unread)).Code)
	require.Equal(t, models.CodeExportNotReady, h.refused(of(unsynced)).Code)
}

func TestTooManySongsAreRefused(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	p := h.playlist("List", h.downloaded("A", "x"))
	require.NoError(t, h.db.Model(p).Update("collected_song_count", 100_001).Error)
	require.Equal(t, models.CodeTooLarge, h.refused(of(p)).Code)
}

func TestBundlesAreWhatTheyWereAndExpire(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	a, b := h.downloaded("A", "x"), h.downloaded("B", "y")
	p := h.playlist("List", a, b)
	h.now = start.Add(time.Hour)
	made, err := h.service.CreateBundle(t.Context(), []int64{p.ID}, models.ExportForm{})
	require.NoError(t, err)
	require.Regexp(t, `^[a-z2-7]{32}$`, made.Name)
	require.Equal(t, models.NowMS(h.now.Add(24*time.Hour)), made.ExpiresAtMS)
	before, err := h.service.PrepareBundle(t.Context(), made.Name, 0)
	require.NoError(t, err)
	require.Equal(t, made.SizeBytes, before.Size())

	h.now = h.now.Add(time.Hour) // a sync takes one song off and adds another, not yet downloaded
	require.NoError(t, h.db.Model(&models.PlaylistSong{}).Where("song_id = ?", a.ID).Update("gone_at_ms", models.NowMS(h.now)).Error)
	h.insert(&models.PlaylistChange{PlaylistID: p.ID, SongID: a.ID, Kind: models.ChangeRemoved, ToPosition: -1, AtMS: models.NowMS(h.now)})
	added := h.song("New", "z")
	h.insert(&models.PlaylistSong{PlaylistID: p.ID, SongID: added.ID, Position: 2, SeenFromMS: models.NowMS(h.now)})
	h.insert(&models.PlaylistChange{PlaylistID: p.ID, SongID: added.ID, Kind: models.ChangeAdded, FromPosition: -1, ToPosition: 1, AtMS: models.NowMS(h.now)})
	after, err := h.service.PrepareBundle(t.Context(), made.Name, 0)
	require.NoError(t, err)
	require.Equal(t, before.ETag(), after.ETag(), "a download that began before can go on")
	require.Equal(t, models.CodeExportNotReady, h.refused(of(p)).Code)

	list, err := h.service.ListBundles(t.Context())
	require.NoError(t, err)
	require.Len(t, list, 1)

	h.now = h.now.Add(24 * time.Hour)
	_, err = h.service.PrepareBundle(t.Context(), made.Name, 0)
	require.Equal(t, models.CodeBundleExpired, models.CodeOf(err))
	list, err = h.service.ListBundles(t.Context())
	require.NoError(t, err)
	require.Empty(t, list)
	swept, err := h.service.Sweep(t.Context())
	require.NoError(t, err)
	require.EqualValues(t, 1, swept)
	_, err = h.service.PrepareBundle(t.Context(), made.Name, 0)
	require.Equal(t, models.CodeNotFound, models.CodeOf(err))
	swept, err = h.service.Sweep(t.Context())
	require.NoError(t, err)
	require.Zero(t, swept)
}

func TestBundleNamesDiffer(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	p := h.playlist("List", h.downloaded("A", "x"))
	var names []string
	for range 20 {
		b, err := h.service.CreateBundle(t.Context(), []int64{p.ID, p.ID}, models.ExportForm{})
		require.NoError(t, err)
		require.NotContains(t, names, b.Name)
		names = append(names, b.Name)
	}
	require.Len(t, slices.Compact(names), 20)
}
