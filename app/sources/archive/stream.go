package archive

import (
	"context"
	"errors"
	"net/http"

	"catalogsync/app/httpclient"
	"catalogsync/app/sources"
	"catalogsync/models"
)

// Resolve lists the files of a song up to ceiling, best first. Addresses do not expire.
func (s *Source) Resolve(ctx context.Context, c sources.Candidate, ceiling models.Quality) ([]sources.Stream, error) {
	id, ok := splitSongID(c.RemoteID)
	if !ok {
		e := models.NewError(models.ClassPermanent, models.CodeBadValue, "%q is no song of the Internet Archive", c.RemoteID)
		e.Source, e.Endpoint = Name, endpointMetadata
		return nil, e
	}
	it, ok := s.items.get(id)
	if !ok {
		var err error
		if it, err = s.fetchItem(ctx, id); err != nil {
			return nil, songError(err)
		}
	}
	for _, found := range it.songs {
		if songID(id, found.key) == c.RemoteID {
			return found.streams(id, ceiling)
		}
	}
	return nil, refusal(endpointMetadata, models.CodeWithdrawn, "the song is no longer among the files of %s", id)
}

func (s song) streams(item string, ceiling models.Quality) ([]sources.Stream, error) {
	if !s.open() {
		return nil, refusal(endpointMetadata, models.CodeLoginRequired, withheldText)
	}
	var list []sources.Stream
	for _, f := range s.files {
		if ceiling != models.QualityUnknown && f.quality.Rank() > ceiling.Rank() {
			continue
		}
		list = append(list, sources.Stream{
			URL: fileURL(item, f.name), Quality: f.quality, Ext: f.ext, SizeBytes: f.size, MD5: f.md5,
			DurationMS: s.durationMS(),
		})
	}
	if len(list) == 0 {
		return nil, refusal(endpointMetadata, models.CodeNoSource, "the Internet Archive has the song only in qualities above the allowed one")
	}
	return list, nil
}

// songError gives an item's refusal the meaning that it has for a song.
func songError(err error) error {
	e, ok := errors.AsType[*models.Error](err)
	if !ok {
		return err
	}
	about := *e
	switch {
	case e.Code == models.CodePlaylistGone:
		about.Class, about.Code = models.ClassUnavailable, models.CodeWithdrawn
	case e.Code == models.CodePlaylistPrivate:
		about.Code = models.CodeLoginRequired
	default:
		return err
	}
	return &about
}

// Open opens a file. The Archive leads on to one of its storage hosts, which refuses
// restricted files for good: asking another host does not help.
func (s *Source) Open(ctx context.Context, st sources.Stream, offset int64, validator string) (*sources.Body, error) {
	body, err := s.http.Open(ctx, endpointFile, st, offset, validator)
	if e, ok := errors.AsType[*models.Error](err); ok {
		switch e.Params[httpclient.ParamStatus] {
		case http.StatusUnauthorized, http.StatusForbidden:
			return nil, refusal(endpointFile, models.CodeLoginRequired, withheldText)
		case http.StatusNotFound, http.StatusGone:
			return nil, refusal(endpointFile, models.CodeWithdrawn, "the Internet Archive no longer has the file")
		}
	}
	return body, err
}
