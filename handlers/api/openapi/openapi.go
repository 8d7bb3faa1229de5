// Package openapi makes the OpenAPI 3.1 document of the JSON API from a table of its
// operations. The shapes of answers are read from the Go types that are sent, so that the
// document cannot say anything else than the program does.
package openapi

import (
	"net/http"
	"regexp"
	"strings"

	"github.com/google/jsonschema-go/jsonschema"

	"catalogsync/models"
)

// Operation is one method on one path.
type Operation struct {
	// Method is the HTTP method; GET stands for HEAD as well.
	Method string
	// Path is the path as it is mounted, such as /api/jobs/:id.
	Path string
	// Tag is the chapter that it stands in, Summary one line, About what else there is to know.
	Tag, Summary, About string
	// Query and Body are the parameters of the URL and the fields of the JSON body.
	Query, Body []Param
	// NoBody lets the body of an operation that has one be left out.
	NoBody bool
	// Polled answers carry an ETag; an unchanged one is 304.
	Polled  bool
	Answers []Answer
	// Fails are the codes of errors beside those that every operation may have, by status.
	Fails map[int][]models.Code
}

// Answer is what an operation answers when all went well.
type Answer struct {
	Status int
	About  string
	// Of is a value of the Go type that is sent as JSON, nil when it is no JSON.
	Of any
	// Or is a value of another type that may be sent instead.
	Or any
	// Media is the content type of what is no JSON, "" for an empty answer.
	Media string
}

// Param is a parameter of the URL, or a field of a body.
type Param struct {
	Name, About string
	Schema      *jsonschema.Schema
	Required    bool
	// Example is a value that is right.
	Example any
}

// Must is the parameter as one that has to be there.
func (p Param) Must() Param { p.Required = true; return p }

// Like is the parameter with an example.
func (p Param) Like(example any) Param { p.Example = example; return p }

// ID is the operation's name: its method and the words of its path.
func (o Operation) ID() string {
	var b strings.Builder
	b.WriteString(strings.ToLower(o.Method))
	for word := range strings.FieldsFuncSeq(strings.TrimPrefix(o.Path, "/api"), func(r rune) bool { return strings.ContainsRune("/:.-_", r) }) {
		b.WriteString(strings.ToUpper(word[:1]) + word[1:])
	}
	return b.String()
}

// placeholder is a variable part of a mounted path.
var placeholder = regexp.MustCompile(`:(\w+)`)

// Template is the path as OpenAPI writes it: /api/jobs/{id}.
func (o Operation) Template() string { return placeholder.ReplaceAllString(o.Path, "{$1}") }

// PathParams are the variable parts of the path, in order.
func (o Operation) PathParams() []Param {
	var list []Param
	before := ""
	for part := range strings.SplitSeq(o.Path, "/") {
		if found := placeholder.FindStringSubmatch(part); found != nil {
			list = append(list, pathParam(found[1], strings.TrimSuffix(before, "s")))
		}
		before = part
	}
	return list
}

func pathParam(name, thing string) Param {
	if name == "id" || strings.HasSuffix(name, "_id") {
		return ID(name, "The "+strings.ReplaceAll(thing, "-", " ")+"'s id.").Must()
	}
	return Text(name, 0, "The "+thing+"'s name.").Must().Like("name")
}

// Statuses that mean an error of every operation with parameters, body or id.
func (o Operation) usualFails() map[int][]models.Code {
	fails := map[int][]models.Code{http.StatusBadRequest: {models.CodeBadValue, models.CodeUnknownField, models.CodeBadRequest}}
	if len(o.PathParams()) > 0 {
		fails[http.StatusNotFound] = []models.Code{models.CodeNotFound}
	}
	for status, codes := range o.Fails {
		fails[status] = append(fails[status], codes...)
	}
	return fails
}
