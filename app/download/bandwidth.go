package download

import (
	"context"
	"io"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

const (
	// maxShare is the most that a download takes at once of a limited bandwidth, and
	// sharesOfSecond into how many a second is cut. All take turns, so a small file that
	// begins late waits for one share of each of the others, not for their ends.
	maxShare       = 64 << 10
	sharesOfSecond = 40
	minShare       = 512
	// limitHolds is how long an answer about the limit is believed.
	limitHolds = time.Second
)

// throttle shares a bandwidth between all downloads.
type throttle struct {
	limit  func(time.Time) int64 // bytes a second, 0 = unlimited
	now    func() time.Time
	bucket *rate.Limiter

	mu    sync.Mutex
	asked time.Time
	share int // 0 = unlimited
}

func newThrottle(limit func(time.Time) int64, now func() time.Time) *throttle {
	return &throttle{limit: limit, now: now, bucket: rate.NewLimiter(rate.Inf, maxShare)}
}

// shareNow is how much may be read at once, 0 = anything.
func (t *throttle) shareNow() int {
	t.mu.Lock()
	defer t.mu.Unlock()
	now := t.now()
	if since := now.Sub(t.asked); !t.asked.IsZero() && since >= 0 && since < limitHolds {
		return t.share
	}
	t.asked = now
	perSecond := t.limit(now)
	t.share = 0
	if perSecond <= 0 {
		t.bucket.SetLimit(rate.Inf)
		return 0
	}
	t.share = int(min(max(perSecond/sharesOfSecond, minShare), maxShare))
	if t.bucket.Limit() != rate.Limit(perSecond) {
		t.bucket.SetBurst(t.share)
		t.bucket.SetLimit(rate.Limit(perSecond))
	}
	return t.share
}

// reader reads body no faster than its turn comes.
func (t *throttle) reader(ctx context.Context, body io.Reader) io.Reader {
	return &throttled{ctx, t, body}
}

type throttled struct {
	ctx  context.Context
	t    *throttle
	body io.Reader
}

func (r *throttled) Read(p []byte) (int, error) {
	share := r.t.shareNow()
	if share == 0 {
		return r.body.Read(p)
	}
	n, err := r.body.Read(p[:min(len(p), share)])
	for left := n; left > 0; {
		turn := min(left, r.t.bucket.Burst())
		if waitErr := r.t.bucket.WaitN(r.ctx, turn); waitErr != nil {
			if r.ctx.Err() != nil {
				return n, r.ctx.Err()
			}
			continue // the burst became smaller meanwhile
		}
		left -= turn
	}
	return n, err
}
