package openapi

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/google/jsonschema-go/jsonschema"
)

// Curl is a command that calls an operation, with what it needs and no more; $BASE is
// where the program is.
func (o Operation) Curl() string {
	address := o.Template()
	for _, p := range o.PathParams() {
		address = strings.ReplaceAll(address, "{"+p.Name+"}", fmt.Sprint(p.Example))
	}
	query := url.Values{}
	for _, p := range o.Query {
		if p.Required {
			query.Set(p.Name, fmt.Sprint(p.Example))
		}
	}
	if len(query) > 0 {
		address += "?" + query.Encode()
	}
	var b strings.Builder
	b.WriteString("curl -s ")
	if o.Method != http.MethodGet && (o.Method != http.MethodPost || o.Body == nil) {
		b.WriteString("-X " + o.Method + " ")
	}
	b.WriteString(`"$BASE` + address + `"`)
	if o.Body != nil && !o.NoBody {
		b.WriteString(" \\\n  -H 'Content-Type: application/json' -d '" + strings.ReplaceAll(o.BodyExample(), "'", `'\''`) + "'")
	}
	return b.String()
}

// BodyExample is a body with the fields that have to be there or, when none has to, with
// the first.
func (o Operation) BodyExample() string {
	fields := map[string]any{}
	for i, p := range o.Body {
		if p.Required || i == 0 && p.Example != nil {
			fields[p.Name] = p.Example
		}
	}
	text, err := json.Marshal(fields)
	if err != nil {
		return "{}" // examples are texts, numbers and lists of them
	}
	return string(text)
}

// Kind is what a value has to be, in a few words that need no language: integer 1…200.
func (p Param) Kind() string { return kindOf(p.Schema) }

func kindOf(s *jsonschema.Schema) string {
	switch {
	case len(s.Enum) > 0:
		values := make([]string, len(s.Enum))
		for i, v := range s.Enum {
			values[i] = fmt.Sprint(v)
		}
		return strings.Join(values, " | ")
	case s.Items != nil:
		return "[" + kindOf(s.Items) + "]"
	case s.Minimum != nil && s.Maximum != nil:
		return fmt.Sprintf("%s %s…%s", s.Type, plain(*s.Minimum), plain(*s.Maximum))
	case s.Minimum != nil:
		return s.Type + " ≥ " + plain(*s.Minimum)
	case s.MaxLength != nil:
		return fmt.Sprintf("%s ≤ %d", s.Type, *s.MaxLength)
	case s.AdditionalProperties != nil:
		return fmt.Sprintf("{string: %s}", s.AdditionalProperties.Type)
	}
	return s.Type
}

// plain writes a bound without an exponent.
func plain(f float64) string {
	text, err := json.Marshal(f)
	if err != nil {
		return fmt.Sprint(f)
	}
	return string(text)
}
