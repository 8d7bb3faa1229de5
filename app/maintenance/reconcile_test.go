package maintenance_test

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"hash/crc32"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"catalogsync/app/audio"
	"catalogsync/app/library"
	"catalogsync/app/maintenance"
	"catalogsync/models"
)

// wav is a sound file of its own: a tenth of a second of what n says.
func wav(n int) []byte {
	const rate, samples = 8000, 800
	b := make([]byte, 0, 44+samples)
	b = append(b, "RIFF"...)
	b = binary.LittleEndian.AppendUint32(b, 36+samples)
	b = append(b, "WAVEfmt "...)
	b = binary.LittleEndian.AppendUint32(b, 16)
	b = binary.LittleEndian.AppendUint16(b, 1)
	b = binary.LittleEndian.AppendUint16(b, 1)
	b = binary.LittleEndian.AppendUint32(b, rate)
	b = binary.LittleEndian.AppendUint32(b, rate)
	b = binary.LittleEndian.AppendUint16(b, 1)
	b = binary.LittleEndian.AppendUint16(b, 8)
	b = append(b, "data"...)
	b = binary.LittleEndian.AppendUint32(b, samples)
	sound := make([]byte, samples)
	binary.LittleEndian.PutUint64(sound, uint64(n))
	return append(b, sound...)
}

func sum(b []byte) string {
	s := sha256.Sum256(b)
	return hex.EncodeToString(s[:])
}

// keep puts the bytes of a file where they belong.
func (h *house) keep(locator string, b []byte) {
	h.Helper()
	path := filepath.Join(h.lib.Root(), filepath.FromSlash(locator))
	require.NoError(h, os.MkdirAll(filepath.Dir(path), 0o755))
	require.NoError(h, os.WriteFile(path, b, 0o600))
}

func (h *house) remove(locator string) {
	h.Helper()
	require.NoError(h, os.Remove(filepath.Join(h.lib.Root(), filepath.FromSlash(locator))))
}

// fill records songs 1 to n, each with its file on disk, and gives their locators by number.
func (h *house) fill(songs int) []string {
	h.Helper()
	locators := make([]string, songs+1)
	var rows struct {
		songs     []models.Song
		assets    []models.FileAsset
		locations []models.FileLocation
		presence  []models.Presence
	}
	for n := 1; n <= songs; n++ {
		id, artist := int64(n), fmt.Sprintf("Artist %03d", n%500)
		locator := fmt.Sprintf("qq/%s/%s - Song %06d.wav", artist, artist, n)
		locators[n] = locator
		b := wav(n)
		h.keep(locator, b)
		rows.songs = append(rows.songs, models.Song{ID: id, Platform: "qq", RemoteSongID: fmt.Sprint(n), Name: fmt.Sprintf("Song %06d", n), Singers: artist,
			DurationMS: 100, Downloaded: true, SearchKey: fmt.Sprintf("song %06d %s", n, strings.ToLower(artist))})
		rows.assets = append(rows.assets, models.FileAsset{ID: id, SongID: id, Source: "qq", Ext: "wav", FileSizeBytes: int64(len(b)), DurationMS: 100, SHA256: sum(b), CRC32: crc32.ChecksumIEEE(b)})
		rows.locations = append(rows.locations, models.FileLocation{ID: id, FileAssetID: id, SongID: id, BackendID: h.backend.ID, Locator: locator, LocatorKey: library.NameKey(locator), Status: models.LocationActive, IsPrimary: true})
		rows.presence = append(rows.presence, models.Presence{SongID: id, BackendID: h.backend.ID, ActiveFiles: 1})
	}
	for _, list := range []any{rows.songs, rows.assets, rows.locations, rows.presence} {
		require.NoError(h, h.db.Write.CreateInBatches(list, 500).Error)
	}
	h.index()
	return locators
}

// index brings the search index up to date, as the program does behind every write.
func (h *house) index() {
	h.Helper()
	for {
		rows, _, err := h.store.IndexSearch(h.Context(), 2000)
		require.NoError(h, err)
		if rows == 0 {
			return
		}
	}
}

// contents are the checksums of all files of the library and its recycle bin, sorted.
func (h *house) contents() []string {
	h.Helper()
	var list []string
	require.NoError(h, filepath.WalkDir(h.lib.Root(), func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := os.ReadFile(path)
		list = append(list, sum(b))
		return err
	}))
	slices.Sort(list)
	return list
}

func (h *house) look(deep bool) map[models.FindingClass][]string {
	h.Helper()
	_, err := h.service.Look(h.Context(), maintenance.LookOptions{Deep: deep}, nil)
	require.NoError(h, err)
	return h.findings()
}

// findings are the locators of what is found, by class.
func (h *house) findings() map[models.FindingClass][]string {
	h.Helper()
	out := map[models.FindingClass][]string{}
	for _, class := range models.FindingClasses {
		rows, total, err := h.store.ListFindings(h.Context(), models.FindingFilter{Class: class, Page: models.Page{Number: 1, Size: 1 << 20}})
		require.NoError(h, err)
		require.Len(h, rows, int(total))
		for _, r := range rows {
			name := r.Locator
			if r.FoundLocator != "" {
				name += " → " + r.FoundLocator
			}
			out[class] = append(out[class], name)
		}
		slices.Sort(out[class])
	}
	return out
}

func (h *house) fixAll() maintenance.FixReport {
	h.Helper()
	r, err := h.service.Fix(h.Context(), models.FixEverything(), nil)
	require.NoError(h, err)
	return r
}

// A library is damaged in every way there is; one look finds each, one fix settles all,
// a second look finds nothing, and every byte is still in the library or the bin.
func TestReconcileFindsAndSettlesEverything(t *testing.T) {
	songs := 2000
	if testing.Short() {
		songs = 400
	}
	if os.Getenv("RECONCILE_ROWS") != "" {
		_, err := fmt.Sscan(os.Getenv("RECONCILE_ROWS"), &songs)
		require.NoError(t, err)
	}
	h := newHouse(t)
	locators := h.fill(songs)
	h.insert(&models.Song{ID: int64(songs + 1), Platform: "qq", RemoteSongID: "wanted", Name: "A Song Not Here", Singers: "Somebody", DurationMS: 100, SearchKey: "a song not here somebody"})
	h.index()
	require.Zero(t, len(flat(h.look(true))), "a library in order")

	want := plant(h, locators)
	before := h.contents()
	started := time.Now()
	got := h.look(true)
	deep := time.Since(started)
	for _, class := range models.FindingClasses {
		require.Equal(t, want[class], got[class], class)
	}
	require.Equal(t, before, h.contents(), "a look changes nothing")
	require.Equal(t, got, h.look(false), "a quick look keeps what a thorough one found")

	look, err := h.service.Duplicates(t.Context())
	require.NoError(t, err)
	started = time.Now()
	dedupe, err := h.service.DedupeNow(t.Context(), 0, nil)
	require.NoError(t, err)
	require.Equal(t, look.Total, dedupe.Removed)
	require.Equal(t, look.Bytes, dedupe.Bytes)
	deduped := time.Since(started)

	started = time.Now()
	r := h.fixAll()
	fixed := time.Since(started)
	require.Zero(t, r.Failed)
	require.False(t, r.Stopped)
	require.Empty(t, flat(h.findings()))
	for range 2 {
		require.Empty(t, flat(h.look(true)), "a second look finds nothing")
	}
	require.Equal(t, before, h.contents(), "no byte is lost")
	require.Empty(t, h.flaws(), "the database agrees with itself")

	var adopted models.Song
	require.NoError(t, h.db.Read.Take(&adopted, songs+1).Error)
	require.True(t, adopted.Downloaded, "the song that lay there unowned counts")
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	t.Logf("%d rows, %d groups of duplicates, %d settled, %d recycled: deep look %s, dedupe %s, fix all %s; %d MiB from the system",
		songs, look.Total, r.Settled, r.Recycled, deep.Round(time.Millisecond), deduped.Round(time.Millisecond), fixed.Round(time.Millisecond), m.Sys>>20)
}

// plant damages a library in every way and gives what a look has to find.
func plant(h *house, locators []string) map[models.FindingClass][]string {
	h.Helper()
	want := map[models.FindingClass][]string{}
	add := func(class models.FindingClass, name string) { want[class] = append(want[class], name) }
	path := func(locator string) string { return filepath.Join(h.lib.Root(), filepath.FromSlash(locator)) }
	for n := 1; n < len(locators); n++ {
		locator := locators[n]
		switch n % 100 {
		case 1: // gone
			h.keep(".recycle/2026-01-01/"+locator, wav(n)) // the bytes are kept, for the count
			h.remove(locator)
			add(models.FindingMissing, locator)
		case 2: // moved to another folder
			to := "qq/Moved/" + filepath.Base(locator)
			require.NoError(h, os.MkdirAll(path("qq/Moved"), 0o755))
			require.NoError(h, os.Rename(path(locator), path(to)))
			add(models.FindingMoved, locator+" → "+to)
		case 3: // given up before, and back
			require.NoError(h, h.store.MarkMissing(h.Context(), int64(n), []int64{int64(n)}))
			add(models.FindingMoved, locator+" → "+locator)
		case 4: // tagged by somebody: another size, sound all the same
			h.keep(locator, append(wav(n), []byte("LIST\x04\x00\x00\x00INFO")...))
			add(models.FindingChanged, locator)
		case 5: // one bit fell over; in raw samples that is still a song
			b := wav(n)
			b[200] ^= 1
			h.keep(locator, b)
			add(models.FindingChanged, locator)
		case 6: // cut off
			h.keep(locator, wav(n)[:500])
			add(models.FindingDamaged, locator)
		case 7: // an error page in its place
			h.keep(locator, fmt.Appendf(nil, "<html><body>%d not found</body></html>", n))
			add(models.FindingDamaged, locator)
		case 8: // a file that nobody knows
			extra := fmt.Sprintf("qq/Strange/noise %d.wav", n)
			h.keep(extra, wav(n+1<<40))
			add(models.FindingExtra, extra)
		case 9: // a record that does not count, whose file stayed
			old := fmt.Sprintf("qq/Old/old %d.wav", n)
			h.keep(old, wav(n))
			h.insert(&models.FileLocation{FileAssetID: int64(n), SongID: int64(n), BackendID: h.backend.ID, Locator: old, LocatorKey: library.NameKey(old), Status: models.LocationInactive})
			add(models.FindingLeftover, old)
		case 10: // a download that nobody goes on with
			part := locator + library.PartSuffix
			h.keep(part, []byte(fmt.Sprint("part ", n)))
			require.NoError(h, os.Chtimes(path(part), time.Time{}, time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)))
			add(models.FindingPart, part)
		case 11: // a description of no file
			h.insert(&models.FileAsset{SongID: int64(n), Source: "qq", Ext: "wav", SHA256: fmt.Sprint("orphan", n)})
			add(models.FindingOrphan, "")
		case 12: // the same file twice
			twice := strings.TrimSuffix(locator, ".wav") + " (1).wav"
			h.keep(twice, wav(n))
			h.insert(&models.FileLocation{FileAssetID: int64(n), SongID: int64(n), BackendID: h.backend.ID, Locator: twice, LocatorKey: library.NameKey(twice), Status: models.LocationActive})
			require.NoError(h, h.db.Write.Model(&models.Presence{}).Where("song_id = ?", n).Update("active_files", 2).Error)
		case 13: // what belongs to a song or a folder is nobody's stray
			stem := strings.TrimSuffix(locator, ".wav")
			h.keep(stem+".lrc", []byte("[00:00.00]la"))
			h.keep(stem+".zh.lrc", []byte("[00:00.00]啦"))
			h.keep(filepath.Dir(locator)+"/folder.jpg", []byte("picture"))
			h.keep(filepath.Dir(locator)+"/.stfolder/x", []byte("not ours"))
		}
	}
	h.keep("Somebody - A Song Not Here.wav", wav(1<<41))
	add(models.FindingExtra, "Somebody - A Song Not Here.wav")
	for _, list := range want {
		slices.Sort(list)
	}
	return want
}

func flat(m map[models.FindingClass][]string) (all []string) {
	for class, list := range m {
		for _, name := range list {
			all = append(all, string(class)+" "+name)
		}
	}
	return all
}

// flaws are the invariants of files that do not hold.
func (h *house) flaws() []string {
	h.Helper()
	var list []string
	for _, i := range []models.Invariant{models.InvariantPresence, models.InvariantDownloaded, models.InvariantOnePath, models.InvariantOneAsset, models.InvariantFileSong} {
		f, err := h.store.FindFlaws(h.Context(), i)
		require.NoError(h, err)
		list = append(list, f.Examples...)
	}
	return list
}

func TestTheSoundOfTheTestIsSound(t *testing.T) {
	t.Parallel()
	b := wav(7)
	info, err := audio.Probe(strings.NewReader(string(b)), int64(len(b)))
	require.NoError(t, err)
	require.Equal(t, audio.DamageNone, info.Damage)
	require.EqualValues(t, 100, info.DurationMS)
}
