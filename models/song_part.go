package models

import "time"

// PartName names a part of a song.
type PartName string

const (
	PartAudio PartName = "audio"
	PartCover PartName = "cover"
	// PartInfo is the tags inside the file, and the NFO beside it.
	PartInfo        PartName = "info"
	PartLyrics      PartName = "lyrics"
	PartTranslation PartName = "translation"
)

// PartNames lists all parts in the order in which they are shown.
var PartNames = []PartName{PartAudio, PartCover, PartInfo, PartLyrics, PartTranslation}

// PartState says what became of a part.
type PartState string

const (
	// PartTodo is the state of a part without a row, too.
	PartTodo    PartState = "todo"
	PartRunning PartState = "running"
	PartOK      PartState = "ok"
	// PartSkipped: there is none, the file cannot take it, or it is switched off.
	PartSkipped PartState = "skipped"
	// PartFailed has tries left.
	PartFailed  PartState = "failed"
	PartGivenUp PartState = "given_up"
	// PartBlocked waits for a source that is left alone, or for a person.
	PartBlocked PartState = "blocked"
)

// Codes of parts that are skipped.
const (
	// CodePartAbsent: no source that was asked has it.
	CodePartAbsent Code = "part_absent"
	// CodePartOff: a setting says not to add it.
	CodePartOff Code = "part_off"
	// CodePartUntaggable: files of this format take no tags.
	CodePartUntaggable Code = "part_untaggable"
	// CodePartCurated: the source's files are the operator's own and stay as they are.
	CodePartCurated Code = "part_curated"
	// CodeTagsFailed: writing tags failed, or did not leave the sound as it was.
	CodeTagsFailed Code = "tags_failed"
	// CodeNotPicture: what came in place of a cover is no picture that can be used.
	CodeNotPicture Code = "not_picture"
)

// SongPart is the state of one part of a song. Key (song_id, part).
type SongPart struct {
	SongID        int64    `gorm:"primaryKey"`
	Part          PartName `gorm:"primaryKey"`
	State         PartState
	Attempts      int // failures in a row
	LastErrorCode Code
	LastError     string
	NextTryAtMS   int64 // 0 = at any time
	// Source delivered the part.
	Source string
	// Quality is the label of the sound, and the size of a cover in pixels such as 600x600.
	Quality string
	// ContentHash is the SHA-256, in hex, of what was delivered; of PartInfo, of all that
	// the file was told.
	ContentHash string
	UpdatedAtMS int64
	ResetID     *int64
}

// TableName tells gorm the table's name.
func (SongPart) TableName() string { return "song_parts" }

// partRests is how long a part that failed rests, by the number of failures.
var partRests = []time.Duration{time.Hour, 6 * time.Hour, 24 * time.Hour}

// After gives the part as it is stored when it was before and p is what came of a try: a
// failure counts its tries and, after the last one, is given up.
func (p SongPart) After(before SongPart, nowMS int64) SongPart {
	p.UpdatedAtMS, p.ResetID = nowMS, before.ResetID
	switch p.State {
	case PartFailed:
		p.Attempts = before.Attempts + 1
		if p.Attempts > len(partRests) {
			p.State = PartGivenUp
			return p
		}
		p.NextTryAtMS = nowMS + partRests[p.Attempts-1].Milliseconds()
	case PartBlocked: // costs no try: it is the source that refused, not the part that failed
		p.Attempts = before.Attempts
		p.NextTryAtMS = nowMS + partRests[0].Milliseconds()
	}
	return p
}

// Due says whether a part of a song that is here should be tried now. on says whether it
// is switched on: what was left out because it was off is due then.
func (p SongPart) Due(nowMS int64, on bool) bool {
	switch p.State {
	case PartFailed, PartBlocked:
		return on && p.NextTryAtMS <= nowMS
	case PartSkipped:
		return on && p.LastErrorCode == CodePartOff
	case PartOK, PartGivenUp:
		return false
	}
	return on
}

// SampleSong is a song that is here, with its file.
type SampleSong struct {
	Song  Song
	Asset FileAsset
}
