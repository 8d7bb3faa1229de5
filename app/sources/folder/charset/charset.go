// Package charset reads texts whose coding nobody tells: playlist files and tags as
// programs of thirty years wrote them.
package charset

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"
)

// Decode makes UTF-8 of a text: by its byte order mark, as UTF-8 where it is valid, as
// UTF-16 where it looks like it, else as GB18030, which holds GBK and GB 2312, else as
// Windows-1252.
func Decode(b []byte) string {
	switch {
	case bytes.HasPrefix(b, []byte("\xEF\xBB\xBF")):
		return strings.ToValidUTF8(string(b[3:]), "\uFFFD")
	case bytes.HasPrefix(b, []byte("\xFF\xFE")), bytes.HasPrefix(b, []byte("\xFE\xFF")):
		return decoded(unicode.UTF16(unicode.LittleEndian, unicode.UseBOM), b)
	case utf8.Valid(b) && !bytes.ContainsRune(b, 0):
		return string(b)
	case looksLikeUTF16(b, 1):
		return decoded(unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM), b)
	case looksLikeUTF16(b, 0):
		return decoded(unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM), b)
	}
	return eightBit(b)
}

// Latin reads a text that was declared Latin-1 and ends at a zero byte, if it has one.
// Programs wrote GBK and UTF-8 under that name for many years, so what is plausible as one
// of these is read so.
func Latin(b []byte) string {
	b, _, _ = bytes.Cut(b, []byte{0})
	if utf8.Valid(b) {
		return string(b)
	}
	return eightBit(b)
}

// looksLikeUTF16 says that most bytes at the odd (1) or even (0) places are zero, as in
// Latin texts.
func looksLikeUTF16(b []byte, zeroAt int) bool {
	zeros, other := 0, 0
	for i, c := range b[:min(len(b), 512)] {
		if c == 0 && i%2 == zeroAt {
			zeros++
		} else if c == 0 {
			other++
		}
	}
	return zeros*3 > len(b[:min(len(b), 512)]) && other == 0
}

// eightBit tells GB18030 from Western texts.
func eightBit(b []byte) string {
	chinese := decoded(simplifiedchinese.GB18030, b)
	if !strings.ContainsRune(chinese, utf8.RuneError) && pairedHigh(b) {
		return chinese
	}
	return decoded(charmap.Windows1252, b)
}

// pairedHigh says that bytes beyond ASCII come in pairs, as the common Chinese characters
// are written; in Western texts they stand alone between letters.
func pairedHigh(b []byte) bool {
	pairs, single := 0, 0
	for i := 0; i < len(b); i++ {
		switch {
		case b[i] < 0x80:
		case i+1 < len(b) && b[i+1] >= 0x80:
			pairs++
			i++
		default:
			single++
			i++
		}
	}
	return pairs > single
}

func decoded(e encoding.Encoding, b []byte) string {
	text, err := e.NewDecoder().Bytes(b)
	if err != nil {
		return strings.ToValidUTF8(string(b), "\uFFFD")
	}
	return strings.ToValidUTF8(string(text), "\uFFFD")
}
