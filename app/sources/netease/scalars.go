package netease

import (
	"encoding/json"
	"errors"
	"math"
	"strconv"
	"strings"
	"unicode"
)

// number reads what the platform sends for integers: numbers, also as float or with an
// exponent (playCount), strings of them (code in wrappers, cd), null and "" as 0.
type number int64

var errNoNumber = errors.New("no number")

// UnmarshalJSON takes the forms above; anything else is an error.
func (n *number) UnmarshalJSON(b []byte) error {
	s := strings.TrimSpace(strings.Trim(string(b), `"`))
	if s == "" || s == "null" {
		*n = 0
		return nil
	}
	if i, err := strconv.ParseInt(s, 10, 64); err == nil {
		*n = number(i)
		return nil
	}
	f, err := strconv.ParseFloat(s, 64)
	if err != nil || math.IsNaN(f) || math.Abs(f) >= math.MaxInt64 {
		return errNoNumber
	}
	*n = number(f)
	return nil
}

// count is n as a number of things, never negative.
func (n number) count() int64 { return max(int64(n), 0) }

// id is n in the form in which ids are kept, "" when it is none.
func (n number) id() string {
	if n <= 0 {
		return ""
	}
	return strconv.FormatInt(int64(n), 10)
}

// text reads strings, with null as "" and numbers as they are written.
type text string

var errNoText = errors.New("no text")

// UnmarshalJSON takes the forms above; anything else is an error.
func (t *text) UnmarshalJSON(b []byte) error {
	switch {
	case len(b) == 0:
		return errNoText
	case b[0] == '"':
		var s string
		if err := json.Unmarshal(b, &s); err != nil {
			return err
		}
		*t = text(s)
	case b[0] == 'n':
		*t = ""
	case b[0] == '-' || b[0] >= '0' && b[0] <= '9':
		*t = text(b)
	default:
		return errNoText
	}
	return nil
}

// line is t as one line without control characters, which databases and file systems
// refuse. The platform's JSON holds no HTML entities, so none are resolved.
func (t text) line() string {
	return strings.Join(strings.FieldsFunc(string(t), func(r rune) bool {
		return unicode.IsSpace(r) || unicode.IsControl(r)
	}), " ")
}

// block is t with its line feeds kept.
func (t text) block() string {
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		if r != '\n' && unicode.IsControl(r) {
			return -1
		}
		return r
	}, string(t)))
}

// lines joins those of list that say something.
func lines(list []text, separator string) string {
	var kept []string
	for _, t := range list {
		if s := t.line(); s != "" {
			kept = append(kept, s)
		}
	}
	return strings.Join(kept, separator)
}

// secure makes an address of the platform's picture hosts https, which they all answer
// on, so that pages may show it; an address that is none becomes "".
func secure(address text) string {
	s := address.line()
	if rest, ok := strings.CutPrefix(s, "http://"); ok {
		return "https://" + rest
	}
	if strings.HasPrefix(s, "https://") {
		return s
	}
	return ""
}
