package jamendo

import (
	"context"
	"net/url"
	"strings"

	"github.com/tidwall/gjson"

	"catalogsync/app/sources"
	"catalogsync/models"
)

// Resolve asks for the song's address in the best allowed format. Formats below it follow,
// since a format may be missing, which is told only when it is opened.
func (s *Source) Resolve(ctx context.Context, c sources.Candidate, ceiling models.Quality) ([]sources.Stream, error) {
	if !isID(c.RemoteID) {
		return nil, models.NewError(models.ClassPermanent, models.CodeBadValue, "%q is no Jamendo song id", c.RemoteID)
	}
	allowed := formatsBelow(ceiling)
	results, err := s.ask(ctx, endpointTracks, url.Values{"id": {c.RemoteID}, "type": {bothTypes}, "audiodlformat": {allowed[0].name}})
	if err != nil {
		return nil, err
	}
	t, err := readOne(results, c.RemoteID)
	if err != nil {
		return nil, err
	}
	return streamsOf(t, allowed)
}

// formatsBelow lists the formats that keep the ceiling; the last keeps every one.
func formatsBelow(ceiling models.Quality) []format {
	for i, f := range formats {
		if ceiling == models.QualityUnknown || f.quality.Rank() <= ceiling.Rank() {
			return formats[i:]
		}
	}
	return formats[len(formats)-1:]
}

// readOne reads the one song that was asked for.
func readOne(results []gjson.Result, id string) (track, error) {
	if len(results) == 0 {
		return track{}, refusal(endpointTracks, models.CodeWithdrawn, "Jamendo does not have the song any more")
	}
	t, err := readTrack(results[0].Raw)
	if err != nil || string(t.ID) != id {
		return track{}, shapeError(endpointTracks, results[0].Raw, "it is not about the song that was asked for")
	}
	return t, nil
}

// streamsOf are the addresses of an allowed song: the granted one, and, for the formats
// below, the call that leads to them. That call's client id is added by Open.
func streamsOf(t track, allowed []format) ([]sources.Stream, error) {
	if !t.allowed() {
		return nil, refusal(endpointTracks, models.CodeStreamOnly, refusedText)
	}
	granted, err := url.Parse(string(t.Download))
	if err != nil || (granted.Scheme != "https" && granted.Scheme != "http") || granted.User != nil || !ownHost(granted.Hostname()) {
		e := models.NewError(models.ClassPermanent, models.CodeForbiddenAddress, "Jamendo gives an address that is not its own")
		e.Source, e.Endpoint = Name, endpointTracks
		return nil, e
	}
	duration := max(int64(t.Duration), 0) * 1000
	var streams []sources.Stream
	for i, f := range allowed {
		st := sources.Stream{URL: granted.String(), Quality: f.quality, Ext: f.ext, DurationMS: duration}
		if i > 0 {
			st.URL = fileAddress(string(t.ID), f)
		}
		streams = append(streams, st)
	}
	return streams, nil
}

func fileAddress(id string, f format) string {
	return api + endpointFile + "/?" + url.Values{"id": {id}, "audioformat": {f.name}, "action": {"download"}}.Encode()
}

// Open opens a granted stream.
func (s *Source) Open(ctx context.Context, st sources.Stream, offset int64, validator string) (*sources.Body, error) {
	if strings.HasPrefix(st.URL, api+endpointFile+"/?") {
		st.URL += "&" + url.Values{"client_id": {s.clientID}}.Encode()
	}
	return s.http.Open(ctx, "stream", st, offset, validator)
}
