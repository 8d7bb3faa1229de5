package matching

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
)

var (
	digits = regexp.MustCompile(`\d+`)
	// ordinal is a Chinese number of a chapter: 第一百零一.
	ordinal = regexp.MustCompile(`第([一二三四五六七八九十百零〇两]+)`)
	// tens is a Chinese number from eleven up that is no single character: 九十九, 一百.
	tens = regexp.MustCompile(`[一二两三四五六七八九][十百][零〇一二三四五六七八九十]*|[十百][零〇一二三四五六七八九]+`)
	// roman are numerals that are no word of their own.
	roman = regexp.MustCompile(`\b(?:ii|iii|iv|vi|vii|viii|ix|xi|xii|xiii|xiv|xv)\b`)
	// counted is a number after a word that counts, in any spelling.
	counted = regexp.MustCompile(`\b(part|pt|chapter|ch|act|vol|volume|no|book|episode|ep|movement|op|opus)\b\.?\s*(\d+|[ivx]+|one|two|three|four|five|six|seven|eight|nine|ten)\b`)
	// partEnding is a part that ends a title without brackets.
	partEnding = regexp.MustCompile(`^(.+?)[\s,:;-]+(?:part|vol) (\d+)$|^(.+?)\s+([上中下])(?:集|部|篇|半)?$`)
	// partAside is an aside that is nothing but a number.
	partAside = regexp.MustCompile(`^(?:part |vol |no |chapter |act |第|之|其|#)?\s*(\d+|[一二三四五六七八九十]+|[上中下]|[ivx]{1,4})\s*(?:章|部|部分|集|篇|首|回|半)?$`)
	// trackNumber is a file's number before its title.
	trackNumber = regexp.MustCompile(`^(0\d|\d{1,3})(?:\s?-\s|\.\s|、\s?)(.*\pL.*)$|^(0\d)[\s.-]+(.*\pL.*)$`)
)

var spelled = map[string]string{
	"one": "1", "two": "2", "three": "3", "four": "4", "five": "5", "six": "6", "seven": "7", "eight": "8", "nine": "9", "ten": "10",
	"i": "1", "ii": "2", "iii": "3", "iv": "4", "v": "5", "vi": "6", "vii": "7", "viii": "8", "ix": "9", "x": "10",
	"xi": "11", "xii": "12", "xiii": "13", "xiv": "14", "xv": "15",
}

// numberWords turns roman and Chinese numerals that count something into digits, and the
// words that count into one spelling each, so that "Pt. II" and "Part 2" are the same.
func numberWords(text string) string {
	text = ordinal.ReplaceAllStringFunc(text, func(s string) string { return "第" + chineseNumber(strings.TrimPrefix(s, "第")) })
	text = tens.ReplaceAllStringFunc(text, chineseNumber)
	text = counted.ReplaceAllStringFunc(text, func(s string) string {
		m := counted.FindStringSubmatch(s)
		return countWord(m[1]) + " " + number(m[2])
	})
	return roman.ReplaceAllStringFunc(text, number)
}

func countWord(word string) string {
	switch word {
	case "pt":
		return "part"
	case "volume":
		return "vol"
	case "ch":
		return "chapter"
	case "ep":
		return "episode"
	case "opus":
		return "op"
	}
	return word
}

// number is a numeral in digits, without leading zeros; what is none stays.
func number(text string) string {
	if n, ok := spelled[text]; ok {
		return n
	}
	if n, err := strconv.ParseUint(text, 10, 32); err == nil {
		return strconv.FormatUint(n, 10)
	}
	return text
}

// chineseNumber reads a Chinese numeral below a thousand.
func chineseNumber(text string) string {
	const units = "零一二三四五六七八九"
	total, digit := 0, 0
	for _, r := range strings.NewReplacer("〇", "零", "两", "二").Replace(text) {
		switch r {
		case '百':
			total, digit = total+max(digit, 1)*100, 0
		case '十':
			total, digit = total+max(digit, 1)*10, 0
		default:
			digit = strings.Index(units, string(r)) / len("零")
		}
	}
	return strconv.Itoa(total + digit)
}

// numbersIn lists the numbers of a title.
func numbersIn(text string) []string { return digits.FindAllString(text, -1) }

// partNumber is the number of an aside that is nothing but one: "Part II", "下", "2".
func partNumber(text string) string {
	m := partAside.FindStringSubmatch(text)
	if m == nil {
		return ""
	}
	if strings.ContainsAny(m[1], "一二三四五六七八九十") {
		return chineseNumber(m[1])
	}
	return number(m[1])
}

// cutPart takes a part's number off the end of a title.
func cutPart(text string) (head, part string) {
	m := partEnding.FindStringSubmatch(text)
	switch {
	case m == nil:
		return text, ""
	case m[2] != "":
		return m[1], m[2]
	default:
		return m[3], m[4]
	}
}

// cutTrack takes a file's track number off the beginning of a title.
func cutTrack(text string) (track, rest string) {
	m := trackNumber.FindStringSubmatch(text)
	switch {
	case m == nil:
		return "", text
	case m[1] != "":
		return number(m[1]), m[2]
	default:
		return number(m[3]), m[4]
	}
}

// otherNumbers says that two titles count differently.
func otherNumbers(a, b title) bool {
	if !slices.Equal(a.numbers, b.numbers) {
		return true
	}
	return a.track != "" && b.track != "" && a.track != b.track
}
