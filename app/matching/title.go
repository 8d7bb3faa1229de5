package matching

import (
	"regexp"
	"slices"
	"strings"
)

// title is a title taken apart.
type title struct {
	// full is the title without brackets, dashes and guests; core also without version
	// words that end it. Both are compact; they are equal when no such word does. spaced is
	// full with its spaces.
	full, core, spaced string
	// whole is full together with the asides that are part of the name, as in
	// "Running (Out of Time)".
	whole string
	// halves are the two scripts of a title that says its name in both: "慢船 Slow Boat".
	halves []string
	// asides are the texts in brackets that name no version: translations, films, subtitles.
	// strange are those of them that nothing explains.
	asides, strange []string
	// versions come from brackets, dashes and subtitles; bare ones from the title's end,
	// where "Long Live" looks like a live version.
	versions, bare versions
	numbers        []string // numbers of the title and of parts named in brackets, sorted
	track          string   // a file's track number before the title
	guests         []string
}

var (
	guestsIn = regexp.MustCompile(`(?:^|\s)(?:featuring|feat\.?|ft\.?|with special guest)\s*:?\s*(.+)$`)
	// guestAside is a bracket that names guests.
	guestAside = regexp.MustCompile(`^(?:(?:featuring|feat|ft|with|duet with)\b|合作|合唱:|与)\s*[:.]?\s*(.+)$`)
)

// parseTitle takes a title and the subtitle of the same song apart.
func parseTitle(text, subtitle string, artists []string) title {
	var t title
	text = fileEnding.ReplaceAllString(fold(text), "")
	t.track, text = cutTrack(numberWords(text))
	outside, asides := splitBrackets(text)
	outside, asides = unwrap(outside, asides, artists)
	if sub := numberWords(fold(subtitle)); sub != "" {
		rest, more := splitBrackets(sub)
		asides = append(append(asides, aside{text: rest}), more...)
	}
	if head, rest, ok := strings.Cut(outside, ": "); ok && len(strings.Fields(head)) == 1 && versionsIn(head).tags != nil {
		outside, asides = rest, append(asides, aside{text: head}) // "Medley: …"
	}
	if head, tail := splitWaves(outside); versionsIn(tail).tags != nil {
		outside, asides = head, append(asides, aside{text: tail})
	}
	if m := guestsIn.FindStringSubmatchIndex(outside); m != nil && m[0] > 0 {
		t.guests = append(t.guests, outside[m[2]:m[3]])
		outside = strings.TrimRight(outside[:m[0]], " -")
	}
	outside = cutNoise(t.cutDashes(outside, artists))
	outside, part := cutPart(outside)
	if part != "" {
		t.numbers = append(t.numbers, part)
	}
	t.setName(outside)
	for _, a := range asides {
		t.addAside(a)
	}
	t.numbers = append(t.numbers, numbersIn(outside)...)
	slices.Sort(t.numbers)
	return t
}

// setName keeps the title's name and its other readings.
func (t *title) setName(name string) {
	t.spaced, t.full = name, compact(name)
	t.core, t.whole = t.full, t.full
	if head, ending, ok := cutEnding(name); ok {
		t.bare, t.core = versionsIn(ending), compact(head)
	}
	t.halves = scriptHalves(name)
}

// unwrap finds a title that stands in brackets: 《…》 alone, or after the artist's name.
func unwrap(outside string, asides []aside, artists []string) (string, []aside) {
	if len(asides) == 0 {
		return outside, nil
	}
	if compact(outside) == "" {
		return asides[0].text, asides[1:]
	}
	if i := slices.IndexFunc(asides, func(a aside) bool { return a.work }); i >= 0 && namesArtist(outside, artists) {
		return asides[i].text, slices.Concat(asides[:i], asides[i+1:])
	}
	return outside, asides
}

// addAside sorts the text of a bracket: guests, version, part of a work, or anything else.
func (t *title) addAside(a aside) {
	if a.text == "" {
		return
	}
	if m := guestAside.FindStringSubmatch(a.text); m != nil {
		t.guests = append(t.guests, m[1])
		return
	}
	if v := versionsIn(a.text); v.tags != nil {
		t.versions = t.versions.with(v)
		return
	}
	if sameRecording(a.text) || provenance.MatchString(a.text) {
		return
	}
	if n := partNumber(a.text); n != "" {
		t.numbers = append(t.numbers, n)
		return
	}
	name := compact(a.text)
	t.asides = append(t.asides, name)
	if !a.work && hasCJK(name) == hasCJK(t.full) && !slices.Contains(t.halves, name) {
		t.strange = append(t.strange, name)
		if a.leads {
			t.whole = name + t.whole
		} else {
			t.whole += name
		}
	}
}

// cutDashes removes " - …" from the end of a title when it names a version or an artist of
// the song, and an artist's name from its beginning.
func (t *title) cutDashes(text string, artists []string) string {
	text = remasterDash.ReplaceAllString(text, "$1 $2")
	for {
		at := strings.LastIndex(text, " - ")
		if at < 0 {
			return t.cutTightDash(text, artists)
		}
		head, tail := text[:at], strings.TrimSpace(text[at+3:])
		v := versionsIn(tail)
		n := partNumber(tail)
		switch {
		case compact(head) == "":
			return tail
		case v.tags != nil:
			t.versions = t.versions.with(v)
		case n != "":
			t.numbers = append(t.numbers, n)
		case sameRecording(tail) || provenance.MatchString(tail) || namesArtist(tail, artists):
		case namesArtist(head, artists):
			return tail
		default:
			return text
		}
		text = head
	}
}

// cutTightDash does the same for a dash without spaces, which only an artist's name or a
// Chinese version word makes more than a hyphen.
func (t *title) cutTightDash(text string, artists []string) string {
	at := strings.LastIndex(text, "-")
	if at <= 0 || at == len(text)-1 {
		return text
	}
	head, tail := strings.TrimSpace(text[:at]), strings.TrimSpace(text[at+1:])
	v := versionsIn(tail)
	switch {
	case compact(head) == "" || compact(tail) == "":
		return text
	case namesArtist(tail, artists):
		return head
	case namesArtist(head, artists):
		return tail
	case v.tags != nil && (hasCJK(head) || hasCJK(tail)):
		t.versions = t.versions.with(v)
		return head
	}
	return text
}

// scriptHalves parts a title that is a Chinese, Japanese or Korean name followed or led by
// one in Latin letters. Neither half may be so short that it could be a word of the other.
func scriptHalves(name string) []string {
	words := strings.Fields(strings.ReplaceAll(name, "/", " "))
	change := 0
	for i := 1; i < len(words); i++ {
		if hasCJK(words[i]) != hasCJK(words[i-1]) {
			if change > 0 {
				return nil
			}
			change = i
		}
	}
	if change == 0 {
		return nil
	}
	head, tail := compact(strings.Join(words[:change], "")), compact(strings.Join(words[change:], ""))
	cjk, latin := head, tail
	if hasCJK(tail) {
		cjk, latin = tail, head
	}
	if len([]rune(cjk)) < 2 || len(latin) < 4 || strings.ContainsFunc(cjk, isLatinOrDigit) {
		return nil
	}
	return []string{head, tail}
}
