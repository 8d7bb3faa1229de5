package openapi

import (
	"fmt"
	"maps"
	"path"
	"reflect"
	"slices"
	"strings"

	"github.com/google/jsonschema-go/jsonschema"
)

// componentPrefix is where the document keeps the shapes that have names.
const componentPrefix = "#/components/schemas/"

// reader reads the shapes of Go types. Each struct that has a name becomes a component,
// which the others refer to.
type reader struct {
	// known are types that write themselves otherwise than reflection sees, and enumerations.
	known      map[reflect.Type]*jsonschema.Schema
	refs       map[reflect.Type]*jsonschema.Schema
	components map[string]*jsonschema.Schema
	owners     map[string]reflect.Type
	home       string // the package whose types need no prefix
}

func newReader(known map[reflect.Type]*jsonschema.Schema, home string) *reader {
	return &reader{known: known, home: home, refs: map[reflect.Type]*jsonschema.Schema{}, components: map[string]*jsonschema.Schema{}, owners: map[string]reflect.Type{}}
}

// schemaOf is the shape of a type: a reference to a component for a struct with a name.
func (r *reader) schemaOf(t reflect.Type) (*jsonschema.Schema, error) {
	if err := r.collect(t); err != nil {
		return nil, err
	}
	if ref := r.refs[t]; ref != nil {
		return ref.CloneSchemas(), nil
	}
	s, err := jsonschema.ForType(t, &jsonschema.ForOptions{TypeSchemas: r.overrides(nil)})
	if err != nil {
		return nil, fmt.Errorf("read shape of %s: %w", t, err)
	}
	tidy(s)
	return s, nil
}

// collect makes components of the structs that t is made of, the innermost first.
func (r *reader) collect(t reflect.Type) error {
	switch t.Kind() {
	case reflect.Pointer, reflect.Slice, reflect.Array, reflect.Map:
		return r.collect(t.Elem())
	case reflect.Struct:
	default:
		return nil
	}
	if r.known[t] != nil || r.refs[t] != nil || t.PkgPath() == "time" {
		return nil
	}
	embedded := map[reflect.Type]bool{}
	for _, f := range reflect.VisibleFields(t) {
		switch {
		case f.Anonymous:
			embedded[f.Type] = true
		case f.IsExported() && f.Tag.Get("json") != "-":
			if err := r.collect(f.Type); err != nil {
				return err
			}
		}
	}
	if t.Name() == "" {
		return nil
	}
	s, err := jsonschema.ForType(t, &jsonschema.ForOptions{TypeSchemas: r.overrides(embedded)})
	if err != nil {
		return fmt.Errorf("read shape of %s: %w", t, err)
	}
	name := r.componentName(t)
	if other := r.owners[name]; other != nil {
		return fmt.Errorf("%s and %s would both be called %s", t, other, name)
	}
	tidy(s)
	r.owners[name], r.components[name], r.refs[t] = t, s, &jsonschema.Schema{Ref: componentPrefix + name}
	return nil
}

// overrides are the types that have a shape already, without those whose fields are to be
// seen as the fields of the struct that embeds them.
func (r *reader) overrides(without map[reflect.Type]bool) map[reflect.Type]*jsonschema.Schema {
	all := maps.Clone(r.known)
	maps.Copy(all, r.refs)
	maps.DeleteFunc(all, func(t reflect.Type, _ *jsonschema.Schema) bool { return without[t] })
	return all
}

// componentName is the name of a type for readers who do not know Go: jobJSON is Job, and
// listJSON[jobJSON] is JobList. A type of another package has that one's name before it.
func (r *reader) componentName(t reflect.Type) string {
	if t.PkgPath() != r.home {
		return upperFirst(path.Base(t.PkgPath())) + upperFirst(t.Name())
	}
	outer, inner, generic := strings.Cut(t.Name(), "[")
	name := upperFirst(strings.TrimSuffix(outer, "JSON"))
	if generic {
		inner = strings.TrimSuffix(inner, "]")
		name = upperFirst(strings.TrimSuffix(inner[strings.LastIndexByte(inner, '.')+1:], "JSON")) + name
	}
	return name
}

func upperFirst(s string) string {
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}

// tidy states what the API promises beyond what the Go types say: lists are never null,
// what may be left out is never null, and names tell units.
func tidy(s *jsonschema.Schema) {
	if s == nil {
		return
	}
	if slices.Equal(s.Types, []string{"null", "array"}) {
		s.Type, s.Types = "array", nil
	}
	if s.Ref != "" && s.Types != nil { // a pointer to a component
		*s = jsonschema.Schema{AnyOf: []*jsonschema.Schema{{Ref: s.Ref}, {Type: "null"}}, Description: s.Description}
	}
	for name, p := range s.Properties {
		if !slices.Contains(s.Required, name) {
			dropNull(p)
		}
		tidy(p)
		describeUnit(name, p)
	}
	tidy(s.Items)
	tidy(s.AdditionalProperties)
}

func dropNull(s *jsonschema.Schema) {
	i := slices.Index(s.Types, "null")
	if i < 0 {
		return
	}
	if s.Types = slices.Delete(slices.Clone(s.Types), i, i+1); len(s.Types) == 1 {
		s.Type, s.Types = s.Types[0], nil
	}
	if len(s.Types) == 0 {
		s.Types = nil
	}
}

// describeUnit says the unit that a field's name ends in.
func describeUnit(name string, s *jsonschema.Schema) {
	if s.Description != "" || s.Ref != "" {
		return
	}
	for _, unit := range []struct{ ending, about string }{
		{"_ms", "Milliseconds."}, {"bytes_per_second", "Bytes a second."}, {"_seconds", "Seconds."}, {"bytes", "Bytes."}, {"_bps", "Bits a second."},
		{"_hz", "Hertz."}, {"_percent", "Percent."},
	} {
		if strings.HasSuffix(name, unit.ending) {
			s.Description = unit.about
			return
		}
	}
}
