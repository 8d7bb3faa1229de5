package matching

import (
	"slices"

	"catalogsync/app/sources"
	"catalogsync/models"
)

// Rules is all that decides which candidate of a song is taken.
type Rules struct {
	Settings Settings
	// Order is that of the sources, Ceiling the best quality; nil and "" are what the
	// decision was made with.
	Order   []string
	Ceiling models.Quality
	// SourceCeilings are lower ones of single sources, nil as above.
	SourceCeilings map[string]models.Quality
}

// Replay decides anew about the candidates of a stored decision, by other rules and
// without asking anybody. Scores of the present rules version are weighed anew; older ones
// are made again from the candidates.
func Replay(d Decision, r Rules) Decision {
	m := NewWith(r.Settings)
	order, ceiling := d.Order, d.Ceiling
	if r.Order != nil {
		order = r.Order
	}
	if r.Ceiling != models.QualityUnknown {
		ceiling = r.Ceiling
	}
	again := m.newDecision(d.Song, order, ceiling, d.Overrides)
	if again.SourceCeilings = d.SourceCeilings; r.SourceCeilings != nil {
		again.SourceCeilings = r.SourceCeilings
	}
	for _, c := range d.Ranked {
		again.place(c.Candidate, m.rejudge(d, c.Candidate, c.Score))
	}
	for _, c := range d.Lost {
		again.place(c.Candidate, m.rejudge(d, c.Candidate, c.Score))
	}
	again.sort()
	return again
}

// rejudge weighs a stored score by m's settings.
func (m *Matcher) rejudge(d Decision, c sources.Candidate, s Score) Score {
	if d.Rules != RulesVersion {
		return m.Score(d.Song, c)
	}
	if s.Identity {
		return s
	}
	s.Reasons = slices.DeleteFunc(slices.Clone(s.Reasons), func(r Reason) bool { return r.Code == ReasonUncertain })
	m.judge(&s)
	return s
}

// Best is the candidate that a decision would take; false when none may be used.
func (d *Decision) Best() (sources.Candidate, bool) {
	if len(d.Ranked) == 0 {
		return sources.Candidate{}, false
	}
	return d.Ranked[0].Candidate, true
}

// SameOutcome says that two decisions take the same candidate, or both none.
func SameOutcome(a, b Decision) bool {
	x, hasX := a.Best()
	y, hasY := b.Best()
	return hasX == hasY && x.Source == y.Source && x.RemoteID == y.RemoteID
}
