package matching

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// artist is one artist by all the forms in which the name may stand.
type artist struct {
	forms []string
	// words are those of the name, brackets left out.
	words []string
}

// separators part the artists of one text. Letters only do so between spaces.
var separators = regexp.MustCompile(`\s*[/\\,&、;+|×·]\s*|\s+(?:featuring|feat\.?|ft\.?|vs\.?|pres\.?|presents|and|with|x)\s+|\s+(?:feat|ft)\.`)

// nobody lists what platforms write where they know no artist.
var nobody = []string{"", "群星", "华语群星", "欧美群星", "日韩群星", "variousartists", "various", "va", "未知", "未知歌手", "未知艺术家", "佚名",
	"unknown", "unknownartist", "网络歌手", "纯音乐", "影视原声", "原声带"}

// splitArtists lists the artists of a song, guests named in its title included, each once.
// Order and separators do not matter.
func splitArtists(names, guests []string) []artist {
	var list []artist
	for _, name := range slices.Concat(names, guests) {
		// File names have "_" where artists were parted by what no file name may hold.
		for _, one := range separators.Split(fold(strings.ReplaceAll(name, "_", "/")), -1) {
			a := makeArtist(one)
			if a.forms == nil || slices.ContainsFunc(list, func(b artist) bool { return sameArtist(a, b) }) {
				continue
			}
			list = append(list, a)
		}
	}
	return list
}

// makeArtist finds the forms of a name: whole, without and within brackets, and either
// script of a name written in two ("林阿七 Aqi Lin").
func makeArtist(name string) artist {
	outside, asides := splitBrackets(name)
	var a artist
	a.add(compact(name))
	a.add(compact(outside))
	a.add(compact(asLetters.Replace(outside)))
	a.words = strings.Fields(outside)
	for _, one := range asides {
		a.add(compact(one.text))
		a.add(compact(voiceOf.ReplaceAllString(one.text, ""))) // "Tsukishima (CV: Hana Sato)"
	}
	// Platforms leave the article of a band and the trade of a DJ out.
	for _, prefix := range []string{"the ", "dj "} {
		if rest, ok := strings.CutPrefix(outside, prefix); ok && len(rest) >= 4 {
			a.add(compact(rest))
		}
	}
	// The same goes for what a band says that it is.
	if rest := bandNoun.ReplaceAllString(outside, ""); rest != outside && utf8.RuneCountInString(rest) >= 2 {
		a.add(compact(rest))
	}
	latin, cjk := splitScripts(outside)
	if utf8.RuneCountInString(cjk) >= 2 && len(latin) >= 3 {
		a.add(latin)
		a.add(cjk)
	}
	return a
}

var (
	// asLetters reads signs that stand for letters, as in "Ke$ha".
	asLetters = strings.NewReplacer("$", "s", "!", "i")
	// voiceOf leads the name of who sings for a character.
	voiceOf = regexp.MustCompile(`^(?:cv|c\.v\.?|声优|配音|声)\s*[:.]?\s*`)
	// bandNoun ends the name of a band.
	bandNoun = regexp.MustCompile(`\s*(?:乐队|乐团|组合|楽団|バンド|밴드|\sband)$`)
)

func (a *artist) add(form string) {
	if !slices.Contains(nobody, form) && !slices.Contains(a.forms, form) {
		a.forms = append(a.forms, form)
	}
}

// splitScripts parts the letters of a name into Chinese, Japanese and Korean ones and
// all others.
func splitScripts(name string) (other, cjk string) {
	var o, c strings.Builder
	for _, r := range name {
		switch {
		case unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul):
			c.WriteRune(r)
		case unicode.IsLetter(r) || unicode.IsNumber(r) || unicode.IsMark(r):
			o.WriteRune(r)
		}
	}
	return o.String(), c.String()
}

// sameArtist says that two names share a form, or are spelt nearly alike.
func sameArtist(a, b artist) bool {
	for _, x := range a.forms {
		for _, y := range b.forms {
			if x == y {
				return true
			}
			if nearlyAlike(x, y) || inLatin(x, y) || inLatin(y, x) {
				return true
			}
		}
	}
	return false
}

// nearlyAlike allows for another spelling of a long Latin name. In short ones, romanised
// Chinese names above all, one letter makes another person.
func nearlyAlike(a, b string) bool {
	shorter := min(utf8.RuneCountInString(a), utf8.RuneCountInString(b))
	switch {
	case shorter < 6 || hasCJK(a):
		return false
	case twoLetters.Replace(a) == twoLetters.Replace(b):
		return true // "Jörg" and "Joerg"
	}
	return shorter >= 10 && similarity(a, b) >= 0.86
}

// compareArtists compares two sets. Guests that one side leaves out cost a little; a
// partner that is another person costs the match.
func compareArtists(a, b []artist) Part {
	if len(a) == 0 || len(b) == 0 {
		return Part{}
	}
	if joined(a) == joined(b) || sameWords(a, b) {
		return known(1) // "AC/DC" and "ACDC", "Crane, Ida" and "Ida Crane"
	}
	a, b = splitPairs(a, b), splitPairs(b, a)
	shared := 0
	for _, x := range a {
		if slices.ContainsFunc(b, func(y artist) bool { return sameArtist(x, y) }) {
			shared++
		}
	}
	shared = min(shared, len(b))
	overlap := float64(shared) / float64(min(len(a), len(b)))
	jaccard := float64(shared) / float64(len(a)+len(b)-shared)
	return known(0.6*overlap + 0.4*jaccard)
}

// splitPairs parts names that Chinese joins by a word which may as well belong to a name
// ("阿木和林阿七"), where both parts are artists of the other side.
func splitPairs(list, others []artist) []artist {
	var out []artist
	for _, a := range list {
		pieces := pair.Split(a.forms[0], 2)
		found := 0
		for _, p := range pieces {
			if slices.ContainsFunc(others, func(o artist) bool { return slices.Contains(o.forms, p) }) {
				found++
			}
		}
		if len(pieces) < 2 || found < 2 {
			out = append(out, a)
			continue
		}
		for _, p := range pieces {
			out = append(out, artist{forms: []string{p}})
		}
	}
	return out
}

var pair = regexp.MustCompile(`[和与及]`)

// inOtherScripts says that all names of one side are in Latin letters and none of the
// other's: two spellings of one name look like that, and so do two people.
func inOtherScripts(a, b []artist) bool {
	latin := func(list []artist) (all, none bool) {
		all, none = true, true
		for _, one := range list {
			for _, form := range one.forms {
				all, none = all && !hasCJK(form), none && hasCJK(form)
			}
		}
		return all, none
	}
	allA, noneA := latin(a)
	allB, noneB := latin(b)
	return len(a) > 0 && len(b) > 0 && (allA && noneB || noneA && allB)
}

// sameWords says that two lists of names consist of the same words, in whatever order.
func sameWords(a, b []artist) bool {
	words := func(list []artist) []string {
		var all []string
		for _, one := range list {
			all = append(all, one.words...)
		}
		slices.Sort(all)
		return all
	}
	x, y := words(a), words(b)
	return len(x) > 1 && slices.Equal(x, y)
}

func joined(list []artist) string {
	var b strings.Builder
	for _, a := range list {
		b.WriteString(a.forms[0])
	}
	return b.String()
}

// namesArtist says that a piece of a title is one of the song's artists.
func namesArtist(text string, artists []string) bool {
	pieces := splitArtists([]string{text}, nil)
	known := splitArtists(artists, nil)
	if len(pieces) == 0 {
		return false
	}
	for _, p := range pieces {
		if !slices.ContainsFunc(known, func(k artist) bool { return sameArtist(p, k) }) {
			return false
		}
	}
	return true
}
