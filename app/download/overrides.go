package download

import (
	"context"
	"encoding/json"
	"fmt"

	"catalogsync/app/matching"
	"catalogsync/app/sources"
	"catalogsync/models"
)

// overrides is what the operator said of a song. It is read anew for each run and kept
// nowhere else, so that no cache can forget it.
type overrides []models.MatchOverride

func (o overrides) rules() []matching.Override {
	var rules []matching.Override
	for _, said := range o {
		rules = append(rules, matching.Override{Kind: said.Kind, Source: said.Source, RemoteID: said.CandidateID})
	}
	return rules
}

// absent says that the operator said that the song does not exist at the source.
func (o overrides) absent(source string) bool {
	for _, said := range o {
		if said.Kind == models.OverrideAbsent && said.Source == source {
			return true
		}
	}
	return false
}

// forbids says that the operator ruled the candidate out.
func (o overrides) forbids(c sources.Candidate) bool {
	for _, said := range o {
		if said.Kind == models.OverrideForbid && said.Source == c.Source && said.CandidateID == c.RemoteID {
			return true
		}
	}
	return o.absent(c.Source)
}

// picked is the candidate that the operator picked; false when there is none.
func (o overrides) picked() (sources.Candidate, bool, error) {
	for _, said := range o {
		if said.Kind != models.OverridePick {
			continue
		}
		var c sources.Candidate
		if err := json.Unmarshal([]byte(said.CandidateJSON), &c); err != nil {
			return c, false, fmt.Errorf("read picked candidate of %s song %s: %w", said.Platform, said.RemoteSongID, err)
		}
		// What the platform said of it then may have changed since; it is asked again.
		c.Source, c.RemoteID, c.Refused = said.Source, said.CandidateID, false
		return c, true, nil
	}
	return sources.Candidate{}, false, nil
}

// tryPicked takes the candidate that the operator picked and no other: a file that he did
// not want must not come back because the picked one is refused today.
func (r *run) tryPicked(ctx context.Context, c sources.Candidate) (Result, error) {
	known, err := r.knownCandidates(ctx)
	if err != nil {
		return Result{}, err
	}
	r.rank(append([]sources.Candidate{c}, known...))
	res, delivered, err := r.try(ctx, c)
	if delivered || err != nil {
		return res, err
	}
	return r.giveUp(ctx)
}

// knownCandidates are those of the song's last decision. They are not tried, and stay to
// choose from.
func (r *run) knownCandidates(ctx context.Context) ([]sources.Candidate, error) {
	text, err := r.s.Store.GetDecisionJSON(ctx, r.files.Song.ID)
	if err != nil || text == "" {
		return nil, err
	}
	var last Record
	if json.Unmarshal([]byte(text), &last) == nil {
		return last.Candidates(), nil
	}
	return nil, nil // written by another program version; the search finds them again
}

// expectedMS is the length that a candidate is held against, 0 = unknown: the song's, or
// that of a picked candidate itself, which may be another version on purpose.
func (r *run) expectedMS(c sources.Candidate) int64 {
	if r.pick != nil && keyOf(*r.pick) == keyOf(c) && c.DurationMS > 0 {
		return c.DurationMS
	}
	return r.snap.DurationMS
}
