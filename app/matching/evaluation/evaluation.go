// Package evaluation runs labelled pairs of songs through the matcher and tells how often
// it was right. A pair is one line of JSON:
//
//	{"song":{"title":"…","artists":["…"],"album":"…","duration_ms":215000},"candidate":{…},"same":true,"kind":"live"}
//
// Everything but "same" may be missing. Artists are a list, or one text as platforms join
// them; durations are numbers, or texts that hold one; fields with other names are ignored.
package evaluation

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"catalogsync/app/matching"
	"catalogsync/app/sources"
)

// Pair is two descriptions that a listener has judged.
type Pair struct {
	Line      int // in its file, from 1
	Kind      string
	Song      matching.Song
	Candidate matching.Song
	Same      bool
}

// Wrong is a pair that the matcher judged otherwise than the listener.
type Wrong struct {
	Pair
	Score matching.Score
}

// Count is how often the matcher was right. Positive is what it would use.
type Count struct {
	TruePositive, FalsePositive, TrueNegative, FalseNegative int
}

// Pairs is the number of pairs counted.
func (c Count) Pairs() int {
	return c.TruePositive + c.FalsePositive + c.TrueNegative + c.FalseNegative
}

// Precision is the share of same songs among those that are used; 1 when none is used.
func (c Count) Precision() float64 { return share(c.TruePositive, c.FalsePositive) }

// Recall is the share of used songs among those that are the same; 1 when none is.
func (c Count) Recall() float64 { return share(c.TruePositive, c.FalseNegative) }

// F1 is the harmonic mean of precision and recall.
func (c Count) F1() float64 {
	p, r := c.Precision(), c.Recall()
	if p+r == 0 {
		return 0
	}
	return 2 * p * r / (p + r)
}

func share(right, wrong int) float64 {
	if right+wrong == 0 {
		return 1
	}
	return float64(right) / float64(right+wrong)
}

func (c *Count) add(same, used bool) {
	switch {
	case same && used:
		c.TruePositive++
	case used:
		c.FalsePositive++
	case same:
		c.FalseNegative++
	default:
		c.TrueNegative++
	}
}

// Kind is the count of the pairs of one kind; "" are those without one.
type Kind struct {
	Name string
	Count
}

// Report is what an evaluation found.
type Report struct {
	Count
	Kinds []Kind  // by name
	Wrong []Wrong // in the order of the file
}

// Good says that the matcher reaches the bar: a wrong song is worse than none.
func (r *Report) Good() bool { return r.Precision() >= MinPrecision && r.Recall() >= MinRecall }

// The bar that the matcher must reach.
const (
	MinPrecision = 0.99
	MinRecall    = 0.95
)

// Evaluate judges each pair. A candidate counts as used when a download would take it.
func Evaluate(m *matching.Matcher, pairs []Pair) Report {
	var r Report
	kinds := map[string]*Kind{}
	for _, p := range pairs {
		score := m.Score(p.Song, candidate(p.Candidate))
		used := score.Level != matching.LevelNo
		if kinds[p.Kind] == nil {
			kinds[p.Kind] = &Kind{Name: p.Kind}
		}
		r.add(p.Same, used)
		kinds[p.Kind].add(p.Same, used)
		if used != p.Same {
			r.Wrong = append(r.Wrong, Wrong{p, score})
		}
	}
	for k := range maps.Values(kinds) {
		r.Kinds = append(r.Kinds, *k)
	}
	slices.SortFunc(r.Kinds, func(a, b Kind) int { return cmp.Compare(a.Name, b.Name) })
	return r
}

// Turned is the pairs with song and candidate exchanged: which of them is the playlist's
// must not matter.
func Turned(pairs []Pair) []Pair {
	out := slices.Clone(pairs)
	for i := range out {
		out[i].Song, out[i].Candidate = out[i].Candidate, out[i].Song
	}
	return out
}

func candidate(s matching.Song) sources.Candidate {
	return sources.Candidate{Title: s.Title, Subtitle: s.Subtitle, Artists: s.Artists, Album: s.Album, DurationMS: s.DurationMS}
}

// describe is a song in one line.
func describe(s matching.Song) string {
	parts := []string{cmp.Or(s.Title, "(no title)"), cmp.Or(strings.Join(s.Artists, " / "), "(no artist)")}
	if s.Subtitle != "" {
		parts[0] += " · " + s.Subtitle
	}
	if s.Album != "" {
		parts = append(parts, "["+s.Album+"]")
	}
	if s.DurationMS > 0 {
		parts = append(parts, seconds(s.DurationMS))
	}
	return strings.Join(parts, " – ")
}
