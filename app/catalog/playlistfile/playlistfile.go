// Package playlistfile reads lists of playlists that people write: one a line, as an
// address, as "platform,address", or as the text that an app's share button gives.
// A bad line is reported with its number and why, and the rest goes on.
package playlistfile

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"

	"catalogsync/app/sources"
	"catalogsync/models"
)

// Bounds of a file. They are far above what a person writes.
const (
	maxLineBytes = 4 << 10
	maxFileBytes = 4 << 20
	maxLines     = 20_000
	maxShown     = 200 // characters of a bad line that are shown again
)

// Recogniser is a platform that knows its own addresses.
type Recogniser interface {
	sources.Source
	sources.URLRecogniser
}

// RecognisersOf lists the sources that recognise addresses.
func RecognisersOf(list []sources.Source) []Recogniser {
	var out []Recogniser
	for _, s := range list {
		if r, ok := s.(Recogniser); ok {
			out = append(out, r)
		}
	}
	return out
}

// Entry is a playlist that a line names.
type Entry struct {
	Line     int
	Platform string
	Ref      models.PlaylistRef
	Text     string // the line
}

// Bad is a line that names no playlist.
type Bad struct {
	Line   int
	Text   string // the start of the line
	Code   models.Code
	Reason string // one plain English sentence with the next step
}

// Duplicate is a line that names a playlist again.
type Duplicate struct {
	Line, FirstLine int
	Text            string
}

// Expanded is a line that names many playlists at once. Each of them is an entry.
type Expanded struct {
	Line int
	Text string
	// Playlists are taken of the Total that the platform says there are.
	Playlists, Total int
}

// Result is what a file came to, each list by line number.
type Result struct {
	Entries    []Entry
	Bad        []Bad
	Duplicates []Duplicate
	Expanded   []Expanded

	lines []line
}

// Refs lists the playlists in order.
func (r *Result) Refs() []models.PlaylistRef {
	refs := make([]models.PlaylistRef, len(r.Entries))
	for i, e := range r.Entries {
		refs[i] = e.Ref
	}
	return refs
}

// line is one line that is neither blank nor a comment.
type line struct {
	number   int
	text     string
	platform string // named before the address, "" = none
	// address is what was found on it; nil when there is none.
	address *url.URL
	ref     models.PlaylistRef
	err     *models.Error
	// expansion is what the address stands for when that is many playlists.
	expansion *sources.Expansion
}

// Parse reads a file in UTF-8 or, with a byte order mark, UTF-16. Short links are bad
// lines until ResolveShortLinks has looked at them. The error is about the file as a
// whole: unreadable, or too large (ClassInvalid/CodeTooLarge).
func Parse(r io.Reader, recognisers []Recogniser) (Result, error) {
	var result Result
	decoded := transform.NewReader(r, unicode.BOMOverride(unicode.UTF8.NewDecoder()))
	limited := &io.LimitedReader{R: decoded, N: maxFileBytes + 1}
	reader := bufio.NewReaderSize(limited, maxLineBytes)
	last := false
	for number := 1; !last; number++ {
		text, long, err := readLine(reader)
		last = errors.Is(err, io.EOF)
		if err != nil && !last {
			return Result{}, fmt.Errorf("read playlist file: %w", err)
		}
		if limited.N <= 0 || number > maxLines && text != "" {
			return Result{}, models.Invalid("playlist_file", models.CodeTooLarge,
				"the playlist file is too large; keep it below %d lines and %d MiB, or split it", maxLines, maxFileBytes>>20)
		}
		if l, ok := parseLine(number, text, long, recognisers); ok {
			result.lines = append(result.lines, l)
		}
	}
	result.sort()
	return result, nil
}

// readLine reads to the end of a line; of one that is too long only the start is kept.
func readLine(r *bufio.Reader) (text string, long bool, err error) {
	part, err := r.ReadSlice('\n')
	text = string(part)
	for errors.Is(err, bufio.ErrBufferFull) {
		long = true
		_, err = r.ReadSlice('\n')
	}
	return text, long, err
}

// parseLine reads one line; ok is false for blank lines and comments.
func parseLine(number int, text string, long bool, recognisers []Recogniser) (l line, ok bool) {
	text = strings.TrimSpace(strings.ReplaceAll(strings.ToValidUTF8(text, "\ufffd"), "\x00", ""))
	if text == "" || strings.HasPrefix(text, "#") {
		return line{}, false
	}
	l = line{number: number, text: text}
	if long {
		l.err = invalid(models.CodeTooLarge, "the line is longer than %d characters; put one playlist on each line", maxLineBytes)
		return l, true
	}
	rest := l.cutPlatform(recognisers)
	if l.err != nil {
		return l, true
	}
	addresses := findAddresses(rest)
	if len(addresses) == 0 {
		l.err = invalid(models.CodeBadURL, "the line holds no web address; write one such as https://… or platform,https://…")
		return l, true
	}
	l.address = addresses[0]
	for _, u := range addresses { // a share text may name the app's own page as well
		ref, err := recognise(u, recognisers)
		if err == nil {
			l.address, l.err = u, nil
			l.settle(ref)
			return l, true
		}
		if l.err == nil {
			l.err = err
		}
	}
	return l, true
}

// cutPlatform takes "platform," off the line and returns the rest.
func (l *line) cutPlatform(recognisers []Recogniser) string {
	head, rest, found := strings.Cut(l.text, ",")
	if !found {
		head, rest, found = strings.Cut(l.text, "\uff0c") // the comma of Chinese input methods
	}
	head = strings.ToLower(strings.TrimSpace(head))
	if !found || !isName(head) {
		return l.text
	}
	if !slices.ContainsFunc(recognisers, func(r Recogniser) bool { return r.Name() == head }) {
		if len(findAddresses(rest)) > 0 && !startsWithAddress(rest) {
			return l.text // a share text with a comma in it
		}
		l.err = invalid(models.CodeUnknownSource, "unknown platform %q; known are: %s", head, strings.Join(names(recognisers), ", "))
		return rest
	}
	l.platform = head
	return rest
}

// isName says that a text could be a platform's name and is no address or sentence.
func isName(text string) bool {
	return text != "" && len(text) <= 32 && !strings.ContainsFunc(text, func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < '0' || r > '9') && r != '_' && r != '-'
	})
}

func names(recognisers []Recogniser) []string {
	list := make([]string, len(recognisers))
	for i, r := range recognisers {
		list[i] = r.Name()
	}
	return list
}

// recognise asks every platform whether the address is one of its playlists.
func recognise(u *url.URL, recognisers []Recogniser) (models.PlaylistRef, *models.Error) {
	for _, r := range recognisers {
		ref, ok, err := r.RecogniseURL(u)
		if e, isDomain := errors.AsType[*models.Error](err); isDomain {
			return models.PlaylistRef{}, e
		}
		if err != nil {
			return models.PlaylistRef{}, invalid(models.CodeBadURL, "%s is no playlist of %s: %v", u.Redacted(), r.Name(), err)
		}
		if ok {
			return ref, nil
		}
	}
	return models.PlaylistRef{}, invalid(models.CodeBadURL, "%s is a host of no known platform; known are: %s", shorten(u.Host), strings.Join(names(recognisers), ", "))
}

// settle takes the playlist that the address names, unless the line says another platform.
func (l *line) settle(ref models.PlaylistRef) {
	l.ref, l.err = ref, nil
	if l.platform != "" && l.platform != ref.Platform {
		l.err = invalid(models.CodeBadValue, "the line says %s, and the address is one of %s; correct or leave out the platform", l.platform, ref.Platform)
	}
}

// sort fills the three lists from the lines.
func (r *Result) sort() {
	type key struct{ platform, id string }
	first := map[key]int{}
	r.Entries, r.Bad, r.Duplicates, r.Expanded = nil, nil, nil, nil
	for _, l := range r.lines {
		k := key{l.ref.Platform, l.ref.RemoteID}
		switch {
		case l.err != nil:
			r.Bad = append(r.Bad, Bad{Line: l.number, Text: shorten(l.text), Code: l.err.Code, Reason: l.err.Message})
		case first[k] != 0:
			r.Duplicates = append(r.Duplicates, Duplicate{Line: l.number, FirstLine: first[k], Text: shorten(l.text)})
		default:
			first[k] = l.number
			if l.expansion != nil {
				break
			}
			r.Entries = append(r.Entries, Entry{Line: l.number, Platform: l.ref.Platform, Ref: l.ref, Text: shorten(l.text)})
		}
	}
	r.expand()
}

// shorten makes a text fit to be shown. Control characters are replaced: a terminal
// would obey them.
func shorten(text string) string {
	text = strings.Map(func(r rune) rune {
		if r < ' ' || r >= 0x7f && r < 0xa0 {
			return '\ufffd'
		}
		return r
	}, text)
	if utf8.RuneCountInString(text) <= maxShown {
		return text
	}
	return string([]rune(text)[:maxShown]) + "…"
}

func invalid(code models.Code, format string, args ...any) *models.Error {
	return models.Invalid("playlist_file", code, format, args...)
}
