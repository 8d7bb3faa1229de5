package matching

import (
	"fmt"
	"math"

	"catalogsync/models"
)

// Settings are what an operator may change of the matcher. What rules a candidate out by
// itself (another version, another number, another length) is not among them.
type Settings struct {
	Weights Weights `json:"weights"`
	// Threshold is the total below which a candidate is never used, from MinThreshold to 1.
	Threshold float64 `json:"threshold"`
}

// Weights say how much each part counts. Only their ratio matters.
type Weights struct {
	Title    float64 `json:"title"`
	Artists  float64 `json:"artists"`
	Duration float64 `json:"duration"`
	Album    float64 `json:"album"`
}

// MinThreshold is the lowest threshold: below it, what little agrees could as well be said
// of another song.
const MinThreshold = 0.5

// MaxWeight bounds a weight.
const MaxWeight = 100

// DefaultSettings are those that the labelled pairs were judged with.
func DefaultSettings() Settings {
	return Settings{Weights: Weights{Title: 35, Artists: 30, Duration: 25, Album: 10}, Threshold: 0.78}
}

// Check refuses settings that would judge nothing. Errors are ClassInvalid and name the
// field.
func (s Settings) Check() error {
	if !(s.Threshold >= MinThreshold && s.Threshold <= 1) {
		return models.Invalid("threshold", models.CodeBadValue, "the threshold is %v; it must be from %v to 1", s.Threshold, MinThreshold)
	}
	for _, w := range []struct {
		name  string
		value float64
	}{{"title", s.Weights.Title}, {"artists", s.Weights.Artists}, {"duration", s.Weights.Duration}, {"album", s.Weights.Album}} {
		if math.IsNaN(w.value) || w.value < 0 || w.value > MaxWeight {
			return models.Invalid(w.name, models.CodeBadValue, "the weight of %s is %v; it must be from 0 to %d", w.name, w.value, MaxWeight)
		}
	}
	if s.Weights.Title <= 0 || s.Weights.Artists <= 0 {
		return models.Invalid("title", models.CodeBadValue, "titles and artists must count; give both a weight above 0")
	}
	return nil
}

// orDefault is s, or the default where s was never set.
func (s Settings) orDefault() Settings {
	if s == (Settings{}) {
		return DefaultSettings()
	}
	return s
}

// Text describes the settings in one line.
func (s Settings) Text() string {
	return fmt.Sprintf("threshold %.2f, title %g, artists %g, duration %g, album %g", s.Threshold, s.Weights.Title, s.Weights.Artists, s.Weights.Duration, s.Weights.Album)
}
