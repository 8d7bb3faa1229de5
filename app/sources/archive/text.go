package archive

import (
	"regexp"
	"strconv"
	"strings"

	"github.com/tidwall/gjson"

	"catalogsync/app/sources/upstreamtext"
)

// markup are the tags that descriptions are written with.
var markup = regexp.MustCompile(`(?s)<[^<>]*>`)

// breaks are the tags that end a line.
var breaks = regexp.MustCompile(`(?i)<(?:br|/p|/div|/li|/tr)\b[^<>]*>`)

// descriptionOf is the description as plain text; it comes as a small web page.
func descriptionOf(v gjson.Result) string {
	var parts []string
	for _, part := range v.Array() {
		if part.Type != gjson.String {
			continue
		}
		text := markup.ReplaceAllString(breaks.ReplaceAllString(part.String(), "\n"), "")
		if text = upstreamtext.CleanText(text); text != "" {
			parts = append(parts, text)
		}
	}
	return strings.Join(parts, "\n")
}

func joined(names []string) string { return strings.Join(names, ", ") }

// seconds reads a length: "266.02", "04:26" or "1:02:33"; 0 when it is none.
func seconds(text string) float64 {
	const longest = 7 * 24 * 3600
	var total float64
	parts := strings.Split(strings.TrimSpace(text), ":")
	if len(parts) > 3 {
		return 0
	}
	for _, part := range parts {
		n, err := strconv.ParseFloat(part, 64)
		if err != nil || !(n >= 0 && n <= longest) {
			return 0
		}
		total = total*60 + n
	}
	if total > longest {
		return 0
	}
	return total
}

// leadingNumber reads "1", "01", "1/12" and "A1"; 0 when there is no number.
func leadingNumber(text string) int {
	text = strings.TrimLeft(strings.TrimSpace(text), "ABCDabcd-")
	end := 0
	for end < len(text) && end < 5 && text[end] >= '0' && text[end] <= '9' {
		end++
	}
	n, err := strconv.Atoi(text[:end])
	if err != nil {
		return 0
	}
	return n
}

// yearOf reads the year of dates such as "2012-05-01", "1977-00-00" or "1999"; 0 for the
// many that are none.
func yearOf(date string) int {
	if len(date) < 4 || (len(date) > 4 && date[4] != '-') {
		return 0
	}
	year, err := strconv.Atoi(date[:4])
	if err != nil || year < 1000 {
		return 0
	}
	return year
}
