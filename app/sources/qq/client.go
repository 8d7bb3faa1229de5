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
	err := s.http.JSON(ctx, httpclient.Request{
		Endpoint: c.method,
		Method:   http.MethodPost,
		URL:      musicuURL,
		JSONBody: map[string]any{
			"comm": c.comm,
			c.key:  map[string]any{"module": c.module, "method": c.method, "param": c.param},
		},
		Classify: func(_ int, _ http.Header, body []byte) error {
			_, err := c.read(body)
			return forClient(err)
		},
	}, &body)
	if err != nil {
		return gjson.Result{}, err
	}
	return c.read(body)
}

// musicuData reads the data part called key. Outer and inner level must both tell a result
// code; the data itself may.
func musicuData(endpoint, key string, body []byte) (gjson.Result, error) {
	root, err := answerRoot(endpoint, body)
	if err != nil {
		return gjson.Result{}, err
	}
	part := root.Get(key)
	if !part.IsObject() {
		return gjson.Result{}, shapeError(endpoint, root.Raw, "the part asked for is missing")
	}
	if err := checkLevel(endpoint, part, true); err != nil {
		return gjson.Result{}, err
	}
	data := part.Get("data")
	if !data.IsObject() {
		return gjson.Result{}, shapeError(endpoint, root.Raw, "the part has no data")
	}
	return data, checkLevel(endpoint, data, false)
}

// legacy gets one of the older endpoints.
func (s *Source) legacy(ctx context.Context, endpoint, path string, query url.Values, header http.Header) (gjson.Result, error) {
	q := url.Values{
		// Without format the answer is JSONP, without the charset pair some are GBK.
		"format": {"json"}, "inCharset": {"utf8"}, "outCharset": {"utf-8"},
		"notice": {"0"}, "platform": {"yqq"}, "needNewCode": {"0"},
	}
	maps.Copy(q, query)
	var body json.RawMessage
	err := s.http.JSON(ctx, httpclient.Request{
		Endpoint: endpoint, URL: legacyURL + path, Query: q, Header: header,
		Classify: func(_ int, _ http.Header, body []byte) error {
			_, err := answerRoot(endpoint, body)
			return forClient(err)
		},
	}, &body)
	if err != nil {
		return gjson.Result{}, err
	}
	return answerRoot(endpoint, body)
}

// answerRoot is the outermost level of an answer, its result codes seen.
func answerRoot(endpoint string, body []byte) (gjson.Result, error) {
	root := gjson.ParseBytes(body)
	if !root.IsObject() {
		return gjson.Result{}, shapeError(endpoint, root.Raw, "no object")
	}
	return root, checkLevel(endpoint, root, true)
}

// forClient lets through what the HTTP client acts upon: it tries again after transient
// errors and leaves the source alone after refusals of the caller. The rest is raised
// once the answer is known to be whole.
func forClient(err error) error {
	switch models.ClassOf(err) {
	case models.ClassTransient, models.ClassRateLimited, models.ClassRiskControl:
		return err
	}
	return nil
}
