package api

import (
	"catalogsync/app/download"
	"catalogsync/app/download/correction"
	"catalogsync/app/matching"
	"catalogsync/models"
)

// overrideJSON is one thing that the operator said of a song.
type overrideJSON struct {
	ID       int64               `json:"id"`
	Kind     models.OverrideKind `json:"kind"`
	Source   string              `json:"source"`
	RemoteID string              `json:"remote_id,omitempty"`
	Note     string              `json:"note,omitempty"`
	Actor    string              `json:"actor"`
	At       instant             `json:"at"`
}

func overrideOf(o models.MatchOverride) overrideJSON {
	return overrideJSON{ID: o.ID, Kind: o.Kind, Source: o.Source, RemoteID: o.CandidateID, Note: o.Note, Actor: o.Actor, At: instant(o.AtMS)}
}

// decisionJSON is why a song has the file that it has.
type decisionJSON struct {
	SongID       int64               `json:"song_id"`
	Platform     string              `json:"platform"`
	RemoteSongID string              `json:"remote_song_id"`
	Song         *matching.Song      `json:"song"` // as it was compared; null when it was never tried
	Downloaded   bool                `json:"downloaded"`
	State        string              `json:"state,omitempty"`
	Error        *faultJSON          `json:"error,omitempty"`
	DecidedAt    instant             `json:"decided_at"`
	Outdated     bool                `json:"outdated"`
	Rules        int                 `json:"rules,omitempty"`
	Settings     *matching.Settings  `json:"settings,omitempty"`
	Order        []string            `json:"order"`
	Ceiling      models.Quality      `json:"ceiling,omitempty"`
	Candidates   []candidateJSON     `json:"candidates"`
	Problems     []searchProblemJSON `json:"problems"`
	Overrides    []overrideJSON      `json:"overrides"`
	Sources      []string            `json:"sources"`
}

func decisionOf(w correction.Why) decisionJSON {
	d := decisionJSON{
		SongID: w.Song.ID, Platform: w.Song.Platform, RemoteSongID: w.Song.RemoteSongID, Downloaded: w.Song.Downloaded,
		State: w.Task.State, Error: faultOf(w.Task.LastErrorCode, w.Task.LastError), DecidedAt: instant(w.Task.UpdatedAtMS), Outdated: w.Outdated,
		Rules: w.Record.Rules, Order: each(w.Record.Order, itself), Ceiling: w.Record.Ceiling,
		Candidates: each(w.Candidates, candidateOf), Problems: each(w.Record.Problems, searchProblemOf),
		Overrides: each(w.Overrides, overrideOf), Sources: each(w.Sources, itself),
	}
	if w.Record.Rules > 0 {
		d.Song = &w.Record.Song
	}
	if w.Record.Settings.Threshold > 0 {
		d.Settings = &w.Record.Settings
	}
	return d
}

func itself(s string) string { return s }

// candidateJSON is one candidate and what was made of it.
type candidateJSON struct {
	Source     string                `json:"source"`
	RemoteID   string                `json:"remote_id"`
	Title      string                `json:"title"`
	Subtitle   string                `json:"subtitle,omitempty"`
	Artists    []string              `json:"artists"`
	Album      string                `json:"album,omitempty"`
	DurationMS int64                 `json:"duration_ms,omitempty"`
	Verdict    correction.Verdict    `json:"verdict"`
	Score      *scoreJSON            `json:"score"` // null when the last decision did not see it
	Reason     *matching.Reason      `json:"reason,omitempty"`
	Try        *searchProblemJSON    `json:"try,omitempty"`
	Overrides  []models.OverrideKind `json:"overrides"`
}

// scoreJSON is how well a candidate agrees, by part; null is unknown.
type scoreJSON struct {
	Total    float64        `json:"total"`
	Level    matching.Level `json:"level"`
	Identity bool           `json:"identity,omitempty"`
	Title    *float64       `json:"title"`
	Artists  *float64       `json:"artists"`
	Duration *float64       `json:"duration"`
	Album    *float64       `json:"album"`
	Version  *float64       `json:"version"`
}

func candidateOf(c correction.Candidate) candidateJSON {
	out := candidateJSON{
		Source: c.Source, RemoteID: c.RemoteID, Title: c.Title, Subtitle: c.Subtitle, Artists: each(c.Artists, itself), Album: c.Album, DurationMS: c.DurationMS,
		Verdict: c.Verdict, Overrides: each(c.Overrides, func(o models.MatchOverride) models.OverrideKind { return o.Kind }),
	}
	if c.Verdict != correction.VerdictUnseen {
		out.Score = scoreOf(c.Score)
	}
	if c.Reason.Code != "" {
		out.Reason = &c.Reason
	}
	if c.Try.Source != "" {
		out.Try = new(searchProblemOf(c.Try))
	}
	return out
}

func scoreOf(s matching.Score) *scoreJSON {
	return &scoreJSON{Total: s.Total, Level: s.Level, Identity: s.Identity,
		Title: partOf(s.Title), Artists: partOf(s.Artists), Duration: partOf(s.Duration), Album: partOf(s.Album), Version: partOf(s.Version)}
}

func partOf(p matching.Part) *float64 {
	if !p.Known {
		return nil
	}
	return &p.Value
}

// searchProblemJSON is how a try or a search ended; code "" is well.
type searchProblemJSON struct {
	Source  string         `json:"source"`
	Quality models.Quality `json:"quality,omitempty"`
	Code    models.Code    `json:"code,omitempty"`
	Text    string         `json:"text,omitempty"`
}

func searchProblemOf(t download.Try) searchProblemJSON {
	return searchProblemJSON{Source: t.Source, Quality: t.Quality, Code: t.Code, Text: t.Reason}
}
