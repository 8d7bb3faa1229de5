package models

// PlaylistState is derived from a playlist's counters, never stored.
type PlaylistState string

const (
	PlaylistUnsynced      PlaylistState = "unsynced"
	PlaylistNotDownloaded PlaylistState = "not_downloaded"
	PlaylistDownloading   PlaylistState = "downloading"
	PlaylistPartial       PlaylistState = "partial"
	PlaylistDownloaded    PlaylistState = "downloaded"
)

// PlaylistStates lists all states in the order of a playlist's life.
var PlaylistStates = []PlaylistState{PlaylistUnsynced, PlaylistNotDownloaded, PlaylistDownloading, PlaylistPartial, PlaylistDownloaded}
