// Package metrics counts what the program does, in the form that Prometheus reads.
//
// Labels have few values: kinds of stages, states, codes and sources, which the program
// names, never titles or addresses, which the world does.
package metrics

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"catalogsync/models"
)

// namespace is what all names of this program begin with.
const namespace = "catalogsync"

// readTimeout bounds the reading of the present state for one answer.
const readTimeout = 5 * time.Second

// Metrics counts from the start of the process.
type Metrics struct {
	registry *prometheus.Registry
	items    *prometheus.CounterVec
	bytes    *prometheus.CounterVec
	upstream *prometheus.HistogramVec
	failures *prometheus.CounterVec
	requests *prometheus.HistogramVec
}

// New makes counters at zero.
func New(version string) *Metrics {
	m := &Metrics{
		registry: prometheus.NewRegistry(),
		items: prometheus.NewCounterVec(prometheus.CounterOpts{Namespace: namespace, Name: "items_total",
			Help: "Items of jobs that ended, by kind of stage, state and error code."}, []string{"stage", "state", "code"}),
		bytes: prometheus.NewCounterVec(prometheus.CounterOpts{Namespace: namespace, Name: "item_bytes_total",
			Help: "Bytes that ended items delivered, by kind of stage and source."}, []string{"stage", "source"}),
		upstream: prometheus.NewHistogramVec(prometheus.HistogramOpts{Namespace: namespace, Name: "upstream_request_seconds",
			Help:    "Time until the answer of a source was read.",
			Buckets: []float64{.05, .1, .25, .5, 1, 2.5, 5, 10, 30}}, []string{"source"}),
		failures: prometheus.NewCounterVec(prometheus.CounterOpts{Namespace: namespace, Name: "upstream_failures_total",
			Help: "Requests to a source that failed, by error code."}, []string{"source", "code"}),
		requests: prometheus.NewHistogramVec(prometheus.HistogramOpts{Namespace: namespace, Name: "http_request_seconds",
			Help:    "Time of the console's and the API's answers, by route.",
			Buckets: []float64{.001, .005, .025, .1, .25, 1, 5}}, []string{"method", "route", "status"}),
	}
	info := prometheus.NewGauge(prometheus.GaugeOpts{Namespace: namespace, Name: "build_info",
		Help: "Always 1; the version is a label.", ConstLabels: prometheus.Labels{"version": version}})
	info.Set(1)
	m.registry.MustRegister(m.items, m.bytes, m.upstream, m.failures, m.requests, info,
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

// ItemEnded counts an item of a job that ended.
func (m *Metrics) ItemEnded(stage models.StageName, r models.ItemResult) {
	m.items.WithLabelValues(string(stage), string(r.To), string(r.ErrorCode)).Inc()
	if r.Bytes > 0 {
		m.bytes.WithLabelValues(string(stage), r.ResultSource).Add(float64(r.Bytes))
	}
}

// Upstream counts one request to a source.
func (m *Metrics) Upstream(source string, took time.Duration, err error) {
	m.upstream.WithLabelValues(source).Observe(took.Seconds())
	if err != nil {
		m.failures.WithLabelValues(source, string(models.CodeOf(err))).Inc()
	}
}

// Request counts one answer of the console or the API. Route is the pattern that took the
// request and no address, which anybody could make up.
func (m *Metrics) Request(method, route string, status int, took time.Duration) {
	m.requests.WithLabelValues(method, route, strconv.Itoa(status)).Observe(took.Seconds())
}

// State is how things are at the moment of an answer.
type State struct {
	RunnerOK bool
	// Running is how many items are in workers' hands, and BytesPerSecond what they bring.
	Running        int
	BytesPerSecond float64
	Queue          []models.QueueShare
	Sources        []models.SourceHealth
	// DiskFree and DiskTotal are bytes of the library's disk, total 0 = unknown.
	DiskFree, DiskTotal int64
}

// Watch lets answers tell how things are; read is called once for each answer.
func (m *Metrics) Watch(read func(context.Context) (State, error)) {
	m.registry.MustRegister(&stateCollector{read: read, gauges: newGauges()})
}

// Handler answers with all metrics.
func (m *Metrics) Handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{ErrorHandling: promhttp.ContinueOnError})
}
