package models

// OverrideKind is what the operator says of a song's candidate, or of a source.
type OverrideKind string

const (
	// OverridePick: this candidate and no other, whatever its score. A song has one at most.
	OverridePick OverrideKind = "pick"
	// OverrideForbid: never this candidate.
	OverrideForbid OverrideKind = "forbid"
	// OverrideAbsent: the song does not exist at the source, which is not asked for it.
	OverrideAbsent OverrideKind = "absent"
)

// OverrideKinds lists all kinds.
var OverrideKinds = []OverrideKind{OverridePick, OverrideForbid, OverrideAbsent}

// MatchOverride is the operator's word about a song's file. It is keyed by the canonical
// song as its platform names it and refers to no row, so that nothing that happens to the
// song's row takes it away. Unique by song, kind, source and candidate.
type MatchOverride struct {
	ID           int64
	Platform     string
	RemoteSongID string
	Kind         OverrideKind
	Source       string
	CandidateID  string // "" for OverrideAbsent
	// CandidateJSON is the candidate as it was seen (sources.Candidate), with the keys that
	// resolving it needs; "" when it was never seen.
	CandidateJSON string
	Note          string
	Actor         string // where it was said: web | api | cli
	AtMS          int64
}

func (MatchOverride) TableName() string { return "match_overrides" }

// SongDecision is a song with the record of how its file was chosen, and what the operator
// said of it.
type SongDecision struct {
	Song      Song
	Task      DownloadTask // zero when the song was never tried
	Overrides []MatchOverride
}

// DecidedSong is a stored decision as a replay reads it.
type DecidedSong struct {
	SongID       int64
	Name         string
	Singers      string
	DecisionJSON string
}
