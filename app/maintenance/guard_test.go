package maintenance_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"catalogsync/app/maintenance"
	"catalogsync/models"
)

// A disk that is not mounted is no reason to fetch everything again, whether its mount
// point is empty, gone, or holds what some other program left there.
func TestADiskThatIsAwayLosesNothing(t *testing.T) {
	t.Parallel()
	for name, leave := range map[string]func(t *testing.T, root string){
		"gone":  func(*testing.T, string) {},
		"empty": func(t *testing.T, root string) { require.NoError(t, os.Mkdir(root, 0o755)) },
		"another's dir": func(t *testing.T, root string) {
			require.NoError(t, os.MkdirAll(filepath.Join(root, "lost+found"), 0o755))
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHouse(t)
			h.fill(20)
			require.NoError(t, os.Rename(h.lib.Root(), h.lib.Root()+".away"))
			leave(t, h.lib.Root())
			look, err := h.service.Look(t.Context(), maintenance.LookOptions{}, nil)
			require.NoError(t, err)
			require.Equal(t, h.lib.Root(), look.Unreachable)
			require.Empty(t, flat(h.findings()))
			h.fixAll()
			require.Equal(t, models.LocationActive, h.status(1))
		})
	}
}

// What was found before a disk went away is still found, and not settled, while it is away.
func TestFindingsOutliveAnAbsentDisk(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	locators := h.fill(20)
	h.remove(locators[3])
	require.Len(t, h.look(false)[models.FindingMissing], 1)
	require.NoError(t, os.Rename(h.lib.Root(), h.lib.Root()+".away"))
	r := h.fixAll()
	require.Equal(t, 1, r.Failed)
	require.Equal(t, models.LocationActive, h.status(3))
	require.Len(t, h.look(false)[models.FindingMissing], 1, "it could not be looked at")
	require.NoError(t, os.Rename(h.lib.Root()+".away", h.lib.Root()))
	require.Zero(t, h.fixAll().Failed)
	require.Equal(t, models.LocationMissing, h.status(3))
}

func TestSettlingWaitsForDownloads(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	locators := h.fill(20)
	h.remove(locators[1])
	h.look(false)
	run := models.JobRun{Type: models.JobDownloadOnly, State: models.JobRunning, ScopeJSON: "{}"}
	h.insert(&run)
	stage := models.JobStage{JobRunID: run.ID, Name: models.StageDownload, State: models.StageRunning}
	h.insert(&stage)
	_, err := h.service.Fix(t.Context(), models.FixEverything(), nil)
	require.Equal(t, models.CodeJobsRunning, models.CodeOf(err))
	require.Equal(t, models.ClassConflict, models.ClassOf(err))
	require.Equal(t, models.LocationActive, h.status(1))
	require.Len(t, h.look(false)[models.FindingMissing], 1, "a look may run beside anything")
	require.NoError(t, h.db.Write.Model(&stage).Update("state", models.StageCompleted).Error)
	require.Equal(t, 1, h.fixAll().Settled)
}

// Between a look and its settling anything may happen: what is not as it was found stays.
func TestWhatChangedSinceTheLookStays(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	locators := h.fill(20)
	h.remove(locators[1])
	h.keep("qq/new.wav", wav(900))
	h.keep("qq/owned.wav", wav(901))
	h.keep(locators[2], []byte("garbage"))
	h.look(false)

	h.keep(locators[1], wav(1)) // it came back
	h.keep("qq/new.wav", []byte("being written by somebody"))
	h.place(h.asset("owned", 844), "qq/owned.wav", false) // a download took the name
	h.keep(locators[2], wav(2))                           // and this one was mended by hand
	before := h.contents()
	h.fixAll()
	require.Equal(t, before, h.contents())
	require.NoDirExists(t, filepath.Join(h.lib.Root(), ".recycle"))
	require.Equal(t, models.LocationActive, h.status(1))
	require.Equal(t, models.LocationActive, h.status(2))
}

// A name that the disk spells in other letters is still the file's own: it must not be
// taken for a stray and thrown away.
func TestAFileUnderTwoNamesIsNoStray(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	locators := h.fill(12)
	path := func(l string) string { return filepath.Join(h.lib.Root(), filepath.FromSlash(l)) }
	other := filepath.Dir(locators[1]) + "/ARTIST 001 - SONG 000001.WAV"
	require.NoError(t, os.Link(path(locators[1]), path(other)), "as a case-insensitive disk would answer")
	require.Empty(t, flat(h.look(false)))
}

func TestRestoredFilesCountAgain(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	locators := h.fill(12)
	h.keep(locators[1], []byte("garbage"))
	h.look(false)
	require.Equal(t, 1, h.fixAll().Recycled)
	require.Equal(t, models.LocationMissing, h.status(1))

	rows, total, bin, err := h.service.ListBin(t.Context(), "SONG 000001", models.Page{Number: 1, Size: 10})
	require.NoError(t, err)
	require.EqualValues(t, 1, total)
	require.EqualValues(t, len("garbage"), bin.Bytes)
	require.Equal(t, locators[1], rows[0].Was)
	was, err := h.service.RestoreFromBin(t.Context(), h.backend.ID, rows[0].Locator)
	require.NoError(t, err)
	require.Equal(t, locators[1], was)
	require.Equal(t, models.LocationMissing, h.status(1), "garbage does not count, wherever it lies")

	require.Equal(t, 1, h.fixAllAgain().Recycled)
	path := filepath.Join(h.lib.Root(), rows[0].Locator)
	require.NoError(t, os.WriteFile(path, wav(1), 0o600))
	h.keep(locators[1], []byte("in the way"))
	_, err = h.service.RestoreFromBin(t.Context(), h.backend.ID, rows[0].Locator)
	require.Equal(t, models.ClassConflict, models.ClassOf(err))
	h.remove(locators[1])
	_, err = h.service.RestoreFromBin(t.Context(), h.backend.ID, rows[0].Locator)
	require.NoError(t, err)
	require.Equal(t, models.LocationActive, h.status(1), "the very file counts again")
	require.Empty(t, flat(h.look(true)))

	for _, hostile := range []string{"../../etc/passwd", ".recycle/2026-03-04/../../../x", "qq/x.wav", ".recycle/notes/x", ""} {
		_, err := h.service.RestoreFromBin(t.Context(), h.backend.ID, hostile)
		require.Equal(t, models.ClassNotFound, models.ClassOf(err), hostile)
	}
}

func (h *house) fixAllAgain() maintenance.FixReport {
	h.Helper()
	h.look(false)
	return h.fixAll()
}

// Each night reads a part, the part that waited longest; damage joins what a look found.
func TestTheScrubReadsEverythingInTurns(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	locators := h.fill(30)
	require.NoError(t, h.db.Write.Exec("UPDATE file_locations SET created_at_ms = 0").Error)
	b := wav(30)
	b[300] ^= 8
	h.keep(locators[30], b)
	h.remove(locators[15])
	h.look(false)
	const aThird = 844 * 10
	for night := range 3 {
		look, err := h.service.Scrub(t.Context(), aThird)
		require.NoError(t, err)
		require.LessOrEqual(t, look.BytesRead, int64(aThird+844), night)
		require.Positive(t, look.BytesRead)
	}
	last, err := h.service.Scrub(t.Context(), aThird)
	require.NoError(t, err)
	require.Zero(t, last.Files, "all were read this week")
	require.Equal(t, []string{locators[30]}, h.findings()[models.FindingChanged])
	require.Equal(t, []string{locators[15]}, h.findings()[models.FindingMissing])
}
