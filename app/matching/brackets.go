package matching

import "strings"

// brackets pairs what opens and closes an aside, after width folding.
var brackets = map[rune]rune{'(': ')', '[': ']', '{': '}', '<': '>', '【': '】', '《': '》', '〈': '〉', '「': '」', '『': '』', '〔': '〕', '〖': '〗'}

// aside is a bracketed piece of a text.
type aside struct {
	text string
	// work says that the brackets are those of a work's name: 《…》.
	work bool
	// leads says that nothing stands before it.
	leads bool
}

// splitBrackets parts a text from its bracketed pieces. A bracket that never closes is
// punctuation. Brackets within brackets belong to the outer piece.
func splitBrackets(text string) (outside string, asides []aside) {
	var b strings.Builder
	runes := []rune(text)
	for i := 0; i < len(runes); i++ {
		closing, opens := brackets[runes[i]]
		end := -1
		if opens {
			end = closingAt(runes, i, closing)
		}
		if end < 0 {
			b.WriteRune(runes[i])
			continue
		}
		asides = append(asides, aside{strings.TrimSpace(string(runes[i+1 : end])), runes[i] == '《', strings.TrimSpace(b.String()) == ""})
		b.WriteByte(' ')
		i = end
	}
	return strings.Join(strings.Fields(b.String()), " "), asides
}

// closingAt finds the bracket that closes the one at open, -1 when none does.
func closingAt(runes []rune, open int, closing rune) int {
	depth := 0
	for i := open; i < len(runes); i++ {
		switch runes[i] {
		case runes[open]:
			depth++
		case closing:
			if depth--; depth == 0 {
				return i
			}
		}
	}
	return -1
}

// splitWaves takes "~…~" and "-…-" off the end of a text: Japanese titles hold their
// subtitles and versions so.
func splitWaves(text string) (head, tail string) {
	for _, mark := range []string{"~", "-"} {
		inner, closed := strings.CutSuffix(text, mark)
		if !closed {
			continue
		}
		if at := strings.LastIndex(inner, mark); at > 0 && strings.TrimSpace(inner[at+1:]) != "" {
			return strings.TrimSpace(inner[:at]), strings.TrimSpace(inner[at+1:])
		}
	}
	return text, ""
}
