package models

// HeldState says whether the operator still has to look at a held change.
type HeldState string

const (
	HeldWaiting HeldState = "waiting"
	// HeldDismissed: the songs stay, and nothing is said until a fetch differs again.
	HeldDismissed HeldState = "dismissed"
)

// HeldChange is what doubtful fetches of a playlist would have removed. It is never applied
// by itself, however often the same is fetched: a list that was really emptied waits for a
// click, one that a broken answer emptied must not be lost. A believable fetch ends it.
type HeldChange struct {
	PlaylistID  int64 `gorm:"primaryKey"`
	State       HeldState
	Code        Code
	Note        string // why the fetch was not believed, in plain English
	Doubt       Doubt  // the same in numbers; the zero value in rows of older programs
	Songs       int    // places on the list that would go
	Fetches     int    // in a row that would remove something
	SinceMS     int64  // the first of these fetches
	SetAtMS     int64  // since when exactly these songs are held; names the set
	UpdatedAtMS int64
}

func (HeldChange) TableName() string { return "held_changes" }

// HeldSong is one place on the list that would go.
type HeldSong struct {
	PlaylistID int64 `gorm:"primaryKey"`
	SongID     int64 `gorm:"primaryKey"`
	Occurrence int   `gorm:"primaryKey"`
}

func (HeldSong) TableName() string { return "held_songs" }

// HeldSongRow is a held song as it is shown.
type HeldSongRow struct {
	SongID     int64
	Position   int
	Name       string
	Singers    string
	Downloaded bool
}

// HeldView is a held change with the first of its songs.
type HeldView struct {
	HeldChange
	Rows []HeldSongRow
}

// LossRule says how many songs may leave a playlist at once before a fetch that looks
// whole is doubted all the same.
type LossRule struct {
	// Share of the stored songs that may leave, 0 … 1; 0 = any number may.
	Share float64
	// Few songs may always leave, so that short lists can change.
	Few int
	// Net counts only by how much the list became shorter. It is the rule of charts, which
	// replace their songs every day.
	Net bool
}

// SongLoss counts the songs that a fetch would take off a list, whatever their places: a
// page that came twice hides what is missing by repeating the rest.
type SongLoss struct {
	Stored int // songs on the list, each once
	Gone   int // of which the fetch does not tell
	Came   int // that it tells of and that were not on the list
}

// LossOf compares the stored links of a playlist, gone ones included, with fetched songs.
func LossOf(stored []PlaylistSong, songIDs []int64) SongLoss {
	before, after := map[int64]bool{}, map[int64]bool{}
	for i := range stored {
		if stored[i].GoneAtMS == 0 {
			before[stored[i].SongID] = true
		}
	}
	l := SongLoss{Stored: len(before), Gone: len(before)}
	for _, id := range songIDs {
		switch {
		case after[id]:
		case before[id]:
			l.Gone--
		default:
			l.Came++
		}
		after[id] = true
	}
	return l
}

// Doubts says whether a loss is too large to be believed.
func (r LossRule) Doubts(l SongLoss) bool {
	lost := l.Gone
	if r.Net {
		lost = l.Gone - l.Came
	}
	return r.Share > 0 && lost > r.Few && float64(lost) >= r.Share*float64(l.Stored)
}

// Doubt makes a fetch a doubtful one because of what is missing of the stored songs.
func (f *FetchedPlaylist) Doubt(l SongLoss) {
	f.KeepMissing, f.VersionTag = true, ""
	f.Why = Doubt{Rule: DoubtLoss, Count: l.Gone, Songs: l.Stored}
	if l.Came > 0 {
		f.Why.Rule, f.Why.Came = DoubtExchange, l.Came
	}
	f.NoteCode, f.Note = CodeHeldLoss, f.Why.String()
}
