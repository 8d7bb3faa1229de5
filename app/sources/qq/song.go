package qq

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

// Keys of SongSnapshot.Keys and Candidate.Keys. Sizes are kept under the platform's own
// names (size_128mp3, …), those that are offered only.
const (
	keyID       = "id"
	keyMid      = "mid"
	keyMediaMid = "media_mid"
	keyType     = "type"
	keyPaid     = "pay_play" // "1": playing is paid
	keyGreyed   = "greyed"   // "1": shown greyed out, without rights to anything
)

// song is a row of the "new" song shape that playlists, charts and search share.
type song struct {
	ID       number `json:"id"`
	Mid      string `json:"mid"`
	Type     number `json:"type"`
	Name     string `json:"name"`
	Title    string `json:"title"` // with the version, preferred to Name
	Subtitle string `json:"subtitle"`
	Interval number `json:"interval"` // seconds
	Singers  []struct {
		Mid  string `json:"mid"`
		Name string `json:"name"`
	} `json:"singer"`
	Album struct {
		Mid   string `json:"mid"`
		Name  string `json:"name"`
		Title string `json:"title"`
	} `json:"album"`
	File *fileInfo `json:"file"`
	Pay  struct {
		Play number `json:"pay_play"`
	} `json:"pay"`
	Action struct {
		Switch *number `json:"switch"` // bit field of rights; 0 or low = greyed out
	} `json:"action"`
	Disc       number `json:"index_cd"` // 0-based
	Track      number `json:"index_album"`
	TimePublic string `json:"time_public"` // "2006-01-02" or ""
}

// fileInfo tells the files of a song; sizes are bytes, 0 = not offered.
type fileInfo struct {
	MediaMid   string `json:"media_mid"`
	Size96AAC  number `json:"size_96aac"`
	Size192AAC number `json:"size_192aac"`
	Size128MP3 number `json:"size_128mp3"`
	Size320MP3 number `json:"size_320mp3"`
	Size192Ogg number `json:"size_192ogg"`
	SizeAPE    number `json:"size_ape"`
	SizeFLAC   number `json:"size_flac"`
	SizeHiRes  number `json:"size_hires"`
}

// readSong reads one row. A row that says nothing at all, or that has a song's ids but no
// file part, is an error: taking it for "no music" would drop songs when the platform
// changes its format.
func readSong(raw string) (song, error) {
	var s song
	if err := json.Unmarshal([]byte(raw), &s); err != nil {
		return song{}, fmt.Errorf("read song row: %w", err)
	}
	if s.name() == "" && (s.ID <= 0 || !validMid(s.Mid)) {
		return song{}, errors.New("read song row: neither name nor ids")
	}
	if s.File == nil {
		if s.ID > 0 && validMid(s.Mid) {
			return song{}, errors.New("read song row: no file part")
		}
		s.File = &fileInfo{}
	}
	return s, nil
}

// playable says whether the row is a song with a file. Rows without id, mid or media_mid
// are what charts hold of audiobooks and videos (upstream document, "Non-music charts and rows").
func (s *song) playable() bool {
	return s.ID > 0 && validMid(s.Mid) && s.File.MediaMid != ""
}

// validMid: mids have 14 letters or digits.
func validMid(mid string) bool {
	if len(mid) != 14 {
		return false
	}
	for _, r := range mid {
		if (r < '0' || r > '9') && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') {
			return false
		}
	}
	return true
}

func (s *song) name() string { return cleanLine(upstreamtext.First(s.Title, s.Name)) }

func (s *song) artists() []models.ArtistRef {
	var list []models.ArtistRef
	for _, a := range s.Singers {
		if name := cleanLine(a.Name); name != "" {
			list = append(list, models.ArtistRef{RemoteID: a.Mid, Name: name})
		}
	}
	return list
}

// album is the album's name; "空" is how QQ writes that there is none.
func (s *song) album() string {
	name := cleanLine(upstreamtext.First(s.Album.Name, s.Album.Title))
	if name == "空" {
		return ""
	}
	return name
}

// cover is the album's picture, else the first singer's.
func (s *song) cover() string {
	const base = "https://y.gtimg.cn/music/photo_new/"
	switch {
	case s.Album.Mid != "":
		return base + "T002R500x500M000" + s.Album.Mid + ".jpg"
	case len(s.Singers) > 0 && s.Singers[0].Mid != "":
		return base + "T001R500x500M000" + s.Singers[0].Mid + ".jpg"
	}
	return ""
}

func (s *song) year() int {
	year, _, _ := strings.Cut(s.TimePublic, "-")
	y, err := strconv.Atoi(year)
	if err != nil || y < 1000 {
		return 0
	}
	return y
}

func (s *song) keys() map[string]string {
	keys := map[string]string{
		keyID:       strconv.FormatInt(int64(s.ID), 10),
		keyMid:      s.Mid,
		keyMediaMid: s.File.MediaMid,
		keyType:     strconv.FormatInt(int64(s.Type), 10),
		keyPaid:     strconv.FormatInt(int64(s.Pay.Play), 10),
	}
	if s.Action.Switch != nil && *s.Action.Switch <= 1 {
		keys[keyGreyed] = "1"
	}
	for name, size := range map[string]number{
		"size_96aac": s.File.Size96AAC, "size_192aac": s.File.Size192AAC, "size_128mp3": s.File.Size128MP3,
		"size_320mp3": s.File.Size320MP3, "size_192ogg": s.File.Size192Ogg, "size_ape": s.File.SizeAPE,
		"size_flac": s.File.SizeFLAC,
	} {
		if size > 0 {
			keys[name] = strconv.FormatInt(int64(size), 10)
		}
	}
	return keys
}

// snapshot is the row as the catalog keeps it; remoteID overrides the mid when not "".
func (s *song) snapshot(raw string) models.SongSnapshot {
	snap := models.SongSnapshot{
		Platform:      Name,
		RemoteID:      s.Mid,
		Name:          s.name(),
		Subtitle:      cleanLine(s.Subtitle),
		Artists:       s.artists(),
		Album:         s.album(),
		AlbumRemoteID: s.Album.Mid,
		DurationMS:    max(int64(s.Interval), 0) * 1000,
		Track:         int(max(s.Track, 0)),
		Disc:          int(max(s.Disc, 0)) + 1,
		Year:          s.year(),
		CoverURL:      s.cover(),
		Keys:          s.keys(),
		Raw:           models.RawJSON(raw),
	}
	if offers := offersOf(snap.Keys); len(offers) > 0 {
		snap.Ext, snap.Quality, snap.FileSizeBytes = offers[0].Ext, offers[0].Quality, offers[0].SizeBytes
	}
	if s.File.SizeHiRes > 0 {
		// Announced only: no clear file of it is asked for.
		snap.Ext, snap.Quality, snap.FileSizeBytes = "flac", models.QualityHiRes, int64(s.File.SizeHiRes)
	}
	return snap
}

// candidate is the row as a search result.
func (s *song) candidate() sources.Candidate { return candidateOf(s.snapshot("")) }

// candidateOf makes a candidate of what a row told.
func candidateOf(snap models.SongSnapshot) sources.Candidate {
	return sources.Candidate{
		Source:     Name,
		RemoteID:   snap.RemoteID,
		Title:      snap.Name,
		Subtitle:   snap.Subtitle,
		Artists:    snap.ArtistNames(),
		Album:      snap.Album,
		DurationMS: snap.DurationMS,
		CoverURL:   snap.CoverURL,
		Offers:     offersOf(snap.Keys),
		Keys:       snap.Keys,
	}
}
