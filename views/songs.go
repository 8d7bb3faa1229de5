package views

import (
	"math"
	"net/url"
	"strconv"
	"strings"

	"catalogsync/models"
)

// Addresses of songs and of matching.
const (
	URLSongs          = "/songs"
	URLMatching       = "/settings/matching"
	URLMatchingReplay = "/settings/matching/replay"
)

// SongURL is something about a song.
func SongURL(id int64, part ...string) string {
	return strings.Join(append([]string{URLSongs, strconv.FormatInt(id, 10)}, part...), "/")
}

// SaidValue is what a button says of a candidate, or with remoteID "" of a source.
func SaidValue(kind models.OverrideKind, source, remoteID string) string {
	return strings.TrimPrefix(query("kind", string(kind), "source", source, "remote_id", remoteID), "?")
}

// ParseSaid reads a SaidValue.
func ParseSaid(text string) (kind models.OverrideKind, source, remoteID string) {
	v, err := url.ParseQuery(text)
	if err != nil {
		return "", "", ""
	}
	return models.OverrideKind(v.Get("kind")), v.Get("source"), v.Get("remote_id")
}

// SongDecision tells why a song has the file that it has.
type SongDecision struct {
	Base
	SongID      int64
	Downloaded  bool
	Tried       bool
	DecidedAtMS int64
	Threshold   int    // in percent, 0 = unknown
	ErrorCode   string // why the last try failed, "" = it did not
	ErrorText   string
	Candidates  []SongCandidate
	Overrides   []SongOverride
	Sources     []string // that could be said not to have it
	Problems    []SongProblem
	// Outdated: something was said after the decision was made.
	Outdated bool
}

// SongCandidate is one candidate and what was made of it.
type SongCandidate struct {
	Source, RemoteID, Title, Artists, Album string
	DurationMS                              int64
	Verdict                                 string
	Why                                     string // why it was or was not taken
	Scored, Identity                        bool
	Total                                   int // in percent
	Parts                                   []CandidatePart
	Picked, Forbidden                       bool
}

// CandidatePart is how well one aspect agrees, in percent; Label is a text key.
type CandidatePart struct {
	Label   string
	Percent int
	Known   bool
}

// SongOverride is one thing that the operator said.
type SongOverride struct {
	ID                       int64
	Kind                     models.OverrideKind
	Source, What, Note, From string
	AtMS                     int64
}

// UndoURL takes it back.
func (o SongOverride) UndoURL(songID int64) string {
	return SongURL(songID, "overrides", strconv.FormatInt(o.ID, 10), "undo")
}

// SongProblem is a source that could not be searched.
type SongProblem struct {
	Source string
	Code   models.Code
}

// MatchingPage shows the rules of matching and lets one try others.
type MatchingPage struct {
	Shell
	Tabs      []SettingsTab
	Threshold string
	Weights   []MatchingWeight
	Qualities []models.Quality
	Ceiling   models.Quality
	Replay    MatchingReplay
}

// MatchingWeight is one weight; Label is a text key.
type MatchingWeight struct{ Name, Label, Value string }

// MatchingReplay is what other rules would change.
type MatchingReplay struct {
	Base
	Done                                        bool
	Decisions, Differ, Gained, Lost, Unreadable int
	Rows                                        []ReplayRow
	More                                        int // that are not listed
	// Values are those that were tried, to be saved; nil when they are in effect.
	Values []MatchingWeight
}

// ReplayRow is a song that would come out otherwise.
type ReplayRow struct {
	Name, Singers, Before, After string
}

// Percent of a share from 0 to 1.
func Percent(share float64) int { return int(math.Round(share * 100)) }
