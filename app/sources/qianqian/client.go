package qianqian

import (
	"bytes"
	"context"
	"encoding/json"
	"maps"
	"net/http"
	"net/url"
	"strconv"

	"catalogsync/app/httpclient"
	"catalogsync/app/sources/upstreamtext"
	"catalogsync/models"
)

const origin = "https://music.91q.com/v1"

// Endpoints, as errors and metrics name them; the first three are paths too.
const (
	endpointSearch = "search"
	endpointInfo   = "song/info"
	endpointLink   = "song/tracklink"
	endpointLyric  = "lyric"
	endpointFile   = "stream"
)

// Result numbers.
const (
	errnoGood    = 22000
	errnoKeyword = 23001 // the search dislikes the keyword
)

// envelope is around all answers.
type envelope struct {
	State   *bool           `json:"state"`
	Errno   *number         `json:"errno"`
	Message text            `json:"errmsg"`
	Data    json.RawMessage `json:"data"`
}

// ask makes a signed call and returns the data of its answer.
func (s *Source) ask(ctx context.Context, endpoint string, params url.Values) (json.RawMessage, error) {
	q := maps.Clone(params)
	q.Set("appid", appID)
	q.Set("timestamp", strconv.FormatInt(s.now().Unix(), 10))
	q.Set("sign", sign(q))
	var e envelope
	err := s.http.JSON(ctx, httpclient.Request{Endpoint: endpoint, URL: origin + "/" + endpoint, Query: q, Classify: blocked}, &e)
	if err != nil {
		return nil, err
	}
	return e.good(endpoint)
}

// blocked tells a refusal of the caller by its status, whatever the body says.
func blocked(status int, _ http.Header, _ []byte) error {
	if status != http.StatusForbidden {
		return nil
	}
	return models.NewError(models.ClassRiskControl, models.CodeRiskControl, "Qianqian blocks this caller (status 403); wait before asking again")
}

// good is the data of an answer with a good result.
func (e *envelope) good(endpoint string) (json.RawMessage, error) {
	if e.Errno == nil {
		return nil, shapeError(endpoint, string(e.Data), "the answer tells no result")
	}
	if *e.Errno == errnoGood && (e.State == nil || *e.State) {
		if len(e.Data) == 0 {
			return nil, shapeError(endpoint, string(e.Message), "the answer has no data")
		}
		return e.Data, nil
	}
	err := models.NewError(models.ClassPermanent, models.CodeUpstreamStatus,
		"Qianqian refuses the request (errno %d); check that this machine's clock is right", int64(*e.Errno))
	if *e.Errno == errnoKeyword {
		err.Code, err.Message = models.CodeBadRequest, "Qianqian does not search for this text (errno 23001)"
	}
	err.Source, err.Endpoint, err.Excerpt = Name, endpoint, httpclient.Excerpt(string(e.Message))
	return nil, err
}

// isNothing tells the empty list that stands for "nothing".
func isNothing(data json.RawMessage) bool {
	data = bytes.TrimSpace(data)
	return len(data) >= 2 && data[0] == '[' && len(bytes.TrimSpace(data[1:len(data)-1])) == 0
}

// shapeError is the error of an answer that cannot be read.
func shapeError(endpoint, body, why string) error {
	e := models.NewError(models.ClassPermanent, models.CodeUpstreamShape, "the answer cannot be read: %s", why)
	e.Source, e.Endpoint, e.Excerpt = Name, endpoint, httpclient.Excerpt(body)
	return e
}

// refusal is the error of a song that Qianqian does not serve.
func refusal(endpoint string, code models.Code, message string) error {
	e := models.NewError(models.ClassUnavailable, code, "%s", message)
	e.Source, e.Endpoint = Name, endpoint
	return e
}

// Loose scalars: ids and flags come as numbers and as strings.
type (
	text   = upstreamtext.Text
	number = upstreamtext.Number
)
