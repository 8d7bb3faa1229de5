package export_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"catalogsync/app/export"
	"catalogsync/models"
)

// heavy adds a downloaded song of a size.
func (h *house) heavy(name string, size int) *models.Song {
	h.t.Helper()
	s := h.song(name, "x")
	h.file(s, strings.Repeat(name[:1], size), models.Quality320, true)
	return s
}

// parts opens every part of a bundle by itself.
func (h *house) parts(b models.ExportBundle) []archive {
	h.t.Helper()
	var out []archive
	for i, size := range b.PartSizes() {
		plan, err := h.service.PrepareBundle(h.t.Context(), b.Name, i+1)
		require.NoError(h.t, err)
		require.Equal(h.t, size, plan.Size())
		out = append(out, open(h.t, plan))
	}
	return out
}

const mib = 1 << 20

// The parts unpacked over each other are what the whole would have been, but for the
// manifest, which tells the part of each song.
func TestPartsMakeUpTheWhole(t *testing.T) {
	t.Parallel()
	for _, layout := range models.ExportLayouts {
		t.Run(string(layout), func(t *testing.T) {
			t.Parallel()
			h := newHouse(t)
			var songs []*models.Song
			for i := range 12 {
				songs = append(songs, h.heavy(fmt.Sprintf("%c", 'A'+i), 300_000+i*10_000))
			}
			a, b := h.playlist("First", append(songs[:8:8], h.song("Lost", "y"))...), h.playlist("Second", songs[6:]...)
			form := models.ExportForm{Partial: true, Layout: layout}
			whole := open(t, h.prepare(export.Scope{PlaylistIDs: []int64{a.ID, b.ID}, ExportForm: form}))
			form.SplitBytes = mib
			made, err := h.service.CreateBundle(t.Context(), []int64{a.ID, b.ID}, form)
			require.NoError(t, err)
			require.Greater(t, len(made.PartSizes()), 3)

			total, merged, partOf := int64(0), map[string]string{}, map[string]int{}
			for i, part := range h.parts(made) {
				require.Less(t, made.PartSizes()[i], int64(mib), "part %d", i+1)
				total += made.PartSizes()[i]
				for name, text := range part.files {
					require.True(t, merged[name] == "" || merged[name] == text, "%s differs between parts", name)
					merged[name], partOf[name] = text, i+1
					if folder := strings.Split(name, "/")[0]; folder != "songs" {
						require.Contains(t, part.files, folder+"/manifest.json", "part %d tells what it is of", i+1)
					}
				}
			}
			require.Equal(t, made.SizeBytes, total)
			require.Len(t, merged, len(whole.files))
			for name, text := range whole.files {
				if !strings.HasSuffix(name, "manifest.json") {
					require.True(t, merged[name] == text, name)
				}
			}
			requirePartsTold(t, merged, partOf)
		})
	}
}

// requirePartsTold holds the manifests to where the songs really are.
func requirePartsTold(t *testing.T, files map[string]string, partOf map[string]int) {
	t.Helper()
	for _, folder := range []string{"First", "Second"} {
		var m struct {
			Songs []struct {
				File string
				Part int
			}
		}
		require.NoError(t, json.Unmarshal([]byte(files[folder+"/manifest.json"]), &m))
		require.NotEmpty(t, m.Songs)
		for _, s := range m.Songs {
			name := filepath.ToSlash(filepath.Join(folder, s.File))
			require.NotZero(t, partOf[name], name)
			require.Equal(t, partOf[name], s.Part, name)
		}
	}
}

func TestPartsAreAskedForByNumber(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	p := h.playlist("List", h.heavy("A", 700_000), h.heavy("B", 700_000))
	made, err := h.service.CreateBundle(t.Context(), []int64{p.ID}, models.ExportForm{SplitBytes: mib})
	require.NoError(t, err)
	require.Equal(t, "List.zip", made.Title)
	second, err := h.service.PrepareBundle(t.Context(), made.Name, 2)
	require.NoError(t, err)
	require.Equal(t, "List - part 2 of 2.zip", second.FileName)
	for _, number := range []int{0, 3} {
		_, err := h.service.PrepareBundle(t.Context(), made.Name, number)
		var e *models.Error
		require.ErrorAs(t, err, &e)
		require.Equal(t, "part", e.Field)
		require.Contains(t, e.Error(), "2 parts")
	}
	small, err := h.service.PreparePart(t.Context(), export.Scope{PlaylistIDs: []int64{p.ID}, ExportForm: models.ExportForm{SplitBytes: 1 << 40}}, 1)
	require.NoError(t, err)
	require.Equal(t, "List.zip", small.FileName)
	for _, bad := range []models.ExportForm{{SplitBytes: 1000}, {SplitBytes: -1}, {Layout: "pile"}} {
		require.Equal(t, models.CodeBadValue, h.refused(export.Scope{PlaylistIDs: []int64{p.ID}, ExportForm: bad}).Code)
	}
}

// A better file makes songs move between parts: whoever has the first part must not be
// given a second that lacks one.
func TestPartsThatNoLongerFitAreRefused(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	a := h.heavy("A", 300_000)
	p := h.playlist("List", a, h.heavy("B", 700_000), h.heavy("C", 100_000))
	made, err := h.service.CreateBundle(t.Context(), []int64{p.ID}, models.ExportForm{SplitBytes: mib})
	require.NoError(t, err)
	require.Len(t, made.PartSizes(), 2)
	require.NoError(t, h.db.Model(&models.FileLocation{}).Where("song_id = ?", a.ID).Update("is_primary", false).Error)
	h.file(a, "small", models.QualityLossless, true)
	_, err = h.service.PrepareBundle(t.Context(), made.Name, 2)
	require.Equal(t, models.CodeExportChanged, models.CodeOf(err))
}

func TestSharedLayoutHasEachSongOnce(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	both, same := h.downloaded("Both", "x"), h.downloaded("both", "X")
	a, b := h.playlist("songs", both, same, both), h.playlist("Other", h.downloaded("Mine", ""), both)
	scope := of(b, a)
	scope.Layout = models.LayoutShared
	got := open(t, h.prepare(scope))
	require.Equal(t, []string{
		"songs (2)/songs (2).m3u8", "songs (2)/manifest.json", "Other/Other.m3u8", "Other/manifest.json",
		"songs/x - Both.mp3", "songs/X - both (2).mp3", "songs/Mine.mp3",
	}, got.names)
	require.Equal(t, []string{"songs/x - Both.mp3", "songs/X - both (2).mp3", "songs/x - Both.mp3"}, got.tracks("songs (2)/songs (2).m3u8"))
	require.Equal(t, []string{"songs/Mine.mp3", "songs/x - Both.mp3"}, got.tracks("Other/Other.m3u8"))
}

// beside writes a file that accompanies a song's.
func (h *house) beside(song, ext, text string) string {
	h.t.Helper()
	file := strings.TrimSuffix(song, filepath.Ext(song)) + ext
	require.NoError(h.t, os.WriteFile(file, []byte(text), 0o600))
	return file
}

func TestLyricsAndCoversGoWithTheSong(t *testing.T) {
	t.Parallel()
	for _, layout := range models.ExportLayouts {
		h := newHouse(t)
		s := h.song("Song", "x")
		file := h.file(s, "sound", models.Quality320, true)
		lyrics := h.beside(file, ".lrc", "[00:01.00]line")
		h.beside(file, ".jpg", "picture")
		h.beside(file, ".txt", "something else")
		h.beside(file, ".png", "") // nothing is no picture
		scope := of(h.playlist("List", s))
		scope.Layout = layout
		plan := h.prepare(scope)
		got := open(t, plan)
		stem := map[models.ExportLayout]string{models.LayoutFolders: "List/1 - x - Song", models.LayoutShared: "songs/x - Song"}[layout]
		require.Equal(t, "[00:01.00]line", got.files[stem+".lrc"])
		require.Equal(t, "picture", got.files[stem+".jpg"])
		require.Len(t, got.files, 5)
		require.Contains(t, got.files["List/manifest.json"], ".lrc")

		// Changed since the plan was made, at the same length and time even: broken off.
		info, err := os.Stat(lyrics)
		require.NoError(t, err)
		require.NoError(t, os.WriteFile(lyrics, []byte("[00:01.00]LINE"), 0o600))
		require.NoError(t, os.Chtimes(lyrics, info.ModTime(), info.ModTime()))
		var b bytes.Buffer
		err = plan.WriteRange(t.Context(), &b, 0, plan.Size())
		require.Equal(t, models.CodeExportChanged, models.CodeOf(err))
		require.Contains(t, err.Error(), ".lrc")

		// The next plan knows the new text.
		later := start.Add(time.Hour)
		require.NoError(t, os.Chtimes(lyrics, later, later))
		require.Equal(t, "[00:01.00]LINE", open(t, h.prepare(scope)).files[stem+".lrc"])
	}
}

// A sound that is overwritten at the same length is noticed by its time.
func TestFileRewrittenAtTheSameLengthBreaksOff(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	s := h.song("Song", "x")
	file := h.file(s, "sound", models.Quality320, true)
	plan := h.prepare(of(h.playlist("List", s)))
	require.NoError(t, os.WriteFile(file, []byte("noise"), 0o600))
	err := plan.WriteRange(t.Context(), &bytes.Buffer{}, 0, plan.Size())
	require.Equal(t, models.CodeExportChanged, models.CodeOf(err))
}

// A bundle of a past date has what stood on the list then, and one that names the end of
// today does not change any more when the list does.
func TestBundleAsOfADate(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	a := h.downloaded("A", "x")
	p := h.playlist("List", a)
	h.now = start.Add(48 * time.Hour)
	added := h.downloaded("B", "y")
	h.insert(&models.PlaylistSong{PlaylistID: p.ID, SongID: added.ID, Position: 1, SeenFromMS: models.NowMS(h.now)})
	h.insert(&models.PlaylistChange{PlaylistID: p.ID, SongID: added.ID, Kind: models.ChangeAdded, FromPosition: -1, ToPosition: 1, AtMS: models.NowMS(h.now)})

	h.now = h.now.Add(time.Hour)
	songsIn := func(asOf time.Time) int {
		b, err := h.service.CreateBundle(t.Context(), []int64{p.ID}, models.ExportForm{AsOfMS: models.NowMS(asOf)})
		require.NoError(t, err)
		plan, err := h.service.PrepareBundle(t.Context(), b.Name, 0)
		require.NoError(t, err)
		return plan.Songs
	}
	require.Equal(t, 1, songsIn(start.Add(24*time.Hour)))
	require.Equal(t, 2, songsIn(h.now.Add(12*time.Hour)))
	b, err := h.service.CreateBundle(t.Context(), []int64{p.ID}, models.ExportForm{AsOfMS: models.NowMS(h.now.Add(12 * time.Hour))})
	require.NoError(t, err)
	require.Contains(t, b.ScopeJSON, fmt.Sprintf(`"as_of_ms":%d`, models.NowMS(h.now)))
}

func TestDeletedBundleIsGone(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	p := h.playlist("List", h.downloaded("A", "x"))
	b, err := h.service.CreateBundle(t.Context(), []int64{p.ID}, models.ExportForm{})
	require.NoError(t, err)
	require.NoError(t, h.service.DeleteBundle(t.Context(), b.Name))
	_, err = h.service.PrepareBundle(t.Context(), b.Name, 0)
	require.Equal(t, models.ClassNotFound, models.ClassOf(err))
	require.Equal(t, models.ClassNotFound, models.ClassOf(h.service.DeleteBundle(t.Context(), b.Name)))
}

func TestParseSize(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]int64{"": 0, "1500000": 1_500_000, "700MB": 700_000_000, "4GiB": 4 << 30, " 4 gib ": 4 << 30, "2k": 2000, "1TiB": 1 << 40} {
		got, err := export.ParseSize("split", text)
		require.NoError(t, err, text)
		require.Equal(t, want, got, text)
	}
	for _, text := range []string{"0", "-1", "4XiB", "4.5GiB", "GiB", "4iB", "999999999999999TiB", "9999999999999999", "1e9", "４GiB"} {
		_, err := export.ParseSize("split", text)
		var e *models.Error
		require.ErrorAs(t, err, &e, text)
		require.Equal(t, "split", e.Field)
	}
}
