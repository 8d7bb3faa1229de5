package library

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
)

// The template language of layouts:
//
//	{source}/{first_artist}/{album}[ ({year})]/[{track} ]{title}
//
// "/" parts the components of the path; {field} stands for a song's field; what is in
// brackets is left out when one of its fields is not known; a folder of which nothing is
// left is left out as well. "\" before one of / { } [ ] \ takes its meaning away, and the
// extension follows by itself.

// Fields lists what a layout may name, in the order in which help shows them.
var Fields = []string{"source", "platform", "first_artist", "artists", "initial", "album", "year", "disc", "track", "title", "quality", "id"}

const (
	maxLayoutBytes      = 500
	maxLayoutComponents = 8
)

// piece is a text, a field, or a group that is left out when a field of it is not known.
type piece struct {
	text  string
	field string
	group []piece
}

// ParseLayout reads a template or the name platform_first_artist. The error continues a
// sentence ("must …") and is a *LayoutFault, which tells where the fault is.
func ParseLayout(text string) (Layout, error) {
	if strings.TrimSpace(text) == PlatformFirstArtist {
		return DefaultLayout(), nil
	}
	if len(text) > maxLayoutBytes {
		return Layout{}, &LayoutFault{Fault: layoutTooLong, Number: maxLayoutBytes}
	}
	p := layoutParser{runes: []rune(text)}
	components, err := p.path()
	if err != nil {
		return Layout{}, err
	}
	if len(components) > maxLayoutComponents {
		return Layout{}, &LayoutFault{Fault: layoutTooDeep, Number: maxLayoutComponents - 1}
	}
	for i, c := range components {
		if len(c) == 0 {
			return Layout{}, &LayoutFault{Fault: layoutEmptyPart, Number: i + 1}
		}
	}
	if last := components[len(components)-1]; !tells(last, "title") && !tells(last, "id") {
		return Layout{}, &LayoutFault{Fault: layoutNoName}
	}
	return Layout{text: text, components: components}, nil
}

// tells says that a field stands in a component outside of groups.
func tells(component []piece, field string) bool {
	return slices.ContainsFunc(component, func(p piece) bool { return p.field == field })
}

// optional says that a component may come out empty without a loss: it holds no letter
// of its own, just groups and fields that may be unknown.
func optional(component []piece) bool {
	return !slices.ContainsFunc(component, func(p piece) bool {
		return strings.ContainsFunc(p.text, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) })
	})
}

// layoutParser reads a template rune by rune.
type layoutParser struct {
	runes []rune
	at    int
}

func (p *layoutParser) path() (components [][]piece, err error) {
	for {
		c, err := p.pieces(false)
		if err != nil {
			return nil, err
		}
		components = append(components, c)
		if p.at == len(p.runes) {
			return components, nil
		}
		p.at++ // the slash
	}
}

// pieces reads up to a slash or the end, or, inside a group, up to its bracket.
func (p *layoutParser) pieces(grouped bool) (list []piece, err error) {
	var text strings.Builder
	flush := func() {
		if text.Len() > 0 {
			list = append(list, piece{text: text.String()})
			text.Reset()
		}
	}
	start := p.at
	for ; p.at < len(p.runes); p.at++ {
		switch r := p.runes[p.at]; r {
		case '\\':
			if p.at++; p.at == len(p.runes) {
				return nil, p.fault(layoutBackslash)
			}
			text.WriteRune(p.runes[p.at])
		case '{':
			flush()
			field, err := p.field()
			if err != nil {
				return nil, err
			}
			list = append(list, piece{field: field})
		case '[':
			if grouped {
				return nil, p.fault(layoutNested)
			}
			flush()
			p.at++
			group, err := p.pieces(true)
			if err != nil {
				return nil, err
			}
			list = append(list, piece{group: group})
		case ']':
			if !grouped {
				return nil, p.fault(layoutBracketUnopened)
			}
			flush()
			return list, nil
		case '}':
			return nil, p.fault(layoutBraceUnopened)
		case '/':
			if grouped {
				return nil, p.fault(layoutSlash)
			}
			flush()
			return list, nil
		default:
			text.WriteRune(r)
		}
	}
	if grouped {
		p.at = start - 1
		return nil, p.fault(layoutBracketUnclosed)
	}
	flush()
	return list, nil
}

// field reads "{name}" and leaves the position at the closing brace.
func (p *layoutParser) field() (string, error) {
	for end := p.at + 1; end < len(p.runes); end++ {
		if p.runes[end] != '}' {
			continue
		}
		name := string(p.runes[p.at+1 : end])
		if !slices.Contains(Fields, name) {
			return "", &LayoutFault{Fault: layoutUnknownField, Position: p.at + 1, Field: fmt.Sprintf("%.40s", name)}
		}
		p.at = end
		return name, nil
	}
	return "", p.fault(layoutBraceUnclosed)
}

func (p *layoutParser) fault(what string) error {
	return &LayoutFault{Fault: what, Position: p.at + 1}
}

// fill puts the fields into a component. The title is shortened first, so that what
// stands behind it stays.
func fill(component []piece, values map[string]string, limit int) string {
	text, behind := "", 0
	for _, p := range component {
		if p.field == "title" {
			behind = len(text)
		}
		text += p.fill(values)
	}
	over := len(text) - limit
	title := values["title"]
	if over <= 0 || !tells(component, "title") || len(title) <= over {
		return text
	}
	return text[:behind] + cutBytes(title, len(title)-over) + text[behind+len(title):]
}

func (p piece) fill(values map[string]string) string {
	switch {
	case p.field != "":
		return values[p.field]
	case p.group == nil:
		return p.text
	}
	text := ""
	for _, inner := range p.group {
		if inner.field != "" && values[inner.field] == "" {
			return ""
		}
		text += inner.fill(values)
	}
	return text
}
