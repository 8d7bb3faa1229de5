package netease

import (
	"context"
	"fmt"
	"net/http"
	"net/url"

	"catalogsync/app/httpclient"
	"catalogsync/models"
)

const origin = "https://music.163.com"

// Endpoints, as errors and metrics name them.
const (
	endpointSquare   = "playlist/list"
	endpointToplists = "toplist"
	endpointTags     = "playlist/catalogue"
	endpointDetail   = "playlist/detail"
	endpointSongs    = "song/detail"
	endpointSearch   = "search"
	endpointStream   = "player/url"
	endpointLyrics   = "lyric"
	endpointShort    = "shortlink"
	endpointFile     = "stream"
)

// answer is the body of a successful call. missing says which part must be there and is
// not, "" = none: a lost list must never be taken for an empty one.
type answer interface{ missing() string }

// call is one endpoint with its parameters; form makes it a POST.
type call struct {
	endpoint string
	path     string
	query    url.Values
	form     url.Values
}

// ask calls the platform and reads the answer into out. Codes other than 200 come back as
// the errors of verdict.
func (s *Source) ask(ctx context.Context, c call, out answer) error {
	var excerpt string
	err := s.http.JSON(ctx, httpclient.Request{
		Endpoint: c.endpoint,
		URL:      origin + c.path,
		Query:    c.query,
		Form:     c.form,
		Classify: func(_ int, _ http.Header, body []byte) error {
			excerpt = httpclient.Excerpt(string(body))
			return verdict(body)
		},
	}, out)
	if err != nil {
		return err
	}
	if part := out.missing(); part != "" {
		e := models.NewError(models.ClassPermanent, models.CodeUpstreamShape,
			"the answer lacks %s; the platform may have changed its format", part)
		e.Source, e.Endpoint, e.Excerpt = Name, c.endpoint, excerpt
		return s.http.Redacted(e)
	}
	return nil
}

// Probe asks for one row of the playlist square, the lightest call that a collect needs.
func (s *Source) Probe(ctx context.Context) error {
	_, err := s.squarePage(ctx, everyCategory, 0, 1)
	if err != nil {
		return fmt.Errorf("probe netease: %w", err)
	}
	return nil
}
