package jamendo

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/tidwall/gjson"

	"catalogsync/app/httpclient"
	"catalogsync/app/sources/upstreamtext"
	"catalogsync/models"
)

const (
	api = "https://api.jamendo.com/v3.0/"

	endpointPlaylists      = "playlists"
	endpointPlaylistTracks = "playlists/tracks"
	endpointAlbumTracks    = "albums/tracks"
	endpointTracks         = "tracks"
	endpointFile           = "tracks/file"
)

// Codes of headers.code, as the API's documentation lists them.
const (
	codeGood           = 0
	codeException      = 1
	codeBadClientID    = 5
	codeRateLimit      = 6
	codeSuspended      = 11
	codeBadToken       = 12
	codeScope          = 13
	codeTokenUnrelated = 101
)

// limitPause is how long a spent quota is waited for at least; it is counted by the day.
const limitPause = time.Hour

// codeParam is the name of the result code in models.Error.Params.
const codeParam = "Code"

// ask calls an endpoint and gives its results.
func (s *Source) ask(ctx context.Context, endpoint string, params url.Values) ([]gjson.Result, error) {
	query := url.Values{"client_id": {s.clientID}, "format": {"json"}}
	maps.Copy(query, params)
	var body json.RawMessage
	err := s.http.JSON(ctx, httpclient.Request{Endpoint: endpoint, URL: api + endpoint + "/", Query: query, Classify: classify}, &body)
	if err == nil {
		return readResults(endpoint, body)
	}
	if e, ok := errors.AsType[*models.Error](err); ok {
		e.Excerpt = s.redact(e.Excerpt)
	}
	return nil, err
}

// redact takes the client id out of a text that the API sent back.
func (s *Source) redact(text string) string {
	const shortest = 4 // a shorter one would blot out harmless text
	if len(s.clientID) < shortest {
		return text
	}
	return strings.ReplaceAll(text, s.clientID, "***")
}

// classify raises the errors that the envelope tells. A body that is no JSON object is left
// to the reader of the answer, which tells cut texts from wrong ones.
func classify(status int, _ http.Header, body []byte) error {
	if !gjson.ValidBytes(body) {
		return nil
	}
	headers := gjson.GetBytes(body, "headers")
	if !headers.IsObject() {
		if status >= http.StatusBadRequest {
			return nil
		}
		return shapeError("", "", "it has no headers")
	}
	var code upstreamtext.Number
	told := headers.Get("code")
	switch {
	case !told.Exists() || code.UnmarshalJSON([]byte(told.Raw)) != nil:
		return shapeError("", "", "its headers tell no code")
	case code != codeGood:
		return codeError(int64(code), headers.Get("error_message").String())
	case headers.Get("status").String() != "success":
		return codeError(codeException, headers.Get("error_message").String())
	}
	return nil
}

// codeError is the meaning of a result code.
func codeError(code int64, note string) error {
	e := models.NewError(models.ClassPermanent, models.CodeUpstreamStatus, "Jamendo refuses the request (code %d)", code)
	switch code {
	case codeException:
		e.Class, e.Message = models.ClassTransient, "Jamendo failed (code 1)"
	case codeBadClientID:
		e.Code, e.Message = models.CodeLoginRefused, "Jamendo refuses the client id; set CLIENT_ID to your own of devportal.jamendo.com"
	case codeSuspended:
		e.Code, e.Message = models.CodeLoginRefused, "Jamendo has suspended this client id; ask its support, or set another CLIENT_ID"
	case codeBadToken, codeScope, codeTokenUnrelated:
		e.Code, e.Message = models.CodeLoginRefused, "Jamendo refuses the access token"
	case codeRateLimit:
		e.Class, e.Code, e.RetryAfter = models.ClassRateLimited, models.CodeRateLimited, limitPause
		e.Message = "Jamendo's limit of requests for this client id is reached"
	}
	e.Excerpt = httpclient.Excerpt(note)
	e.Params = map[string]any{codeParam: code}
	return e
}

// readResults is the list of a good answer.
func readResults(endpoint string, body []byte) ([]gjson.Result, error) {
	results := gjson.GetBytes(body, "results")
	if !results.IsArray() {
		return nil, shapeError(endpoint, string(body[:min(len(body), excerptBytes)]), "the results are no list")
	}
	return results.Array(), nil
}

// excerptBytes are more than enough for an excerpt.
const excerptBytes = 2000

// shapeError is the error of an answer that cannot be read; "" is filled in by the client.
func shapeError(endpoint, body, why string) error {
	e := models.NewError(models.ClassPermanent, models.CodeUpstreamShape, "the answer cannot be read: %s", why)
	e.Endpoint = endpoint
	if endpoint != "" {
		e.Source = Name
	}
	e.Excerpt = httpclient.Excerpt(body)
	return e
}

// refusal is the error of something that is not served.
func refusal(endpoint string, code models.Code, message string) error {
	e := models.NewError(models.ClassUnavailable, code, "%s", message)
	e.Source, e.Endpoint = Name, endpoint
	return e
}
