// Package replay tells what other rules of matching would change before they are saved: it
// decides anew about all stored decisions, by the candidates that were seen then. No source
// is asked, and nothing is written.
package replay

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"

	"catalogsync/app/matching"
	"catalogsync/models"
)

// Store reads stored decisions.
type Store interface {
	ListDecisions(ctx context.Context, afterSongID int64, limit int) ([]models.DecidedSong, error)
}

// Service replays decisions.
type Service struct {
	store   Store
	current func() matching.Rules
}

// New makes the service; current gives the rules in effect.
func New(store Store, current func() matching.Rules) *Service {
	return &Service{store: store, current: current}
}

// Current are the rules in effect.
func (s *Service) Current() matching.Rules { return s.current() }

// Report is what other rules would change.
type Report struct {
	Decisions int // replayed
	Differ    int // of them, those with another outcome
	// Gained would find a candidate where none may be used now, Lost the other way round;
	// the rest of Differ would take another candidate.
	Gained, Lost int
	// Unreadable were written by another program version.
	Unreadable int
	// Differences are the first of those that differ, by song; at most MaxDifferences.
	Differences []Difference
}

// Difference is a decision that would come out otherwise.
type Difference struct {
	SongID        int64
	Name, Singers string
	Before, After Outcome
}

// Outcome is what a decision comes to. Source is "" when no candidate may be used, and
// Reason then says why the best one may not.
type Outcome struct {
	Source   string
	RemoteID string
	Title    string
	Artists  []string
	Quality  models.Quality
	Total    float64
	Reason   *matching.Reason
}

const (
	// MaxDifferences bounds the list of a report.
	MaxDifferences = 500
	pageSize       = 500
)

// Run replays all stored decisions by the rules in effect and by next, and compares. So
// what a newer program decides otherwise anyway is not counted as a change. Errors:
// ClassInvalid for settings that would judge nothing, and those of the database.
func (s *Service) Run(ctx context.Context, next matching.Rules) (Report, error) {
	if err := next.Settings.Check(); err != nil {
		return Report{}, err
	}
	var r Report
	now := s.current()
	for after := int64(0); ; {
		page, err := s.store.ListDecisions(ctx, after, pageSize)
		if err != nil {
			return Report{}, err
		}
		for _, song := range page {
			if err := ctx.Err(); err != nil {
				return Report{}, err
			}
			r.add(song, now, next)
			after = song.SongID
		}
		if len(page) < pageSize {
			return r, nil
		}
	}
}

func (r *Report) add(song models.DecidedSong, now, next matching.Rules) {
	var d matching.Decision
	if json.Unmarshal([]byte(song.DecisionJSON), &d) != nil {
		r.Unreadable++
		return
	}
	r.Decisions++
	before, after := matching.Replay(d, now), matching.Replay(d, next)
	if matching.SameOutcome(before, after) {
		return
	}
	r.Differ++
	switch {
	case len(before.Ranked) == 0:
		r.Gained++
	case len(after.Ranked) == 0:
		r.Lost++
	}
	if len(r.Differences) < MaxDifferences {
		r.Differences = append(r.Differences, Difference{song.SongID, song.Name, song.Singers, outcomeOf(before), outcomeOf(after)})
	}
}

func outcomeOf(d matching.Decision) Outcome {
	if len(d.Ranked) > 0 {
		best := d.Ranked[0]
		return Outcome{Source: best.Candidate.Source, RemoteID: best.Candidate.RemoteID, Title: best.Candidate.Title,
			Artists: best.Candidate.Artists, Quality: best.Quality, Total: best.Score.Total}
	}
	var o Outcome
	for _, l := range d.Lost {
		if o.Reason == nil || l.Score.Total > o.Total {
			o = Outcome{Total: l.Score.Total, Reason: new(l.Reason)}
		}
	}
	return o
}

// Token stands for rules and for what they would change: whoever repeats it has seen that.
func (r *Report) Token(next matching.Rules) string {
	sum := sha256.Sum256(fmt.Append(nil, next, r.Differ, r.Gained, r.Lost))
	return hex.EncodeToString(sum[:8])
}
