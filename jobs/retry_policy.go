package jobs

import (
	"errors"
	"fmt"
	"time"

	"catalogsync/models"
)

// Backoff scales the delays of the retry policy; zero fields take the defaults.
type Backoff struct {
	// Base is the delay after the first failed try, doubled each time up to Max.
	// Defaults 1 s and 1 min.
	Base, Max time.Duration
	// Cooldown is the first wait for a source that blocks without saying for how long,
	// doubled each time up to CooldownMax. Defaults 5 s and 5 min.
	Cooldown, CooldownMax time.Duration
	// MaxWait bounds what an upstream may ask for; default 1 h.
	MaxWait time.Duration
	// Waits is how often an item waits for a blocked source before it fails; default 6.
	Waits int
	// MaxOutage is how long items wait in all for a source that stays blocked before they
	// fail; default 24 h.
	MaxOutage time.Duration
}

func (b *Backoff) defaults() {
	for _, d := range []struct {
		value *time.Duration
		usual time.Duration
	}{
		{&b.Base, time.Second}, {&b.Max, time.Minute},
		{&b.Cooldown, 5 * time.Second}, {&b.CooldownMax, 5 * time.Minute}, {&b.MaxWait, time.Hour}, {&b.MaxOutage, 24 * time.Hour},
	} {
		if *d.value <= 0 {
			*d.value = d.usual
		}
	}
	if b.Waits < 1 {
		b.Waits = 6
	}
}

// verdict is what the policy does about an error.
type verdict string

const (
	verdictRetry verdict = "retry" // again after a backoff, bounded by the stage's attempts
	verdictWait  verdict = "wait"  // again when the source may be asked again; costs no attempt
	verdictSkip  verdict = "skip"
	verdictFail  verdict = "fail"
	verdictPause verdict = "pause" // the job pauses with a prompt; the item waits
	verdictHold  verdict = "hold"  // the item waits until downloads are let through again
)

// policy is the table from error class to verdict. A class that is not listed fails.
var policy = map[models.ErrorClass]verdict{
	models.ClassTransient:   verdictRetry,
	models.ClassConflict:    verdictRetry,
	models.ClassRateLimited: verdictWait,
	models.ClassRiskControl: verdictWait,
	models.ClassUnavailable: verdictSkip,
	models.ClassLocal:       verdictPause,
	models.ClassPermanent:   verdictFail,
	models.ClassInvalid:     verdictFail,
	models.ClassNotFound:    verdictFail,
}

// verdictOf looks an error up in the table.
func verdictOf(err error) verdict {
	if _, held := errors.AsType[heldBack](err); held {
		return verdictHold
	}
	if v, ok := policy[models.ClassOf(err)]; ok {
		return v
	}
	return verdictFail
}

// decision is what becomes of an item after an error.
type decision struct {
	to              models.ItemState
	attempts, waits int
	delay           time.Duration // of an item that goes back to the queue
	reason          string        // why it waits
	pause           bool          // the job has to pause
}

// holdDelay is the least time before an item is begun again that found the disk full.
const holdDelay = time.Second

// decide applies the table to an item's error. attempts counts the tries made, the one
// that just failed included; limit is the stage's bound.
func (b Backoff) decide(err error, attempts, waits, limit int, random func() float64) decision {
	d := decision{to: models.ItemFailed, attempts: attempts, waits: waits}
	switch verdictOf(err) {
	case verdictSkip:
		d.to = models.ItemSkipped
	case verdictRetry:
		if attempts < limit {
			d.to = models.ItemPending
			d.delay = max(jitter(double(b.Base, attempts-1, b.Max), random), b.asked(err))
			d.reason = fmt.Sprintf("try %d of %d failed", attempts, limit)
		}
	case verdictWait:
		if waits < b.Waits {
			d.to, d.attempts, d.waits = models.ItemPending, max(attempts-1, 0), waits+1
			d.delay = jitter(double(b.Cooldown, waits, b.CooldownMax), random)
			if asked := b.asked(err); asked > 0 {
				d.delay = asked + jitter(asked/8, random) // not all at the same moment
			}
			d.reason = fmt.Sprintf("the source asks to wait (%s)", models.CodeOf(err))
		}
	case verdictPause:
		d.to, d.attempts, d.pause = models.ItemPending, max(attempts-1, 0), true
		d.reason = "waits until the job is resumed"
	case verdictHold:
		d.to, d.attempts, d.delay = models.ItemPending, max(attempts-1, 0), holdDelay
		d.reason = "waits for disk space"
	}
	return d
}

// asked is the upstream's own wish, bounded.
func (b Backoff) asked(err error) time.Duration {
	return min(retryAfter(err), b.MaxWait)
}

// double is first·2^n, at most limit.
func double(first time.Duration, n int, limit time.Duration) time.Duration {
	d := first
	for range n {
		if d >= limit {
			break
		}
		d *= 2
	}
	return min(d, limit)
}

// jitter spreads a delay over 75 to 125 %.
func jitter(d time.Duration, random func() float64) time.Duration {
	return time.Duration(float64(d) * (0.75 + 0.5*random()))
}
