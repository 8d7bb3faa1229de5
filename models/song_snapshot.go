package models

import (
	"maps"
	"reflect"
	"strings"
)

// qqToplistPrefix begins the ids that QQ's charts give to entries that are no songs.
const qqToplistPrefix = "qqtop_"

// NonMusic says that the entry is no song, such as a row of an audiobook chart.
func (s *SongSnapshot) NonMusic() bool {
	return s.NotMusic || s.QQToplistFallback || strings.HasPrefix(s.RemoteID, qqToplistPrefix)
}

// Merge adds what a newer snapshot of the same song tells. A list that tells less than
// another (charts leave albums and file sizes out) takes nothing away; when it tells
// nothing new, s comes back as it is, Raw included, so that the song's row stays unchanged.
func (s SongSnapshot) Merge(newer SongSnapshot) SongSnapshot {
	if newer.Undescribed {
		return s
	}
	m := s
	m.Undescribed = false
	take(&m.Platform, newer.Platform)
	take(&m.RemoteID, newer.RemoteID)
	take(&m.Name, newer.Name)
	if len(newer.Artists) > 0 {
		m.Artists = mergeArtists(s.Artists, newer.Artists)
	}
	take(&m.Album, newer.Album)
	take(&m.AlbumRemoteID, newer.AlbumRemoteID)
	take(&m.DurationMS, newer.DurationMS)
	take(&m.Track, newer.Track)
	take(&m.Disc, newer.Disc)
	take(&m.Year, newer.Year)
	take(&m.Ext, newer.Ext)
	take(&m.FileSizeBytes, newer.FileSizeBytes)
	take(&m.Quality, newer.Quality)
	take(&m.CoverURL, newer.CoverURL)
	m.NotMusic, m.QQToplistFallback = newer.NotMusic, newer.QQToplistFallback
	if len(newer.Keys) > 0 {
		m.Keys = maps.Clone(s.Keys)
		if m.Keys == nil {
			m.Keys = map[string]string{}
		}
		maps.Copy(m.Keys, newer.Keys)
	}
	if reflect.DeepEqual(m, s) {
		return s
	}
	if len(newer.Raw) > 0 {
		m.Raw = newer.Raw
	}
	return m
}

// mergeArtists takes the newer list and keeps the ids that it leaves out.
func mergeArtists(older, newer []ArtistRef) []ArtistRef {
	ids := map[string]string{}
	for _, a := range older {
		ids[a.Name] = a.RemoteID
	}
	merged := make([]ArtistRef, len(newer))
	for i, a := range newer {
		if a.RemoteID == "" {
			a.RemoteID = ids[a.Name]
		}
		merged[i] = a
	}
	return merged
}

// take sets *field to value unless value is the zero value, which means "not told".
func take[T comparable](field *T, value T) {
	var none T
	if value != none {
		*field = value
	}
}
