package subsonic

import (
	"encoding/json"
	"fmt"
	"path"
	"strings"

	"catalogsync/app/sources"
	"catalogsync/app/sources/upstreamtext"
	"catalogsync/models"
)

// keyCover is the id of a song's picture, in SongSnapshot.Keys and Candidate.Keys.
const keyCover = "cover"

// child is a song as the API calls it: an entry of a folder.
type child struct {
	ID            text   `json:"id"`
	Title         text   `json:"title"`
	Artist        text   `json:"artist"`
	ArtistID      text   `json:"artistId"`
	DisplayArtist text   `json:"displayArtist"`
	Artists       people `json:"artists"` // OpenSubsonic
	Album         text   `json:"album"`
	AlbumID       text   `json:"albumId"`
	CoverArt      text   `json:"coverArt"`
	Duration      number `json:"duration"` // seconds
	Size          number `json:"size"`     // bytes, of the file itself
	BitRate       number `json:"bitRate"`  // kbit/s; of supysonic 0.7: bit/s
	Suffix        text   `json:"suffix"`
	ContentType   text   `json:"contentType"`
	BitDepth      number `json:"bitDepth"`     // OpenSubsonic
	SamplingRate  number `json:"samplingRate"` // OpenSubsonic, Hz
	Track         number `json:"track"`
	Disc          number `json:"discNumber"`
	Year          number `json:"year"`
	Path          text   `json:"path"`
	IsDir         bool   `json:"isDir"`
	IsVideo       bool   `json:"isVideo"`

	raw string
}

// people are the performers one by one; a server that writes them otherwise has the joined
// name beside them.
type people []struct {
	ID   text `json:"id"`
	Name text `json:"name"`
}

// UnmarshalJSON never fails: the list is an extra.
func (p *people) UnmarshalJSON(b []byte) error {
	type plain people
	var list plain
	if json.Unmarshal(b, &list) == nil {
		*p = people(list)
	}
	return nil
}

func readChild(raw string) (child, error) {
	var c child
	if err := json.Unmarshal([]byte(raw), &c); err != nil {
		return child{}, fmt.Errorf("read song: %w", err)
	}
	if !isID(string(c.ID)) {
		return child{}, shapeError("a song has no id")
	}
	c.raw = raw
	return c, nil
}

// title is the song's title; of an untagged file its name.
func (c *child) title() string {
	file := path.Base(string(c.Path))
	return upstreamtext.First(c.Title.Line(), upstreamtext.CleanLine(strings.TrimSuffix(file, path.Ext(file))), string(c.ID))
}

func (c *child) performers() []models.ArtistRef {
	var list []models.ArtistRef
	for _, a := range c.Artists {
		if name := a.Name.Line(); name != "" {
			list = append(list, models.ArtistRef{RemoteID: string(a.ID), Name: name})
		}
	}
	if name := upstreamtext.First(c.Artist.Line(), c.DisplayArtist.Line()); len(list) == 0 && name != "" {
		list = append(list, models.ArtistRef{RemoteID: string(c.ArtistID), Name: name})
	}
	return list
}

// ext is the file's ending, in small letters without the dot.
func (c *child) ext() string {
	ext := strings.ToLower(strings.Trim(c.Suffix.Line(), ". "))
	if ext == "" || len(ext) > 5 || strings.ContainsFunc(ext, notInExt) {
		return extOf[strings.ToLower(c.ContentType.Line())]
	}
	return ext
}

func notInExt(r rune) bool { return (r < 'a' || r > 'z') && (r < '0' || r > '9') }

// extOf are the endings of the types that servers tell.
var extOf = map[string]string{
	"audio/mpeg": "mp3", "audio/mp3": "mp3", "audio/flac": "flac", "audio/x-flac": "flac", "audio/ogg": "ogg", "audio/opus": "opus",
	"audio/mp4": "m4a", "audio/x-m4a": "m4a", "audio/aac": "aac", "audio/wav": "wav", "audio/x-wav": "wav", "audio/x-ms-wma": "wma",
}

// losslessExts are the endings of files that lose nothing.
var losslessExts = map[string]bool{
	"flac": true, "wav": true, "aif": true, "aiff": true, "ape": true, "wv": true, "tta": true, "alac": true, "dsf": true, "dff": true,
}

const (
	// kiloLimit: a rate above it cannot be meant in kbit/s of a lossy file.
	kiloLimit = 10_000
	// losslessM4A is the rate from which an m4a can only be ALAC; AAC ends at 320 kbit/s.
	losslessM4A = 400_000
	cdBits      = 16
	cdRate      = 48_000
)

// bitsPerSecond is the file's rate, as told or as its size says; 0 = unknown.
func (c *child) bitsPerSecond() int64 {
	switch rate := int64(c.BitRate); {
	case rate > kiloLimit:
		return rate
	case rate > 0:
		return rate * 1000
	case c.Size > 0 && c.Duration > 0:
		return int64(float64(c.Size) * 8 / float64(c.Duration))
	}
	return 0
}

func (c *child) quality() models.Quality {
	rate := c.bitsPerSecond()
	lossless := losslessExts[c.ext()] || (c.ext() == "m4a" || c.ext() == "mp4") && rate >= losslessM4A
	switch {
	case lossless && (c.BitDepth > cdBits || c.SamplingRate > cdRate):
		return models.QualityHiRes
	case lossless:
		return models.QualityLossless
	}
	return models.QualityOfBitrate(rate)
}

// snapshot is the song as the catalog keeps it.
func (c *child) snapshot(platform string) models.SongSnapshot {
	snap := models.SongSnapshot{
		Platform: platform, RemoteID: string(c.ID), Name: c.title(), Artists: c.performers(),
		Album: c.Album.Line(), AlbumRemoteID: string(c.AlbumID), DurationMS: max(int64(c.Duration), 0) * 1000,
		Track: small(c.Track), Disc: small(c.Disc), Year: small(c.Year),
		Ext: c.ext(), FileSizeBytes: max(int64(c.Size), 0), Quality: c.quality(),
		NotMusic: c.IsDir || c.IsVideo, Raw: models.RawJSON(c.raw),
	}
	if isID(string(c.CoverArt)) {
		snap.Keys = map[string]string{keyCover: string(c.CoverArt)}
	}
	return snap
}

// small is a number of tracks, discs or a year, 0 when it cannot be one.
func small(n number) int {
	const most = 9999
	if n < 0 || n > most {
		return 0
	}
	return int(n)
}

// candidate makes a candidate of what a song's entry told.
func (s *Source) candidate(snap models.SongSnapshot) sources.Candidate {
	c := sources.Candidate{
		Source: s.name, RemoteID: snap.RemoteID, Title: snap.Name, Subtitle: snap.Subtitle, Artists: snap.ArtistNames(),
		Album: snap.Album, DurationMS: snap.DurationMS, Keys: snap.Keys,
	}
	if snap.Ext != "" {
		c.Offers = []sources.Offer{{Quality: snap.Quality, Ext: snap.Ext, SizeBytes: snap.FileSizeBytes}}
	}
	if id := snap.Keys[keyCover]; id != "" {
		// Without the login: Open adds it.
		c.CoverURL = s.fileAddress("getCoverArt", id).String()
	}
	return c
}

// CandidateOf makes the candidate of a song that this server itself listed.
func (s *Source) CandidateOf(snap models.SongSnapshot) (sources.Candidate, bool) {
	if snap.Platform != s.name || snap.NotMusic || snap.Name == "" || !isID(snap.RemoteID) {
		return sources.Candidate{}, false
	}
	return s.candidate(snap), true
}
