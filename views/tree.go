package views

import "catalogsync/models"

// TaskTree is the first level of the Task Center: the latest jobs, ended ones included.
type TaskTree struct {
	Base
	Poll
	Jobs []JobCard
}

// TreePlaylists is the second level: the playlists of one job.
type TreePlaylists struct {
	Base
	JobID int64
	Live  bool
	Rows  []models.JobPlaylistRow
	Pager Pager
	// Other says that the job works on no playlists (it collects), so items stand for them.
	Items []models.JobItem
}

// TreeSongs is the third level: the songs of one playlist in one job.
type TreeSongs struct {
	Base
	JobID, PlaylistID int64
	Live              bool
	Rows              []TreeSong
	Pager             Pager
}

// TreeSong is one song with what its worker reports now.
type TreeSong struct {
	models.JobSongRow
	BytesPerSecond float64
	EtaMS          int64
}

// State is what the row shows: the item's state, or that the song is here already.
func (s TreeSong) State() models.ItemState {
	if s.ItemState == "" && s.Downloaded {
		return models.ItemSucceeded
	}
	if s.ItemState == "" && s.NotMusic() {
		return models.ItemSkipped
	}
	return s.ItemState
}

// NotMusic says that the entry is no song.
func (s TreeSong) NotMusic() bool {
	return s.Availability == models.AvailabilityNotMusic || s.ErrorCode == models.CodeNotMusic
}
