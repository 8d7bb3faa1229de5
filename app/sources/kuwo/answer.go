package kuwo

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"strings"

	"github.com/tidwall/gjson"

	"catalogsync/app/httpclient"
	"catalogsync/models"
)

// Result codes of the web endpoints (upstream document, "Errors and risk control").
const (
	codeGood      = 200
	codeNothing   = -1    // not found, private, paid or a page size too large: depends on the call
	codeWithdrawn = -1001 // of streams
	codeRefused   = 407
)

// object gets an endpoint that answers an object, of whatever envelope.
func (s *Source) object(ctx context.Context, endpoint, address string, query url.Values) (gjson.Result, error) {
	var body json.RawMessage
	err := s.http.JSON(ctx, httpclient.Request{Endpoint: endpoint, URL: address, Query: query, Classify: illegal(endpoint)}, &body)
	if err != nil {
		return gjson.Result{}, err
	}
	return objectRoot(endpoint, body)
}

func objectRoot(endpoint string, body []byte) (gjson.Result, error) {
	root := gjson.ParseBytes(body)
	if !root.IsObject() {
		return gjson.Result{}, shapeError(endpoint, root.Raw, "no object")
	}
	return root, nil
}

// checkedRoot is objectRoot for a body that nobody has checked yet.
func checkedRoot(endpoint string, body []byte) (gjson.Result, error) {
	if !json.Valid(body) {
		return gjson.Result{}, shapeError(endpoint, string(body), "no JSON")
	}
	return objectRoot(endpoint, body)
}

// web gets an endpoint with the web envelope {code, msg, data} and returns data.
func (s *Source) web(ctx context.Context, endpoint, address string, query url.Values) (gjson.Result, error) {
	root, err := s.object(ctx, endpoint, address, query)
	if err != nil {
		return gjson.Result{}, err
	}
	data, err := webData(endpoint, root)
	return data, s.http.Redacted(err)
}

// webData is the data of a web envelope; it is only there with a good code.
func webData(endpoint string, root gjson.Result) (gjson.Result, error) {
	code, ok := integer(root.Get("code"))
	switch {
	case !ok:
		return gjson.Result{}, shapeError(endpoint, root.Raw, "the answer tells no result code")
	case code != codeGood:
		return gjson.Result{}, codeError(endpoint, code, root.Get("msg").String())
	}
	data := root.Get("data")
	if !data.IsObject() {
		return gjson.Result{}, shapeError(endpoint, root.Raw, "the answer has no data")
	}
	return data, nil
}

// codeParam is the name of the result code in models.Error.Params.
const codeParam = "Code"

// codeError makes the error of a result code that the call itself gives no meaning to.
func codeError(endpoint string, code int64, note string) error {
	e := models.NewError(models.ClassTransient, models.CodeUpstreamStatus, "Kuwo answers with an error (code %d)", code)
	switch {
	case strings.Contains(note, "频繁"):
		e.Class, e.Code, e.Message = models.ClassRateLimited, models.CodeRateLimited, "Kuwo asks for slower requests"
	case code == codeRefused:
		e.Class, e.Code, e.Message = models.ClassUnavailable, models.CodeLoginRequired, "Kuwo refuses this to a caller without login"
	case code == codeNothing:
		e.Class, e.Message = models.ClassPermanent, "Kuwo has no answer to this request (code -1)"
	}
	e.Source, e.Endpoint, e.Excerpt = Name, endpoint, httpclient.Excerpt(note)
	e.Params = map[string]any{codeParam: code}
	return e
}

// resultCode is the platform's result code behind err, 0 = none.
func resultCode(err error) int64 {
	e, ok := errors.AsType[*models.Error](err)
	if !ok {
		return 0
	}
	code, _ := e.Params[codeParam].(int64)
	return code
}

// illegal looks for the refusal that token endpoints give to a bad token and others give
// to a caller that they dislike.
func illegal(endpoint string) func(int, http.Header, []byte) error {
	return func(_ int, _ http.Header, body []byte) error {
		if !saysIllegal(body) {
			return nil
		}
		e := models.NewError(models.ClassRiskControl, models.CodeRiskControl, "Kuwo calls the request illegal; wait before asking again")
		e.Source, e.Endpoint = Name, endpoint
		return e
	}
}

// saysIllegal: {"success":false,"message":"The request is illegal!"}, the text under
// "msg" at times. Only short answers are looked at; titles may hold any words.
func saysIllegal(body []byte) bool {
	const longestRefusal = 1000
	if len(body) > longestRefusal {
		return false
	}
	root := gjson.ParseBytes(body)
	return strings.Contains(root.Get("message").String()+root.Get("msg").String(), "request is illegal")
}

// replaceable says whether a sibling endpoint on another host may help: this one is gone,
// moved or changed, but the caller is not refused.
func replaceable(err error) bool {
	class := models.ClassOf(err)
	return class == models.ClassPermanent || class == models.ClassNotFound
}

// shapeError is the error of an answer that cannot be read.
func shapeError(endpoint, body, why string) error {
	e := models.NewError(models.ClassPermanent, models.CodeUpstreamShape, "the answer cannot be read: %s", why)
	e.Source, e.Endpoint, e.Excerpt = Name, endpoint, httpclient.Excerpt(body)
	return e
}

// gone is the error of a playlist that is not there.
func gone(endpoint, message string) error {
	e := models.NewError(models.ClassNotFound, models.CodePlaylistGone, "%s", message)
	e.Source, e.Endpoint = Name, endpoint
	return e
}

// refusal is the error of something that Kuwo does not serve.
func refusal(endpoint string, code models.Code, message string) error {
	e := models.NewError(models.ClassUnavailable, code, "%s", message)
	e.Source, e.Endpoint = Name, endpoint
	return e
}

func listOrNull(v gjson.Result) bool { return v.IsArray() || v.Type == gjson.Null }
