package demo

import (
	"io"
	"net/http"
	"strconv"
	"time"

	"catalogsync/app/demo/wire"
)

// hit draws whether a fault of a kind happens now, and counts it.
func (s *Server) hit(platform string, kind FaultKind) bool {
	d, ok := s.dialOf(platform)
	if !ok || !d.hit(kind) {
		return false
	}
	s.stats.fault(platform, kind)
	return true
}

func (s *Server) dialOf(platform string) (*dial, bool) {
	v, ok := s.faults.Load(platform)
	if !ok {
		return nil, false
	}
	d, ok := v.(*dial)
	return d, ok
}

// hit draws from the sequence that the seed gives.
func (d *dial) hit(kind FaultKind) bool {
	rate := d.Rates[kind]
	return rate > 0 && float64(d.draw()>>11)/(1<<53) < rate
}

// draw is the next number of the seed's sequence.
func (d *dial) draw() uint64 {
	x := d.seed + d.draws.Add(1)*0x9E3779B97F4A7C15
	x = (x ^ x>>30) * 0xBF58476D1CE4E5B9
	x = (x ^ x>>27) * 0x94D049BB133111EB
	return x ^ x>>31
}

// serve answers a call, with the faults that hit it.
func (s *Server) serve(w http.ResponseWriter, p wire.Platform, e wire.Endpoint, c *wire.Call) {
	d, ok := s.dialOf(p.Name())
	if !ok || d.None() {
		e.Serve(w, c)
		return
	}
	if s.hit(p.Name(), FaultLatency) && !sleep(c, d.Latency+d.jitter()) {
		return
	}
	switch kind := s.pick(p.Name(), e.Kind); kind {
	case FaultStatus429:
		w.Header().Set("Retry-After", strconv.Itoa(max(int((d.RetryAfter+time.Second-1)/time.Second), 1)))
		wire.HTML(w, http.StatusTooManyRequests, "429 Too Many Requests")
	case FaultStatus5xx:
		status := [...]int{http.StatusInternalServerError, http.StatusBadGateway, http.StatusServiceUnavailable}[d.draw()%3]
		wire.HTML(w, status, strconv.Itoa(status)+" "+http.StatusText(status))
	case FaultRiskControl:
		p.RiskControl(w, c, e.Kind, d.draw())
	case FaultHTML:
		wire.HTML(w, http.StatusOK, "安全验证")
	case FaultTruncated:
		e.Serve(&cutWriter{ResponseWriter: w}, c)
	case FaultStalled:
		e.Serve(&cutWriter{ResponseWriter: w, stall: func() { sleep(c, d.StallFor) }}, c)
	case FaultWrongLength, FaultBadChecksum:
		c.Damage = map[FaultKind]wire.Damage{FaultWrongLength: wire.WrongLength, FaultBadChecksum: wire.BadBytes}[kind]
		e.Serve(w, c)
	default:
		e.Serve(w, c)
	}
}

// pick draws the one fault that replaces or spoils an answer; "" is none.
func (s *Server) pick(platform string, kind wire.Kind) FaultKind {
	for _, f := range FaultKinds {
		if f == FaultLatency || f == FaultDuplicatePage {
			continue
		}
		if onlyMedia := f == FaultWrongLength || f == FaultBadChecksum; onlyMedia && kind != wire.Media {
			continue
		}
		if s.hit(platform, f) {
			return f
		}
	}
	return ""
}

func (d *dial) jitter() time.Duration {
	if d.LatencyJitter <= 0 {
		return 0
	}
	return time.Duration(d.draw() % uint64(d.LatencyJitter))
}

// sleep waits unless the caller leaves first.
func sleep(c *wire.Call, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-c.Context().Done():
		return false
	}
}

// cutWriter passes on half of the body that was announced. The server closes the
// connection of an answer that stays below its length, so the caller sees it cut.
type cutWriter struct {
	http.ResponseWriter
	stall func() // nil = cut at once
	left  int64
	begun bool
}

// Flush lets the wrapped writer send what it has.
func (w *cutWriter) Flush() {
	if f, ok := w.ResponseWriter.(http.Flusher); ok {
		f.Flush()
	}
}

func (w *cutWriter) WriteHeader(status int) {
	if !w.begun {
		w.begun = true
		n, err := strconv.ParseInt(w.Header().Get("Content-Length"), 10, 64)
		if err != nil {
			n = 0
		}
		w.left = n / 2
	}
	w.ResponseWriter.WriteHeader(status)
}

func (w *cutWriter) Write(p []byte) (int, error) {
	if !w.begun {
		w.WriteHeader(http.StatusOK)
	}
	n := int(min(int64(len(p)), w.left))
	if n > 0 {
		if _, err := w.ResponseWriter.Write(p[:n]); err != nil {
			return 0, err
		}
		w.left -= int64(n)
	}
	if n == len(p) {
		return n, nil
	}
	w.Flush()
	if w.stall != nil {
		w.stall()
		w.stall = nil
	}
	return n, io.ErrShortWrite
}
