package demo

import (
	"maps"
	"slices"
	"sync"
	"time"
)

// maxTimes bounds the remembered times of one endpoint.
const maxTimes = 4096

// EndpointKey names an endpoint: the platform's source name, and the endpoint's name in
// the platform's own format.
type EndpointKey struct{ Platform, Endpoint string }

// EndpointStats counts an endpoint's requests.
type EndpointStats struct {
	Requests int
	// Times are when the last requests came, at most 4096 of them, in order.
	Times []time.Time
}

// Stats is what happened since the start.
type Stats struct {
	Requests  int // all of them, those for unknown addresses included
	Endpoints map[EndpointKey]EndpointStats
	// Faults counts the faults that were made, by platform.
	Faults map[string]map[FaultKind]int
	// MaxInFlight is the largest number of requests that one host had at a time.
	MaxInFlight map[string]int
}

type stats struct {
	mu        sync.Mutex
	requests  int
	endpoints map[EndpointKey]*EndpointStats
	faults    map[string]map[FaultKind]int
	inFlight  map[string]int
	peak      map[string]int
}

func newStats() *stats {
	return &stats{endpoints: map[EndpointKey]*EndpointStats{}, faults: map[string]map[FaultKind]int{},
		inFlight: map[string]int{}, peak: map[string]int{}}
}

// enter counts a request to a known host; the returned function ends it.
func (s *stats) enter(host string) func() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.inFlight[host]++
	s.peak[host] = max(s.peak[host], s.inFlight[host])
	return func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.inFlight[host]--
	}
}

func (s *stats) request() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.requests++
}

func (s *stats) endpoint(platform, endpoint string, at time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	key := EndpointKey{platform, endpoint}
	e := s.endpoints[key]
	if e == nil {
		e = &EndpointStats{}
		s.endpoints[key] = e
	}
	e.Requests++
	if len(e.Times) == maxTimes {
		e.Times = slices.Delete(e.Times, 0, maxTimes/2)
	}
	e.Times = append(e.Times, at)
}

func (s *stats) fault(platform string, kind FaultKind) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.faults[platform] == nil {
		s.faults[platform] = map[FaultKind]int{}
	}
	s.faults[platform][kind]++
}

// Stats tells what happened since the start or the last ResetStats.
func (s *Server) Stats() Stats {
	st := s.stats
	st.mu.Lock()
	defer st.mu.Unlock()
	out := Stats{Requests: st.requests, Endpoints: map[EndpointKey]EndpointStats{},
		Faults: map[string]map[FaultKind]int{}, MaxInFlight: maps.Clone(st.peak)}
	for k, e := range st.endpoints {
		out.Endpoints[k] = EndpointStats{Requests: e.Requests, Times: slices.Clone(e.Times)}
	}
	for p, f := range st.faults {
		out.Faults[p] = maps.Clone(f)
	}
	return out
}

// ResetStats forgets what happened so far; requests under way stay counted as such.
func (s *Server) ResetStats() {
	st := s.stats
	st.mu.Lock()
	defer st.mu.Unlock()
	st.requests = 0
	clear(st.endpoints)
	clear(st.faults)
	clear(st.peak)
}
