package httpclient

import (
	"bytes"
	"regexp"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"
)

var byteOrderMark = []byte("\xEF\xBB\xBF")

// toUTF8 makes an answer UTF-8: the byte order mark goes, text in GBK or GB18030 (still
// sent by some Chinese endpoints, often undeclared) is converted, and stray bad bytes in
// UTF-8 become U+FFFD.
func toUTF8(body []byte) []byte {
	body = bytes.TrimPrefix(body, byteOrderMark)
	if utf8.Valid(body) {
		return body
	}
	if mostlyUTF8(body) {
		return bytes.ToValidUTF8(body, []byte("\uFFFD"))
	}
	converted, err := simplifiedchinese.GB18030.NewDecoder().Bytes(body)
	if err != nil {
		return bytes.ToValidUTF8(body, []byte("\uFFFD"))
	}
	return converted
}

// mostlyUTF8 tells damaged UTF-8 (a name cut within a character, a text cut at its end)
// from another charset, in which valid sequences of several bytes are rare.
func mostlyUTF8(body []byte) bool {
	good, bad := 0, 0
	for rest := body; len(rest) > 0; {
		if !utf8.FullRune(rest) && bad == 0 {
			return true // cut within its last character
		}
		r, size := utf8.DecodeRune(rest)
		switch {
		case r == utf8.RuneError && size == 1:
			bad++
		case size > 1:
			good++
		}
		rest = rest[size:]
	}
	return good > 4*bad
}

// jsonpOpen is "name(" before the data, optionally after a guard comment.
var jsonpOpen = regexp.MustCompile(`^(?:(?s:/\*.*?\*/)\s*)*[A-Za-z_$][\w$.]*\s*\(`)

// stripJSONP removes a call around the data: cb({...}); → {...}. A call that is cut
// before its end loses only its head.
func stripJSONP(body []byte) []byte {
	body = bytes.TrimSpace(body)
	if len(body) == 0 || body[0] == '{' || body[0] == '[' {
		return body
	}
	head := jsonpOpen.Find(body)
	if head == nil {
		return body
	}
	body = bytes.TrimRight(body[len(head):], "; \t\r\n")
	return bytes.TrimSpace(bytes.TrimSuffix(body, []byte(")")))
}

// looksLikeHTML tells a page from data: no JSON, JSONP or LRC begins with "<". The
// declared content type is worth nothing: platforms declare JSON as text/html and text/plain.
func looksLikeHTML(trimmed []byte) bool {
	return len(trimmed) > 0 && trimmed[0] == '<'
}
