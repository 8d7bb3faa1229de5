package openapi

import (
	"cmp"
	"fmt"
	"maps"
	"net/http"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/google/jsonschema-go/jsonschema"

	"catalogsync/models"
)

// Document is an OpenAPI 3.1 document.
type Document struct {
	OpenAPI    string                       `json:"openapi"`
	Info       Info                         `json:"info"`
	Servers    []Server                     `json:"servers"`
	Tags       []Tag                        `json:"tags"`
	Paths      map[string]map[string]Action `json:"paths"`
	Components Components                   `json:"components"`
	operations []Operation
}

// Info says what the document describes.
type Info struct {
	Title       string `json:"title"`
	Version     string `json:"version"`
	Description string `json:"description"`
}

// Server is where the API is.
type Server struct {
	URL string `json:"url"`
}

// Tag is a chapter.
type Tag struct {
	Name        string `json:"name"`
	Description string `json:"description,omitempty"`
}

// Components are the shapes that have names.
type Components struct {
	Schemas map[string]*jsonschema.Schema `json:"schemas"`
}

// Action is an operation as the document writes it.
type Action struct {
	OperationID string              `json:"operationId"`
	Tags        []string            `json:"tags"`
	Summary     string              `json:"summary"`
	Description string              `json:"description,omitempty"`
	Parameters  []Parameter         `json:"parameters,omitempty"`
	RequestBody *RequestBody        `json:"requestBody,omitempty"`
	Responses   map[string]Response `json:"responses"`
}

// Parameter is a parameter of the path or the URL.
type Parameter struct {
	Name        string             `json:"name"`
	In          string             `json:"in"`
	Description string             `json:"description,omitempty"`
	Required    bool               `json:"required,omitempty"`
	Explode     *bool              `json:"explode,omitempty"`
	Schema      *jsonschema.Schema `json:"schema"`
	Example     any                `json:"example,omitempty"`
}

// RequestBody is the JSON object that an operation takes.
type RequestBody struct {
	Required bool             `json:"required,omitempty"`
	Content  map[string]Media `json:"content"`
}

// Response is an answer.
type Response struct {
	Description string            `json:"description"`
	Headers     map[string]Header `json:"headers,omitempty"`
	Content     map[string]Media  `json:"content,omitempty"`
	// Codes are the stable codes that errors of this status have.
	Codes []models.Code `json:"x-codes,omitempty"`
}

// Header is a header of an answer.
type Header struct {
	Description string             `json:"description"`
	Schema      *jsonschema.Schema `json:"schema"`
}

// Media is a body of one content type.
type Media struct {
	Schema  *jsonschema.Schema `json:"schema"`
	Example any                `json:"example,omitempty"`
}

// Config is what a document is made of.
type Config struct {
	Info Info
	// Tags are the chapters, in order.
	Tags       []Tag
	Operations []Operation
	// Known are the shapes of types that write themselves, and enumerations.
	Known map[reflect.Type]*jsonschema.Schema
	// Problem is a value of the type of errors, ProblemMedia their content type.
	Problem      any
	ProblemMedia string
}

// Build makes the document; an operation that is there twice, a chapter that is not
// listed, and a type that cannot be written as JSON are errors.
func Build(cfg Config) (*Document, error) {
	b := &builder{cfg: cfg, reader: newReader(cfg.Known, reflect.TypeOf(cfg.Problem).PkgPath())}
	doc := &Document{OpenAPI: "3.1.0", Info: cfg.Info, Servers: []Server{{URL: "/"}}, Tags: cfg.Tags, Paths: map[string]map[string]Action{}, operations: cfg.Operations}
	problem, err := b.reader.schemaOf(reflect.TypeOf(cfg.Problem))
	if err != nil {
		return nil, err
	}
	b.problem = problem
	for _, o := range cfg.Operations {
		if !slices.ContainsFunc(cfg.Tags, func(t Tag) bool { return t.Name == o.Tag }) {
			return nil, fmt.Errorf("%s %s stands in the chapter %q, which is not listed", o.Method, o.Path, o.Tag)
		}
		action, err := b.action(o)
		if err != nil {
			return nil, fmt.Errorf("describe %s %s: %w", o.Method, o.Path, err)
		}
		path, method := o.Template(), strings.ToLower(o.Method)
		if doc.Paths[path] == nil {
			doc.Paths[path] = map[string]Action{}
		}
		if _, twice := doc.Paths[path][method]; twice {
			return nil, fmt.Errorf("%s %s is described twice", o.Method, o.Path)
		}
		doc.Paths[path][method] = action
	}
	doc.Components.Schemas = b.reader.components
	return doc, b.exemplify(doc)
}

// Operations are the operations in the order of the table.
func (d *Document) Operations() []Operation { return d.operations }

// Action is an operation as it is written.
func (d *Document) Action(o Operation) Action {
	return d.Paths[o.Template()][strings.ToLower(o.Method)]
}

type builder struct {
	cfg     Config
	reader  *reader
	problem *jsonschema.Schema
}

func (b *builder) action(o Operation) (Action, error) {
	a := Action{OperationID: o.ID(), Tags: []string{o.Tag}, Summary: o.Summary, Description: o.About, Responses: map[string]Response{}}
	for _, p := range o.PathParams() {
		a.Parameters = append(a.Parameters, parameterOf(p, "path"))
	}
	for _, p := range o.Query {
		a.Parameters = append(a.Parameters, parameterOf(p, "query"))
	}
	if o.Body != nil {
		a.RequestBody = bodyOf(o)
	}
	for _, answer := range o.Answers {
		response, err := b.answer(answer)
		if err != nil {
			return a, err
		}
		if o.Polled {
			response.Headers = map[string]Header{"ETag": {Description: "Sent back in If-None-Match, an unchanged answer is 304.", Schema: &jsonschema.Schema{Type: "string"}}}
		}
		a.Responses[strconv.Itoa(answer.Status)] = response
	}
	if o.Polled {
		a.Responses[strconv.Itoa(http.StatusNotModified)] = Response{Description: "Nothing changed since the tag in If-None-Match."}
	}
	fails := o.usualFails()
	for _, status := range slices.Sorted(maps.Keys(fails)) {
		a.Responses[strconv.Itoa(status)] = b.fault(cmp.Or(http.StatusText(status), "Error")+".", fails[status])
	}
	a.Responses["default"] = b.fault("Another error, such as one inside.", nil)
	return a, nil
}

func (b *builder) answer(answer Answer) (Response, error) {
	r := Response{Description: cmp.Or(answer.About, http.StatusText(answer.Status)+".")}
	switch {
	case answer.Of != nil:
		s, err := b.reader.schemaOf(reflect.TypeOf(answer.Of))
		if err != nil {
			return r, err
		}
		if answer.Or != nil {
			other, err := b.reader.schemaOf(reflect.TypeOf(answer.Or))
			if err != nil {
				return r, err
			}
			s = &jsonschema.Schema{AnyOf: []*jsonschema.Schema{s, other}}
		}
		r.Content = map[string]Media{"application/json": {Schema: s}}
	case answer.Media != "":
		r.Content = map[string]Media{answer.Media: {Schema: &jsonschema.Schema{Type: "string"}}}
	}
	return r, nil
}

func (b *builder) fault(about string, codes []models.Code) Response {
	return Response{Description: about, Content: map[string]Media{b.cfg.ProblemMedia: {Schema: b.problem.CloneSchemas()}}, Codes: codes}
}

func parameterOf(p Param, in string) Parameter {
	out := Parameter{Name: p.Name, In: in, Description: p.About, Required: p.Required, Schema: p.Schema.CloneSchemas(), Example: p.Example}
	if p.Schema.Type == "array" {
		out.Explode = new(false)
	}
	return out
}

func bodyOf(o Operation) *RequestBody {
	s := &jsonschema.Schema{Type: "object", Properties: map[string]*jsonschema.Schema{}, AdditionalProperties: &jsonschema.Schema{Not: &jsonschema.Schema{}}}
	example := map[string]any{}
	for _, p := range o.Body {
		field := p.Schema.CloneSchemas()
		field.Description = p.About
		s.Properties[p.Name] = field
		s.PropertyOrder = append(s.PropertyOrder, p.Name)
		if p.Required {
			s.Required = append(s.Required, p.Name)
		}
		if p.Required && p.Example != nil {
			example[p.Name] = p.Example
		}
	}
	return &RequestBody{Required: !o.NoBody, Content: map[string]Media{"application/json": {Schema: s, Example: example}}}
}
