package openapi_test

import (
	"encoding/json"
	"reflect"
	"testing"

	"github.com/google/jsonschema-go/jsonschema"
	"github.com/stretchr/testify/require"

	"catalogsync/handlers/api/openapi"
	"catalogsync/handlers/api/openapi/openapitest"
	"catalogsync/models"
)

type moment int64

type coreJSON struct {
	ID int64 `json:"id"`
}

type rowJSON struct {
	coreJSON
	At    moment    `json:"at"`
	Size  int64     `json:"size_bytes"`
	Inner *partJSON `json:"inner"`
	Maybe *partJSON `json:"maybe,omitempty"`
	Tags  []string  `json:"tags"`
}

type partJSON struct {
	Name string `json:"name"`
}

type listJSON[T any] struct {
	Items []T `json:"items"`
}

type problem struct {
	Code models.Code `json:"code"`
}

func build(t *testing.T, operations ...openapi.Operation) (*openapi.Document, error) {
	t.Helper()
	return openapi.Build(openapi.Config{
		Info: openapi.Info{Title: "t", Version: "1"}, Tags: []openapi.Tag{{Name: "things"}}, Operations: operations, Problem: problem{}, ProblemMedia: "application/problem+json",
		Known: map[reflect.Type]*jsonschema.Schema{reflect.TypeFor[moment](): {Types: []string{"string", "null"}, Examples: []any{"2026-01-01"}}},
	})
}

var things = openapi.Operation{
	Method: "GET", Path: "/api/things/:id/rows/:name.zip", Tag: "things", Summary: "Rows",
	Query:   []openapi.Param{openapi.Some("state", []string{"a", "b"}, "States.")},
	Answers: []openapi.Answer{{Status: 200, Of: listJSON[rowJSON]{}}},
	Fails:   map[int][]models.Code{409: {models.CodeTimeout}},
}

func TestAnswersAreHeldAgainstTheGoShapes(t *testing.T) {
	t.Parallel()
	doc, err := build(t, things)
	require.NoError(t, err)
	text, err := json.Marshal(doc)
	require.NoError(t, err)
	c := openapitest.New(t, text)
	check := func(status int, body string) error {
		kind := "application/json"
		if status >= 400 {
			kind = "application/problem+json"
		}
		return c.Check("GET", "/api/things/3/rows/x.zip?state=a", status, kind, []byte(body))
	}
	require.NoError(t, check(200, `{"items":[{"id":1,"at":null,"size_bytes":3,"inner":null,"tags":[]}]}`))
	require.NoError(t, check(200, `{"items":[{"id":1,"at":"x","size_bytes":3,"inner":{"name":"n"},"maybe":{"name":"n"},"tags":["a"]}]}`))
	for _, wrong := range []string{
		`{"items":null}`, `{"items":[{}]}`, `{"items":[],"more":1}`,
		`{"items":[{"id":"1","at":null,"size_bytes":3,"inner":null,"tags":[]}]}`,
		`{"items":[{"id":1,"at":null,"size_bytes":3,"inner":null,"maybe":null,"tags":[]}]}`,
		`{"items":[{"id":1,"at":null,"size_bytes":3,"inner":{},"tags":null}]}`,
	} {
		require.Error(t, check(200, wrong), wrong)
	}
	require.NoError(t, check(409, `{"code":"timeout"}`))
	require.Error(t, check(409, `{"code":"not_found"}`), "a code that is not listed")
	require.NoError(t, check(500, `{"code":"internal"}`))
	require.Error(t, check(201, `{}`))
	require.Error(t, c.Check("GET", "/api/others", 200, "text/plain", nil))
	require.NoError(t, c.Check("GET", "/api/others", 404, "text/plain", nil))
}

func TestDocumentIsWrittenForReaders(t *testing.T) {
	t.Parallel()
	doc, err := build(t, things)
	require.NoError(t, err)
	require.Contains(t, doc.Components.Schemas, "RowList")
	require.Equal(t, "Bytes.", doc.Components.Schemas["Row"].Properties["size_bytes"].Description)
	a := doc.Action(things)
	require.Equal(t, "getThingsIdRowsNameZip", a.OperationID)
	require.Equal(t, []string{"id", "name", "state"}, []string{a.Parameters[0].Name, a.Parameters[1].Name, a.Parameters[2].Name})
	require.Equal(t, "The thing's id.", a.Parameters[0].Description)
	example, err := json.Marshal(a.Responses["200"].Content["application/json"].Example)
	require.NoError(t, err)
	require.JSONEq(t, `{"items":[{"id":1,"at":"2026-01-01","size_bytes":1,"inner":{"name":"晴天"},"maybe":{"name":"晴天"},"tags":["text"]}]}`, string(example))
}

func TestMistakesInTheTableAreFound(t *testing.T) {
	t.Parallel()
	_, err := build(t, things, things)
	require.ErrorContains(t, err, "twice")
	lost := things
	lost.Tag = "nowhere"
	_, err = build(t, lost)
	require.ErrorContains(t, err, "chapter")
	odd := things
	odd.Answers = []openapi.Answer{{Status: 200, Of: struct {
		F func() `json:"f"`
	}{}}}
	_, err = build(t, odd)
	require.Error(t, err)
}
