package kuwo

import (
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"catalogsync/app/sources"
	"catalogsync/app/sources/upstreamtext"
	"catalogsync/models"
)

// Keys of SongSnapshot.Keys and Candidate.Keys.
const (
	keyRID     = "rid"
	keyRefused = "refused"  // the models.Code with which the platform's row says that it is not served
	keySize    = "size_128" // rounded size of the 128 kbit/s MP3 in bytes
)

// song is a row of any of the three shapes, brought to one.
type song struct {
	rid      string
	name     string
	subtitle string
	artists  []models.ArtistRef
	album    string
	albumID  string
	seconds  int64
	track    int
	year     int
	cover    string
	files    []announced // best first
	refused  models.Code // "" = nothing speaks against asking for it
}

// text is a string that comes as a number at times.
type text string

// UnmarshalJSON takes strings, numbers and null.
func (t *text) UnmarshalJSON(b []byte) error {
	switch {
	case string(b) == "null":
		return nil
	case b[0] == '"':
		return json.Unmarshal(b, (*string)(t))
	case b[0] == '-' || b[0] >= '0' && b[0] <= '9':
		*t = text(b)
		return nil
	}
	return fmt.Errorf("read %.40q as text", b)
}

// zero says that a flag is told and 0.
func zero(n *number) bool { return n != nil && *n == 0 }

// withdrawnIf is the refusal of a row that tells that the song is gone.
func withdrawnIf(gone bool) models.Code {
	if gone {
		return models.CodeWithdrawn
	}
	return ""
}

// pcSong is a row of playlists (pl.svc) and charts (ksong.s).
type pcSong struct {
	ID           text    `json:"id"`
	Name         text    `json:"name"`
	Artist       text    `json:"artist"`
	ArtistID     text    `json:"artistid"`
	Album        text    `json:"album"`
	FAlbum       text    `json:"FALBUM"` // the album's name in some answers
	AlbumID      text    `json:"albumid"`
	Duration     number  `json:"duration"`      // seconds
	SongDuration number  `json:"song_duration"` // its name in charts
	Formats      text    `json:"formats"`
	MInfo        text    `json:"MINFO"`
	Online       *number `json:"online"` // 0 = withdrawn
}

func readPCSong(raw string) (song, error) {
	var r pcSong
	if err := json.Unmarshal([]byte(raw), &r); err != nil {
		return song{}, fmt.Errorf("read song row: %w", err)
	}
	return checked(song{
		rid:     strings.TrimPrefix(string(r.ID), "MUSIC_"),
		name:    cleanLine(string(r.Name)),
		artists: artistRefs(splitArtists(string(r.Artist)), string(r.ArtistID)),
		album:   cleanLine(upstreamtext.First(string(r.Album), string(r.FAlbum))),
		albumID: realID(r.AlbumID),
		seconds: int64(max(r.Duration, r.SongDuration, 0)),
		files:   announcedFiles(string(r.MInfo), string(r.Formats)),
		refused: withdrawnIf(zero(r.Online)),
	})
}

// webSong is a row of the web endpoints.
type webSong struct {
	MusicRID    text    `json:"musicrid"` // MUSIC_ + rid
	RID         text    `json:"rid"`
	Name        text    `json:"name"`
	Artist      text    `json:"artist"`
	ArtistID    text    `json:"artistid"`
	Album       text    `json:"album"`
	AlbumID     text    `json:"albumid"`
	AlbumPic    text    `json:"albumpic"`
	Pic         text    `json:"pic"`
	Pic120      text    `json:"pic120"`
	Duration    number  `json:"duration"` // seconds
	Track       number  `json:"track"`
	ReleaseDate text    `json:"releaseDate"`
	HasLossless bool    `json:"hasLossless"`
	Online      *number `json:"online"`
	Disable     number  `json:"disable"` // 1 = no rights
	PayInfo     struct {
		CannotPlay number `json:"cannotOnlinePlay"`
	} `json:"payInfo"`
}

func readWebSong(raw string) (song, error) {
	var r webSong
	if err := json.Unmarshal([]byte(raw), &r); err != nil {
		return song{}, fmt.Errorf("read song row: %w", err)
	}
	s := song{
		rid:     upstreamtext.First(realID(r.RID), strings.TrimPrefix(string(r.MusicRID), "MUSIC_")),
		name:    cleanLine(string(r.Name)),
		artists: artistRefs(splitArtists(string(r.Artist)), string(r.ArtistID)),
		album:   cleanLine(string(r.Album)),
		albumID: realID(r.AlbumID),
		seconds: int64(max(r.Duration, 0)),
		track:   int(max(r.Track, 0)),
		year:    yearOf(string(r.ReleaseDate)),
		cover:   webAddress(upstreamtext.First(string(r.AlbumPic), string(r.Pic), string(r.Pic120))),
		refused: withdrawnIf(zero(r.Online) || r.Disable == 1 || r.PayInfo.CannotPlay == 1),
	}
	if r.HasLossless {
		s.files = announcedFiles("", "ALFLAC|MP3128")
	}
	return checked(s)
}

// searchSong is a row of the song search.
type searchSong struct {
	MusicRID     text    `json:"MUSICRID"`
	TargetID     text    `json:"DC_TARGETID"` // the bare rid
	SongName     text    `json:"SONGNAME"`    // may hold a version in brackets
	Name         text    `json:"NAME"`
	Subtitle     text    `json:"SUBTITLE"`
	Artist       text    `json:"ARTIST"`
	ArtistID     text    `json:"ARTISTID"`
	AllArtistIDs text    `json:"allartistid"` // "47&385"
	Album        text    `json:"ALBUM"`
	AlbumID      text    `json:"ALBUMID"`
	Duration     number  `json:"DURATION"` // seconds
	Formats      text    `json:"FORMATS"`
	MInfo        text    `json:"MINFO"`
	Online       *number `json:"ONLINE"`    // 0 = unavailable
	BitSwitch    *number `json:"bitSwitch"` // 0 = no right to play
	Pay          number  `json:"PAY"`       // bit mask, 0 = free
	CoverPath    text    `json:"web_albumpic_short"`
}

func readSearchSong(raw string) (song, error) {
	var r searchSong
	if err := json.Unmarshal([]byte(raw), &r); err != nil {
		return song{}, fmt.Errorf("read search row: %w", err)
	}
	s := song{
		rid:      upstreamtext.First(strings.TrimPrefix(string(r.MusicRID), "MUSIC_"), string(r.TargetID)),
		name:     cleanLine(upstreamtext.First(string(r.SongName), string(r.Name))),
		subtitle: cleanLine(string(r.Subtitle)),
		artists:  artistRefs(splitArtists(string(r.Artist)), upstreamtext.First(string(r.AllArtistIDs), string(r.ArtistID))),
		album:    cleanLine(string(r.Album)),
		albumID:  realID(r.AlbumID),
		seconds:  int64(max(r.Duration, 0)),
		cover:    coverOf(string(r.CoverPath)),
		files:    announcedFiles(string(r.MInfo), string(r.Formats)),
		refused:  withdrawnIf(zero(r.Online) || zero(r.BitSwitch)),
	}
	if !zero(r.Online) && s.refused != "" && r.Pay != 0 {
		s.refused = models.CodePaid
	}
	return checked(s)
}

// checked refuses a row without the id that everything else hangs on.
func checked(s song) (song, error) {
	if !isID(s.rid) {
		return song{}, errors.New("read song row: no song id")
	}
	return s, nil
}

// realID is an id, "" when the row writes 0 for none.
func realID(t text) string {
	if t == "0" {
		return ""
	}
	return string(t)
}

// yearOf reads the year of "2021-03-05"; 0000 and 1970-01-01 stand for unknown.
func yearOf(date string) int {
	year, _, _ := strings.Cut(date, "-")
	y, err := strconv.Atoi(year)
	if err != nil || y < 1000 || date == "1970-01-01" {
		return 0
	}
	return y
}

// coverOf makes an address of "120/a/b.jpg", whose first part is the picture's size.
func coverOf(path string) string {
	size, rest, found := strings.Cut(path, "/")
	if !found || !isID(size) {
		return ""
	}
	return "https://img1.kuwo.cn/star/albumcover/500/" + rest
}

func (s *song) keys() map[string]string {
	keys := map[string]string{keyRID: s.rid}
	if s.refused != "" {
		keys[keyRefused] = string(s.refused)
	}
	if f, ok := servedFile(s.files); ok && f.sizeBytes > 0 {
		keys[keySize] = strconv.FormatInt(f.sizeBytes, 10)
	}
	return keys
}

// snapshot is the row as the catalog keeps it.
func (s *song) snapshot(raw string) models.SongSnapshot {
	snap := models.SongSnapshot{
		Platform: Name, RemoteID: s.rid, Name: s.name, Subtitle: s.subtitle, Artists: s.artists,
		Album: s.album, AlbumRemoteID: s.albumID, DurationMS: s.seconds * 1000,
		Track: s.track, Year: s.year, CoverURL: s.cover, Keys: s.keys(), Raw: models.RawJSON(raw),
	}
	if len(s.files) > 0 {
		best := s.files[0]
		snap.Quality, snap.Ext, snap.FileSizeBytes = best.quality, best.ext, best.sizeBytes
	}
	return snap
}

// candidate is the row as a search result.
func (s *song) candidate() sources.Candidate { return candidateOf(s.snapshot("")) }

// candidateOf makes a candidate of what a row told.
func candidateOf(snap models.SongSnapshot) sources.Candidate {
	c := sources.Candidate{
		Source: Name, RemoteID: snap.RemoteID, Title: snap.Name, Subtitle: snap.Subtitle, Artists: snap.ArtistNames(),
		Album: snap.Album, DurationMS: snap.DurationMS, CoverURL: snap.CoverURL, Keys: snap.Keys,
	}
	size, err := strconv.ParseInt(snap.Keys[keySize], 10, 64)
	if err != nil {
		size = 0 // not told
	}
	c.Offers = []sources.Offer{{Quality: served.quality, Ext: served.ext, SizeBytes: size}}
	switch code := models.Code(snap.Keys[keyRefused]); code {
	case "":
	case models.CodePaid:
		c.Refused, c.RefusedCode, c.RefusedReason = true, code, "Kuwo serves this song to paying listeners only"
	default:
		c.Refused, c.RefusedCode, c.RefusedReason = true, models.CodeWithdrawn, "Kuwo has withdrawn the song"
	}
	return c
}
