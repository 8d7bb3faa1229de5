package netease

import "encoding/json"

// The shapes below hold what is used of the platform's answers (upstream document,
// §1–§6). Rows stay raw, so that one unreadable row costs only itself and each row can
// be kept byte for byte.

type squareAnswer struct {
	Playlists []json.RawMessage `json:"playlists"`
	Total     number            `json:"total"`
	More      *bool             `json:"more"`
}

func (a *squareAnswer) missing() string {
	if a.Playlists == nil {
		return "playlists"
	}
	return ""
}

type toplistsAnswer struct {
	List []json.RawMessage `json:"list"`
}

func (a *toplistsAnswer) missing() string {
	if a.List == nil {
		return "list"
	}
	return ""
}

// playlistRow is a playlist in the square, in the list of toplists and in the detail.
type playlistRow struct {
	ID          number `json:"id"`
	Name        text   `json:"name"`
	CoverImgURL text   `json:"coverImgUrl"`
	Description text   `json:"description"`
	PlayCount   number `json:"playCount"`
	TrackCount  number `json:"trackCount"`
	Creator     *struct {
		Nickname text `json:"nickname"`
	} `json:"creator"`
	UpdateTime            number `json:"updateTime"`
	TrackUpdateTime       number `json:"trackUpdateTime"`
	TrackNumberUpdateTime number `json:"trackNumberUpdateTime"`
}

type detailAnswer struct {
	// Playlist is missing or null in all refusals.
	Playlist json.RawMessage `json:"playlist"`
}

func (a *detailAnswer) missing() string {
	if len(a.Playlist) == 0 || string(a.Playlist) == "null" {
		return "playlist"
	}
	return ""
}

// playlistTracks is the track part of a detail's playlist.
type playlistTracks struct {
	// TrackIDs is the complete list in order; Tracks describes only the first of it
	// (10–20 songs for anonymous callers).
	TrackIDs []struct {
		ID number `json:"id"`
	} `json:"trackIds"`
	Tracks []json.RawMessage `json:"tracks"`
}

type songsAnswer struct {
	// Songs is in no particular order and lacks songs that the platform does not know.
	Songs []json.RawMessage `json:"songs"`
}

func (a *songsAnswer) missing() string {
	if a.Songs == nil {
		return "songs"
	}
	return ""
}

// song is a song in the new shape, or in the old one (artists, album, duration).
type song struct {
	ID          number     `json:"id"`
	Name        text       `json:"name"` // null on broken cloud songs
	Ar          []artist   `json:"ar"`
	Artists     []artist   `json:"artists"`
	Al          *album     `json:"al"`
	Album       *album     `json:"album"`
	Alia        []text     `json:"alia"`
	Alias       []text     `json:"alias"`
	Dt          number     `json:"dt"` // ms
	Duration    number     `json:"duration"`
	L           *file      `json:"l"`
	M           *file      `json:"m"`
	H           *file      `json:"h"`
	SQ          *file      `json:"sq"`
	HR          *file      `json:"hr"`
	Cd          number     `json:"cd"` // null, "", "1" and "01"
	No          number     `json:"no"`
	PublishTime number     `json:"publishTime"` // ms; 0 or negative = not told
	Fee         number     `json:"fee"`
	St          number     `json:"st"`
	Privilege   *privilege `json:"privilege"` // in search answers
	Pc          *cloudTags `json:"pc"`        // on songs of someone's cloud disk
}

type artist struct {
	ID   number `json:"id"` // 0 = none
	Name text   `json:"name"`
}

type album struct {
	ID     number `json:"id"`
	Name   text   `json:"name"`
	PicURL text   `json:"picUrl"`
}

// file is one announced quality: bit/s and bytes.
type file struct {
	Br   number `json:"br"`
	Size number `json:"size"`
}

// cloudTags are the tags of an uploaded file.
type cloudTags struct {
	Title  text `json:"sn"`
	Artist text `json:"ar"`
	Album  text `json:"alb"`
}

// privilege is what this caller may do with a song.
type privilege struct {
	St number `json:"st"` // <0 = unavailable
	Pl number `json:"pl"` // bit/s that may be played, 0 = none
}

type searchAnswer struct {
	Result *struct {
		Songs     []json.RawMessage `json:"songs"` // absent when nothing was found
		SongCount number            `json:"songCount"`
	} `json:"result"`
}

func (a *searchAnswer) missing() string {
	switch {
	case a.Result == nil:
		return "result"
	case a.Result.Songs == nil && a.Result.SongCount > 0:
		return "result.songs"
	}
	return ""
}

type streamAnswer struct {
	// Data is not in the order of the request.
	Data []granted `json:"data"`
}

func (a *streamAnswer) missing() string {
	if a.Data == nil {
		return "data"
	}
	return ""
}

// granted is one row of a stream answer; its br, size, type and level are those of what
// is served, whatever was asked for.
type granted struct {
	ID            number          `json:"id"`
	URL           text            `json:"url"`
	Code          number          `json:"code"`
	Br            number          `json:"br"` // bit/s
	Size          number          `json:"size"`
	Type          text            `json:"type"`
	Level         text            `json:"level"`
	MD5           text            `json:"md5"`
	Expi          number          `json:"expi"` // s
	Time          number          `json:"time"` // ms of what is served, 0 or absent = not told
	Fee           number          `json:"fee"`
	FreeTrialInfo json.RawMessage `json:"freeTrialInfo"`
}

type lyricsAnswer struct {
	Lrc    *lyric `json:"lrc"`
	Tlyric *lyric `json:"tlyric"`
}

// missing is "": a song without words has neither part.
func (a *lyricsAnswer) missing() string { return "" }

type lyric struct {
	Lyric text `json:"lyric"`
}
