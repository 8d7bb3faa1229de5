package download

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"

	"catalogsync/app/library"
	"catalogsync/app/sources"
	"catalogsync/app/tagging"
	"catalogsync/models"
)

// PartSettings say what songs get beside their sound.
type PartSettings struct {
	// Tags writes into the file what is known of the song; Cover and Lyrics put those in, too.
	Tags, Cover, Lyrics bool
	// FolderPicture, WordsFile and InfoFile put files beside the song's: folder.jpg, the
	// words as .lrc, and .nfo.
	FolderPicture, WordsFile, InfoFile bool
}

func (p PartSettings) wantsCover() bool { return p.Tags && p.Cover || p.FolderPicture }
func (p PartSettings) wantsWords() bool { return p.Tags && p.Lyrics || p.WordsFile }

// Parts lists the light parts that are switched on.
func (p PartSettings) Parts() []models.PartName {
	var on []models.PartName
	for _, name := range models.PartNames {
		if p.on(name) {
			on = append(on, name)
		}
	}
	return on
}

func (p PartSettings) on(part models.PartName) bool {
	switch part {
	case models.PartCover:
		return p.wantsCover()
	case models.PartInfo:
		return p.Tags || p.InfoFile
	case models.PartLyrics, models.PartTranslation:
		return p.wantsWords()
	}
	return false
}

// extras are a song's light parts as they were fetched, and what became of each.
type extras struct {
	settings PartSettings
	words    sources.Lyrics
	cover    tagging.Picture
	parts    map[models.PartName]models.SongPart
}

func newExtras(s PartSettings) *extras {
	x := &extras{settings: s, parts: map[models.PartName]models.SongPart{}}
	for _, name := range models.PartNames[1:] {
		if !s.on(name) {
			x.skip(name, models.CodePartOff, "switched off")
		}
	}
	return x
}

func (x *extras) ok(part models.PartName, source, quality string, content []byte) {
	sum := sha256.Sum256(content)
	x.parts[part] = models.SongPart{Part: part, State: models.PartOK, Source: source, Quality: quality, ContentHash: hex.EncodeToString(sum[:])}
}

func (x *extras) skip(part models.PartName, code models.Code, reason string) {
	x.parts[part] = models.SongPart{Part: part, State: models.PartSkipped, LastErrorCode: code, LastError: reason}
}

// fail says why a part did not come. A source that refuses for good has none.
func (x *extras) fail(part models.PartName, err error) {
	p := models.SongPart{Part: part, State: models.PartFailed, LastErrorCode: models.CodeOf(err), LastError: clip(reasonOf(err), maxReason)}
	switch models.ClassOf(err) {
	case models.ClassRiskControl, models.ClassRateLimited:
		p.State = models.PartBlocked
	case models.ClassUnavailable:
		p.State = models.PartSkipped
	}
	x.parts[part] = p
}

// rows are the parts as they are stored.
func (x *extras) rows() []models.SongPart {
	if x == nil {
		return nil
	}
	var rows []models.SongPart
	for _, name := range models.PartNames[1:] {
		if p, ok := x.parts[name]; ok {
			rows = append(rows, p)
		}
	}
	return rows
}

// noTags says why the file was told nothing. What was fetched for the file alone is in
// the same state then: nobody has it.
func (x *extras) noTags(state models.PartState, code models.Code, reason string) {
	note := func(part models.PartName) {
		x.parts[part] = models.SongPart{Part: part, State: state, LastErrorCode: code, LastError: clip(reason, maxReason)}
	}
	if !x.settings.InfoFile {
		note(models.PartInfo)
	}
	for part, beside := range map[models.PartName]bool{
		models.PartCover: x.settings.FolderPicture, models.PartLyrics: x.settings.WordsFile, models.PartTranslation: x.settings.WordsFile,
	} {
		if x.parts[part].State == models.PartOK && !beside {
			note(part)
		}
	}
}

// tags are what a song's file is told.
func (x *extras) tags(snap models.SongSnapshot, source, sourceID string) tagging.Tags {
	artists := snap.ArtistNames()
	t := tagging.Tags{
		Title: snap.Name, Artists: artists, Album: snap.Album, Year: snap.Year, Track: snap.Track, Disc: snap.Disc,
		Platform: snap.Platform, SongID: snap.RemoteID, Source: source, SourceID: sourceID,
	}
	if len(artists) > 0 && snap.Album != "" {
		t.AlbumArtist = artists[0]
	}
	if x.settings.Cover {
		t.Cover = x.cover.Bytes
	}
	if x.settings.Lyrics {
		t.Lyrics, t.Translation = x.words.Original, x.words.Translation
	}
	return t
}

// told notes that the file was told t.
func (x *extras) told(t tagging.Tags, source string) {
	text, err := json.Marshal(t)
	if err != nil {
		text = nil // it consists of texts and numbers
	}
	x.ok(models.PartInfo, source, "", text)
}

// isCurated says that a source's files stay byte by byte as they are.
func (s *Service) isCurated(source string) bool {
	_, is := sources.Role[sources.Curated](s.Sources, source)
	return is
}

// origin is where parts may be had: a source, and the song there.
type origin struct {
	source    string
	candidate sources.Candidate
}

// originsOf are the source that delivers and, if that is another one, the song's own
// platform.
func (s *Service) originsOf(snap models.SongSnapshot, c sources.Candidate) []origin {
	list := []origin{{c.Source, c}}
	if c.Source == snap.Platform {
		if c.CoverURL == "" {
			list[0].candidate.CoverURL = snap.CoverURL
		}
		return list
	}
	if l, ok := sources.Role[sources.Lookup](s.Sources, snap.Platform); ok {
		if own, ok := l.CandidateOf(snap); ok {
			if own.CoverURL == "" {
				own.CoverURL = snap.CoverURL
			}
			list = append(list, origin{snap.Platform, own})
		}
	}
	return list
}

// fetching is parts that are fetched while the sound comes.
type fetching struct {
	done   chan *extras
	cancel context.CancelFunc
}

// beginParts fetches a song's parts beside the sound. wait gives them, stop ends it.
func (s *Service) beginParts(ctx context.Context, origins []origin) *fetching {
	ctx, cancel := context.WithCancel(ctx)
	f := &fetching{done: make(chan *extras, 1), cancel: cancel}
	settings := PartSettings{}
	if s.Parts != nil {
		settings = s.Parts()
	}
	get := func() { f.done <- s.fetchParts(ctx, origins, settings, settings.Parts()) }
	if settings.wantsCover() || settings.wantsWords() {
		go get()
	} else {
		get() // nobody is asked
	}
	return f
}

// ready gives the parts when they are there, else nil.
func (f *fetching) ready() *extras {
	select {
	case x := <-f.done:
		f.done <- x // for the others
		return x
	default:
		return nil
	}
}

func (f *fetching) wait() *extras {
	x := <-f.done
	f.done <- x // for stop
	return x
}

// stop ends what is under way, and waits for the end.
func (f *fetching) stop() {
	f.cancel()
	<-f.done
}

// finishParts writes what stands beside a song's file that was placed.
func (s *Service) finishParts(ctx context.Context, lib *library.Library, songID int64, locator string, snap models.SongSnapshot, x *extras) error {
	if x == nil {
		return nil
	}
	changed := s.putBeside(ctx, lib, locator, snap, x)
	if len(changed) == 0 {
		return nil
	}
	return s.Store.SaveParts(ctx, songID, changed)
}
