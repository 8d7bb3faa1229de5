// Package matching decides whether a song that a provider offers is the song that a
// playlist means, and which of several offers is best. It is pure: it reads nothing and
// asks nobody, so a stored decision can be worked out again at any time.
//
// A wrong song is worse than none. So some findings rule a candidate out whatever else
// agrees (another version, another length, another number in the title), and below the
// threshold nothing is used.
package matching

import (
	"fmt"
	"slices"

	"catalogsync/app/matching/textkey"
	"catalogsync/app/sources"
	"catalogsync/models"
)

// Key is the normalised form of a text for search and comparison; see textkey.Key.
func Key(text string) string { return textkey.Key(text) }

// Song is what is known of the song that is looked for. Empty fields are unknown.
type Song struct {
	// Platform and RemoteID let a candidate of the song's own platform be told by its id.
	Platform   string   `json:"platform,omitempty"`
	RemoteID   string   `json:"remote_id,omitempty"`
	Title      string   `json:"title"`
	Subtitle   string   `json:"subtitle,omitempty"`
	Artists    []string `json:"artists,omitempty"`
	Album      string   `json:"album,omitempty"`
	DurationMS int64    `json:"duration_ms,omitempty"`
}

// SongOf is the song of a stored snapshot.
func SongOf(s models.SongSnapshot) Song {
	return Song{Platform: s.Platform, RemoteID: s.RemoteID, Title: s.Name, Subtitle: s.Subtitle, Artists: s.ArtistNames(), Album: s.Album, DurationMS: s.DurationMS}
}

// Level is a confidence in steps. Candidates of one level are taken for equally sure, so
// that among surely-same songs the quality decides and not a hair of similarity.
type Level string

const (
	LevelSame   Level = "same"   // surely the song
	LevelLikely Level = "likely" // the song by all that is known
	LevelNo     Level = "no"     // never used
)

// ReasonCode says what spoke against a candidate.
type ReasonCode string

const (
	ReasonTitle     ReasonCode = "title"
	ReasonNumber    ReasonCode = "number" // part 1 is not part 2
	ReasonArtists   ReasonCode = "artists"
	ReasonLonger    ReasonCode = "longer"
	ReasonShorter   ReasonCode = "shorter"
	ReasonVersion   ReasonCode = "version"
	ReasonUncertain ReasonCode = "uncertain"
	ReasonRefused   ReasonCode = "refused"
	// What the operator said.
	ReasonForbidden ReasonCode = "forbidden"
	ReasonAbsent    ReasonCode = "absent"
	ReasonNotPicked ReasonCode = "not_picked"
)

// Reason is why a candidate is not used.
type Reason struct {
	Code ReasonCode `json:"code"`
	Text string     `json:"text"` // plain English, e.g. "47 s longer", "live"
	// Seconds goes with longer and shorter, Word with version (which) and absent (where).
	Seconds int64  `json:"seconds,omitempty"`
	Word    string `json:"word,omitempty"`
}

// Part is how well one aspect agrees, from 0 to 1. One that is unknown on either side
// counts neither for nor against.
type Part struct {
	Value float64 `json:"value"`
	Known bool    `json:"known"`
}

func known(v float64) Part { return Part{Value: v, Known: true} }

// Score is how well a candidate agrees with a song, by part.
type Score struct {
	Total    float64 `json:"total"`
	Level    Level   `json:"level"`
	Title    Part    `json:"title"`
	Artists  Part    `json:"artists"`
	Duration Part    `json:"duration"`
	Album    Part    `json:"album"`
	Version  Part    `json:"version"` // 1 = the version words agree
	// Identity says that platform and id are the song's own, so nothing was compared.
	Identity bool `json:"identity,omitempty"`
	// Blind bounds the total, for a weighty part is unknown; Slight keeps it below any
	// threshold, for what is known could as well be said of another song.
	Blind   bool     `json:"blind,omitempty"`
	Slight  bool     `json:"slight,omitempty"`
	Reasons []Reason `json:"reasons,omitempty"` // gravest first; empty when usable
}

// Matcher holds the weights and limits of a comparison. It is safe for use by many at once.
type Matcher struct {
	settings Settings
	ceilings func(source string) models.Quality // nil = the general one alone
	// same is the total from which a candidate is surely the song.
	same float64
	// minTitle and minArtists rule out what is below; maxDurationMS what differs by more.
	minTitle, minArtists float64
	maxDurationMS        int64
	// typoDurationMS is the most by which a song with a slightly different title may differ.
	typoDurationMS int64
	// strangeDurationMS is that of a song whose title has an addition that nothing explains.
	strangeDurationMS int64
	// blindTotal bounds the total while the duration is unknown, or the artists.
	blindTotal float64
}

// New makes a matcher with the settings that the labelled pairs were judged with.
func New() *Matcher { return NewWith(DefaultSettings()) }

// NewWith makes a matcher with checked settings; zero ones are the default.
func NewWith(s Settings) *Matcher {
	s = s.orDefault()
	return &Matcher{
		settings: s,
		same:     max(0.90, s.Threshold),
		minTitle: 0.85, minArtists: 0.65,
		maxDurationMS: 10_000, typoDurationMS: 3_000, strangeDurationMS: 1_000,
		blindTotal: 0.85,
	}
}

// Under is m with a best quality for each source; what the source has above it does not
// count when candidates are ranked.
func (m *Matcher) Under(ceilings func(source string) models.Quality) *Matcher {
	bound := *m
	bound.ceilings = ceilings
	return &bound
}

// Settings are what the matcher was made with.
func (m *Matcher) Settings() Settings { return m.settings }

// Score compares a candidate with a song.
func (m *Matcher) Score(song Song, c sources.Candidate) Score {
	if song.RemoteID != "" && song.RemoteID == c.RemoteID && song.Platform == c.Source {
		return Score{Total: 1, Level: LevelSame, Identity: true}
	}
	other := Song{Title: c.Title, Subtitle: c.Subtitle, Artists: c.Artists, Album: c.Album, DurationMS: c.DurationMS}
	return m.compare(song, other)
}

// compare judges two songs; it is symmetric but for the wording of the reasons.
func (m *Matcher) compare(song, other Song) Score {
	a, b := parseTitle(song.Title, song.Subtitle, song.Artists), parseTitle(other.Title, other.Subtitle, other.Artists)
	a.versions = a.versions.with(versionsOfArtists(song.Artists))
	b.versions = b.versions.with(versionsOfArtists(other.Artists))
	albumA, albumB := parseAlbum(song.Album), parseAlbum(other.Album)
	artistsA, artistsB := splitArtists(song.Artists, a.guests), splitArtists(other.Artists, b.guests)
	v := compareTitles(a, b, albumA, albumB)
	s := Score{
		Title:    known(v.title),
		Artists:  compareArtists(artistsA, artistsB),
		Duration: m.compareDurations(song.DurationMS, other.DurationMS),
		Album:    compareAlbums(albumA, albumB),
		Version:  known(1),
	}
	// A name in another script tells nothing where the title and an album of another name
	// are the same beyond doubt.
	if s.Artists.Value < m.minArtists && inOtherScripts(artistsA, artistsB) && hasCJK(a.full) && albumA.name != a.full {
		s.Artists = Part{}
	}
	v.versions = slices.DeleteFunc(v.versions, func(d versionDifference) bool {
		return toldByArtists(d, s, a.versions, b.versions, artistsA, artistsB)
	})
	s.Reasons = m.objections(&s, v, other.DurationMS-song.DurationMS)
	s.Blind = !s.Duration.Known || !s.Artists.Known || v.albumHint
	s.Slight = tooLittle(s, v)
	m.judge(&s)
	return s
}

// judge gives a score whose parts are known its total and level, and adds a reason when
// the total alone is against it.
func (m *Matcher) judge(s *Score) {
	s.Total = m.total(*s)
	switch {
	case len(s.Reasons) > 0:
		s.Level = LevelNo
	case s.Slight || s.Total < m.settings.Threshold:
		s.Level = LevelNo
		s.Reasons = []Reason{{Code: ReasonUncertain, Text: fmt.Sprintf("too uncertain (%.2f)", s.Total)}}
	case s.Total >= m.same:
		s.Level = LevelSame
	default:
		s.Level = LevelLikely
	}
}

// objections lists what rules the candidate out by itself.
func (m *Matcher) objections(s *Score, v titleVerdict, longerMS int64) []Reason {
	var reasons []Reason
	if v.title < m.minTitle {
		reasons = append(reasons, Reason{Code: ReasonTitle, Text: "another title"})
	}
	if v.otherNumber {
		reasons = append(reasons, Reason{Code: ReasonNumber, Text: "another number or part"})
	}
	for _, d := range v.versions {
		s.Version = known(0)
		reasons = append(reasons, Reason{Code: ReasonVersion, Text: d.text(), Word: d.tag})
	}
	if s.Artists.Known && s.Artists.Value < m.minArtists {
		reasons = append(reasons, Reason{Code: ReasonArtists, Text: "other artists"})
	}
	limit := m.maxDurationMS
	switch {
	case v.strange && s.Album.Value < sameAlbum:
		limit = m.strangeDurationMS
	case v.title < 1 || v.strange:
		limit = m.typoDurationMS
	}
	if s.Duration.Known && abs(longerMS) > limit {
		reasons = append(reasons, durationReason(longerMS))
	}
	return reasons
}

func durationReason(longerMS int64) Reason {
	seconds := (abs(longerMS) + 500) / 1000
	if longerMS > 0 {
		return Reason{Code: ReasonLonger, Text: fmt.Sprintf("%d s longer", seconds), Seconds: seconds}
	}
	return Reason{Code: ReasonShorter, Text: fmt.Sprintf("%d s shorter", seconds), Seconds: seconds}
}

// total weighs the parts that are known and bounds the sum while a weighty one is not.
func (m *Matcher) total(s Score) float64 {
	var sum, weights float64
	w := m.settings.Weights
	for _, p := range []struct {
		part   Part
		weight float64
	}{{s.Title, w.Title}, {s.Artists, w.Artists}, {s.Duration, w.Duration}, {s.Album, w.Album}} {
		if p.part.Known {
			sum += p.part.Value * p.weight
			weights += p.weight
		}
	}
	total := sum / weights // titles are always known, and count
	if s.Blind {
		total = min(total, m.blindTotal)
	}
	if s.Slight {
		total = min(total, MinThreshold-0.01)
	}
	return float64(int(total*1000+0.5)) / 1000
}

// sameAlbum is the similarity from which two albums are taken for one.
const sameAlbum = 0.8

// tooLittle says that what is known could as well be said of another song.
func tooLittle(s Score, v titleVerdict) bool {
	onAlbum := s.Album.Value >= sameAlbum
	switch {
	case !s.Artists.Known: // many songs share a title, and some of them a length
		return v.title < 1 || s.Duration.Value < 1 || !onAlbum
	case !s.Duration.Known:
		return v.title < 1 || v.albumHint || v.strange
	case v.generic: // an artist's albums each have their "Intro"
		return s.Album.Known && !onAlbum
	}
	return false
}

// compareDurations steps down with the difference: platforms round, and cut silence.
func (m *Matcher) compareDurations(a, b int64) Part {
	if a <= 0 || b <= 0 {
		return Part{}
	}
	switch d := abs(a - b); {
	case d <= 2_000:
		return known(1)
	case d <= 3_000:
		return known(0.95)
	case d <= 5_000:
		return known(0.85)
	case d <= 8_000:
		return known(0.6)
	case d <= m.maxDurationMS:
		return known(0.4)
	default:
		return known(0)
	}
}

func abs(n int64) int64 { return max(n, -n) }
