package api

import (
	"strconv"
	"strings"
)

// byteRange is a part of a body.
type byteRange struct{ from, length int64 }

// parseRange reads a Range header against a body of the given size. ok is false when the
// header asks for nothing that can be answered by one part, and the whole body is due
// (RFC 9110, 14.2: a range that cannot be read is ignored); satisfiable is false when the
// part lies outside of the body.
func parseRange(header string, size int64) (r byteRange, ok, satisfiable bool) {
	spec, found := strings.CutPrefix(header, "bytes=")
	first, last, dash := strings.Cut(strings.TrimSpace(spec), "-")
	if !found || !dash || strings.Contains(spec, ",") {
		return r, false, true
	}
	if first == "" { // the last n bytes
		n, valid := digits(last)
		n = min(n, size)
		return byteRange{size - n, n}, valid, n > 0
	}
	from, valid := digits(first)
	if !valid {
		return r, false, true
	}
	to := size - 1
	if last != "" {
		if to, valid = digits(last); !valid || to < from {
			return r, false, true
		}
		to = min(to, size-1)
	}
	return byteRange{from, to - from + 1}, true, from < size
}

// digits reads a number that is written in digits alone; one too long for 63 bits
// counts as the largest.
func digits(s string) (int64, bool) {
	if s == "" || strings.Trim(s, "0123456789") != "" {
		return 0, false
	}
	n, _ := strconv.ParseInt(s, 10, 64) // too large gives the largest
	return n, true
}

// matchesTag says whether a list of entity tags, or "*", holds the tag. Weak ones count:
// it is used for If-None-Match only.
func matchesTag(header, tag string) bool {
	for candidate := range strings.SplitSeq(header, ",") {
		candidate = strings.TrimSpace(candidate)
		if candidate == "*" || strings.TrimPrefix(candidate, "W/") == tag {
			return true
		}
	}
	return false
}
