package catalog

import (
	"slices"
	"strings"
	"time"

	"catalogsync/app/demo/audio"
)

// Artist is an artist as a platform writes it.
type Artist struct {
	ID   int64
	Name string
}

// Song is a recording as one platform has it.
type Song struct {
	Platform Platform
	Ref      Ref
	ID       int64 // numeric id
	Title    string
	Version  string // "Live" and the like, without brackets
	Artists  []Artist
	AlbumID  int64 // 0 = none
	Album    string
	Track    int
	Year     int
	Cells    int // length, see audio.CellSamples
	Serving  Serving
	// Announced is the best format in the song's description, Granted the best one that
	// an anonymous caller gets.
	Announced, Granted audio.Format
	// Downgraded marks a QQ song that is granted as AAC only, whatever is asked for.
	Downgraded bool
	tune       uint64
}

// Duration is how long the song plays.
func (s *Song) Duration() time.Duration { return audio.Duration(s.Cells) }

// FullTitle is the title with its version.
func (s *Song) FullTitle() string {
	if s.Version == "" {
		return s.Title
	}
	return s.Title + " (" + s.Version + ")"
}

// ArtistNames joins the artists' names.
func (s *Song) ArtistNames(separator string) string {
	names := make([]string, len(s.Artists))
	for i, a := range s.Artists {
		names[i] = a.Name
	}
	return strings.Join(names, separator)
}

// File describes the song's file in a format.
func (s *Song) File(f audio.Format) audio.Spec {
	return audio.Spec{Format: f, Cells: s.Cells, Tune: s.tune, Title: s.FullTitle(), Artist: s.ArtistNames("/"), Album: s.Album}
}

// PreviewFile describes the clip of the song that is served in its place.
func (s *Song) PreviewFile() audio.Spec {
	f := s.File(audio.MP3128)
	f.Cells = max(s.Cells*3/10, 1)
	return f
}

// Song describes a recording as p has it; r must come from this catalogue.
func (c *Catalog) Song(p Platform, r Ref) *Song {
	s := &Song{Platform: p, Ref: r, ID: SongID(p, r), tune: c.random(topicTune, r.Work, int(r.Variant))}
	s.Title = c.titleOf(r.Work)
	if texts := versionText[r.Variant]; texts != nil {
		s.Version = texts[p]
	}
	if r.Variant == Original {
		s.Serving = c.serving(p, r.Work)
	}
	s.Artists = c.artistsOf(r)
	x := c.random(topicAlbum, r.Work)
	if x%8 != 0 {
		s.AlbumID = 400_000 + s.Artists[0].ID*4 + int64(x>>8&3)
		s.Album = albumName(s.AlbumID)
		s.Track = 1 + int(x>>16%12)
	}
	s.Year = 1998 + int(x>>24%28)
	c.spell(s)
	s.Cells = c.length(p, r)
	c.formats(s)
	return s
}

func (c *Catalog) titleOf(work int) string {
	if t, ok := c.hostile[work]; ok {
		return t
	}
	return titleText(c.names.of(c.title.of(work) % titles))
}

// Artist names are numbered from 0; even ones are Chinese.
const (
	maxArtists    = 2 * titleWords * 12
	artistIDBase  = 60_000
	rareNameIndex = 5
	rareName      = "Rope & Ladder Kids" // a separator inside a name
)

func artistName(n int) string {
	if n == rareNameIndex {
		return rareName
	}
	first, second := n/2%titleWords, (n/2/titleWords+n/2)%len(chineseBands)
	if n%2 == 0 {
		return chineseFirst[first] + chineseBands[second]
	}
	return englishWord(first) + " " + englishBands[second]
}

func albumName(id int64) string {
	x := mix(uint64(id))
	if x%2 == 0 {
		return chineseSecond[below(x, titleWords)] + albumEndings[below(mix(x), len(albumEndings))]
	}
	return englishWord(below(x, titleWords)) + " " + englishSecond[below(mix(x), titleWords)]
}

// artistsOf are the artists of a recording, in its home's order.
func (c *Catalog) artistsOf(r Ref) []Artist {
	pool := min(max(c.works/4, 12), maxArtists)
	x := c.random(topicArtists, r.Work)
	count := [...]int{1, 1, 1, 1, 1, 1, 1, 2, 2, 3}[x%10]
	first := below(mix(x), pool)
	if r.Variant >= Cover {
		// Between the numbers of the work's own artists, which are pool/count apart.
		count, first = 1, (first+int(r.Variant-Instrumental))%pool
	}
	var out []Artist
	for i := range count {
		n := (first + i*(pool/count)) % pool
		out = append(out, Artist{ID: artistIDBase + int64(n), Name: artistName(n)})
	}
	return out
}

// spell writes a song as the platforms beside its home may: in traditional characters
// or capitals, with the artists in another order, or with the last artist in the title.
func (c *Catalog) spell(s *Song) {
	work := s.Ref.Work
	if _, ok := c.hostile[work]; ok || s.Platform == c.home(work) {
		return
	}
	switch x := c.random(topicSpelling, work, int(s.Platform)) % 20; {
	case x < 3:
		s.Title, s.Album = otherSpelling(s.Title), otherSpelling(s.Album)
		for i := range s.Artists {
			s.Artists[i].Name = traditional.Replace(s.Artists[i].Name)
		}
	case x < 6:
		slices.Reverse(s.Artists)
	case x < 7 && len(s.Artists) > 1 && c.fate(work) == FateOpen:
		last := len(s.Artists) - 1
		s.Title += " (feat. " + s.Artists[last].Name + ")"
		s.Artists = s.Artists[:last]
	}
}

func otherSpelling(text string) string {
	if t := traditional.Replace(text); t != text {
		return t
	}
	return strings.ToUpper(text)
}

// length is a recording's length in cells. The platforms' masters of one recording
// differ by up to a second; other recordings by five seconds and more.
func (c *Catalog) length(p Platform, r Ref) int {
	lo, hi := audio.CellsOf(c.cfg.MinLength), audio.CellsOf(c.cfg.MaxLength)
	x := c.random(topicLength, r.Work)
	n := lo + below(x, hi-lo+1)
	if p != c.home(r.Work) {
		n += int(c.random(topicLength, r.Work, int(p)) % 6)
	}
	switch r.Variant {
	case Live:
		n = n*7/5 + 40
	case Remix:
		n = n*5/4 + 48
	case Instrumental:
		n += 30
	case Cover:
		n = n*6/5 + 24
	}
	return n
}

// formats decides what a song is announced and granted in.
func (c *Catalog) formats(s *Song) {
	x := c.random(topicQuality, s.Ref.Work, int(s.Ref.Variant), int(s.Platform)) % 20
	s.Announced = audio.MP3320
	switch {
	case x < 9:
		s.Announced = audio.FLAC
	case x > 16:
		s.Announced = audio.MP3128
	}
	s.Granted = s.Announced
	if x < 5 { // lossless is for members
		s.Granted = audio.MP3320
	}
	switch {
	case s.Platform == Kuwo:
		s.Granted = audio.MP3128
	case s.Platform == QQ && x == 10 && s.Ref.Variant == Original && c.fate(s.Ref.Work) == FateOpen:
		s.Granted, s.Downgraded = audio.AAC96, true
	}
}
