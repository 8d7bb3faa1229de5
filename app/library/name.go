package library

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// maxNameBytes bounds one component of a path. Linux takes 255; the rest is for
// PartSuffix and for shares that count differently.
const maxNameBytes = 200

// CleanName makes one path component of any text: NFC, without control, bidi and
// invisible characters, without what Windows, SMB or POSIX forbid, without leading dots
// (hidden files) and trailing dots or spaces (Windows drops them), never a Windows device
// name, at most maxNameBytes long, never empty.
func CleanName(text string) string { return cleanName(text, maxNameBytes) }

func cleanName(text string, limit int) string {
	s := norm.NFC.String(strings.ToValidUTF8(text, "_"))
	s = strings.Map(cleanRune, s)
	s = strings.Join(strings.Fields(s), " ")
	s = strings.TrimLeft(s, ". ")
	s = cutBytes(s, limit)
	s = escapeDevice(s)
	if s == "" {
		return "_"
	}
	return s
}

// cleanRune replaces what is forbidden and drops (-1) what is invisible.
func cleanRune(r rune) rune {
	switch {
	case strings.ContainsRune(`/\:*?"<>|`, r):
		return '_'
	case r == '\t', r == '\n', r == '\r', unicode.Is(unicode.Z, r):
		return ' '
	case r == '\u200c', r == '\u200d': // joiners belong to Persian words and to emoji
		return r
	case unicode.Is(unicode.C, r): // control, bidi and format marks, private use, surrogates
		return -1
	}
	return r
}

// cutBytes shortens s to at most n bytes at a rune's border, and drops the trailing
// dots, spaces and joiners that this may bring to the end.
func cutBytes(s string, n int) string {
	if len(s) > n {
		for n > 0 && !utf8.RuneStart(s[n]) {
			n--
		}
		s = s[:n]
	}
	return strings.TrimRight(s, ". \u200c\u200d")
}

// escapeDevice puts a "_" behind a name that Windows takes for a device, with or without
// an extension.
func escapeDevice(s string) string {
	stem, rest, dot := strings.Cut(s, ".")
	if !isDevice(strings.ToUpper(strings.TrimRight(stem, " "))) {
		return s
	}
	if !dot {
		return stem + "_"
	}
	return stem + "_." + rest
}

func isDevice(upper string) bool {
	switch upper {
	case "CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$":
		return true
	}
	number, found := strings.CutPrefix(upper, "COM")
	if !found {
		number, found = strings.CutPrefix(upper, "LPT")
	}
	return found && utf8.RuneCountInString(number) == 1 && strings.Contains("0123456789¹²³", number)
}

// NameKey is the form in which names are compared: two locators with the same key cannot
// lie beside each other on every file system. Case does not count, and neither does the
// extension, because lyrics and covers are filed under the song's name.
func NameKey(locator string) string {
	if slash, dot := strings.LastIndexByte(locator, '/'), strings.LastIndexByte(locator, '.'); dot > slash {
		locator = locator[:dot]
	}
	return norm.NFC.String(cases.Fold().String(norm.NFC.String(locator)))
}
