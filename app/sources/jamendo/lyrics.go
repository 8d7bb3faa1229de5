package jamendo

import (
	"context"
	"net/url"

	"github.com/tidwall/gjson"

	"catalogsync/app/sources"
	"catalogsync/app/sources/upstreamtext"
)

// FetchLyrics gets a song's words, which are plain text here.
func (s *Source) FetchLyrics(ctx context.Context, c sources.Candidate) (sources.Lyrics, error) {
	results, err := s.ask(ctx, endpointTracks, url.Values{"id": {c.RemoteID}, "type": {bothTypes}, "include": {"lyrics"}})
	if err != nil {
		return sources.Lyrics{}, err
	}
	return readLyrics(results)
}

// readLyrics reads the words of the one song; a song that is gone has none.
func readLyrics(results []gjson.Result) (sources.Lyrics, error) {
	if len(results) == 0 {
		return sources.Lyrics{}, nil
	}
	words := results[0].Get("lyrics")
	if words.Exists() && words.Type != gjson.String && words.Type != gjson.Null {
		return sources.Lyrics{}, shapeError(endpointTracks, results[0].Raw, "the words are no text")
	}
	return sources.Lyrics{Original: upstreamtext.CleanText(words.String())}, nil
}
