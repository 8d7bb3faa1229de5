package app

import (
	"context"
	"time"

	"catalogsync/app/health"
	"catalogsync/app/metrics"
)

// upstreamMeter counts the requests to a source for its health and for the metrics.
type upstreamMeter struct {
	*health.Meter
	source  string
	metrics *metrics.Metrics
}

// Observe counts one request.
func (m upstreamMeter) Observe(endpoint string, took time.Duration, err error) {
	m.Meter.Observe(endpoint, took, err)
	m.metrics.Upstream(m.source, took, err)
}

// metricsState is how things are when the metrics are read.
func (a *App) metricsState(ctx context.Context) (metrics.State, error) {
	live := a.Runner.Live()
	s := metrics.State{RunnerOK: live.Health.OK, Running: len(live.Running), BytesPerSecond: live.BytesPerSecond, Sources: a.sourceHealth()}
	if d, err := a.disk(); err == nil { // a disk that is not mounted has no size
		s.DiskFree, s.DiskTotal = d.Free, d.Total
	}
	var err error
	s.Queue, err = a.Store.CountQueue(ctx)
	return s, err
}
