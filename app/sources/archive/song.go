package archive

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"net/url"
	"path"
	"slices"
	"strings"

	"github.com/tidwall/gjson"

	"catalogsync/app/sources"
	"catalogsync/app/sources/upstreamtext"
	"catalogsync/models"
)

// song is an uploaded file with what was derived from it.
type song struct {
	key      string // the name of the uploaded file
	title    string
	artists  []string
	album    string
	year     int
	track    int
	secs     float64
	files    []file // those that can be offered, best first
	withheld bool   // there is such a file, and it is private
	raw      models.RawJSON
}

// open says that everybody may listen to it.
func (s song) open() bool { return len(s.files) > 0 }

// songsOf makes songs of the audio among an item's files, in their order on the release.
func songsOf(id string, item gjson.Result, rows []file) []song {
	groups := map[string][]file{}
	var order []string
	for _, f := range rows {
		if !isSound(f.ext) || aside(f.name, f.format) {
			continue
		}
		key := f.name
		if isSound(extOf(f.original)) {
			key = f.original
		}
		if groups[key] == nil {
			order = append(order, key)
		}
		groups[key] = append(groups[key], f)
	}
	var songs []song
	for _, key := range order {
		if s := songOf(key, item, groups[key]); s.open() || s.withheld {
			songs = append(songs, s)
		}
	}
	sortSongs(songs)
	return songs
}

func isSound(ext string) bool {
	return slices.Contains(playable, ext) || slices.Contains(described, ext)
}

// songOf makes one song of an uploaded file and its derivatives. What derivatives leave
// out, the upload tells.
func songOf(key string, item gjson.Result, group []file) song {
	slices.SortStableFunc(group, func(a, b file) int { return -compareBool(a.name == key, b.name == key) })
	s := song{key: key, album: lineOf(item.Get("title")), year: yearOf(lineOf(item.Get("date"))), raw: models.RawJSON(group[0].fields.Raw)}
	for _, f := range group {
		s.title = upstreamtext.First(s.title, lineOf(f.fields.Get("title")))
		s.track = cmp.Or(s.track, f.track)
		s.secs = cmp.Or(s.secs, f.secs)
		if len(s.artists) == 0 {
			s.artists = linesOf(f.fields.Get("artist"))
		}
		if len(s.artists) == 0 {
			s.artists = linesOf(f.fields.Get("creator"))
		}
		switch {
		case !slices.Contains(playable, f.ext):
		case f.private:
			s.withheld = true
		default:
			s.files = append(s.files, f)
		}
	}
	if s.title == "" {
		s.title = upstreamtext.CleanLine(strings.TrimSuffix(path.Base(key), path.Ext(key)))
	}
	if len(s.artists) == 0 {
		s.artists = linesOf(item.Get("creator"))
	}
	slices.SortStableFunc(s.files, compareFiles)
	return s
}

func compareFiles(a, b file) int {
	return cmp.Or(cmp.Compare(b.quality.Rank(), a.quality.Rank()),
		cmp.Compare(slices.Index(playable, a.ext), slices.Index(playable, b.ext)))
}

func compareBool(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return 1
	}
	return -1
}

// sortSongs orders by folder and track number when every song has one, else by file name.
func sortSongs(songs []song) {
	numbered := !slices.ContainsFunc(songs, func(s song) bool { return s.track == 0 })
	slices.SortStableFunc(songs, func(a, b song) int {
		if numbered {
			if da, db := path.Dir(a.key), path.Dir(b.key); da != db {
				return upstreamtext.CompareNatural(da, db)
			}
			if a.track != b.track {
				return cmp.Compare(a.track, b.track)
			}
		}
		return upstreamtext.CompareNatural(a.key, b.key)
	})
}

// songID names a song by its item and a digest of its file's name, which may be long and
// hold anything.
func songID(item, key string) string {
	sum := sha256.Sum256([]byte(key))
	return item + "/" + hex.EncodeToString(sum[:8])
}

// splitSongID is the item of a song's id; false when it is none.
func splitSongID(id string) (item string, ok bool) {
	item, digest, found := strings.Cut(id, "/")
	return item, found && identifier.MatchString(item) && len(digest) == 16 && strings.Trim(digest, "0123456789abcdef") == ""
}

// fileURL is a file's address. cnt=0 leaves the item's view counter alone.
func fileURL(item, name string) string {
	segments := strings.Split(name, "/")
	for i := range segments {
		segments[i] = url.PathEscape(segments[i])
	}
	return site + "/download/" + item + "/" + strings.Join(segments, "/") + "?cnt=0"
}

func (s song) durationMS() int64 { return int64(s.secs * 1000) }

// snapshot is the song as the catalog keeps it.
func (s song) snapshot(it *item) models.SongSnapshot {
	snap := models.SongSnapshot{
		Platform: Name, RemoteID: songID(it.id, s.key), Name: s.title, Album: s.album, AlbumRemoteID: it.id,
		DurationMS: s.durationMS(), Track: s.track, Year: s.year, CoverURL: it.cover, Raw: s.raw,
	}
	for _, name := range s.artists {
		snap.Artists = append(snap.Artists, models.ArtistRef{Name: name})
	}
	if len(s.files) > 0 {
		best := s.files[0]
		snap.Quality, snap.Ext, snap.FileSizeBytes = best.quality, best.ext, best.size
	}
	return snap
}

// candidate is the song as a search result.
func (s song) candidate(it *item) sources.Candidate {
	c := candidateOf(s.snapshot(it))
	c.Offers = nil
	for _, f := range s.files {
		c.Offers = append(c.Offers, sources.Offer{Quality: f.quality, Ext: f.ext, SizeBytes: f.size})
	}
	if !s.open() {
		c.Refused, c.RefusedCode, c.RefusedReason = true, models.CodeLoginRequired, withheldText
	}
	return c
}

const withheldText = "the Internet Archive keeps the file for signed-in visitors"

// candidateOf makes a candidate of what a playlist told.
func candidateOf(snap models.SongSnapshot) sources.Candidate {
	c := sources.Candidate{
		Source: Name, RemoteID: snap.RemoteID, Title: snap.Name, Artists: snap.ArtistNames(),
		Album: snap.Album, DurationMS: snap.DurationMS, CoverURL: snap.CoverURL,
	}
	if snap.Ext != "" {
		c.Offers = []sources.Offer{{Quality: snap.Quality, Ext: snap.Ext, SizeBytes: snap.FileSizeBytes}}
	}
	return c
}

// CandidateOf makes the candidate of a song that the Archive itself listed.
func (s *Source) CandidateOf(snap models.SongSnapshot) (sources.Candidate, bool) {
	if _, ok := splitSongID(snap.RemoteID); !ok || snap.Platform != Name || snap.NotMusic {
		return sources.Candidate{}, false
	}
	return candidateOf(snap), true
}
