package httpclient

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"
	"unicode/utf8"
)

var errOpenString = errors.New("a string has no end")

// PseudoJSON makes JSON of the single-quoted object literals that some platforms answer
// with: {'NAME':'Don\'t "go"'}. Swapping the quotes would corrupt titles, so strings are
// read one by one. JSON comes back as it is.
func PseudoJSON(body []byte) ([]byte, error) {
	if !isLiteral(body) {
		return body, nil
	}
	var out bytes.Buffer
	out.Grow(len(body) + len(body)/8)
	for i := 0; i < len(body); {
		quote := body[i]
		if quote != '\'' && quote != '"' {
			out.WriteByte(quote)
			i++
			continue
		}
		value, length, err := readLiteral(body[i:])
		if err != nil {
			return nil, err
		}
		encoded, err := json.Marshal(value)
		if err != nil {
			return nil, err
		}
		out.Write(encoded)
		i += length
	}
	return out.Bytes(), nil
}

// readLiteral reads the quoted string that s begins with, and tells its length with quotes.
func readLiteral(s []byte) (value string, length int, err error) {
	var b strings.Builder
	quote := s[0]
	for i := 1; i < len(s); {
		switch c := s[i]; c {
		case quote:
			return b.String(), i + 1, nil
		case '\\':
			if i+1 == len(s) {
				return "", 0, errOpenString
			}
			n := readEscape(&b, s[i+1:])
			i += 1 + n
		default:
			b.WriteByte(c)
			i++
		}
	}
	return "", 0, errOpenString
}

// readEscape writes what an escape means and tells its length without the backslash. What
// is no known escape means itself: \' and \" are quotes.
func readEscape(b *strings.Builder, s []byte) int {
	switch s[0] {
	case 'n', 'r', 't', 'b', 'f':
		b.WriteByte(' ') // titles are one line
		return 1
	case 'u':
		const hexDigits = 4
		if len(s) > hexDigits {
			var r string
			if json.Unmarshal([]byte(`"\`+string(s[:1+hexDigits])+`"`), &r) == nil {
				b.WriteString(r)
				return 1 + hexDigits
			}
		}
	}
	_, size := utf8.DecodeRune(s)
	b.Write(s[:size])
	return size
}

// isLiteral tells a single-quoted literal from JSON by its first quote.
func isLiteral(body []byte) bool {
	body = bytes.TrimLeft(body, " \t\r\n{[")
	return len(body) > 0 && body[0] == '\''
}
