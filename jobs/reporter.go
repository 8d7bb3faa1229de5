package jobs

import (
	"log/slog"
	"math"
	"sync"
	"time"

	"catalogsync/models"
)

// tracker is the Reporter of one running item: it keeps the latest progress in memory,
// and the runner looks at it once in a while.
type tracker struct {
	now  func() time.Time
	line models.JobLog // job, stage, item and source of its log lines
	logs *logbook

	mu    sync.Mutex
	state trackerState
}

type trackerState struct {
	done, total int64
	unit, text  string
	beat        time.Time // the last sign of life
	changed     bool      // since the last flush
	speed       meter
}

// Progress takes the progress and counts as a sign of life.
func (t *tracker) Progress(done, total int64, unit, text string) {
	now := t.now()
	t.mu.Lock()
	defer t.mu.Unlock()
	t.state.done, t.state.total, t.state.unit, t.state.text = done, total, unit, clip(text, maxProgressText)
	t.state.beat, t.state.changed = now, true
}

// Log writes a line to the job's log and counts as a sign of life.
func (t *tracker) Log(level slog.Level, text string) {
	t.logs.add(t.line, level, text)
	now := t.now()
	t.mu.Lock()
	defer t.mu.Unlock()
	t.state.beat = now
}

// look is the state as it is; with sample, the speed is measured up to now and the mark
// of a change is taken away.
func (t *tracker) look(now time.Time, sample bool) trackerState {
	t.mu.Lock()
	defer t.mu.Unlock()
	if !sample {
		return t.state
	}
	t.state.speed.sample(now, t.state.done)
	state := t.state
	t.state.changed = false
	return state
}

// meter smooths a rate from samples of a growing sum.
type meter struct {
	at      time.Time
	sum     int64
	rate    float64 // per second; 0 until there are two samples
	samples int
}

// smoothing is the time in which an old rate loses most of its weight.
const smoothing = 5 * time.Second

func (m *meter) sample(now time.Time, sum int64) {
	elapsed := now.Sub(m.at)
	if m.samples > 0 && elapsed <= 0 {
		return
	}
	if m.samples > 0 {
		current := max(float64(sum-m.sum)/elapsed.Seconds(), 0)
		weight := 1 - math.Exp(-elapsed.Seconds()/smoothing.Seconds())
		if m.samples == 1 {
			weight = 1
		}
		m.rate += weight * (current - m.rate)
	}
	m.at, m.sum = now, sum
	m.samples++
}

// eta is the time left for the rest at this rate, 0 when unknown.
func (m *meter) eta(done, total int64) time.Duration {
	if m.rate <= 0 || total <= done {
		return 0
	}
	return time.Duration(float64(total-done) / m.rate * float64(time.Second))
}
