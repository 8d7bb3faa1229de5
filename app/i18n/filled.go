package i18n

import (
	"fmt"
	"strings"

	goi18n "github.com/nicksnyder/go-i18n/v2/i18n"
)

// filledText is a text with placeholders, taken apart: words and names take turns, beginning
// and ending with words.
type filledText []string

// filledTexts takes those texts apart that have placeholders of the form {{.Name}} and no
// plural forms. Rows of lists are full of them, and a template engine takes its time.
func filledTexts(messages []*goi18n.Message) map[string]filledText {
	texts := map[string]filledText{}
	for _, m := range messages {
		if m.One != "" || !strings.Contains(m.Other, "{{") {
			continue
		}
		if text, ok := takeApart(m.Other); ok {
			texts[m.ID] = text
		}
	}
	return texts
}

// takeApart fails when a text asks for more than values.
func takeApart(text string) (filledText, bool) {
	var parts filledText
	for {
		words, rest, found := strings.Cut(text, "{{")
		if parts = append(parts, words); !found {
			return parts, true
		}
		name, after, closed := strings.Cut(rest, "}}")
		name, simple := strings.CutPrefix(strings.TrimSpace(name), ".")
		if !closed || !simple || name == "" || strings.ContainsAny(name, " .|(\"") {
			return nil, false
		}
		parts, text = append(parts, name), after
	}
}

// with is the text with values in their places; one that is missing shows nothing.
func (t filledText) with(values map[string]any) string {
	var b strings.Builder
	for i, part := range t {
		if i%2 == 0 {
			b.WriteString(part)
			continue
		}
		switch v := values[part].(type) {
		case nil:
		case string:
			b.WriteString(v)
		default:
			fmt.Fprint(&b, v)
		}
	}
	return b.String()
}
