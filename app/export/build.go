package export

import (
	"cmp"
	"path"
	"time"

	"catalogsync/models"
)

// Codes of songs that a manifest lists as missing without an error of their own.
const (
	reasonNotDownloaded = "not_downloaded"
	reasonFileChanged   = string(models.CodeExportChanged)
)

// build makes the plan of lists whose files have been found.
func build(lists []list, files map[int64]found) *Plan {
	var entries []entry
	songs, missing := 0, 0
	for i := range lists {
		folder := buildFolder(&lists[i], files)
		entries = append(entries, folder.entries...)
		songs += len(folder.manifest.Songs)
		missing += len(folder.manifest.Missing)
	}
	plan := newPlan(entries)
	plan.FileName, plan.Playlists, plan.Songs, plan.Missing = fileName(lists), len(lists), songs, missing
	return plan
}

// folder is one playlist's part of the archive while it is made.
type folder struct {
	list     *list
	names    *names
	entries  []entry
	manifest manifest
	newest   time.Time
}

func buildFolder(l *list, files map[int64]found) *folder {
	f := &folder{list: l, names: newNames(), manifest: newManifest(l), newest: dosEpoch}
	for i := range l.songs {
		song, number := &l.songs[i], i+1
		if file := files[song.SongID]; file.file != nil {
			stem := songStem(number, len(l.songs), song)
			f.add(number, song, file, f.names.unique(stem, extension(file.file.Ext)))
		} else {
			f.manifest.Missing = append(f.manifest.Missing, missingSong(number, song, file))
		}
	}
	list, doc := m3u8(&f.manifest), f.manifest.encode()
	f.addText(f.names.unique(l.folder, ".m3u8"), list)
	f.addText(f.names.unique("manifest", ".json"), doc)
	return f
}

func (f *folder) add(number int, song *models.ExportSong, file found, name string) {
	e := entry{
		name: path.Join(f.list.folder, name), root: file.file.Root, locator: file.file.Locator, modTime: time.UnixMilli(file.file.ModTimeMS),
		size: file.file.FileSizeBytes, crc: file.file.CRC32, sha256: file.file.SHA256,
	}
	f.entries = append(f.entries, e)
	f.manifest.Songs = append(f.manifest.Songs, manifestSong{
		Number: number, File: name, songFacts: factsOf(song),
		Source: file.file.Source, SourceSongID: file.file.SourceSongID, Quality: string(file.file.Quality),
		FileDurationMS: cmp.Or(file.file.DurationMS, song.DurationMS),
		SizeBytes:      e.size, SHA256: e.sha256, CRC32: crcText(e.crc),
	})
	if e.modTime.After(f.newest) {
		f.newest = e.modTime
	}
}

func (f *folder) addText(name string, text []byte) {
	f.entries = append(f.entries, textEntry(path.Join(f.list.folder, name), text, f.newest))
}

// missingSong says why a place of the list has no file.
func missingSong(number int, song *models.ExportSong, file found) manifestMissing {
	m := manifestMissing{Number: number, songFacts: factsOf(song)}
	switch {
	case file.problem != "":
		m.Code, m.Reason = reasonFileChanged, file.problem
	case song.Availability != models.AvailabilityOpen:
		m.Code, m.Reason = string(cmp.Or(song.AvailabilityCode, models.Code(song.Availability))), song.AvailabilityReason
	case song.LastErrorCode != "":
		m.Code, m.Reason = string(song.LastErrorCode), song.LastError
	default:
		m.Code, m.Reason = reasonNotDownloaded, "not downloaded yet"
	}
	return m
}
