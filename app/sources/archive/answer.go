package archive

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"

	"github.com/tidwall/gjson"

	"catalogsync/app/httpclient"
	"catalogsync/app/sources/upstreamtext"
	"catalogsync/models"
)

const site = "https://archive.org"

// Endpoints, as errors and metrics name them.
const (
	endpointSearch   = "advancedsearch"
	endpointScrape   = "search/scrape"
	endpointMetadata = "metadata"
	endpointFile     = "download"
)

// object gets an endpoint that answers a JSON object.
func (s *Source) object(ctx context.Context, endpoint, path string, query url.Values) (gjson.Result, error) {
	var body json.RawMessage
	err := s.http.JSON(ctx, httpclient.Request{Endpoint: endpoint, URL: site + path, Query: query, Classify: refusedQuery}, &body)
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

// refusedQuery raises {"error": …}, which comes with status 200, too. Items may hold any
// text, but none beside their metadata under that name.
func refusedQuery(_ int, _ http.Header, body []byte) error {
	const longestRefusal = 4000
	if len(body) > longestRefusal || !gjson.ValidBytes(body) {
		return nil
	}
	refusal := gjson.ParseBytes(body).Get("error")
	if !refusal.Exists() {
		return nil
	}
	e := models.NewError(models.ClassPermanent, models.CodeUpstreamStatus, "the Internet Archive refuses the request")
	e.Excerpt = httpclient.Excerpt(refusal.String())
	return e
}

// shapeError is the error of an answer that cannot be read.
func shapeError(endpoint, body, why string) error {
	e := models.NewError(models.ClassPermanent, models.CodeUpstreamShape, "the answer cannot be read: %s", why)
	e.Source, e.Endpoint, e.Excerpt = Name, endpoint, httpclient.Excerpt(body)
	return e
}

// gone is the error of an item that is not there.
func gone(message string) *models.Error {
	e := models.NewError(models.ClassNotFound, models.CodePlaylistGone, "%s", message)
	e.Source, e.Endpoint = Name, endpointMetadata
	return e
}

// refusal is the error of something that the Archive does not serve to this caller.
func refusal(endpoint string, code models.Code, format string, args ...any) *models.Error {
	e := models.NewError(models.ClassUnavailable, code, format, args...)
	e.Source, e.Endpoint = Name, endpoint
	return e
}

// texts reads a field that is a text or a list of texts. Anything else in it, such as the
// {} that odd items have, is left out.
func texts(v gjson.Result) []string {
	var list []string
	for _, part := range v.Array() {
		if part.Type != gjson.String && part.Type != gjson.Number {
			continue
		}
		if t := upstreamtext.CleanText(part.String()); t != "" {
			list = append(list, t)
		}
	}
	return list
}

// lineOf is the first text of a field on one line, "" when there is none.
func lineOf(v gjson.Result) string {
	if list := texts(v); len(list) > 0 {
		return upstreamtext.CleanLine(list[0])
	}
	return ""
}

// linesOf are all texts of a field, each on one line.
func linesOf(v gjson.Result) []string {
	list := texts(v)
	for i := range list {
		list[i] = upstreamtext.CleanLine(list[i])
	}
	return list
}

// count reads a number of things that may come as a text; 0 when it is none.
func count(v gjson.Result) int64 {
	var n upstreamtext.Number
	if (v.Type != gjson.Number && v.Type != gjson.String) || n.UnmarshalJSON([]byte(v.Raw)) != nil {
		return 0
	}
	return max(int64(n), 0)
}

// flag reads "true" and true.
func flag(v gjson.Result) bool { return v.String() == "true" }
