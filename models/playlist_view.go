package models

// PlaylistSort is an order of the playlist list.
type PlaylistSort string

const (
	SortPlays    PlaylistSort = "plays"    // most played first (default)
	SortName     PlaylistSort = "name"     // normalised name
	SortSongs    PlaylistSort = "songs"    // most songs first
	SortSynced   PlaylistSort = "synced"   // latest sync first
	SortProgress PlaylistSort = "progress" // most missing songs first
)

// PlaylistSorts lists all orders.
var PlaylistSorts = []PlaylistSort{SortPlays, SortName, SortSongs, SortSynced, SortProgress}

// PlaylistFilter narrows the playlist list; zero fields do not narrow.
type PlaylistFilter struct {
	Platform   string
	PoolKind   PoolKind
	State      PlaylistState
	Keyword    string
	WantedOnly bool
	HeldOnly   bool // only those of which a change is held and waits for a decision
	Sort       PlaylistSort
	Page       Page
}

// PlaylistRow is a playlist as a list shows it.
type PlaylistRow struct {
	Playlist
	Pools []PoolKind
	// Live says that an unfinished job works on it; RunningSongs counts its running items.
	Live         bool
	RunningSongs int
	// HeldSongs is how many songs a doubtful fetch would have removed, waiting for a decision.
	HeldSongs int
}

// Status is the derived state.
func (r *PlaylistRow) Status() PlaylistState { return r.State(r.Live) }

// PlaylistList is one page of playlists.
type PlaylistList struct {
	Rows  []PlaylistRow
	Total int64
}

// CoverageRow counts playlists and songs of one platform in one state.
type CoverageRow struct {
	Platform   string
	State      PlaylistState
	Playlists  int64
	Songs      int64 // sum of collected_song_count
	Downloaded int64
	Skipped    int64
}

// PlaylistSongRow is one song of a playlist as its page shows it.
type PlaylistSongRow struct {
	SongRow
	Position int
	// SeenFromMS is when it came to the list (the last time), GoneAtMS when it left, 0 = it is on it.
	SeenFromMS int64
	GoneAtMS   int64
	// FirstSeenMS is when it came for the first time and Stays how often; only a list of
	// everything ever tells.
	FirstSeenMS int64
	Stays       int
	// DecisionJSON is how its file was chosen, "" = it was never tried.
	DecisionJSON string
}

// PlaylistChangeRow is one change of a playlist with the song that it is about.
type PlaylistChangeRow struct {
	PlaylistChange
	SongName string
	Singers  string
}
