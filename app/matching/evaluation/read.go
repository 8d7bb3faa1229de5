package evaluation

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"

	"catalogsync/app/matching"
)

// maxLine bounds one line of a file of pairs.
const maxLine = 1 << 20

// Read reads pairs, one JSON object a line. Empty lines and a byte order mark are skipped.
// A line that cannot be read, or does not say whether its songs are the same, is an error
// that names it.
func Read(r io.Reader) ([]Pair, error) {
	var pairs []Pair
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, maxLine)
	for n := 1; lines.Scan(); n++ {
		line := bytes.TrimSpace(bytes.TrimPrefix(lines.Bytes(), []byte("\ufeff")))
		if len(line) == 0 {
			continue
		}
		var p struct {
			Song, Candidate song
			Same            *bool
			Kind            string
		}
		if err := json.Unmarshal(line, &p); err != nil {
			return nil, fmt.Errorf("line %d: %w", n, err)
		}
		if p.Same == nil {
			return nil, fmt.Errorf(`line %d: "same" is missing; write true or false`, n)
		}
		pairs = append(pairs, Pair{Line: n, Kind: p.Kind, Song: p.Song.matching(), Candidate: p.Candidate.matching(), Same: *p.Same})
	}
	if err := lines.Err(); err != nil {
		return nil, fmt.Errorf("read pairs: %w", err)
	}
	return pairs, nil
}

// song is a description as files write it.
type song struct {
	Title, Subtitle, Album string
	Artists                artists
	DurationMS             milliseconds `json:"duration_ms"`
}

func (s song) matching() matching.Song {
	return matching.Song{Title: s.Title, Subtitle: s.Subtitle, Artists: s.Artists, Album: s.Album, DurationMS: int64(s.DurationMS)}
}

// artists is a list of names, or of objects with a name, or one text.
type artists []string

func (a *artists) UnmarshalJSON(b []byte) error {
	var one string
	if json.Unmarshal(b, &one) == nil {
		if *a = nil; one != "" {
			*a = artists{one}
		}
		return nil
	}
	var list []any
	if err := json.Unmarshal(b, &list); err != nil {
		return fmt.Errorf("artists are neither a list nor a text: %w", err)
	}
	for _, v := range list {
		if o, ok := v.(map[string]any); ok {
			v = o["name"]
		}
		if name, ok := v.(string); ok {
			*a = append(*a, name)
		}
	}
	return nil
}

// milliseconds is a number, or a text that holds one; anything else is unknown.
type milliseconds int64

func (m *milliseconds) UnmarshalJSON(b []byte) error {
	f, err := strconv.ParseFloat(strings.Trim(string(b), `"`), 64)
	if err != nil || math.IsNaN(f) || f < 0 || f > math.MaxInt32 {
		f = 0
	}
	*m = milliseconds(f)
	return nil
}
