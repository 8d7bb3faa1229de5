package kugou

import (
	"encoding/json"

	"catalogsync/app/sources/upstreamtext"
)

// searchAnswer is what a search found.
type searchAnswer struct {
	Status *number `json:"status"` // 1 = good
	Note   text    `json:"error_msg"`
	Data   *struct {
		Total number `json:"total"`
		// Lists is null or empty when there is nothing.
		Lists json.RawMessage `json:"lists"`
	} `json:"data"`
}

// songRow is a song in a search answer. A quality that is not there has an empty hash or
// one of zeros. Lossless files come in either of two layouts, flat or as an object.
type songRow struct {
	MixSongID   text            `json:"MixSongID"`
	SongName    text            `json:"SongName"`
	OtherName   text            `json:"OtherName"` // another name, of the film for example
	Suffix      text            `json:"Suffix"`    // version text
	FileName    text            `json:"FileName"`  // "A、B - Title"
	SingerName  text            `json:"SingerName"`
	Singers     []singer        `json:"Singers"`
	AlbumName   text            `json:"AlbumName"`
	Duration    number          `json:"Duration"` // seconds
	Image       text            `json:"Image"`    // with {size}
	FileHash    text            `json:"FileHash"`
	FileSize    number          `json:"FileSize"`
	ExtName     text            `json:"ExtName"`
	HQFileHash  text            `json:"HQFileHash"`
	HQFileSize  number          `json:"HQFileSize"`
	SQFileHash  text            `json:"SQFileHash"`
	SQFileSize  number          `json:"SQFileSize"`
	ResFileHash text            `json:"ResFileHash"`
	ResFileSize number          `json:"ResFileSize"`
	HQ          json.RawMessage `json:"HQ"`
	SQ          json.RawMessage `json:"SQ"`
	Res         json.RawMessage `json:"Res"`
	Grp         json.RawMessage `json:"Grp"` // other versions, rows of the same shape
}

type singer struct {
	Name text `json:"name"`
}

// fileObject is a quality of the second layout.
type fileObject struct {
	Hash     text   `json:"Hash"`
	FileSize number `json:"FileSize"`
}

// playInfo describes one file and grants it. Its facts hold even if it refuses.
type playInfo struct {
	Status  *number         `json:"status"`
	ErrCode *number         `json:"errcode"`
	URL     json.RawMessage `json:"url"`        // text or list; "" or [] = refused
	Backup  json.RawMessage `json:"backup_url"` // list or text
	ExtName text            `json:"extName"`
	BitRate number          `json:"bitRate"`
	// FileSize is that of what is served, in bytes; TimeLength is in seconds.
	FileSize   number `json:"fileSize"`
	TimeLength number `json:"timeLength"`
	// Privilege and PayType are hints: not 0 where money is wanted.
	Privilege number          `json:"privilege"`
	PayType   number          `json:"pay_type"`
	Extra     json.RawMessage `json:"extra"`
	// HashOffset is the part of the file that a preview is; absent with the whole song.
	HashOffset json.RawMessage `json:"hash_offset"`
}

// extraFiles are the song's files, as the play information lists them.
type extraFiles struct {
	Hash128   text   `json:"128hash"`
	Size128   number `json:"128filesize"`
	Hash320   text   `json:"320hash"`
	Size320   number `json:"320filesize"`
	HashFLAC  text   `json:"sqhash"`
	SizeFLAC  number `json:"sqfilesize"`
	HashHiRes text   `json:"highhash"`
	SizeHiRes number `json:"highfilesize"`
}

// granted are the addresses of a grant; told says that some came, readable or not.
func (p *playInfo) granted() (urls []string, told bool) {
	list, ok := textOrList(p.URL)
	for _, t := range list {
		told = told || t != ""
	}
	return addresses(list...), told || !ok
}

// backups are the other addresses of a grant.
func (p *playInfo) backups() []string {
	list, _ := textOrList(p.Backup)
	return addresses(list...)
}

// isPart says that the answer names the part of the file that is served.
func (p *playInfo) isPart() bool {
	var part map[string]json.RawMessage
	return json.Unmarshal(p.HashOffset, &part) == nil && len(part) > 0
}

// textOrList reads a field that is one text or a list of them; false when it is neither,
// nor absent.
func textOrList(raw json.RawMessage) ([]text, bool) {
	if len(raw) == 0 {
		return nil, true
	}
	var one text
	if json.Unmarshal(raw, &one) == nil {
		return []text{one}, true
	}
	var list []text
	err := json.Unmarshal(raw, &list)
	return list, err == nil
}

// addresses are those of the texts that are addresses.
func addresses(list ...text) []string {
	var kept []string
	for _, t := range list {
		if address := upstreamtext.WebAddress(string(t)); address != "" {
			kept = append(kept, address)
		}
	}
	return kept
}

// webAnswer is what the web player's call answers; data that is no object is a refusal.
type webAnswer struct {
	Status *number         `json:"status"`
	Data   json.RawMessage `json:"data"`
}

// webSong is the data of both of its calls.
type webSong struct {
	EncodedID  text   `json:"encode_album_audio_id"`
	PlayURL    text   `json:"play_url"`
	BackupURL  text   `json:"play_backup_url"`
	TimeLength number `json:"timelength"` // ms; seconds in some answers
	FileSize   number `json:"filesize"`
	BitRate    number `json:"bitrate"`
	ExtName    text   `json:"extname"`
}

// lyricCandidates are the words that a search found.
type lyricCandidates struct {
	Status     *number         `json:"status"` // 200 = good
	Note       text            `json:"errmsg"`
	Proposal   text            `json:"proposal"` // id of the one that fits best
	Candidates json.RawMessage `json:"candidates"`
}

type lyricCandidate struct {
	ID        text `json:"id"`
	AccessKey text `json:"accesskey"`
}

// lyricFile holds words in base64.
type lyricFile struct {
	Status  *number `json:"status"` // 200 = good
	Note    text    `json:"info"`
	Format  text    `json:"fmt"`
	Content *string `json:"content"`
}
