package maintenance_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"catalogsync/app/library"
	"catalogsync/app/maintenance"
	"catalogsync/app/tagging"
	"catalogsync/models"
)

// wanted makes a song that is not here.
func (h *house) wanted(id int64, name, singers string) {
	h.Helper()
	h.insert(&models.Song{ID: id, Platform: "qq", RemoteSongID: name, Name: name, Singers: singers, DurationMS: 100, SearchKey: key(name + " " + singers)})
}

func key(text string) string {
	b := []byte(text)
	for i, c := range b {
		if c >= 'A' && c <= 'Z' {
			b[i] = c + 'a' - 'A'
		}
	}
	return string(b)
}

func (h *house) job(t models.JobType) int64 {
	h.Helper()
	run := models.JobRun{Type: t, State: models.JobRunning, ScopeJSON: "{}"}
	h.insert(&run)
	return run.ID
}

// shelf is somebody's own folder of music.
func shelf(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	put := func(name string, b []byte) string {
		path := filepath.Join(dir, filepath.FromSlash(name))
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
		require.NoError(t, os.WriteFile(path, b, 0o600))
		return path
	}
	put("Band/Band - Green Hills.wav", wav(501))
	require.NoError(t, tagging.Write(put("untitled.wav", wav(502)), tagging.Tags{Title: "River", Artists: []string{"Singer"}}))
	require.NoError(t, tagging.Write(put("moved home.wav", wav(503)), tagging.Tags{Title: "whatever", Platform: "qq", SongID: "By Id"}))
	put("Nobody - Unheard Of.wav", wav(504))
	put("Singer - Song 000001.wav", wav(1))
	put("Band/cut.wav", wav(505)[:300])
	put("Band/cover.jpg", []byte("picture"))
	put("Artist 001 - Song 000001.wav", wav(506))
	return dir
}

func (h *house) imported(job int64) map[string]models.ImportState {
	h.Helper()
	rows, total, err := h.service.Imported(h.Context(), job, "", models.Page{Number: 1, Size: 100})
	require.NoError(h, err)
	require.Len(h, rows, int(total))
	out := map[string]models.ImportState{}
	for _, r := range rows {
		out[r.Path] = r.State
	}
	return out
}

func TestImportTakesWhatIsMissing(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.fill(1)
	h.wanted(10, "Green Hills", "Band")
	h.wanted(11, "River", "Singer")
	h.wanted(12, "By Id", "Anyone")
	h.service.Target = func(context.Context) (*library.Library, models.StorageBackend, library.Layout, error) {
		return h.lib, h.backend, library.DefaultLayout(), nil
	}
	dir := shelf(t)
	want := map[string]models.ImportState{
		"Band/Band - Green Hills.wav": models.ImportMatched, "untitled.wav": models.ImportMatched, "moved home.wav": models.ImportMatched,
		"Nobody - Unheard Of.wav": models.ImportUnmatched, "Singer - Song 000001.wav": models.ImportUnmatched, "Band/cut.wav": models.ImportRefused,
		"Artist 001 - Song 000001.wav": models.ImportKnown,
	}
	before, own := h.contents(), treeOf(t, dir)
	dry := h.job(models.JobImport)
	report, err := h.service.Import(t.Context(), dry, models.ImportScope{Folder: dir, DryRun: true}, nil)
	require.NoError(t, err)
	require.Equal(t, maintenance.ImportReport{Files: 7, Matched: 3, Known: 1, Unmatched: 2, Refused: 1}, report)
	require.Equal(t, want, h.imported(dry))
	require.Equal(t, before, h.contents(), "a dry run takes nothing")

	job := h.job(models.JobImport)
	for range 2 { // cut short or not, it can be done again
		report, err = h.service.Import(t.Context(), job, models.ImportScope{Folder: dir}, nil)
		require.NoError(t, err)
		require.Equal(t, 3, report.Adopted)
	}
	require.Equal(t, own, treeOf(t, dir), "the folder's own files are never touched")
	require.FileExists(t, filepath.Join(h.lib.Root(), "qq/Band/Band - Green Hills.wav"))
	require.FileExists(t, filepath.Join(h.lib.Root(), "qq/Singer/Singer - River.wav"))
	for _, id := range []int64{10, 11, 12} {
		var song models.Song
		require.NoError(t, h.db.Read.Take(&song, id).Error)
		require.True(t, song.Downloaded, song.Name)
	}
	require.NoError(t, h.db.Write.Model(&models.JobRun{}).Where("1 = 1").Update("state", models.JobCompleted).Error)
	require.Empty(t, flat(h.look(true)), "what was imported is in order")
	require.Empty(t, h.flaws())
}

func TestImportInPlace(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.fill(1)
	h.wanted(10, "Green Hills", "Band")
	h.keep("old music/Band - Green Hills.wav", wav(77))
	h.keep("old music/Nobody - Else.wav", wav(78))
	before := h.contents()
	scope := models.ImportScope{Folder: filepath.Join(h.lib.Root(), "old music"), InPlace: true}
	report, err := h.service.Import(t.Context(), h.job(models.JobImport), scope, nil)
	require.NoError(t, err)
	require.Equal(t, 1, report.Adopted)
	require.Equal(t, before, h.contents(), "nothing is moved or copied")
	files, err := h.store.GetSongFiles(t.Context(), 10)
	require.NoError(t, err)
	require.Equal(t, "old music/Band - Green Hills.wav", files.Files[0].Locator)

	for _, folder := range []string{"relative/path", "/no/such/folder", t.TempDir()} {
		_, err := h.service.Import(t.Context(), 1, models.ImportScope{Folder: folder, InPlace: true}, nil)
		require.Equal(t, models.ClassInvalid, models.ClassOf(err), folder)
	}
}

// treeOf is the files below a folder with their checksums.
func treeOf(t *testing.T, root string) map[string]string {
	t.Helper()
	out := map[string]string{}
	require.NoError(t, filepath.WalkDir(root, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := os.ReadFile(path)
		out[path] = sum(b)
		return err
	}))
	return out
}
