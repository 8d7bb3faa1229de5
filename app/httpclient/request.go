package httpclient

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
)

// Request is one call of an upstream. Requests are sent again after transient failures,
// so each must be repeatable; all calls of music platforms that are used here only read.
type Request struct {
	// Endpoint is a short name for errors and metrics, e.g. "playlist/detail".
	Endpoint string
	// Method "" is GET, or POST when Form or JSONBody is set.
	Method string
	// URL is the real address, https://host/path; Query is added to what it holds.
	URL   string
	Query url.Values
	// Form or JSONBody is the body of a POST.
	Form     url.Values
	JSONBody any
	// Header is sent besides the client's own and wins over it.
	Header http.Header
	// AllowEmpty takes an empty answer as data, AllowHTML a page instead of JSON.
	AllowEmpty, AllowHTML bool
	// NoRedirect returns an answer with a Location instead of following it.
	NoRedirect bool
	// Classify looks at a decoded 2xx or 4xx answer that is no HTML, an empty one included
	// (status and header may tell), and may raise a risk-control or other typed error;
	// nil = none. Source, Endpoint and Excerpt are filled in when it leaves them out.
	Classify func(status int, h http.Header, body []byte) error
}

// Response is an answer that passed all checks.
type Response struct {
	Status int
	Header http.Header
	// Body is UTF-8 without a byte order mark.
	Body []byte
}

// outgoing is a request as it goes over the wire, with its redirects still to come.
type outgoing struct {
	endpoint string
	method   string
	target   *url.URL // the real address
	header   http.Header
	body     []byte
	follow   bool
	// anyHost is set for addresses that the adapter itself made up; all others must be
	// within Config.Hosts.
	anyHost bool
}

// prepare turns r into what goes over the wire.
func (c *Client) prepare(r Request) (outgoing, error) {
	target, err := url.Parse(r.URL)
	if err != nil {
		return outgoing{}, c.permanent(r.Endpoint, "the address of this request cannot be read", unwrapURL(err))
	}
	if len(r.Query) > 0 {
		target.RawQuery = joinQuery(target.RawQuery, r.Query.Encode())
	}
	header := mergedHeader(c.cfg.Header, r.Header)
	body, contentType, err := encodeBody(r)
	if err != nil {
		return outgoing{}, c.permanent(r.Endpoint, "the body of this request cannot be written", err)
	}
	method := r.Method
	if method == "" {
		method = http.MethodGet
		if contentType != "" {
			method = http.MethodPost
		}
	}
	if contentType != "" && header.Get("Content-Type") == "" {
		header.Set("Content-Type", contentType)
	}
	return outgoing{endpoint: r.Endpoint, method: method, target: target, header: header, body: body,
		follow: !r.NoRedirect, anyHost: true}, nil
}

func encodeBody(r Request) (body []byte, contentType string, err error) {
	switch {
	case r.JSONBody != nil:
		if body, err = json.Marshal(r.JSONBody); err != nil {
			return nil, "", fmt.Errorf("encode JSON body: %w", err)
		}
		return body, "application/json", nil
	case r.Form != nil:
		return []byte(r.Form.Encode()), "application/x-www-form-urlencoded", nil
	default:
		return nil, "", nil
	}
}

func joinQuery(parts ...string) string {
	kept := parts[:0]
	for _, p := range parts {
		if p != "" {
			kept = append(kept, p)
		}
	}
	return strings.Join(kept, "&")
}

// mergedHeader is base with every name of over replaced.
func mergedHeader(base, over http.Header) http.Header {
	merged := base.Clone()
	if merged == nil {
		merged = http.Header{}
	}
	for name, values := range over {
		merged[http.CanonicalHeaderKey(name)] = values
	}
	return merged
}
