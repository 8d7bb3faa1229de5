package kugou

import (
	"net/http"
	"strings"
	"time"

	"github.com/tidwall/gjson"

	"catalogsync/app/httpclient"
	"catalogsync/app/sources/upstreamtext"
	"catalogsync/models"
)

const (
	searchURL      = "https://songsearch.kugou.com/song_search_v2"
	infoURL        = "https://m.kugou.com/app/i/getSongInfo.php"
	webURL         = "https://wwwapi.kugou.com/play/songinfo"
	lyricSearchURL = "https://lyrics.kugou.com/search"
	lyricURL       = "https://lyrics.kugou.com/download"
)

// Endpoints, as errors and metrics name them.
const (
	endpointSearch      = "song_search_v2"
	endpointInfo        = "getSongInfo"
	endpointWeb         = "songinfo"
	endpointLyricSearch = "lyrics/search"
	endpointLyric       = "lyrics/download"
	endpointFile        = "stream"
)

// Error numbers with one meaning everywhere.
const (
	codeBadCall     = 152
	codeTooFrequent = 1002
	codeLogin       = 20010
	codeMembership  = 20018
	codeVerify      = 20028
)

// codeParam is the name of the error number in models.Error.Params.
const codeParam = "Code"

// verifyText is what the platform writes when it wants a verification, at times without
// the number.
const verifyText = "本次请求需要验证"

// frequencyPause is how long "too frequent" is told at least.
const frequencyPause = 2 * time.Minute

// Names under which answers tell error numbers and texts.
var (
	codeFields = []string{"errcode", "err_code", "error_code"}
	textFields = []string{"error", "error_msg", "err_msg", "errmsg", "msg", "message"}
)

// judge raises what any answer may be instead of data.
func judge(_ int, h http.Header, body []byte) error {
	if h.Get("ssa-code") != "" {
		return verification()
	}
	root := gjson.ParseBytes(body)
	if !root.IsObject() {
		return nil
	}
	for _, name := range codeFields {
		if err := codeError(root.Get(name).Int()); err != nil {
			return err
		}
	}
	for _, name := range textFields {
		if strings.Contains(root.Get(name).String(), verifyText) {
			return verification()
		}
	}
	return nil
}

// codeError is the meaning of an error number, nil when it depends on the call.
func codeError(code int64) error {
	switch code {
	case codeVerify:
		return verification()
	case codeTooFrequent:
		e := models.NewError(models.ClassRateLimited, models.CodeRateLimited, "Kugou calls the requests too frequent (code 1002)")
		e.RetryAfter = frequencyPause
		return e
	case codeLogin, codeMembership:
		e := models.NewError(models.ClassUnavailable, models.CodeLoginRequired, "Kugou wants a login or a membership (code %d); set or renew the cookie", code)
		e.Params = map[string]any{codeParam: code}
		return e
	case codeBadCall:
		return models.NewError(models.ClassPermanent, models.CodeUpstreamStatus, "Kugou refuses the parameters (code 152); the platform may have changed its format")
	}
	return nil
}

func verification() error {
	return models.NewError(models.ClassRiskControl, models.CodeRiskControl,
		"Kugou wants a verification of this caller; wait, or solve it in a browser and set a fresh cookie")
}

// badStatus is the error of an answer whose status is not good.
func badStatus(endpoint string, status number, note text) error {
	e := models.NewError(models.ClassPermanent, models.CodeUpstreamStatus, "Kugou answers with status %d", int64(status))
	e.Source, e.Endpoint, e.Excerpt = Name, endpoint, httpclient.Excerpt(string(note))
	return e
}

// shapeError is the error of an answer that cannot be read.
func shapeError(endpoint, body, why string) error {
	e := models.NewError(models.ClassPermanent, models.CodeUpstreamShape, "the answer cannot be read: %s", why)
	e.Source, e.Endpoint, e.Excerpt = Name, endpoint, httpclient.Excerpt(body)
	return e
}

// refusal is the error of a song that Kugou does not serve.
func refusal(endpoint string, code models.Code, message string) error {
	e := models.NewError(models.ClassUnavailable, code, "%s", message)
	e.Source, e.Endpoint = Name, endpoint
	return e
}

// Loose scalars: ids, sizes and error texts come as numbers and as strings.
type (
	text   = upstreamtext.Text
	number = upstreamtext.Number
)
