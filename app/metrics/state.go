package metrics

import (
	"context"

	"github.com/prometheus/client_golang/prometheus"
)

// gauges describe what a state tells.
type gauges struct {
	up, runner, running, speed, queue, blocked, free, total *prometheus.Desc
}

func newGauges() gauges {
	d := func(name, help string, labels ...string) *prometheus.Desc {
		return prometheus.NewDesc(prometheus.BuildFQName(namespace, "", name), help, labels, nil)
	}
	return gauges{
		up:      d("database_up", "1 when the database answers."),
		runner:  d("runner_up", "1 when the job runner turns."),
		running: d("items_running", "Items in workers' hands."),
		speed:   d("download_bytes_per_second", "What the running downloads bring, smoothed."),
		queue:   d("queue_items", "Items of unfinished jobs by what they wait for; running ones included.", "wait"),
		blocked: d("source_blocked", "1 when a source does not serve.", "source"),
		free:    d("library_disk_free_bytes", "Free bytes on the disk that songs are filed on."),
		total:   d("library_disk_bytes", "Size of that disk."),
	}
}

// stateCollector reads the state when it is asked.
type stateCollector struct {
	gauges
	read func(context.Context) (State, error)
}

// Describe is part of prometheus.Collector.
func (c *stateCollector) Describe(out chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{c.up, c.runner, c.running, c.speed, c.queue, c.blocked, c.free, c.total} {
		out <- d
	}
}

// Collect is part of prometheus.Collector. What cannot be read is left out, and the
// database is told to be down.
func (c *stateCollector) Collect(out chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), readTimeout)
	defer cancel()
	tell := func(d *prometheus.Desc, v float64, labels ...string) {
		out <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, v, labels...)
	}
	s, err := c.read(ctx)
	tell(c.up, number(err == nil))
	tell(c.runner, number(s.RunnerOK))
	tell(c.running, float64(s.Running))
	tell(c.speed, s.BytesPerSecond)
	waits := map[string]int64{}
	for _, q := range s.Queue {
		waits[string(q.Wait)] += q.Items
	}
	for wait, n := range waits {
		tell(c.queue, float64(n), wait)
	}
	for _, h := range s.Sources {
		tell(c.blocked, number(h.Blocked), h.Name)
	}
	if s.DiskTotal > 0 {
		tell(c.free, float64(s.DiskFree))
		tell(c.total, float64(s.DiskTotal))
	}
}

func number(yes bool) float64 {
	if yes {
		return 1
	}
	return 0
}

var _ prometheus.Collector = (*stateCollector)(nil)
