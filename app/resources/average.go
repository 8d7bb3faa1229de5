package resources

import "time"

// averageOver is the time that the load is averaged over: a short peak holds nothing back.
const averageOver = 30 * time.Second

// average is the load over the last half minute, from counters that only grow.
type average struct{ samples []sample }

type sample struct {
	at          time.Time
	busy, total float64
}

// add takes the counters as they are now, and forgets what is older than the window but
// the one sample that the window begins with.
func (a *average) add(at time.Time, busy, total float64) {
	if n := len(a.samples); n > 0 && (total < a.samples[n-1].total || at.Before(a.samples[n-1].at)) {
		a.samples = nil // the counters or the clock began anew
	}
	a.samples = append(a.samples, sample{at, busy, total})
	for len(a.samples) > 2 && at.Sub(a.samples[1].at) >= averageOver {
		a.samples = a.samples[1:]
	}
}

// percent is the load; it is not known before the samples span the window.
func (a *average) percent() (load int, known bool) {
	if len(a.samples) < 2 {
		return 0, false
	}
	first, last := a.samples[0], a.samples[len(a.samples)-1]
	if last.at.Sub(first.at) < averageOver || last.total <= first.total {
		return 0, false
	}
	return int(100 * (last.busy - first.busy) / (last.total - first.total)), true
}
