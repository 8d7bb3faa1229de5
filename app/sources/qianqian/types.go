package qianqian

import "encoding/json"

// searchData is what a search found; an empty list stands for nothing.
type searchData struct {
	Total *number `json:"total"`
	// Tracks is absent when there are none.
	Tracks json.RawMessage `json:"typeTrack"`
}

// songRow is a song of a search or of a detail answer.
type songRow struct {
	TSID     text     `json:"TSID"`
	AssetID  text     `json:"assetId"` // repeats the TSID, or stands in its place
	Title    text     `json:"title"`
	Album    text     `json:"albumTitle"`
	Artists  []artist `json:"artist"`
	Duration number   `json:"duration"` // seconds
	Pic      text     `json:"pic"`
	Lyric    text     `json:"lyric"` // address of a text file
	// Files is an object by rate; an empty list when there are none.
	Files json.RawMessage `json:"rateFileInfo"`
}

// performer is the artistType of those who sing and play. Writers have others, of which
// no list is known.
const performer = 38

type artist struct {
	Name text   `json:"name"`
	Type number `json:"artistType"`
}

type fileInfo struct {
	Size   number `json:"size"` // bytes
	Format text   `json:"format"`
}

// link is what is granted. Without a path the song is refused, whether or not a preview
// stands beside it.
type link struct {
	Path     text            `json:"path"`
	Rate     number          `json:"rate"` // kbit/s of what is served
	Format   text            `json:"format"`
	Size     number          `json:"size"` // bytes
	Duration number          `json:"duration"`
	IsVIP    number          `json:"isVip"` // 1 = members only
	Preview  json.RawMessage `json:"trail_audio_info"`
}

// previewPath is the address of the 30 s preview, "" when there is none.
func (l *link) previewPath() string {
	var p struct {
		Path text `json:"path"`
	}
	if json.Unmarshal(l.Preview, &p) != nil {
		return "" // absent, or an empty list
	}
	return string(p.Path)
}
