package models

// SearchKind is what can be searched by keyword.
type SearchKind string

const (
	SearchSongs     SearchKind = "songs"
	SearchPlaylists SearchKind = "playlists"
	SearchArtists   SearchKind = "artists"
)
