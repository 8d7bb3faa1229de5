package views

import "catalogsync/models"

// PlaylistsPage is the playlist pool.
type PlaylistsPage struct {
	Shell
	Sources []string
	Table   PlaylistTable
}

// PlaylistTable is one page of playlists with the filters that made it.
type PlaylistTable struct {
	Base
	Poll
	Filter    models.PlaylistFilter
	Rows      []models.PlaylistRow
	Pager     Pager
	Chips     []Chip
	PageSizes []int
	Failed    string // why the list could not be loaded, "" = it was
}

// Filtered says that the list is narrowed.
func (t PlaylistTable) Filtered() bool { return len(t.Chips) > 0 }

// Chip is an active filter that can be taken away.
type Chip struct {
	Label     string // text key of the filter
	Value     string // as shown
	RemoveURL string
}

// PlaylistPage is one playlist.
type PlaylistPage struct {
	Shell
	Songs PlaylistSongs
}

// PlaylistSongs is a playlist's head and one page of its songs.
type PlaylistSongs struct {
	Base
	Poll
	Playlist models.PlaylistRow
	Held     *PlaylistHeld // nil = nothing waits
	History  HistoryBar
	Diff     *PlaylistDiff // set in the view of a difference, which has no songs
	Rows     []PlaylistSong
	Pager    Pager
	// FolderURL refreshes the playlist's folder on the server, "" = there is none.
	FolderURL string
}

// PlaylistSong is one song with the state that the page shows.
type PlaylistSong struct {
	models.PlaylistSongRow
}

// DisplayPosition counts from 1.
func (s PlaylistSong) DisplayPosition() int { return s.Position + 1 }
