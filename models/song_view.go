package models

// SongState is what became of a song, as lists show it.
type SongState string

const (
	SongHere        SongState = "here"        // its file is in the library
	SongMissing     SongState = "missing"     // not downloaded yet
	SongFailed      SongState = "failed"      // the last download failed
	SongUnavailable SongState = "unavailable" // no source serves it
	SongNotMusic    SongState = "not_music"   // the entry is no song
)

// SongStates lists all states.
var SongStates = []SongState{SongHere, SongMissing, SongFailed, SongUnavailable, SongNotMusic}

// State is the song's state; the index songs_by_state says the same in SQL.
func (s Song) State() SongState {
	switch {
	case s.Downloaded:
		return SongHere
	case s.Availability == AvailabilityNotMusic:
		return SongNotMusic
	case s.Availability == AvailabilityUnavailable:
		return SongUnavailable
	case s.Failed:
		return SongFailed
	default:
		return SongMissing
	}
}

// Place asks for a page by a row next to it, so that a page far down costs no more than
// the first one. At most one field is set; none = the first page.
type Place struct {
	After  int64 // the page that follows the row with this id
	Before int64 // the page that stands before the row with this id
	Last   bool  // the last page
}

// SongFilter narrows the list of songs; zero fields do not narrow. Source, Quality and
// Mislabelled are about files, so they leave only songs that are here.
type SongFilter struct {
	Platform    string
	State       SongState
	Source      string // that delivered the file
	Quality     Quality
	Mislabelled bool // the quality that was claimed is not the real one
	Keyword     string
	ArtistID    int64
	Place       Place
	Size        int // rows of a page
}

// OfFiles says that the filter asks about files.
func (f SongFilter) OfFiles() bool { return f.Source != "" || f.Quality != "" || f.Mislabelled }

// Narrowed says that the filter leaves anything out.
func (f SongFilter) Narrowed() bool {
	return f.OfFiles() || f.Platform != "" || f.State != "" || f.Keyword != "" || f.ArtistID != 0
}

// CountLimit is up to where rows are counted for a list that is made for a reader.
const CountLimit = 1000

// Found tells how many rows a list has, and what stands around one page of it.
type Found struct {
	// Total is the number of rows, or the least number when AtLeast is set.
	Total   int64
	AtLeast bool
	// Earlier and Later say that there are rows before and behind the page.
	Earlier, Later bool
}

// SongList is one page of songs, the newest first.
type SongList struct {
	Found
	Rows []SongRow
}

// SongRow is a song as lists show it, with the file that counts and the last try to get
// one. Song.MetadataJSON and SearchKey may be left out.
type SongRow struct {
	Song
	Artists []SongArtist `gorm:"-"`
	// The active local file, AssetID 0 = none.
	AssetID        int64
	AssetSource    string
	AssetQuality   Quality
	ClaimedQuality Quality
	AssetExt       string
	AssetCodec     string
	AssetBytes     int64
	AssetLengthMS  int64
	BitrateBPS     int64
	SampleRateHz   int
	BitDepth       int // 0 for lossy codecs
	Channels       int
	Locator        string
	// The last try, TaskState "" = none.
	TaskState     string
	TaskError     string
	TaskErrorCode Code
	NextTryMS     int64 // when a song that no source has is searched again; 0 = at any time
}

// Mislabelled says that the file is not of the quality that was claimed.
func (r SongRow) Mislabelled() bool {
	return r.AssetID != 0 && r.ClaimedQuality != "" && r.ClaimedQuality != r.AssetQuality
}

// Overclaimed says that the file is worse than was claimed.
func (r SongRow) Overclaimed() bool {
	return r.Mislabelled() && r.ClaimedQuality.Rank() > r.AssetQuality.Rank()
}

// ReasonCode is why the song is not here, "" when nothing is known.
func (r SongRow) ReasonCode() Code {
	switch {
	case r.Downloaded:
		return ""
	case r.AvailabilityCode != "":
		return r.AvailabilityCode
	default:
		return r.TaskErrorCode
	}
}

// Reason is the raw text behind the code.
func (r SongRow) Reason() string {
	switch {
	case r.Downloaded:
		return ""
	case r.AvailabilityReason != "":
		return r.AvailabilityReason
	default:
		return r.TaskError
	}
}

// SongArtist is an artist of a song.
type SongArtist struct {
	ID   int64
	Name string
}

// SongPlaylist is a playlist that a song, or songs of an artist, are on.
type SongPlaylist struct {
	ID       int64
	Name     string
	Platform string
	Songs    int64 // of the artist; 1 for one song
}

// SongAudio is the file of a song as it is played.
type SongAudio struct {
	Name    string
	Ext     string
	SHA256  string
	Root    string // folder of the backend
	Locator string
}
