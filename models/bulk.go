package models

// BulkKind names an action on a selection of playlists.
type BulkKind string

const (
	BulkDownload BulkKind = "download"
	BulkSync     BulkKind = "sync"
	BulkWant     BulkKind = "want"
	BulkUnwant   BulkKind = "unwant"
	// BulkExport prepares a ZIP, or downloads what is missing for one.
	BulkExport BulkKind = "export"
)

// BulkKinds lists all actions.
var BulkKinds = []BulkKind{BulkDownload, BulkSync, BulkWant, BulkUnwant, BulkExport}

// Marks says whether the action sets or takes the mark of wanted playlists.
func (k BulkKind) Marks() bool { return k == BulkWant || k == BulkUnwant }

// Subject is what a saved selection is of.
type Subject string

const (
	OfPlaylists Subject = "playlists"
	OfSongs     Subject = "songs"
)

// SavedSelection is "all that match a filter", held by the server under a name that cannot be
// guessed. Count is what the operator was told; an action is refused when it is another by then.
type SavedSelection struct {
	ID          int64
	Token       string // [a-z0-9]+
	Subject     Subject
	FilterJSON  string // PlaylistFilter or SongFilter, without sort and page
	Count       int64
	CreatedAtMS int64
	ExpiresAtMS int64
}

func (SavedSelection) TableName() string { return "saved_selections" }

// BulkAction is an action on many playlists as it was asked for and what came of it.
type BulkAction struct {
	ID     int64
	Kind   BulkKind
	Origin string // web | api | cli
	// FilterJSON is the filter that the selection was made by, "" = playlists were named.
	FilterJSON    string
	OptionsJSON   string // how it is done, written by who does it
	PlaylistsJSON string // their ids
	Selected      int64
	JobRunID      int64 // its own job, 0 = a single playlist has none
	ResultJSON    string
	CreatedAtMS   int64
	AppliedAtMS   int64 // 0 = not done yet
	UndoneAtMS    int64 // 0 = it stands
}

func (BulkAction) TableName() string { return "bulk_actions" }

// BulkMark is a playlist whose mark a bulk action changed.
type BulkMark struct {
	BulkActionID int64 `gorm:"primaryKey"`
	PlaylistID   int64 `gorm:"primaryKey"`
}

func (BulkMark) TableName() string { return "bulk_marks" }

// BulkScope is what a job of the type bulk is about.
type BulkScope struct {
	ActionID int64    `json:"action_id"`
	Kind     BulkKind `json:"kind"`
	Selected int      `json:"selected"`
}

// PlaylistTally is what a selection of playlists comes to.
type PlaylistTally struct {
	Playlists int64
	Songs     int64 // as the playlists tell; one on two of them counts twice
	// Downloaded counts those that are here, likewise.
	Downloaded int64
	Complete   int64 // playlists of which nothing is to be downloaded
	Unsynced   int64 // playlists whose songs are not known
	Wanted     int64 // playlists with the mark
}

// TalliedSong is a song as a rehearsal sees it.
type TalliedSong struct {
	ID            int64
	Downloaded    bool
	Availability  Availability
	DurationMS    int64
	FileSizeBytes int64
	QualityLabel  Quality
}

// DownloadPace is how fast downloads lately were.
type DownloadPace struct {
	Songs, Bytes, TookMS int64
	EndedAtMS            int64
}

const (
	// CodeSelectionChanged: another number matches than the operator was told.
	CodeSelectionChanged Code = "selection_changed"
	// CodeNothingToUndo: everything that the action began is done, or was undone before.
	CodeNothingToUndo Code = "nothing_to_undo"
)
