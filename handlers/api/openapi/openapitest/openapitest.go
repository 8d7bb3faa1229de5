// Package openapitest holds answers against the description of the API, by a reader of
// OpenAPI documents that is not the program's own.
package openapitest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"mime"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/stretchr/testify/require"
)

// Contract is a description that was read from its JSON.
type Contract struct {
	doc   *openapi3.T
	paths []path
}

type path struct {
	template string
	pattern  *regexp.Regexp
	item     *openapi3.PathItem
}

// New reads a description; one that is no valid OpenAPI 3.1 fails the test.
func New(t testing.TB, document []byte) *Contract {
	t.Helper()
	doc, err := openapi3.NewLoader().LoadFromData(document)
	require.NoError(t, err)
	require.True(t, strings.HasPrefix(doc.OpenAPI, "3.1."), doc.OpenAPI)
	require.NoError(t, doc.Validate(t.Context()))
	c := &Contract{doc: doc}
	for template, item := range doc.Paths.Map() {
		c.paths = append(c.paths, path{template, patternOf(template), item})
	}
	// What a path spells out counts before what it leaves open.
	slices.SortFunc(c.paths, func(a, b path) int {
		return strings.Count(a.template, "{") - strings.Count(b.template, "{")
	})
	return c
}

var placeholder = regexp.MustCompile(`\\\{\w+\\\}`)

func patternOf(template string) *regexp.Regexp {
	return regexp.MustCompile("^" + placeholder.ReplaceAllString(regexp.QuoteMeta(template), `[^/]+`) + "$")
}

// Operation is what the description has for a request, nil when it has nothing.
func (c *Contract) Operation(method, requestPath string) *openapi3.Operation {
	if method == http.MethodHead {
		method = http.MethodGet
	}
	for _, p := range c.paths {
		if p.pattern.MatchString(requestPath) {
			if o := p.item.Operations()[method]; o != nil {
				return o
			}
		}
	}
	return nil
}

// Check says what in an answer the description does not allow. Requests that the API does
// not have may be answered by any problem.
func (c *Contract) Check(method, requestPath string, status int, contentType string, body []byte) error {
	requestPath, _, _ = strings.Cut(requestPath, "?")
	requestPath = strings.TrimSuffix(requestPath, "/")
	o := c.Operation(method, requestPath)
	if o == nil {
		if status < 400 {
			return fmt.Errorf("%s %s is answered with %d and not described", method, requestPath, status)
		}
		return nil
	}
	response := o.Responses.Status(status)
	if response == nil {
		if status < 400 {
			return fmt.Errorf("%s %s: %d is not described", method, requestPath, status)
		}
		response = o.Responses.Default()
	}
	if err := c.checkBody(response.Value, contentType, body, method == http.MethodHead); err != nil {
		return fmt.Errorf("%s %s: %d: %w: %.500s", method, requestPath, status, err, body)
	}
	return nil
}

func (c *Contract) checkBody(r *openapi3.Response, contentType string, body []byte, head bool) error {
	if len(r.Content) == 0 {
		if len(body) > 0 && !head && contentType != "text/plain; charset=utf-8" {
			return fmt.Errorf("a body of %q is not described", contentType)
		}
		return nil
	}
	kind, _, err := mime.ParseMediaType(contentType)
	if err != nil {
		return fmt.Errorf("content type %q: %w", contentType, err)
	}
	media := r.Content.Get(kind)
	if media == nil {
		return fmt.Errorf("content type %q is not described", kind)
	}
	if head || !strings.HasSuffix(kind, "json") || strings.HasSuffix(kind, "jspf+json") {
		return nil
	}
	var value any
	if err := json.NewDecoder(bytes.NewReader(body)).Decode(&value); err != nil {
		return err
	}
	if err := c.doc.ValidateSchemaJSON(media.Schema.Value, value, openapi3.EnableJSONSchema2020()); err != nil {
		return err
	}
	return checkCode(r, value)
}

// checkCode says whether a problem's code is one that the description lists for its status.
func checkCode(r *openapi3.Response, value any) error {
	listed, ok := r.Extensions["x-codes"].([]any)
	if !ok {
		return nil
	}
	if code := value.(map[string]any)["code"]; !slices.Contains(listed, code) {
		return fmt.Errorf("code %v is not described, only %v", code, listed)
	}
	return nil
}
