package httpclient

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"time"

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

// gate lets a bounded number of requests through at a bounded pace, and none while it is
// held.
type gate struct {
	slots chan struct{}
	pace  *rate.Limiter

	mu   sync.Mutex
	held time.Time // until when the upstream wants to be left alone
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

// hold keeps requests of an endpoint with a pace of its own, else all of the host, back for
// a while.
func (g *gates) hold(endpoint, host string, pause time.Duration) {
	held, own := g.endpoints[endpoint]
	if !own {
		held = g.of(strings.ToLower(host))
	}
	held.mu.Lock()
	defer held.mu.Unlock()
	if until := time.Now().Add(pause); until.After(held.held) {
		held.held = until
	}
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
	err = g.waitHeld(ctx)
	if err == nil {
		err = g.pace.Wait(ctx)
	}
	if err != nil {
		<-g.slots
		return nil, err
	}
	return func() { <-g.slots }, nil
}

// heldError says that the gate is held for longer than a request should wait.
type heldError struct{ left time.Duration }

// Error names the time.
func (e heldError) Error() string { return fmt.Sprintf("held back for %s", e.left) }

// waitHeld waits for the end of a short hold; a long one is a heldError, so that its caller
// can do something else meanwhile.
func (g *gate) waitHeld(ctx context.Context) error {
	for {
		g.mu.Lock()
		left := time.Until(g.held)
		g.mu.Unlock()
		if left <= 0 {
			return nil
		}
		if left > longestInlineWait {
			return heldError{left}
		}
		select {
		case <-time.After(left):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}
