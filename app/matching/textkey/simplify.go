package textkey

import (
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/longbridgeapp/opencc"
)

// simplifier turns traditional Chinese characters into simplified ones.
type simplifier struct {
	dictionary *opencc.OpenCC
	// telling are characters of which every text that the dictionary changes holds one.
	// Nearly all titles hold none, and looking for them costs a hundredth of a conversion.
	telling runeSet
}

// simplifying is made once, when the first text comes that is not ASCII, and never changes;
// nil when the dictionaries, which are part of the binary, cannot be read.
var simplifying = sync.OnceValue(newSimplifier)

func newSimplifier() *simplifier {
	dictionary, err := opencc.New("t2s")
	if err != nil {
		return nil
	}
	s := &simplifier{dictionary: dictionary}
	for _, group := range dictionary.DictChains {
		var phrases []string
		for _, key := range changing(group) {
			if r, size := utf8.DecodeRuneInString(key); size == len(key) {
				s.telling.add(r)
			} else {
				phrases = append(phrases, key)
			}
		}
		for _, phrase := range phrases {
			if !s.telling.hasAny(phrase) {
				r, _ := utf8.DecodeRuneInString(phrase)
				s.telling.add(r)
			}
		}
	}
	return s
}

// changing lists what dictionaries turn into something else.
func changing(group *opencc.Group) []string {
	var keys []string
	for _, dict := range group.Dicts {
		for _, id := range dict.Trie.PrefixPredict(nil, 0) {
			key, err := dict.Trie.Key(id)
			if err != nil {
				continue
			}
			value, err := dict.Trie.Value(id)
			if err == nil && dict.Values[value][0] != string(key) {
				keys = append(keys, string(key))
			}
		}
	}
	return keys
}

// variants are characters that dictionaries of simplification leave alone although
// titles use them interchangeably.
var variants = strings.NewReplacer("妳", "你", "祢", "你", "牠", "它", "甚麽", "什么", "甚么", "什么")

// simplify turns traditional Chinese characters into simplified ones. A text that the
// dictionary cannot take stays as it is.
func simplify(text string) string {
	if isASCII(text) {
		return text
	}
	s := simplifying()
	if s == nil {
		return text
	}
	if s.telling.hasAny(text) {
		out, err := s.dictionary.Convert(text)
		if err != nil {
			return text
		}
		text = out
	}
	return variants.Replace(text)
}

func isASCII(text string) bool {
	for i := range len(text) {
		if text[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// runeSet is a set of characters, a bit each.
type runeSet struct{ bits []uint64 }

func (s *runeSet) add(r rune) {
	for int(r)/64 >= len(s.bits) {
		s.bits = append(s.bits, 0)
	}
	s.bits[r/64] |= 1 << (r % 64)
}

func (s *runeSet) hasAny(text string) bool {
	for _, r := range text {
		if i := int(r) / 64; i < len(s.bits) && s.bits[i]&(1<<(r%64)) != 0 {
			return true
		}
	}
	return false
}
