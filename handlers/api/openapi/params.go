package openapi

import (
	"github.com/google/jsonschema-go/jsonschema"
)

// Text is a text of at most limit characters, 0 = bounded by the use case alone.
func Text(name string, limit int, about string) Param {
	s := &jsonschema.Schema{Type: "string"}
	if limit > 0 {
		s.MaxLength = &limit
	}
	return Param{Name: name, About: about, Schema: s}
}

// Flag is a switch.
func Flag(name, about string) Param {
	return Param{Name: name, About: about, Schema: &jsonschema.Schema{Type: "boolean"}, Example: true}
}

// Int is a whole number from low to high.
func Int(name string, low, high int, about string) Param {
	return Param{Name: name, About: about, Schema: &jsonschema.Schema{Type: "integer", Minimum: float(low), Maximum: float(high)}, Example: max(low, min(10, high))}
}

// ID is a row's number.
func ID(name, about string) Param {
	return Param{Name: name, About: about, Schema: &jsonschema.Schema{Type: "integer", Minimum: float(1)}, Example: 1}
}

// IDs is a list of rows' numbers.
func IDs(name, about string) Param {
	return Param{Name: name, About: about, Schema: &jsonschema.Schema{Type: "array", Items: ID("", "").Schema}, Example: []int{1, 2}}
}

// OneOf is one of some values.
func OneOf[T ~string](name string, values []T, about string) Param {
	return Param{Name: name, About: about, Schema: &jsonschema.Schema{Type: "string", Enum: anyOf(values)}, Example: string(values[0])}
}

// Some is a list of some values; in a URL they are separated by commas.
func Some[T ~string](name string, values []T, about string) Param {
	return Param{Name: name, About: about, Schema: &jsonschema.Schema{Type: "array", Items: OneOf("", values, "").Schema}, Example: []string{string(values[0])}}
}

// Texts is a list of texts.
func Texts(name, about string) Param {
	return Param{Name: name, About: about, Schema: &jsonschema.Schema{Type: "array", Items: &jsonschema.Schema{Type: "string"}}}
}

// Object is a JSON object of the given type of values.
func Object(name, valueType, about string) Param {
	return Param{Name: name, About: about, Schema: &jsonschema.Schema{Type: "object", AdditionalProperties: &jsonschema.Schema{Type: valueType}}}
}

// Number is a number from low to high.
func Number(name string, low, high float64, about string) Param {
	return Param{Name: name, About: about, Schema: &jsonschema.Schema{Type: "number", Minimum: &low, Maximum: &high}, Example: high}
}

// Paging are the parameters of a list that is paged by number.
func Paging(maxPage, maxSize, size int) []Param {
	return []Param{
		Int("page", 1, maxPage, "The page, from 1.").Like(1),
		Int("page_size", 1, maxSize, "Rows a page.").Like(size),
	}
}

func anyOf[T ~string](values []T) []any {
	list := make([]any, len(values))
	for i, v := range values {
		list[i] = string(v)
	}
	return list
}

func float(n int) *float64 { f := float64(n); return &f }
