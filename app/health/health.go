// Package health keeps, in memory, how the requests to each source went in the last hour.
package health

import (
	"math"
	"sync"
	"time"

	"catalogsync/models"
)

// The window is made of minutes; what is older falls out a minute at a time.
const (
	minutes = 60
	// Latencies are counted in steps that grow by a fifth, from 1 ms to well over a minute,
	// so that a percentile is known to a fifth without keeping every value.
	steps  = 64
	growth = 1.2
)

// Meter counts the requests to one source. It is safe for concurrent use.
type Meter struct {
	now func() time.Time

	mu   sync.Mutex
	ring [minutes]minute
}

// minute is what happened in one minute.
type minute struct {
	at                     int64 // minutes since the epoch
	requests, failed, risk int64
	took                   time.Duration // the sum
	latency                [steps]int64
}

// NewMeter makes an empty meter.
func NewMeter(now func() time.Time) *Meter { return &Meter{now: now} }

// Observe counts one request.
func (m *Meter) Observe(_ string, took time.Duration, err error) {
	at := m.now().Unix() / 60
	m.mu.Lock()
	defer m.mu.Unlock()
	slot := &m.ring[((at%minutes)+minutes)%minutes]
	if slot.at != at {
		*slot = minute{at: at}
	}
	slot.requests++
	slot.took += took
	slot.latency[stepOf(took)]++
	failed, risk := judge(err)
	if failed {
		slot.failed++
	}
	if risk {
		slot.risk++
	}
}

// judge says whether an error speaks against the source, and whether the source blocked.
// A song that is not served, or a list that is gone, is an answer.
func judge(err error) (failed, risk bool) {
	if err == nil {
		return false, false
	}
	switch models.ClassOf(err) {
	case models.ClassUnavailable, models.ClassNotFound:
		return false, false
	case models.ClassRiskControl, models.ClassRateLimited:
		return true, true
	}
	return true, false
}

// Traffic is what happened in the last hour.
func (m *Meter) Traffic() models.SourceTraffic {
	oldest := m.now().Unix()/60 - minutes
	m.mu.Lock()
	defer m.mu.Unlock()
	var t models.SourceTraffic
	var took time.Duration
	var latency [steps]int64
	for i := range m.ring {
		slot := &m.ring[i]
		if slot.at <= oldest {
			continue
		}
		t.Requests += slot.requests
		t.Failed += slot.failed
		t.RiskEvents += slot.risk
		took += slot.took
		for step, n := range slot.latency {
			latency[step] += n
		}
	}
	if t.Requests > 0 {
		t.AvgMS = (took / time.Duration(t.Requests)).Milliseconds()
		t.P95MS = percentile(latency, t.Requests, 0.95)
	}
	return t
}

// stepOf is the step that a latency is counted in.
func stepOf(took time.Duration) int {
	ms := float64(took) / float64(time.Millisecond)
	if ms <= 1 {
		return 0
	}
	return min(int(math.Ceil(math.Log(ms)/math.Log(growth))), steps-1)
}

// percentile is the upper bound of the step in which a share of all latencies is reached.
func percentile(latency [steps]int64, total int64, share float64) int64 {
	wanted := int64(math.Ceil(share * float64(total)))
	for step, n := range latency {
		if wanted -= n; wanted <= 0 {
			return int64(math.Round(math.Pow(growth, float64(step))))
		}
	}
	return 0
}
