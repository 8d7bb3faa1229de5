package demo

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
)

// FaultKind is one way to misbehave.
type FaultKind string

// The kinds. Each request is tried for each kind that fits it, in this order, until one
// hits; latency comes on top.
const (
	FaultLatency       FaultKind = "latency"        // the answer comes late
	FaultStatus429     FaultKind = "status_429"     // too many requests, with Retry-After
	FaultStatus5xx     FaultKind = "status_5xx"     // 500, 502 or 503
	FaultRiskControl   FaultKind = "risk_control"   // the platform's own answer to a caller that it blocks
	FaultHTML          FaultKind = "html"           // a page with status 200 instead of what was asked for
	FaultTruncated     FaultKind = "truncated"      // the connection is cut in mid-body
	FaultStalled       FaultKind = "stalled"        // the body stops coming, the connection stays
	FaultWrongLength   FaultKind = "wrong_length"   // half a song, served as if it were whole
	FaultBadChecksum   FaultKind = "bad_checksum"   // a song with damaged bytes
	FaultDuplicatePage FaultKind = "duplicate_page" // a page of a list repeats the one before
)

// FaultKinds lists all kinds in the order in which they are tried.
var FaultKinds = []FaultKind{FaultLatency, FaultStatus429, FaultStatus5xx, FaultRiskControl, FaultHTML,
	FaultTruncated, FaultStalled, FaultWrongLength, FaultBadChecksum, FaultDuplicatePage}

// Faults says how often and how the demo misbehaves.
type Faults struct {
	// Rates is the probability of each kind per request, 0 … 1.
	Rates map[FaultKind]float64
	// Latency is how late a late answer is, 0 = 200 ms; up to LatencyJitter is added.
	Latency, LatencyJitter time.Duration
	// StallFor is how long a stalled body hangs before the connection is closed, 0 = 60 s.
	StallFor time.Duration
	// RetryAfter is told with 429, 0 = 1 s.
	RetryAfter time.Duration
}

const (
	defaultLatency    = 200 * time.Millisecond
	defaultStall      = time.Minute
	defaultRetryAfter = time.Second
	maxFaultDuration  = time.Hour
)

// None tells whether no fault can happen.
func (f Faults) None() bool {
	for _, rate := range f.Rates {
		if rate > 0 {
			return false
		}
	}
	return true
}

func (f Faults) withDefaults() Faults {
	f.Rates = maps.Clone(f.Rates)
	for field, value := range map[*time.Duration]time.Duration{
		&f.Latency: defaultLatency, &f.StallFor: defaultStall, &f.RetryAfter: defaultRetryAfter,
	} {
		if *field == 0 {
			*field = value
		}
	}
	return f
}

func (f Faults) check() error {
	for kind, rate := range f.Rates {
		if !slices.Contains(FaultKinds, kind) {
			return fmt.Errorf("unknown fault %q; known are %s", kind, kindNames())
		}
		if !(rate >= 0 && rate <= 1) {
			return fmt.Errorf("fault %s: rate must be 0 to 1, not %v", kind, rate)
		}
	}
	return nil
}

func kindNames() string {
	names := make([]string, len(FaultKinds))
	for i, k := range FaultKinds {
		names[i] = string(k)
	}
	return strings.Join(names, ", ")
}

// ParseFaults reads faults from text: settings key=value, separated by commas. Keys are
// the kinds and "all" with a rate from 0 to 1; latency also takes a duration, which then
// delays every request; jitter, stall and retry_after take durations. Later settings
// override earlier ones. Examples: "all=0.1", "status_429=0.1,stalled=0.05,latency=50ms".
func ParseFaults(text string) (Faults, error) {
	f := Faults{Rates: map[FaultKind]float64{}}
	for _, setting := range strings.Split(text, ",") {
		setting = strings.TrimSpace(setting)
		if setting == "" {
			continue
		}
		key, value, ok := strings.Cut(setting, "=")
		if !ok {
			return Faults{}, fmt.Errorf("read faults: %q is not key=value, such as all=0.1 or latency=50ms", setting)
		}
		if err := f.set(strings.TrimSpace(key), strings.TrimSpace(value)); err != nil {
			return Faults{}, fmt.Errorf("read faults: %w", err)
		}
	}
	return f, nil
}

func (f *Faults) set(key, value string) error {
	switch key {
	case "jitter":
		return parseDuration(key, value, &f.LatencyJitter)
	case "stall":
		return parseDuration(key, value, &f.StallFor)
	case "retry_after":
		return parseDuration(key, value, &f.RetryAfter)
	}
	rate, err := strconv.ParseFloat(value, 64)
	if key == string(FaultLatency) && err != nil {
		f.Rates[FaultLatency] = 1
		return parseDuration(key, value, &f.Latency)
	}
	if err != nil || !(rate >= 0 && rate <= 1) {
		return fmt.Errorf("%s=%s: want a rate from 0 to 1", key, value)
	}
	if key == "all" {
		for _, kind := range FaultKinds {
			f.Rates[kind] = rate
		}
		return nil
	}
	if !slices.Contains(FaultKinds, FaultKind(key)) {
		return fmt.Errorf("unknown key %q; known are all, %s, jitter, stall, retry_after", key, kindNames())
	}
	f.Rates[FaultKind(key)] = rate
	return nil
}

func parseDuration(key, value string, to *time.Duration) error {
	d, err := time.ParseDuration(value)
	if err != nil || d < 0 || d > maxFaultDuration {
		return fmt.Errorf("%s=%s: want a duration from 0s to %v, such as 50ms", key, value, maxFaultDuration)
	}
	*to = d
	return nil
}
