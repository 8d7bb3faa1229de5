package export

import (
	"cmp"
	"path"
	"strings"
	"time"

	"catalogsync/models"
)

// Codes of songs that a manifest lists as missing without an error of their own.
const (
	reasonNotDownloaded = "not_downloaded"
	reasonFileChanged   = string(models.CodeExportChanged)
)

// build makes the plans, one a part, of lists whose files have been found.
func build(lists []list, files map[int64]found, form models.ExportForm) ([]*Plan, error) {
	var folders []*folder
	if form.Layout == models.LayoutShared {
		folders = sharedFolders(lists, files)
	} else {
		for i := range lists {
			f := newFolder(&lists[i], files)
			f.addCover()
			folders = append(folders, f)
		}
	}
	songs, missing := 0, 0
	for _, f := range folders {
		songs += len(f.manifest.Songs)
		missing += len(f.manifest.Missing)
	}
	parts := lay(folders, form.SplitBytes)
	if len(parts) > maxParts {
		return nil, tooManyParts(len(parts))
	}
	plans := make([]*Plan, len(parts))
	for i := range parts {
		p := newPlan(parts[i])
		p.title = fileName(lists)
		p.FileName = partName(p.title, i+1, len(parts))
		p.Playlists, p.Songs, p.Missing = len(lists), songs, missing
		plans[i] = p
	}
	return plans, nil
}

// folder is one playlist's part of the archive while it is made, or the folder of shared
// songs, which has no list and no texts.
type folder struct {
	list     *list
	names    *names
	units    []*unit
	places   []*unit // of the manifest's songs, in this folder or the shared one
	texts    []entry
	textsIn  int // the part of the texts of a folder without units
	manifest manifest
	newest   time.Time
}

// unit is a song with what accompanies it; it is never torn apart.
type unit struct {
	entries []entry
	part    int // from 1
}

// name is the song's name in the archive.
func (u *unit) name() string { return u.entries[0].name }

func newFolder(l *list, files map[int64]found) *folder {
	f := &folder{list: l, names: newNames(), manifest: newManifest(l), newest: dosEpoch}
	for i := range l.songs {
		song, number := &l.songs[i], i+1
		file := files[song.SongID]
		if file.file == nil {
			f.manifest.Missing = append(f.manifest.Missing, missingSong(number, song, file))
			continue
		}
		u := f.add(l.folder, songStem(number, len(l.songs), song), file)
		f.tell(number, song, file, u, path.Base(u.name()))
	}
	return f
}

// buildFolder makes the folder of a playlist that is no part of anything else.
func buildFolder(l *list, files map[int64]found) *folder {
	f := newFolder(l, files)
	f.addTexts()
	return f
}

// entries are all entries of the folder.
func (f *folder) entries() []entry {
	var all []entry
	for i := range f.units {
		all = append(all, f.units[i].entries...)
	}
	return append(all, f.texts...)
}

// sharedFolder holds the songs of models.LayoutShared.
const sharedFolder = "songs"

// sharedFolders makes the folder of all songs, each once, and those of the lists that point
// at it. The lists come first, so that they are in the first part.
func sharedFolders(lists []list, files map[int64]found) []*folder {
	songs := &folder{names: newNames(), newest: dosEpoch}
	at := map[int64]*unit{} // by song
	folders := make([]*folder, 0, len(lists)+1)
	for i := range lists {
		l := &lists[i]
		f := &folder{list: l, names: newNames(), manifest: newManifest(l), newest: dosEpoch}
		for j := range l.songs {
			song, number := &l.songs[j], j+1
			file := files[song.SongID]
			if file.file == nil {
				f.manifest.Missing = append(f.manifest.Missing, missingSong(number, song, file))
				continue
			}
			if at[song.SongID] == nil {
				at[song.SongID] = songs.add(sharedFolder, sharedStem(song), file)
			}
			f.tell(number, song, file, at[song.SongID], "../"+at[song.SongID].name())
		}
		f.addCover()
		folders = append(folders, f)
	}
	return append(folders, songs)
}

// add adds a song's file and its sidecars as folder/stem.*.
func (f *folder) add(folder, stem string, file found) *unit {
	stem = f.names.unique(stem, "") // whatever the extension: sidecars share the stem
	u := &unit{entries: []entry{{
		name: path.Join(folder, stem+extension(file.file.Ext)), root: file.file.Root, locator: file.file.Locator,
		modTime: time.UnixMilli(file.file.ModTimeMS), size: file.file.FileSizeBytes, crc: file.file.CRC32, sha256: file.file.SHA256,
	}}}
	for _, s := range file.sidecars {
		u.entries = append(u.entries, entry{
			name: path.Join(folder, stem+s.ext), root: file.file.Root, locator: s.locator, sidecar: true,
			modTime: time.UnixMilli(s.modTimeMS), size: s.size, crc: s.crc, sha256: s.sha256,
		})
	}
	f.units = append(f.units, u)
	return u
}

// tell puts a song that is there into the manifest; name is its file beside it.
func (f *folder) tell(number int, song *models.ExportSong, file found, u *unit, name string) {
	m := manifestSong{
		Number: number, File: name, songFacts: factsOf(song),
		Source: file.file.Source, SourceSongID: file.file.SourceSongID, Quality: string(file.file.Quality),
		FileDurationMS: cmp.Or(file.file.DurationMS, song.DurationMS),
		SizeBytes:      file.file.FileSizeBytes, SHA256: file.file.SHA256, CRC32: crcText(file.file.CRC32),
	}
	for _, s := range file.sidecars {
		m.Beside = append(m.Beside, manifestFile{
			File: strings.TrimSuffix(name, path.Ext(name)) + s.ext, SizeBytes: s.size, SHA256: s.sha256, CRC32: crcText(s.crc),
		})
		f.see(s.modTimeMS)
	}
	f.manifest.Songs = append(f.manifest.Songs, m)
	f.places = append(f.places, u)
	f.see(file.file.ModTimeMS)
}

// see keeps the time of the newest file, which is that of the texts.
func (f *folder) see(modTimeMS int64) {
	if at := time.UnixMilli(modTimeMS); at.After(f.newest) {
		f.newest = at
	}
}

// addTexts makes the folder's texts.
func (f *folder) addTexts() {
	if f.list == nil {
		return
	}
	f.texts = []entry{
		textEntry(path.Join(f.list.folder, f.names.unique(f.list.folder, ".m3u8")), m3u8(&f.manifest), f.newest),
		textEntry(path.Join(f.list.folder, f.names.unique("manifest", ".json")), f.manifest.encode(), f.newest),
	}
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
