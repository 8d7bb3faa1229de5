package jamendo

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
	// keyLicence is the address of the song's Creative Commons licence.
	keyLicence = "licence"
	// keyRefused is set when the artist does not allow to download the song.
	keyRefused = "refused"
)

// refusedText says why a song that can be listened to is not saved.
const refusedText = "the artist does not allow downloads of this song"

// track is a song, of a list of any kind or of the search.
type track struct {
	ID          upstreamtext.Text   `json:"id"`
	Name        upstreamtext.Text   `json:"name"`
	ArtistID    upstreamtext.Text   `json:"artist_id"`
	ArtistName  upstreamtext.Text   `json:"artist_name"`
	AlbumID     upstreamtext.Text   `json:"album_id"`   // "" of a single
	AlbumName   upstreamtext.Text   `json:"album_name"` // left out in lists
	Duration    upstreamtext.Number `json:"duration"`   // seconds, 0 = unknown
	Position    upstreamtext.Number `json:"position"`   // on the album; in playlists: in the list
	ReleaseDate upstreamtext.Text   `json:"releasedate"`
	LicenceURL  upstreamtext.Text   `json:"license_ccurl"`
	Image       upstreamtext.Text   `json:"image"`
	AlbumImage  upstreamtext.Text   `json:"album_image"` // "" of a single
	Download    upstreamtext.Text   `json:"audiodownload"`
	Allowed     bool                `json:"audiodownload_allowed"`

	onAlbum bool // Position is on the album
	raw     string
}

func readTrack(raw string) (track, error) {
	var t track
	if err := json.Unmarshal([]byte(raw), &t); err != nil {
		return track{}, fmt.Errorf("read song: %w", err)
	}
	if !isID(string(t.ID)) || t.Name.Line() == "" {
		return track{}, errors.New("read song: no id or no name")
	}
	t.onAlbum, t.raw = t.AlbumName != "", raw
	return t, nil
}

// fill takes from its album what a song of it leaves out.
func (t *track) fill(album playlistRow) {
	if album.ID == "" {
		return
	}
	t.onAlbum = true
	for _, f := range []struct {
		field *upstreamtext.Text
		value upstreamtext.Text
	}{
		{&t.ArtistID, album.ArtistID}, {&t.ArtistName, album.ArtistName}, {&t.AlbumID, album.ID}, {&t.AlbumName, album.Name},
		{&t.ReleaseDate, album.ReleaseDate}, {&t.Image, album.Image},
	} {
		if *f.field == "" {
			*f.field = f.value
		}
	}
}

// allowed: the song may be saved.
func (t *track) allowed() bool { return t.Allowed && t.Download != "" }

func (t *track) cover() string {
	return upstreamtext.SecureAddress(upstreamtext.First(string(t.Image), string(t.AlbumImage)))
}

// format is one of the files that the platform makes of every song.
type format struct {
	name    string // of the parameters audioformat and audiodlformat
	quality models.Quality
	ext     string
}

// formats lists them, best first. mp32 is VBR of 190 to 260 kbit/s, ogg of quality 4 about
// 128, mp31 96.
var formats = []format{
	{"flac", models.QualityLossless, "flac"},
	{"mp32", models.Quality192, "mp3"},
	{"ogg", models.Quality128, "ogg"},
	{"mp31", models.QualityLow, "mp3"},
}

// snapshot is the song as the catalog keeps it.
func (t *track) snapshot() models.SongSnapshot {
	snap := models.SongSnapshot{
		Platform: Name, RemoteID: string(t.ID), Name: t.Name.Line(),
		Album: t.AlbumName.Line(), AlbumRemoteID: realID(t.AlbumID), DurationMS: max(int64(t.Duration), 0) * 1000,
		Year: yearOf(string(t.ReleaseDate)), CoverURL: t.cover(), Quality: formats[0].quality, Ext: formats[0].ext,
		Keys: map[string]string{}, Raw: models.RawJSON(t.raw),
	}
	if name := t.ArtistName.Line(); name != "" {
		snap.Artists = []models.ArtistRef{{RemoteID: realID(t.ArtistID), Name: name}}
	}
	const mostTracks = 999
	if t.onAlbum && t.Position > 0 && t.Position <= mostTracks {
		snap.Track = int(t.Position)
	}
	if licence := upstreamtext.WebAddress(string(t.LicenceURL)); licence != "" {
		snap.Keys[keyLicence] = licence
	}
	if !t.allowed() {
		snap.Keys[keyRefused] = string(models.CodeStreamOnly)
	}
	return snap
}

// realID is an id, "" when the row writes 0 or nothing for none.
func realID(t upstreamtext.Text) string {
	if !isID(string(t)) {
		return ""
	}
	return string(t)
}

// yearOf reads the year of YYYY-MM-DD, 0 when there is none.
func yearOf(date string) int {
	year, _, _ := strings.Cut(date, "-")
	y, err := strconv.Atoi(year)
	const first, last = 1900, 9999
	if err != nil || y < first || y > last {
		return 0
	}
	return y
}

// candidateOf makes a candidate of what a row told.
func candidateOf(snap models.SongSnapshot) sources.Candidate {
	c := sources.Candidate{
		Source: Name, RemoteID: snap.RemoteID, Title: snap.Name, Artists: snap.ArtistNames(),
		Album: snap.Album, DurationMS: snap.DurationMS, CoverURL: snap.CoverURL, Keys: snap.Keys,
	}
	if snap.Keys[keyRefused] != "" {
		c.Refused, c.RefusedCode, c.RefusedReason = true, models.CodeStreamOnly, refusedText
		return c
	}
	for _, f := range formats {
		c.Offers = append(c.Offers, sources.Offer{Quality: f.quality, Ext: f.ext})
	}
	return c
}

// CandidateOf makes the candidate of a song that Jamendo itself listed.
func (s *Source) CandidateOf(snap models.SongSnapshot) (sources.Candidate, bool) {
	if snap.Platform != Name || snap.NotMusic || snap.Name == "" || !isID(snap.RemoteID) {
		return sources.Candidate{}, false
	}
	return candidateOf(snap), true
}
