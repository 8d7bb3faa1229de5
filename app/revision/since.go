package revision

import (
	"slices"
	"strconv"
	"strings"
)

// Topics lists all topics, in the order in which they are told.
func Topics() []Topic { return slices.Clone(topics) }

// Since tells which topics changed since a state, and the tag of the present one to ask
// with next time. Of a tag that is unknown (none, of another process, made by Tag for
// other topics) nothing can be told, so all topics count as changed.
//
// Take Changed before Since, then wait for it: so no change falls between the two.
func (c *Counters) Since(tag string) (changed []Topic, now string) {
	counts := make([]uint64, len(topics))
	var b strings.Builder
	b.WriteString(c.epoch)
	for i, t := range topics {
		counts[i] = c.counters[t].Load()
		b.WriteByte('-')
		b.WriteString(strconv.FormatUint(counts[i], 36))
	}
	before, ok := c.parse(tag)
	if !ok {
		return Topics(), b.String()
	}
	for i, t := range topics {
		if counts[i] != before[i] {
			changed = append(changed, t)
		}
	}
	return changed, b.String()
}

// parse reads a tag that Since made in this process.
func (c *Counters) parse(tag string) ([]uint64, bool) {
	parts := strings.Split(tag, "-")
	if len(parts) != len(topics)+1 || parts[0] != c.epoch {
		return nil, false
	}
	counts := make([]uint64, len(topics))
	for i, part := range parts[1:] {
		n, err := strconv.ParseUint(part, 36, 64)
		if err != nil {
			return nil, false
		}
		counts[i] = n
	}
	return counts, true
}
