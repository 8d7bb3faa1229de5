package export_test

import (
	"archive/zip"
	"bytes"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"gorm.io/gorm"

	"catalogsync/app/database"
	"catalogsync/app/export"
	"catalogsync/app/revision"
	"catalogsync/app/store"
	"catalogsync/models"
)

// house is a database and a library folder with an export service over both.
type house struct {
	t       *testing.T
	db      *gorm.DB
	library string
	service *export.Service
	now     time.Time
	backend models.StorageBackend
}

var start = time.Date(2026, 5, 4, 3, 2, 1, 0, time.UTC)

func newHouse(t *testing.T) *house {
	t.Helper()
	h := &house{t: t, library: t.TempDir(), now: start}
	db, err := database.Open(t.Context(), filepath.Join(t.TempDir(), "c.db"))
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	h.db = db.Write
	clock := func() time.Time { return h.now }
	h.service = export.New(store.New(db, revision.New(), clock), export.Config{Now: clock, Random: rand.Reader})
	h.backend = models.StorageBackend{Name: "library", Type: models.BackendLocalFS, Root: h.library, IsDefault: true}
	h.insert(&h.backend)
	return h
}

func (h *house) insert(row any) {
	h.t.Helper()
	require.NoError(h.t, h.db.Create(row).Error)
}

func (h *house) playlist(name string, songs ...*models.Song) *models.Playlist {
	h.t.Helper()
	p := &models.Playlist{Platform: "qq", RemotePlaylistID: fmt.Sprint("r", h.count(&models.Playlist{})), Kind: models.KindPlaylist, Name: name,
		SyncedAtMS: models.NowMS(start), CollectedSongCount: int64(len(songs))}
	h.insert(p)
	for i, s := range songs {
		h.insert(&models.PlaylistSong{PlaylistID: p.ID, SongID: s.ID, Position: i, SeenFromMS: models.NowMS(start)})
	}
	return p
}

func (h *house) count(model any) int64 {
	var n int64
	require.NoError(h.t, h.db.Model(model).Count(&n).Error)
	return n
}

// song adds a song without a file.
func (h *house) song(name, singers string) *models.Song {
	h.t.Helper()
	s := &models.Song{Platform: "qq", RemoteSongID: fmt.Sprint(h.count(&models.Song{})), Name: name, Singers: singers, DurationMS: 61_499}
	h.insert(s)
	return s
}

// downloaded adds a song with its file in the library.
func (h *house) downloaded(name, singers string) *models.Song {
	h.t.Helper()
	s := h.song(name, singers)
	h.file(s, strings.Repeat("sound of "+name+"\n", 50), models.Quality320, true)
	return s
}

// file puts a file of a song into the library and gives its path.
func (h *house) file(s *models.Song, data string, q models.Quality, primary bool) string {
	h.t.Helper()
	sum := sha256.Sum256([]byte(data))
	a := models.FileAsset{SongID: s.ID, Source: "qq", SourceSongID: s.RemoteSongID, Quality: q, Ext: "mp3", FileSizeBytes: int64(len(data)),
		DurationMS: 61_400, SHA256: hex.EncodeToString(sum[:]), CRC32: crc32.ChecksumIEEE([]byte(data))}
	h.insert(&a)
	locator := fmt.Sprintf("qq/%d.mp3", a.ID)
	file := filepath.Join(h.library, filepath.FromSlash(locator))
	require.NoError(h.t, os.MkdirAll(filepath.Dir(file), 0o750))
	require.NoError(h.t, os.WriteFile(file, []byte(data), 0o600))
	at := start.Add(time.Duration(a.ID) * time.Minute)
	require.NoError(h.t, os.Chtimes(file, at, at))
	h.insert(&models.FileLocation{FileAssetID: a.ID, SongID: s.ID, BackendID: h.backend.ID, Locator: locator,
		Status: models.LocationActive, IsPrimary: primary, ModTimeMS: models.NowMS(at)})
	return file
}

func (h *house) prepare(scope export.Scope) *export.Plan {
	h.t.Helper()
	plan, err := h.service.Prepare(h.t.Context(), scope)
	require.NoError(h.t, err)
	return plan
}

func (h *house) refused(scope export.Scope) *models.Error {
	h.t.Helper()
	_, err := h.service.Prepare(h.t.Context(), scope)
	var e *models.Error
	require.ErrorAs(h.t, err, &e)
	return e
}

func of(playlists ...*models.Playlist) export.Scope {
	var scope export.Scope
	for _, p := range playlists {
		scope.PlaylistIDs = append(scope.PlaylistIDs, p.ID)
	}
	return scope
}

// archive is what a reader finds in a plan: name → content, and the order of names.
type archive struct {
	names []string
	files map[string]string
}

func open(t *testing.T, plan *export.Plan) archive {
	t.Helper()
	var b bytes.Buffer
	require.NoError(t, plan.WriteRange(t.Context(), &b, 0, plan.Size()))
	r, err := zip.NewReader(bytes.NewReader(b.Bytes()), int64(b.Len()))
	require.NoError(t, err)
	a := archive{files: map[string]string{}}
	for _, f := range r.File {
		require.True(t, filepath.IsLocal(filepath.FromSlash(f.Name)), f.Name)
		in, err := f.Open()
		require.NoError(t, err)
		data, err := io.ReadAll(in)
		require.NoError(t, err, f.Name)
		a.names = append(a.names, f.Name)
		require.NotContains(t, a.files, f.Name)
		a.files[f.Name] = string(data)
	}
	return a
}

// tracks lists the paths that a playlist file names, from the root of the archive.
func (a archive) tracks(listName string) []string {
	var out []string
	for line := range strings.Lines(a.files[listName]) {
		if line = strings.TrimSuffix(line, "\n"); !strings.HasPrefix(line, "#") {
			out = append(out, path.Join(path.Dir(listName), line))
		}
	}
	return out
}

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

			scope := of(p)
			scope.Partial = true
			require.Contains(t, open(t, h.prepare(scope)).files["List/manifest.json"], c.reason)
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
	made, err := h.service.CreateBundle(t.Context(), []int64{p.ID}, false)
	require.NoError(t, err)
	require.Regexp(t, `^[a-z2-7]{32}$`, made.Name)
	require.Equal(t, models.NowMS(h.now.Add(24*time.Hour)), made.ExpiresAtMS)
	before, err := h.service.PrepareBundle(t.Context(), made.Name)
	require.NoError(t, err)
	require.Equal(t, made.SizeBytes, before.Size())

	h.now = h.now.Add(time.Hour) // a sync takes one song off and adds another, not yet downloaded
	require.NoError(t, h.db.Model(&models.PlaylistSong{}).Where("song_id = ?", a.ID).Update("gone_at_ms", models.NowMS(h.now)).Error)
	h.insert(&models.PlaylistSong{PlaylistID: p.ID, SongID: h.song("New", "z").ID, Position: 2, SeenFromMS: models.NowMS(h.now)})
	after, err := h.service.PrepareBundle(t.Context(), made.Name)
	require.NoError(t, err)
	require.Equal(t, before.ETag(), after.ETag(), "a download that began before can go on")
	require.Equal(t, models.CodeExportNotReady, h.refused(of(p)).Code)

	list, err := h.service.ListBundles(t.Context())
	require.NoError(t, err)
	require.Len(t, list, 1)

	h.now = h.now.Add(24 * time.Hour)
	_, err = h.service.PrepareBundle(t.Context(), made.Name)
	require.Equal(t, models.CodeBundleExpired, models.CodeOf(err))
	list, err = h.service.ListBundles(t.Context())
	require.NoError(t, err)
	require.Empty(t, list)
	swept, err := h.service.Sweep(t.Context())
	require.NoError(t, err)
	require.EqualValues(t, 1, swept)
	_, err = h.service.PrepareBundle(t.Context(), made.Name)
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
		b, err := h.service.CreateBundle(t.Context(), []int64{p.ID, p.ID}, false)
		require.NoError(t, err)
		require.NotContains(t, names, b.Name)
		names = append(names, b.Name)
	}
	require.Len(t, slices.Compact(names), 20)
}
