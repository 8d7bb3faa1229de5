package views

import (
	"strconv"

	"catalogsync/app/i18n"
	"catalogsync/models"
)

// Addresses of songs and artists.
const (
	URLArtists       = "/artists"
	URLSongsDownload = "/songs/download"
)

// SongPageSizes are the sizes that a page of songs or artists may have.
var SongPageSizes = []int{20, 50, 75}

// SongsURL is a list of songs narrowed by f; those of an artist stand on his page.
func SongsURL(f models.SongFilter) string {
	base := URLSongs
	if f.ArtistID != 0 {
		base = ArtistURL(f.ArtistID)
	}
	mislabelled := ""
	if f.Mislabelled {
		mislabelled = "1"
	}
	return base + query(append([]string{"platform", f.Platform, "state", string(f.State), "source", f.Source, "quality", string(f.Quality),
		"mislabelled", mislabelled, "keyword", f.Keyword, "page_size", sizeText(f.Size)}, placePairs(f.Place)...)...)
}

func sizeText(size int) string {
	if size == 0 || size == DefaultPageSize {
		return ""
	}
	return strconv.Itoa(size)
}

func placePairs(p models.Place) []string {
	id := func(n int64) string {
		if n == 0 {
			return ""
		}
		return strconv.FormatInt(n, 10)
	}
	at := ""
	if p.Last {
		at = "last"
	}
	return []string{"after", id(p.After), "before", id(p.Before), "at", at}
}

// SongAudioURL is a song's file, to be played.
func SongAudioURL(id int64) string { return "/api/songs/" + strconv.FormatInt(id, 10) + "/audio" }

// PlacePager leads to the pages around one. Its links are empty where there is none.
type PlacePager struct{ FirstURL, PrevURL, NextURL, LastURL string }

// Pages says that there is any page but this one.
func (p PlacePager) Pages() bool { return p.PrevURL != "" || p.NextURL != "" }

// NewPlacePager makes the pager of a page whose first and last row have these ids; url
// gives the address of a place.
func NewPlacePager(found models.Found, first, last int64, url func(models.Place) string) PlacePager {
	var p PlacePager
	if found.Earlier {
		p.FirstURL, p.PrevURL = url(models.Place{}), url(models.Place{Before: first})
	}
	if found.Later {
		p.NextURL, p.LastURL = url(models.Place{After: last}), url(models.Place{Last: true})
	}
	return p
}

// SongsPage is the library.
type SongsPage struct {
	Shell
	Filters SongFilters
	Table   SongTable
}

// SongFilters is the form that narrows a list of songs.
type SongFilters struct {
	Base
	Action             string
	Platforms, Sources []string
	Filter             models.SongFilter
}

// SongTable is one page of songs with the filters that made it.
type SongTable struct {
	Base
	Poll
	Filter   models.SongFilter
	Found    models.Found
	Rows     []models.SongRow
	Pager    PlacePager
	Chips    []Chip
	ClearURL string
	Failed   string // why the list could not be loaded, "" = it was
}

// Filtered says that the list is narrowed.
func (t SongTable) Filtered() bool { return len(t.Chips) > 0 }

// SongPage is one song.
type SongPage struct {
	Shell
	Poll
	Song SongDetail
}

// SongDetail is what is known of one song and its file.
type SongDetail struct {
	Base
	models.SongRow
	Playlists     []models.SongPlaylist
	PlaylistTotal int64
}

// MorePlaylists are those that are not listed.
func (d SongDetail) MorePlaylists() int64 { return d.PlaylistTotal - int64(len(d.Playlists)) }

// FoundText says how many rows there are; key is a text with a number.
func FoundText(p *i18n.Printer, key string, f models.Found) string {
	if f.AtLeast {
		return p.T("list.at_least", "Count", p.N(key, f.Total))
	}
	return p.N(key, f.Total)
}

// AudioText tells what is in a file: FLAC · 960 kbit/s · 44.1 kHz · 16 bit.
func AudioText(p *i18n.Printer, r models.SongRow) string {
	text := nameOr(p, "codec.", r.AssetCodec)
	if text == "" {
		text = r.AssetExt
	}
	if r.BitrateBPS > 0 {
		text += " · " + strconv.FormatInt((r.BitrateBPS+500)/1000, 10) + " kbit/s"
	}
	if r.SampleRateHz > 0 {
		text += " · " + strconv.FormatFloat(float64(r.SampleRateHz)/1000, 'f', -1, 64) + " kHz"
	}
	if r.BitDepth > 0 {
		text += " · " + strconv.Itoa(r.BitDepth) + " bit"
	}
	return text
}

// qualityName is a quality for people.
func qualityName(p *i18n.Printer, q models.Quality) string {
	if q == models.QualityUnknown {
		return p.T("quality.unknown")
	}
	return nameOr(p, "quality.", string(q))
}
