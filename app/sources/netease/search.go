package netease

import (
	"context"
	"net/url"
	"strconv"

	"catalogsync/app/sources"
	"catalogsync/models"
)

// maxSearchLimit is the most that is asked for; above it the platform answered with
// nothing.
const maxSearchLimit = 100

// Search finds songs by text. Songs that this caller may not play are marked Refused.
func (s *Source) Search(ctx context.Context, query string, limit int) ([]sources.Candidate, error) {
	limit = min(max(limit, 1), maxSearchLimit)
	var a searchAnswer
	err := s.ask(ctx, call{endpoint: endpointSearch, path: "/api/cloudsearch/pc", form: url.Values{
		"s": {query}, "type": {"1"}, "limit": {strconv.Itoa(limit)}, "offset": {"0"}, "total": {"true"},
	}}, &a)
	if err != nil {
		return nil, err
	}
	return a.candidates(limit)
}

func (a *searchAnswer) candidates(limit int) ([]sources.Candidate, error) {
	var list []sources.Candidate
	for _, raw := range a.Result.Songs {
		if song, ok := readSong(raw); ok && len(list) < limit {
			list = append(list, song.candidate())
		}
	}
	if len(list) == 0 && len(a.Result.Songs) > 0 {
		return nil, unreadable(endpointSearch, a.Result.Songs[0])
	}
	return list, nil
}

// CandidateOf makes the candidate of a song of this platform; its id is all that
// Resolve needs.
func (s *Source) CandidateOf(song models.SongSnapshot) (sources.Candidate, bool) {
	if song.Platform != Name || !isID(song.RemoteID) || song.NotMusic {
		return sources.Candidate{}, false
	}
	c := sources.Candidate{
		Source:     Name,
		RemoteID:   song.RemoteID,
		Title:      song.Name,
		Subtitle:   song.Subtitle,
		Artists:    song.ArtistNames(),
		Album:      song.Album,
		DurationMS: song.DurationMS,
		CoverURL:   song.CoverURL,
	}
	if song.Quality != models.QualityUnknown {
		c.Offers = []sources.Offer{{Quality: song.Quality, Ext: song.Ext, SizeBytes: song.FileSizeBytes}}
	}
	return c, true
}
