package httpclient

import (
	"context"
	"strings"
	"sync"

	"golang.org/x/time/rate"
)

// maxGates bounds the hosts that are paced one by one. Hosts of streams come from
// upstreams, so their number is not ours to trust; those beyond share one gate.
const maxGates = 256

// gates hold the pace and the concurrency of each host, and of endpoints with a pace
// of their own.
type gates struct {
	perSecond   float64
	concurrency int
	endpoints   map[string]*gate

	mu    sync.Mutex
	hosts map[string]*gate
	rest  *gate
}

// gate lets a bounded number of requests through at a bounded pace.
type gate struct {
	slots chan struct{}
	pace  *rate.Limiter
}

func newGates(cfg Config) *gates {
	g := &gates{
		perSecond:   cfg.RatePerSecond,
		concurrency: cfg.Concurrency,
		endpoints:   map[string]*gate{},
		hosts:       map[string]*gate{},
	}
	g.rest = newGate(g.perSecond, g.concurrency)
	if cfg.RatePerSecond > 0 {
		for endpoint, perSecond := range cfg.EndpointRate {
			g.endpoints[endpoint] = newGate(perSecond, 1)
		}
	}
	return g
}

func newGate(perSecond float64, concurrency int) *gate {
	limit := rate.Inf
	if perSecond > 0 {
		limit = rate.Limit(perSecond)
	}
	// A burst of one spaces requests evenly.
	return &gate{slots: make(chan struct{}, concurrency), pace: rate.NewLimiter(limit, 1)}
}

// enter waits for the request's turn; release ends it.
func (g *gates) enter(ctx context.Context, endpoint, host string) (release func(), err error) {
	host = strings.ToLower(host)
	own, paced := g.endpoints[endpoint]
	if !paced {
		return g.of(host).enter(ctx)
	}
	leaveEndpoint, err := own.enter(ctx)
	if err != nil {
		return nil, err
	}
	leaveHost, err := g.of(host).enter(ctx)
	if err != nil {
		leaveEndpoint()
		return nil, err
	}
	return func() { leaveHost(); leaveEndpoint() }, nil
}

func (g *gates) of(host string) *gate {
	g.mu.Lock()
	defer g.mu.Unlock()
	if known, ok := g.hosts[host]; ok {
		return known
	}
	if len(g.hosts) >= maxGates {
		return g.rest
	}
	made := newGate(g.perSecond, g.concurrency)
	g.hosts[host] = made
	return made
}

func (g *gate) enter(ctx context.Context) (release func(), err error) {
	select {
	case g.slots <- struct{}{}:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	if err := g.pace.Wait(ctx); err != nil {
		<-g.slots
		return nil, err
	}
	return func() { <-g.slots }, nil
}
