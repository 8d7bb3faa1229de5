package matching

import (
	"cmp"
	"slices"

	"catalogsync/app/sources"
	"catalogsync/models"
)

// RulesVersion counts changes of weights, limits and word lists; a stored decision tells
// by which rules it was made.
const RulesVersion = 5

// maxLosers bounds what a decision keeps of candidates that were not usable.
const maxLosers = 40

// Ranked is a usable candidate.
type Ranked struct {
	Candidate sources.Candidate `json:"candidate"`
	Score     Score             `json:"score"`
	// Quality and SizeBytes are the best offer up to the ceiling; unknown when none is told.
	Quality   models.Quality `json:"quality,omitempty"`
	SizeBytes int64          `json:"size_bytes,omitempty"`
}

// Loser is a candidate that is not used, and why.
type Loser struct {
	Candidate sources.Candidate `json:"candidate"`
	Score     Score             `json:"score"`
	Reason    Reason            `json:"reason"`
}

// Decision is the ranking of all candidates of a song. It is kept with the song, so that
// "why this file" can be answered and new rules be tried on old decisions.
type Decision struct {
	Rules   int            `json:"rules"`
	Song    Song           `json:"song"`
	Order   []string       `json:"order"`
	Ceiling models.Quality `json:"ceiling,omitempty"`
	// SourceCeilings are those of the candidates' sources that have a lower one of their own.
	SourceCeilings map[string]models.Quality `json:"source_ceilings,omitempty"`
	// Settings are the threshold and the weights; zero in decisions of older programs.
	Settings  Settings   `json:"settings"`
	Overrides []Override `json:"overrides,omitempty"`
	Ranked    []Ranked   `json:"ranked"` // usable, best first
	Lost      []Loser    `json:"lost,omitempty"`
}

// Candidates lists all candidates that were seen, the usable ones first.
func (d *Decision) Candidates() []sources.Candidate {
	list := make([]sources.Candidate, 0, len(d.Ranked)+len(d.Lost))
	for _, r := range d.Ranked {
		list = append(list, r.Candidate)
	}
	for _, l := range d.Lost {
		list = append(list, l.Candidate)
	}
	return list
}

// Rank orders the candidates that may be used: by confidence level, then by quality and
// size, then by source order. Candidates below the threshold, and those that the source
// already refuses, are lost with the reason. The ceiling bounds the quality; "" does not.
//
// What the operator said stands above: a picked candidate is the only one that may be
// used, whatever its score; what is forbidden, or said to be absent, never is.
func (m *Matcher) Rank(song Song, candidates []sources.Candidate, order []string, ceiling models.Quality, said ...Override) Decision {
	d := m.newDecision(song, order, ceiling, said)
	if m.ceilings != nil {
		d.SourceCeilings = ceilingsOf(candidates, ceiling, m.ceilings)
	}
	type key struct{ source, id string }
	seen := map[key]bool{}
	for _, c := range candidates {
		if k := (key{c.Source, c.RemoteID}); seen[k] {
			continue
		} else {
			seen[k] = true
		}
		d.place(c, m.Score(song, c))
	}
	d.sort()
	return d
}

func (m *Matcher) newDecision(song Song, order []string, ceiling models.Quality, said []Override) Decision {
	return Decision{Rules: RulesVersion, Song: song, Order: order, Ceiling: ceiling, Settings: m.settings, Overrides: said, Ranked: []Ranked{}}
}

// place puts a candidate among the usable ones or the losers.
func (d *Decision) place(c sources.Candidate, score Score) {
	reason, out := blocked(d.Overrides, c)
	switch {
	case out:
		d.lose(c, score, reason)
	case c.Refused:
		d.lose(c, score, Reason{Code: ReasonRefused, Text: refusal(c)})
	case score.Level == LevelNo && !isPicked(d.Overrides, c):
		d.lose(c, score, score.Reasons[0])
	default:
		quality, size := bestOffer(c.Offers, d.ceilingOf(c.Source))
		d.Ranked = append(d.Ranked, Ranked{Candidate: c, Score: score, Quality: quality, SizeBytes: size})
	}
}

// ceilingsOf are the ceilings of the candidates' sources that are below the general one.
func ceilingsOf(candidates []sources.Candidate, general models.Quality, of func(string) models.Quality) map[string]models.Quality {
	var list map[string]models.Quality
	for _, c := range candidates {
		own := of(c.Source)
		if own == models.QualityUnknown || general != models.QualityUnknown && own.Rank() >= general.Rank() {
			continue
		}
		if list == nil {
			list = map[string]models.Quality{}
		}
		list[c.Source] = own
	}
	return list
}

// ceilingOf is the best quality that may be taken from a source, "" = any.
func (d *Decision) ceilingOf(source string) models.Quality {
	own, ok := d.SourceCeilings[source]
	if !ok || own == models.QualityUnknown || d.Ceiling != models.QualityUnknown && own.Rank() > d.Ceiling.Rank() {
		return d.Ceiling
	}
	return own
}

func (d *Decision) sort() {
	slices.SortStableFunc(d.Ranked, func(a, b Ranked) int { return compareRanked(a, b, d.Order) })
}

func (d *Decision) lose(c sources.Candidate, s Score, r Reason) {
	if len(d.Lost) < maxLosers {
		d.Lost = append(d.Lost, Loser{Candidate: c, Score: s, Reason: r})
	}
}

func refusal(c sources.Candidate) string {
	if c.RefusedReason != "" {
		return c.RefusedReason
	}
	return "refused by " + c.Source
}

// compareRanked puts the better candidate first.
func compareRanked(a, b Ranked, order []string) int {
	return cmp.Or(
		cmp.Compare(levelRank(b.Score.Level), levelRank(a.Score.Level)),
		cmp.Compare(b.Quality.Rank(), a.Quality.Rank()),
		cmp.Compare(b.SizeBytes, a.SizeBytes),
		cmp.Compare(place(a.Candidate.Source, order), place(b.Candidate.Source, order)),
		cmp.Compare(b.Score.Total, a.Score.Total),
	)
}

func levelRank(l Level) int {
	if l == LevelSame {
		return 1
	}
	return 0
}

// place is the source's position in the order; sources that are not named come last.
func place(source string, order []string) int {
	if i := slices.Index(order, source); i >= 0 {
		return i
	}
	return len(order)
}

// bestOffer is the best quality up to the ceiling, and of that quality the largest size.
func bestOffer(offers []sources.Offer, ceiling models.Quality) (models.Quality, int64) {
	var best sources.Offer
	for _, o := range offers {
		if ceiling != models.QualityUnknown && o.Quality.Rank() > ceiling.Rank() {
			continue
		}
		if o.Quality.Rank() > best.Quality.Rank() || o.Quality == best.Quality && o.SizeBytes > best.SizeBytes {
			best = o
		}
	}
	return best.Quality, best.SizeBytes
}
