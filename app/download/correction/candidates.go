package correction

import (
	"slices"

	"catalogsync/app/download"
	"catalogsync/app/matching"
	"catalogsync/app/sources"
	"catalogsync/models"
)

// Verdict says what became of a candidate.
type Verdict string

const (
	VerdictChosen  Verdict = "chosen"  // its file was taken
	VerdictRefused Verdict = "refused" // it was tried, and not served or not held
	VerdictUsable  Verdict = "usable"  // it would have been tried next
	VerdictLost    Verdict = "lost"    // it may not be used
	VerdictUnseen  Verdict = "unseen"  // the operator spoke of it; the last decision did not see it
)

// Candidate is one candidate of a song, and what was made of it.
type Candidate struct {
	sources.Candidate
	Verdict Verdict
	Score   matching.Score
	// Reason is why it lost; Try is how trying it ended. Zero where that does not apply.
	Reason matching.Reason
	Try    download.Try
	// Overrides are what the operator said of it.
	Overrides []models.MatchOverride
}

// Said finds what the operator said of the candidate; nil when he did not say that.
func (c *Candidate) Said(kind models.OverrideKind) *models.MatchOverride {
	for i := range c.Overrides {
		if c.Overrides[i].Kind == kind {
			return &c.Overrides[i]
		}
	}
	return nil
}

func candidatesOf(rec download.Record, d models.SongDecision) []Candidate {
	var list []Candidate
	for _, r := range rec.Ranked {
		c := Candidate{Candidate: r.Candidate, Verdict: VerdictUsable, Score: r.Score}
		if t, tried := lastTry(rec, r.Candidate); tried {
			c.Verdict, c.Try = VerdictRefused, t
			if t.Code == "" {
				c.Verdict = VerdictChosen
			}
		}
		list = append(list, c)
	}
	slices.SortStableFunc(list, func(a, b Candidate) int { return weight(a.Verdict) - weight(b.Verdict) })
	for _, l := range rec.Lost {
		list = append(list, Candidate{Candidate: l.Candidate, Verdict: VerdictLost, Score: l.Score, Reason: l.Reason})
	}
	for _, o := range d.Overrides {
		c, kept := seenCandidate(o)
		if _, listed := find(list, o.Source, o.CandidateID); kept && !listed && o.Kind != models.OverrideAbsent {
			list = append(list, Candidate{Candidate: c, Verdict: VerdictUnseen})
		}
	}
	for i := range list {
		for _, o := range d.Overrides {
			if o.Source == list[i].Source && o.CandidateID == list[i].RemoteID {
				list[i].Overrides = append(list[i].Overrides, o)
			}
		}
	}
	return list
}

func weight(v Verdict) int {
	if v == VerdictChosen {
		return 0
	}
	return 1
}

func lastTry(rec download.Record, c sources.Candidate) (last download.Try, tried bool) {
	for _, t := range rec.Tries {
		if t.Source == c.Source && t.RemoteID == c.RemoteID {
			last, tried = t, true
		}
	}
	return last, tried
}

func find(list []Candidate, source, remoteID string) (Candidate, bool) {
	i := slices.IndexFunc(list, func(c Candidate) bool { return c.Source == source && c.RemoteID == remoteID })
	if i < 0 {
		return Candidate{}, false
	}
	return list[i], true
}
