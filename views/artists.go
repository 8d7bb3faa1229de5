package views

import (
	"strconv"
	"strings"

	"catalogsync/models"
)

// ArtistURL is the page of an artist, or something about him.
func ArtistURL(id int64, part ...string) string {
	return strings.Join(append([]string{URLArtists, strconv.FormatInt(id, 10)}, part...), "/")
}

// ArtistsURL is the list of artists narrowed by f.
func ArtistsURL(f models.ArtistFilter) string {
	return URLArtists + query(append([]string{"platform", f.Platform, "keyword", f.Keyword, "page_size", sizeText(f.Size)}, placePairs(f.Place)...)...)
}

// ArtistsPage is the list of artists.
type ArtistsPage struct {
	Shell
	Platforms []string
	Table     ArtistTable
}

// ArtistTable is one page of artists with the filters that made it.
type ArtistTable struct {
	Base
	Poll
	Filter models.ArtistFilter
	Found  models.Found
	Rows   []models.Artist
	Pager  PlacePager
	Chips  []Chip
	Failed string // why the list could not be loaded, "" = it was
}

// Filtered says that the list is narrowed.
func (t ArtistTable) Filtered() bool { return len(t.Chips) > 0 }

// ArtistPage is one artist with his songs.
type ArtistPage struct {
	Shell
	Head    ArtistHead
	Filters SongFilters
	Table   SongTable
}

// ArtistHead is an artist and the playlists that hold his songs.
type ArtistHead struct {
	Base
	Poll
	models.Artist
	Playlists []models.SongPlaylist
}

// Missing is how many of his songs are not here, entries that are no songs among them.
func (h ArtistHead) Missing() int64 { return h.SongCount - h.DownloadedCount }
