package models

// ArtistFilter narrows the list of artists; zero fields do not narrow.
type ArtistFilter struct {
	Platform string
	Keyword  string
	Place    Place
	Size     int // rows of a page
}

// Narrowed says that the filter leaves anything out.
func (f ArtistFilter) Narrowed() bool { return f.Platform != "" || f.Keyword != "" }

// ArtistList is one page of artists: those with the most songs first, then by name.
type ArtistList struct {
	Found
	Rows []Artist
}
