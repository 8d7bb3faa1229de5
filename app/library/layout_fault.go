package library

import (
	"fmt"
	"strings"
)

// LayoutFault is what is wrong with a layout, and where.
type LayoutFault struct {
	// Fault names it, for translations.
	Fault string
	// Position is the character, from 1; 0 = the whole.
	Position int
	// Number is the limit that is passed, or the part that is empty.
	Number int
	// Field is the one that does not exist.
	Field string
}

// The faults.
const (
	layoutTooLong         = "too_long"
	layoutTooDeep         = "too_deep"
	layoutEmptyPart       = "empty_part"
	layoutNoName          = "no_name"
	layoutBackslash       = "backslash"
	layoutNested          = "nested"
	layoutBracketUnopened = "bracket_unopened"
	layoutBracketUnclosed = "bracket_unclosed"
	layoutBraceUnopened   = "brace_unopened"
	layoutBraceUnclosed   = "brace_unclosed"
	layoutSlash           = "slash"
	layoutUnknownField    = "unknown_field"
)

// Error continues a sentence: "the layout must …".
func (f *LayoutFault) Error() string {
	text := map[string]string{
		layoutTooLong:         fmt.Sprintf("must be at most %d bytes long", f.Number),
		layoutTooDeep:         fmt.Sprintf("must have at most %d folders", f.Number),
		layoutEmptyPart:       fmt.Sprintf("must not have an empty part between two slashes or at an end (part %d)", f.Number),
		layoutNoName:          "must name {title} or {id}, outside of brackets, in the file's name, or all songs would get one name",
		layoutBackslash:       "must not end with a backslash",
		layoutNested:          "must not have brackets inside brackets",
		layoutBracketUnopened: "must not close a bracket that was not opened",
		layoutBracketUnclosed: "must close the bracket",
		layoutBraceUnopened:   "must not close a brace that was not opened",
		layoutBraceUnclosed:   "must close the brace",
		layoutSlash:           "must not have a slash inside brackets",
		layoutUnknownField:    fmt.Sprintf("must name one of {%s}; it has no {%s}", strings.Join(Fields, "}, {"), f.Field),
	}[f.Fault]
	if f.Position > 0 {
		text += fmt.Sprintf(" (character %d)", f.Position)
	}
	return text
}

// Params fill the placeholders of a translated sentence.
func (f *LayoutFault) Params() map[string]any {
	return map[string]any{"Fault": f.Fault, "Position": f.Position, "Number": f.Number, "Field": f.Field, "Fields": "{" + strings.Join(Fields, "}, {") + "}"}
}
