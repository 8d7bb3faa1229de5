package qq

import (
	"context"
	"encoding/json"
	"maps"
	"net/http"
	"net/url"

	"github.com/tidwall/gjson"

	"catalogsync/app/httpclient"
	"catalogsync/models"
)

const (
	musicuURL = "https://u.y.qq.com/cgi-bin/musicu.fcg"
	legacyURL = "https://c.y.qq.com"
)

// webComm is the "comm" part that the web player sends with most calls.
func webComm() map[string]any { return map[string]any{"ct": 24, "cv": 0} }

// call is one method of the musicu gateway.
type call struct {
	key    string // name of its part in request and answer
	module string
	method string
	comm   map[string]any
	param  map[string]any
	// judge looks at data whose result codes are good and may still raise an error; nil = none.
	judge func(data gjson.Result) error
}

// read finds the data part of an answer and checks all that the call asks for.
func (c call) read(body []byte) (gjson.Result, error) {
	data, err := musicuData(c.method, c.key, body)
	if err == nil && c.judge != nil {
		err = c.judge(data)
	}
	return data, err
}

// musicu asks one method and returns the data part of the answer.
func (s *Source) musicu(ctx context.Context, c call) (gjson.Result, error) {
	var body json.RawMessage
	var seen answer
	err := s.http.JSON(ctx, httpclient.Request{
		Endpoint: c.method,
		Method:   http.MethodPost,
		URL:      musicuURL,
		JSONBody: map[string]any{
			"comm": c.comm,
			c.key:  map[string]any{"module": c.module, "method": c.method, "param": c.param},
		},
		Classify: seen.classify(c.read),
	}, &body)
	if err != nil {
		return gjson.Result{}, err
	}
	data, err := seen.result(c.read, body)
	return data, s.http.Redacted(err)
}

// answer keeps what was read of an answer while it was classified, so that a long one is
// not read twice.
type answer struct {
	data gjson.Result
	good bool
}

// classify raises what the HTTP client acts upon: it tries again after transient errors
// and leaves the source alone after refusals of the caller. The rest is raised by result,
// once the answer is known to be whole.
func (a *answer) classify(read func([]byte) (gjson.Result, error)) func(int, http.Header, []byte) error {
	return func(_ int, _ http.Header, body []byte) error {
		data, err := read(body)
		a.data, a.good = data, err == nil
		switch models.ClassOf(err) {
		case models.ClassTransient, models.ClassRateLimited, models.ClassRiskControl:
			return err
		}
		return nil
	}
}

func (a *answer) result(read func([]byte) (gjson.Result, error), body []byte) (gjson.Result, error) {
	if a.good {
		return a.data, nil
	}
	return read(body)
}

// musicuData reads the data part called key. Outer and inner level must both tell a result
// code; the data itself may.
func musicuData(endpoint, key string, body []byte) (gjson.Result, error) {
	root := gjson.ParseBytes(body)
	if !root.IsObject() {
		return gjson.Result{}, shapeError(endpoint, root.Raw, "no object")
	}
	outer, err := checkLevel(endpoint, root, true)
	if err != nil {
		return gjson.Result{}, err
	}
	if !outer[key].IsObject() {
		return gjson.Result{}, shapeError(endpoint, root.Raw, "the part asked for is missing")
	}
	part, err := checkLevel(endpoint, outer[key], true)
	if err != nil {
		return gjson.Result{}, err
	}
	data := part["data"]
	if !data.IsObject() {
		return gjson.Result{}, shapeError(endpoint, root.Raw, "the part has no data")
	}
	_, err = checkLevel(endpoint, data, false)
	return data, err
}

// legacy gets one of the older endpoints.
func (s *Source) legacy(ctx context.Context, endpoint, path string, query url.Values, header http.Header) (gjson.Result, error) {
	q := url.Values{
		// Without format the answer is JSONP, without the charset pair some are GBK.
		"format": {"json"}, "inCharset": {"utf8"}, "outCharset": {"utf-8"},
		"notice": {"0"}, "platform": {"yqq"}, "needNewCode": {"0"},
	}
	maps.Copy(q, query)
	read := func(body []byte) (gjson.Result, error) { return answerRoot(endpoint, body) }
	var body json.RawMessage
	var seen answer
	err := s.http.JSON(ctx, httpclient.Request{
		Endpoint: endpoint, URL: legacyURL + path, Query: q, Header: header, Classify: seen.classify(read),
	}, &body)
	if err != nil {
		return gjson.Result{}, err
	}
	data, err := seen.result(read, body)
	return data, s.http.Redacted(err)
}

// answerRoot is the outermost level of an answer, its result codes seen.
func answerRoot(endpoint string, body []byte) (gjson.Result, error) {
	root := gjson.ParseBytes(body)
	if !root.IsObject() {
		return gjson.Result{}, shapeError(endpoint, root.Raw, "no object")
	}
	_, err := checkLevel(endpoint, root, true)
	return root, err
}
