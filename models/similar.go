package models

// SimilarState says what the operator decided about two songs that look like one.
type SimilarState string

const (
	// SimilarOpen waits for a decision.
	SimilarOpen SimilarState = "open"
	// SimilarRejected: they are two songs. They are never listed as one again.
	SimilarRejected SimilarState = "rejected"
	// SimilarMerged: they are one recording and have one file.
	SimilarMerged SimilarState = "merged"
)

// SimilarStates lists all states.
var SimilarStates = []SimilarState{SimilarOpen, SimilarMerged, SimilarRejected}

// SimilarPair is two songs of different platforms that are one recording by all that is
// known. Unique by the two songs in any order.
type SimilarPair struct {
	ID int64
	// SongID is the song whose file is kept, TwinID the one that gets it.
	SongID, TwinID int64
	State          SimilarState
	Score          float64
	ScoreJSON      string // matching.Score, by part
	// SameBytes says that both had the very same bytes when they were compared.
	SameBytes   bool
	SeenAtMS    int64 // by the last look that found them
	FoundAtMS   int64
	DecidedAtMS int64
	// SharedLocationID is where the kept file lies for the twin; nil until they are merged.
	SharedLocationID *int64
	// FormerJSON are the FormerFile of the twin, for the way back.
	FormerJSON string
}

// TableName tells gorm the table's name.
func (SimilarPair) TableName() string { return "similar_pairs" }

// FormerFile is a file that a song had before it was merged.
type FormerFile struct {
	LocationID int64  `json:"location_id"`
	BackendID  int64  `json:"backend_id"`
	Bin        string `json:"bin,omitempty"` // its place in the recycle bin, "" = it was not on disk
	Bytes      int64  `json:"bytes,omitempty"`
	// Beside are the places in the bin of what stood beside it.
	Beside []string `json:"beside,omitempty"`
}

// SimilarFilter narrows and pages a list of pairs.
type SimilarFilter struct {
	State   SimilarState
	Keyword string // in the names or singers of either song
	Page    Page
}

// SimilarRow is a pair with both songs and their files, as lists show it.
type SimilarRow struct {
	SimilarPair
	Song, Twin Song
	// Files are those of the songs that are here.
	Files map[int64]FileAsset
}

// SameSource says that both songs have files, which were fetched as one and the same song of
// a source.
func (r SimilarRow) SameSource() bool {
	a, b := r.Files[r.SongID], r.Files[r.TwinID]
	return a.SourceSongID != "" && a.Source == b.Source && a.SourceSongID == b.SourceSongID
}

// SimilarScope says what a job about similar songs does.
type SimilarScope struct {
	// SkipLook works on what is listed already.
	SkipLook bool `json:"skip_look,omitempty"`
	// Merge merges all pairs that wait for a decision.
	Merge bool `json:"merge,omitempty"`
}

// TwinText is what telling twins reads of a song first.
type TwinText struct {
	ID         int64
	Platform   string
	Name       string
	Singers    string
	DurationMS int64
}

// TwinSong is a song that may have a twin, with its file when it is here.
type TwinSong struct {
	Song
	Asset *FileAsset
}
