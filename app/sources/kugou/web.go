package kugou

import (
	"context"
	"encoding/json"
	"strings"

	"catalogsync/app/httpclient"
	"catalogsync/app/sources"
	"catalogsync/models"
)

// resolveOwn asks the web player's call with the operator's login: first for the song's
// encoded id, then for its stream, whose quality the platform picks.
func (s *Source) resolveOwn(ctx context.Context, c sources.Candidate, ceiling models.Quality) ([]sources.Stream, error) {
	song, err := s.webSong(ctx, "hash", c.RemoteID)
	if err != nil {
		return nil, err
	}
	if song.EncodedID == "" {
		return nil, refusal(endpointWeb, models.CodeWithdrawn, "Kugou's web player does not know the song")
	}
	if song, err = s.webSong(ctx, "encode_album_audio_id", string(song.EncodedID)); err != nil {
		return nil, err
	}
	known := filesOfKeys(c.Keys)
	return song.streams(c, known[plainest].size, ceiling)
}

func (s *Source) webSong(ctx context.Context, key, value string) (*webSong, error) {
	var a webAnswer
	err := s.http.JSON(ctx, httpclient.Request{
		Endpoint: endpointWeb, URL: webURL, Query: s.login.params(key, value, s.now()), Classify: judge,
	}, &a)
	if err != nil {
		return nil, err
	}
	song, err := readWebSong(&a)
	return song, s.http.Redacted(err)
}

func readWebSong(a *webAnswer) (*webSong, error) {
	if a.Status == nil {
		return nil, shapeError(endpointWeb, string(a.Data), "the answer tells no status")
	}
	var song *webSong
	isObject := len(a.Data) > 0 && a.Data[0] == '{'
	if *a.Status != 1 || !isObject {
		return nil, refusal(endpointWeb, models.CodeLoginRequired, "Kugou does not serve this song to this account; renew the cookie if it should")
	}
	if err := json.Unmarshal(a.Data, &song); err != nil {
		return nil, shapeError(endpointWeb, string(a.Data), "the song cannot be read")
	}
	return song, nil
}

// streams are the addresses of what is granted. listed is the size of the song's plainest
// file, 0 = not known.
func (w *webSong) streams(c sources.Candidate, listed int64, ceiling models.Quality) ([]sources.Stream, error) {
	if w.PlayURL == "" && w.BackupURL == "" {
		return nil, refusal(endpointWeb, models.CodePaid, "Kugou serves this song only to those who paid for it, which this account did not")
	}
	g := granted{
		endpoint: endpointWeb, told: true, urls: addresses(w.PlayURL, w.BackupURL), ext: strings.ToLower(string(w.ExtName)),
		bitRate: int64(w.BitRate), size: int64(w.FileSize), durationMS: w.milliseconds(), listed: listed,
	}
	return g.streams(fileKinds[plainest], c, ceiling)
}

// milliseconds of a length that is told in ms by most and in seconds by some.
func (w *webSong) milliseconds() int64 {
	const longestInSeconds, longest = 10_000, 24 * 60 * 60 * 1000
	switch {
	case w.TimeLength <= 0 || w.TimeLength > longest:
		return 0
	case w.TimeLength > longestInSeconds:
		return int64(w.TimeLength)
	}
	return int64(w.TimeLength) * 1000
}
