package qianqian

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"

	"catalogsync/app/httpclient"
	"catalogsync/app/sources"
	"catalogsync/app/sources/upstreamtext"
	"catalogsync/models"
)

// FetchLyrics gets a song's words; none is an empty answer. There are no translations.
func (s *Source) FetchLyrics(ctx context.Context, c sources.Candidate) (sources.Lyrics, error) {
	address := upstreamtext.WebAddress(c.Keys[keyLyric])
	if address == "" {
		data, err := s.ask(ctx, endpointInfo, url.Values{"TSID": {c.RemoteID}})
		if err != nil {
			return sources.Lyrics{}, err
		}
		row, found, err := readInfo(data)
		if err != nil || !found {
			return sources.Lyrics{}, err
		}
		address = lyricAddress(row)
	}
	if address == "" {
		return sources.Lyrics{}, nil
	}
	body, err := s.http.Bytes(ctx, httpclient.Request{
		Endpoint: endpointLyric, URL: address, AllowEmpty: true,
		Header: http.Header{"Cookie": nil}, // a login is not for addresses out of answers
	})
	switch {
	case err != nil && models.ClassOf(err) == models.ClassNotFound:
		return sources.Lyrics{}, nil
	case err != nil:
		return sources.Lyrics{}, err
	case json.Valid(body):
		return sources.Lyrics{}, shapeError(endpointLyric, string(body), "the words are no text")
	}
	return sources.Lyrics{Original: upstreamtext.Words(string(body))}, nil
}
