package migu

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"

	"catalogsync/app/httpclient"
	"catalogsync/app/sources"
	"catalogsync/app/sources/upstreamtext"
	"catalogsync/models"
)

// FetchLyrics gets a song's words and their translation; none is an empty answer.
func (s *Source) FetchLyrics(ctx context.Context, c sources.Candidate) (sources.Lyrics, error) {
	words, translation := c.Keys[keyLyric], c.Keys[keyTranslate]
	if words == "" {
		id := c.Keys[keyContentID]
		if !isID(id) {
			id = c.RemoteID
		}
		d, err := s.detail(ctx, id)
		if models.CodeOf(err) == models.CodeWithdrawn {
			return sources.Lyrics{}, nil
		}
		if err != nil {
			return sources.Lyrics{}, err
		}
		words, translation = string(d.LrcURL), string(d.TrcURL)
	}
	original, err := s.text(ctx, words)
	if err != nil || original == "" {
		return sources.Lyrics{}, err
	}
	translated, err := s.text(ctx, translation)
	if err != nil {
		return sources.Lyrics{}, err
	}
	return sources.Lyrics{Original: original, Translation: translated}, nil
}

// text gets a lyric file; "" when there is none. Some are GB18030, which the client tells
// by itself.
func (s *Source) text(ctx context.Context, address string) (string, error) {
	address = upstreamtext.WebAddress(address)
	if address == "" {
		return "", nil
	}
	if u, err := url.Parse(address); err != nil || !ownHost(u.Hostname()) {
		e := models.NewError(models.ClassPermanent, models.CodeForbiddenAddress, "Migu gives an address of words that is not its own")
		e.Source, e.Endpoint = Name, endpointLyric
		return "", e
	}
	body, err := s.http.Bytes(ctx, httpclient.Request{
		Endpoint: endpointLyric, URL: address, AllowEmpty: true,
		Header: http.Header{"Cookie": nil}, // a login is not for addresses out of answers
	})
	switch {
	case err != nil && models.ClassOf(err) == models.ClassNotFound:
		return "", nil
	case err != nil:
		return "", err
	case json.Valid(body):
		return "", shapeError(endpointLyric, string(body), "the words are no text")
	}
	return upstreamtext.Words(string(body)), nil
}

func ownHost(host string) bool {
	host = strings.ToLower(host)
	return host == ownDomain || strings.HasSuffix(host, "."+ownDomain)
}
