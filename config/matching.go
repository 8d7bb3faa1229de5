package config

import (
	"fmt"
	"strconv"
	"strings"
)

// MatchWeights say how much each part of a comparison of two songs counts. Only their ratio
// matters.
type MatchWeights struct{ Title, Artists, Duration, Album float64 }

// String writes the weights as ParseMatchWeights reads them.
func (w MatchWeights) String() string {
	return fmt.Sprintf("title=%g,artists=%g,duration=%g,album=%g", w.Title, w.Artists, w.Duration, w.Album)
}

// maxWeight bounds a weight.
const maxWeight = 100

// ParseMatchWeights reads "title=35,artists=30,duration=25,album=10". Each part stands
// once, from 0 to 100; titles and artists must count. The error is a *Fault.
func ParseMatchWeights(text string) (MatchWeights, error) {
	var w MatchWeights
	fault := &Fault{"match_weights", nil, "must name each weight once, from 0 to 100, title and artists above 0, such as title=35,artists=30,duration=25,album=10"}
	left := map[string]*float64{"title": &w.Title, "artists": &w.Artists, "duration": &w.Duration, "album": &w.Album}
	for part := range strings.SplitSeq(text, ",") {
		name, value, _ := strings.Cut(part, "=")
		name = strings.TrimSpace(name)
		f, err := strconv.ParseFloat(strings.TrimSpace(value), 64)
		if err != nil || left[name] == nil || !(f >= 0 && f <= maxWeight) {
			return w, fault
		}
		*left[name] = f
		delete(left, name)
	}
	if len(left) > 0 || w.Title == 0 || w.Artists == 0 {
		return w, fault
	}
	return w, nil
}

func checkMatchWeights(v string) error {
	_, err := ParseMatchWeights(v)
	return err
}

func checkThreshold(v string) error {
	if f, err := strconv.ParseFloat(v, 64); err != nil || !(f >= 0.5 && f <= 1) {
		return &Fault{"match_threshold", nil, "must be a number from 0.5 to 1, such as 0.78"}
	}
	return nil
}
