package openapi

import (
	"slices"
	"strings"

	"github.com/google/jsonschema-go/jsonschema"
)

// deepest bounds how far an example goes into shapes.
const deepest = 24

// exemplify gives each JSON answer an example that is made of its shape.
func (b *builder) exemplify(doc *Document) error {
	for _, methods := range doc.Paths {
		for _, action := range methods {
			for status, r := range action.Responses {
				media, ok := r.Content["application/json"]
				if !ok {
					continue
				}
				media.Example = b.example("", media.Schema, 0)
				action.Responses[status].Content["application/json"] = media
			}
		}
	}
	return nil
}

// example is a value of a shape; name is that of the field that it stands in.
func (b *builder) example(name string, s *jsonschema.Schema, depth int) any {
	switch {
	case depth > deepest || s == nil:
		return nil
	case s.Ref != "":
		return b.example(name, b.reader.components[strings.TrimPrefix(s.Ref, componentPrefix)], depth+1)
	case len(s.Examples) > 0:
		return s.Examples[0]
	case len(s.Enum) > 0:
		return s.Enum[0]
	case len(s.AnyOf) > 0:
		return b.example(name, s.AnyOf[0], depth+1)
	}
	switch typeOf(s) {
	case "object":
		fields := map[string]any{}
		for field, p := range s.Properties {
			fields[field] = b.example(field, p, depth+1)
		}
		return fields
	case "array":
		return []any{b.example(strings.TrimSuffix(name, "s"), s.Items, depth+1)}
	case "integer":
		return 1
	case "number":
		return 0.5
	case "boolean":
		return true
	case "string":
		return exampleText(name)
	}
	return nil
}

// typeOf is the type of a shape that is not null.
func typeOf(s *jsonschema.Schema) string {
	if s.Type != "" {
		return s.Type
	}
	if i := slices.IndexFunc(s.Types, func(t string) bool { return t != "null" }); i >= 0 {
		return s.Types[i]
	}
	return ""
}

// exampleTexts are texts for fields whose names say what they hold.
var exampleTexts = map[string]string{
	"platform": "qq", "source": "kuwo", "name": "晴天", "title": "晴天", "singers": "周杰伦", "artist": "周杰伦", "album": "叶惠美", "ext": "flac",
	"locator": "周杰伦/晴天.flac", "folder": "/music", "path": "/music/周杰伦/晴天.flac", "cron": "0 3 * * *", "time_zone": "Asia/Shanghai",
	"next_run": "2026-11-22T03:00:00+08:00", "created_at": "2026-11-21T22:45:00Z", "version": "1.0.0", "code": "no_match", "origin": "api",
	"error_code": "no_match", "codec": "flac", "remote_song_id": "97773", "remote_playlist_id": "26", "day": "2026-11-21",
}

func exampleText(name string) string {
	if text, ok := exampleTexts[name]; ok {
		return text
	}
	return "text"
}
