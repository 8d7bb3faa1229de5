package export

import (
	"regexp"
	"strconv"
	"strings"

	"catalogsync/models"
)

var sizePattern = regexp.MustCompile(`^(\d{1,15})\s*([KMGT]?)(I?)B?$`)

// maxSize bounds a size: more than any disk holds.
const maxSize = int64(1) << 60

// ParseSize reads a number of bytes: 1500000, 700MB, 4GiB; an empty text is 0. Without the
// i a unit counts by thousands. The error names the field.
func ParseSize(field, text string) (int64, error) {
	text = strings.ToUpper(strings.TrimSpace(text))
	if text == "" {
		return 0, nil
	}
	bad := models.Invalid(field, models.CodeBadValue, "%s is %q; write a size such as 700MB or 4GiB", field, text)
	bad.Params = map[string]any{"Want": "700MB, 4GiB"}
	m := sizePattern.FindStringSubmatch(text)
	if m == nil || m[2] == "" && m[3] != "" {
		return 0, bad
	}
	n, err := strconv.ParseInt(m[1], 10, 64)
	if err != nil || n == 0 {
		return 0, bad
	}
	step := int64(1000)
	if m[3] != "" {
		step = 1024
	}
	for range strings.Index("KMGT", m[2]) + len(m[2]) {
		if n > maxSize/step {
			return 0, bad
		}
		n *= step
	}
	return n, nil
}
