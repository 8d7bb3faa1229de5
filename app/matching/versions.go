package matching

import (
	"maps"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// versions is what a title says of the version that it is.
type versions struct {
	tags []string
	// signs are what goes with a tag and tells two of one kind apart: who made the remix,
	// where the concert was. Compact; by tag; none when the title tells nothing.
	signs map[string]string
}

// with is v together with more.
func (v versions) with(more versions) versions {
	out := versions{tags: union(v.tags, more.tags), signs: maps.Clone(v.signs)}
	for tag, sign := range more.signs {
		if out.signs == nil {
			out.signs = map[string]string{}
		}
		out.signs[tag] = sign
	}
	return out
}

var (
	// playbackRate matches the rate of a version that plays faster or slower: "1.2x".
	playbackRate = regexp.MustCompile(`(\d)\.\d+ ?(?:x|倍)`)
	year         = regexp.MustCompile(`^\d{4}$`)
)

// languageMarks are asides of one character that name a language.
var languageMarks = map[string]string{"国": "mandarin", "粤": "cantonese", "英": "english", "日": "japanese", "韩": "korean"}

// versionsIn lists the versions that a bracket, a subtitle or the end of a title names;
// no tags when it names none.
func versionsIn(text string) versions {
	if text == "" || sameRecording(text) {
		return versions{}
	}
	if tag, ok := languageMarks[text]; ok {
		return versions{tags: []string{tag}}
	}
	tags := tagsIn(versionRules, text)
	if m := playbackRate.FindStringSubmatch(text); m != nil {
		tag := "sped up"
		if m[1] == "0" {
			tag = "slowed"
		}
		tags = union(tags, []string{tag})
	}
	if slices.Contains(tags, "remix") {
		tags = slices.DeleteFunc(tags, func(tag string) bool { return tag == "dj" }) // the trade of who made it
	}
	if tags == nil && callsItselfVersion(text) {
		return versions{tags: []string{"version " + compact(versionSuffix.ReplaceAllString(text, ""))}}
	}
	return versions{tags: tags, signs: signsOf(text, tags)}
}

// versionSuffix is how a text says that it is a version, and nothing of which.
var versionSuffix = regexp.MustCompile(`\s*(?:version|ver\.?|版本|版)$`)

// Tags that come in many, each of another maker or place.
var signedTags = []string{"remix", "dj", tagCover, "live"}

// plainWords say nothing of the maker or place.
var plainWords = strings.NewReplacer("remixed", "", "remix", "", "version", "", "live", "", "covered", "", "covers", "", "cover", "",
	"演唱会", "", "现场", "", "翻唱", "", "翻自", "", "原唱", "", "混音", "", "版本", "", "版", "", "巡回", "", "音乐会", "", "ライブ", "", "リミックス", "", "カバー", "", "라이브", "")

var plainLatinWords = []string{"mix", "mixed", "ver", "rmx", "edit", "dj", "at", "in", "from", "the", "on", "a", "by", "of", "to", "and", "original", "official", "audio", "video", "extended", "acoustic", "session", "sessions", "concert", "tour",
	"originally", "performed", "made", "famous", "as", "style", "tribute", "bootleg", "vip", "hd", "hq", "instrumental"}

// signsOf is what a text says beside the words of its version.
func signsOf(text string, tags []string) map[string]string {
	var signed []string
	for _, tag := range tags {
		if slices.Contains(signedTags, tag) {
			signed = append(signed, tag)
		}
	}
	if len(signed) == 0 || len(tags) > len(signed) {
		return nil // which of the words belongs to which version cannot be told
	}
	words := slices.DeleteFunc(strings.FieldsFunc(plainWords.Replace(text), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsNumber(r) }),
		func(w string) bool { return slices.Contains(plainLatinWords, w) })
	sign := strings.TrimPrefix(strings.Join(words, ""), "dj")
	if sign == "" {
		return nil
	}
	signs := map[string]string{}
	for _, tag := range signed {
		signs[tag] = sign
	}
	return signs
}

// otherSign says that two signs name other makers, places or years.
func otherSign(a, b string) bool {
	numbersA, numbersB := numbersIn(a), numbersIn(b)
	if numbersA != nil && numbersB != nil && !slices.ContainsFunc(numbersA, func(n string) bool { return slices.Contains(numbersB, n) }) {
		return true
	}
	return a != "" && b != "" && !strings.Contains(a, b) && !strings.Contains(b, a) && similarity(a, b) < 0.75
}

// versionsOfArtists finds covers that only the names of the artists tell: "林阿七 (翻唱)".
func versionsOfArtists(names []string) versions {
	for _, name := range names {
		_, asides := splitBrackets(fold(name))
		for _, a := range asides {
			if slices.Contains(tagsIn(versionRules, a.text), tagCover) {
				return versions{tags: []string{tagCover}}
			}
		}
	}
	return versions{}
}

// callsItselfVersion says that a text names some version that no rule knows. Such a one
// must agree literally.
func callsItselfVersion(text string) bool {
	return text == "mr" || strings.HasSuffix(text, "版") || strings.HasSuffix(text, "版本") || strings.Contains(text, "バージョン") || strings.Contains(text, "버전") || year.MatchString(text) ||
		slices.ContainsFunc([]string{"version", "ver", "mix", "take"}, func(w string) bool { return containsWord(text, w) })
}

// containsWord says that the text contains the word with no Latin letter or digit beside
// it, so that "olive" does not contain "live".
func containsWord(text, word string) bool {
	for at := 0; ; {
		i := strings.Index(text[at:], word)
		if i < 0 {
			return false
		}
		start, end := at+i, at+i+len(word)
		before, _ := utf8.DecodeLastRuneInString(text[:start])
		after, _ := utf8.DecodeRuneInString(text[end:])
		if !isLatinOrDigit(before) && !isLatinOrDigit(after) {
			return true
		}
		at = end
	}
}

func isLatinOrDigit(r rune) bool { return unicode.Is(unicode.Latin, r) || unicode.IsDigit(r) }

// union adds the tags of more that are not in list.
func union(list, more []string) []string {
	out := slices.Clone(list)
	for _, tag := range more {
		if !slices.Contains(out, tag) {
			out = append(out, tag)
		}
	}
	return out
}

// versionDifference is a version that one side has and the other has not.
type versionDifference struct {
	tag string
	// missing: the song has it and the candidate has not; else the other way round.
	missing bool
	// another: both have one of the kind, and not the same.
	another bool
}

func (d versionDifference) text() string {
	word := strings.TrimPrefix(d.tag, "version ")
	switch {
	case d.another:
		return "another " + word
	case d.missing:
		return "not " + word
	}
	return word
}

// versionDifferences compares the versions of song a and candidate b. A tag that the
// title of one side leaves to its album ("Live at …") agrees.
func versionDifferences(a, b versions, albumA, albumB []string) []versionDifference {
	var out []versionDifference
	for _, tag := range b.tags {
		switch {
		case !slices.Contains(a.tags, tag) && !slices.Contains(albumA, tag):
			out = append(out, versionDifference{tag: tag})
		case otherSign(a.signs[tag], b.signs[tag]):
			out = append(out, versionDifference{tag: tag, another: true})
		}
	}
	for _, tag := range a.tags {
		if !slices.Contains(b.tags, tag) && !slices.Contains(albumB, tag) {
			out = append(out, versionDifference{tag: tag, missing: true})
		}
	}
	return out
}
