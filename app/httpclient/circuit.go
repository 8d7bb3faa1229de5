package httpclient

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/failsafe-go/failsafe-go"
	"github.com/failsafe-go/failsafe-go/circuitbreaker"

	"catalogsync/app/sources"
	"catalogsync/models"
)

// CircuitState tells whether a source is being left alone.
type CircuitState = sources.CircuitState

// Circuit is the state of the source's circuit. Endpoints with a pace of their own have
// circuits of their own, which are not told here.
func (c *Client) Circuit() CircuitState { return c.circuits.main.state() }

// circuits are a source's circuit and those of its endpoints with a pace of their own.
type circuits struct {
	main *circuit
	own  map[string]*circuit
}

func newCircuits(cfg Config) *circuits {
	cs := &circuits{main: newCircuit(cfg), own: map[string]*circuit{}}
	if cfg.RatePerSecond > 0 {
		for endpoint := range cfg.EndpointRate {
			cs.own[endpoint] = newCircuit(cfg)
		}
	}
	return cs
}

func (cs *circuits) of(endpoint string) *circuit {
	if own, ok := cs.own[endpoint]; ok {
		return own
	}
	return cs.main
}

// circuit is one circuit breaker with delays that double while probes fail.
type circuit struct {
	source   string
	breaker  circuitbreaker.CircuitBreaker[*Response]
	executor failsafe.Executor[*Response]

	mu    sync.Mutex
	opens int           // openings since it was last closed
	last  *models.Error // the failure that opened it
}

func newCircuit(cfg Config) *circuit {
	c := &circuit{source: cfg.Source}
	c.breaker = circuitbreaker.NewBuilder[*Response]().
		HandleIf(func(_ *Response, err error) bool { return c.counts(err) }).
		WithFailureThreshold(cfg.Breaker.Failures).
		WithSuccessThreshold(1).
		WithDelayFunc(func(exec failsafe.ExecutionAttempt[*Response]) time.Duration {
			return c.opened(exec.LastError(), cfg.Breaker)
		}).
		OnClose(func(circuitbreaker.StateChangedEvent) { c.closed() }).
		Build()
	c.executor = failsafe.With[*Response](c.breaker)
	return c
}

// counts tells whether err speaks against the whole source. A probe that its caller gave
// up proves nothing, so it may not close the circuit.
func (c *circuit) counts(err error) bool {
	e, ok := errors.AsType[*models.Error](err)
	if !ok {
		return false
	}
	switch e.Class {
	case models.ClassRiskControl, models.ClassRateLimited:
		return true
	case models.ClassTransient:
		switch e.Code {
		case models.CodeUpstreamStatus, models.CodeNetwork, models.CodeTimeout:
			return true
		case models.CodeInterrupted:
			return c.breaker.IsHalfOpen()
		}
	}
	return false
}

// opened notes why the circuit opens and computes for how long.
func (c *circuit) opened(err error, cfg BreakerConfig) time.Duration {
	c.mu.Lock()
	defer c.mu.Unlock()
	delay := cfg.MaxDelay
	if c.opens < 16 { // more doublings would overflow, and the limit is long reached
		delay = min(cfg.FirstDelay<<c.opens, cfg.MaxDelay)
	}
	c.opens++
	if e, ok := errors.AsType[*models.Error](err); ok {
		c.last = e
		delay = max(delay, e.RetryAfter)
	}
	return delay
}

func (c *circuit) closed() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.opens, c.last = 0, nil
}

// run does one try, or refuses it while the circuit is open.
func (c *circuit) run(ctx context.Context, endpoint string, try func() (*Response, error)) (*Response, error) {
	resp, err := c.executor.WithContext(ctx).Get(try)
	if errors.Is(err, circuitbreaker.ErrOpen) {
		return nil, c.refusal(endpoint)
	}
	return resp, err
}

// refusal is the error of a request that was not sent. It keeps the class of risk
// control, so that callers treat the source as they did when it was raised.
func (c *circuit) refusal(endpoint string) error {
	state := c.state()
	e := models.NewError(models.ClassRateLimited, models.CodeCircuitOpen,
		"left alone for a while after repeated failures: %s", state.Reason)
	e.Source, e.Endpoint = c.source, endpoint
	// While a probe is under way nothing is known of the time; a second is enough for it.
	e.RetryAfter = max(c.breaker.RemainingDelay(), time.Second)
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.last != nil && c.last.Class == models.ClassRiskControl {
		e.Class = models.ClassRiskControl
	}
	return e
}

func (c *circuit) state() CircuitState {
	if c.breaker.IsClosed() {
		return CircuitState{}
	}
	state := CircuitState{Open: true, Until: time.Now().Add(c.breaker.RemainingDelay())}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.last != nil {
		state.Code, state.Reason = c.last.Code, c.last.Message
	}
	return state
}
