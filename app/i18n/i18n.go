// Package i18n holds the texts of the console and the messages of errors in all languages.
//
// Keys are dotted names such as jobs.action.pause, never sentences. Texts are plain text,
// never markup. A text may name placeholders ({{.Count}}) and have plural forms.
package i18n

import (
	"embed"
	"errors"
	"fmt"
	"strings"

	goi18n "github.com/nicksnyder/go-i18n/v2/i18n"
	"golang.org/x/text/language"
)

//go:embed locales/*.json
var locales embed.FS

// Default is the language of readers who understand none of the others.
const Default = "en"

// languages lists the languages in the order in which the switch offers them.
var languages = []string{"en", "zh"}

// Catalog is the set of all texts. It is immutable and safe for concurrent use.
type Catalog struct {
	printers map[string]*Printer
	matcher  language.Matcher
}

// Load reads the embedded texts.
func Load() (*Catalog, error) {
	bundle := goi18n.NewBundle(language.English)
	c := &Catalog{printers: map[string]*Printer{}}
	tags := make([]language.Tag, 0, len(languages))
	plain, filled := map[string]map[string]string{}, map[string]map[string]filledText{}
	for _, lang := range languages {
		name := "locales/" + lang + ".json"
		b, err := locales.ReadFile(name)
		if err != nil {
			return nil, fmt.Errorf("read texts %s: %w", name, err)
		}
		file, err := bundle.ParseMessageFileBytes(b, name)
		if err != nil {
			return nil, fmt.Errorf("parse texts %s: %w", name, err)
		}
		plain[lang], filled[lang] = plainTexts(file.Messages), filledTexts(file.Messages)
		tags = append(tags, language.Make(lang))
	}
	for _, lang := range languages {
		c.printers[lang] = &Printer{lang: lang, plain: plain[lang], filled: filled[lang], localizer: goi18n.NewLocalizer(bundle, lang)}
	}
	c.matcher = language.NewMatcher(tags)
	return c, nil
}

// plainTexts picks the texts that are the same whatever they are asked with.
func plainTexts(messages []*goi18n.Message) map[string]string {
	plain := map[string]string{}
	for _, m := range messages {
		if m.One == "" && m.Other != "" && !strings.Contains(m.Other, "{{") {
			plain[m.ID] = m.Other
		}
	}
	return plain
}

// Languages lists the known languages in the order in which the switch offers them.
func (c *Catalog) Languages() []string { return append([]string(nil), languages...) }

// Known says whether there are texts in lang.
func (c *Catalog) Known(lang string) bool { return c.printers[lang] != nil }

// Match picks the language for a reader: chosen when it is known (a cookie's value), else
// the best of an Accept-Language header, else Default.
func (c *Catalog) Match(chosen, acceptLanguage string) string {
	if c.Known(chosen) {
		return chosen
	}
	// A header of any length is cheap to refuse and costly to parse.
	if acceptLanguage == "" || len(acceptLanguage) > 500 {
		return Default
	}
	_, index := language.MatchStrings(c.matcher, acceptLanguage)
	return languages[index]
}

// Printer gives the texts of one language; an unknown one gets Default.
func (c *Catalog) Printer(lang string) *Printer {
	if p, ok := c.printers[lang]; ok {
		return p
	}
	return c.printers[Default]
}

// Translate gives the message of an error code ("error.<code>") in lang; params fill its
// placeholders and may be nil. An unknown code gets the message of an internal error.
func (c *Catalog) Translate(lang, code string, params map[string]any) string {
	p := c.Printer(lang)
	if s, ok := p.find("error."+code, p.joined(params), nil); ok {
		return s
	}
	return p.T("error.internal")
}

// joined gives params with lists as a reader writes them.
func (p *Printer) joined(params map[string]any) map[string]any {
	out := make(map[string]any, len(params))
	for name, v := range params {
		if list, ok := v.([]string); ok {
			v = strings.Join(list, p.T("list.separator"))
		}
		out[name] = v
	}
	return out
}

// Printer gives the texts of one language.
type Printer struct {
	lang string
	// plain holds the texts that have neither placeholders nor plural forms, which is most:
	// a page asks for hundreds, and the library's way costs microseconds each.
	plain map[string]string
	// filled holds those that have placeholders and no plural forms.
	filled    map[string]filledText
	localizer *goi18n.Localizer
}

// Lang is the printer's language, e.g. zh.
func (p *Printer) Lang() string { return p.lang }

// T is the text of key. Pairs are names and values of its placeholders: T("jobs.of", "Done", 3).
// A missing text gives the key itself, so that it is seen.
func (p *Printer) T(key string, pairs ...any) string {
	if s, ok := p.find(key, data(pairs), nil); ok {
		return s
	}
	return key
}

// N is the text of key in the plural form for count, which is also the placeholder Count,
// with digits grouped.
func (p *Printer) N(key string, count int64, pairs ...any) string {
	d := data(pairs)
	if _, ok := d["Count"]; !ok {
		d["Count"] = Group(count)
	}
	if s, ok := p.find(key, d, count); ok {
		return s
	}
	return key
}

// Has says whether there is a text of key in the printer's language or in Default.
func (p *Printer) Has(key string) bool {
	_, ok := p.find(key, nil, nil)
	return ok
}

func (p *Printer) find(key string, d map[string]any, count any) (string, bool) {
	if s, ok := p.plain[key]; ok {
		return s, true
	}
	if text, ok := p.filled[key]; ok {
		return text.with(d), true
	}
	if d == nil {
		d = map[string]any{}
	}
	s, err := p.localizer.Localize(&goi18n.LocalizeConfig{MessageID: key, TemplateData: d, PluralCount: count})
	if s == "" || err != nil && !fallback(err) {
		return "", false
	}
	// A placeholder without a value shows nothing rather than the template engine's own words.
	return strings.ReplaceAll(s, "<no value>", ""), true
}

// fallback says that the text came from the default language.
func fallback(err error) bool {
	_, ok := errors.AsType[*goi18n.MessageNotFoundErr](err)
	return ok
}

func data(pairs []any) map[string]any {
	d := make(map[string]any, len(pairs)/2+1)
	for i := 0; i+1 < len(pairs); i += 2 {
		if name, ok := pairs[i].(string); ok {
			d[name] = pairs[i+1]
		}
	}
	return d
}

// Group writes n with its digits in groups of three: 12,345. Both languages do so.
func Group(n int64) string {
	s := fmt.Sprint(n)
	sign := ""
	if strings.HasPrefix(s, "-") {
		sign, s = "-", s[1:]
	}
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return sign + s
}
