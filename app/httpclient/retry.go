package httpclient

import (
	"errors"
	"time"

	"github.com/failsafe-go/failsafe-go"
	"github.com/failsafe-go/failsafe-go/retrypolicy"

	"catalogsync/models"
)

const (
	firstRetryDelay = 250 * time.Millisecond
	lastRetryDelay  = 2 * time.Second
	retryJitter     = 0.25
	// longestInlineWait is the longest Retry-After that is waited for inside a request;
	// a longer one goes back to the caller, whose worker can do something else meanwhile.
	longestInlineWait = 3 * time.Second
)

// newRetryPolicy is the short retry inside one request; everything longer is the job
// engine's business.
func newRetryPolicy(attempts int) retrypolicy.RetryPolicy[*Response] {
	return retrypolicy.NewBuilder[*Response]().
		HandleIf(func(_ *Response, err error) bool { return worthRetrying(err) }).
		WithMaxAttempts(attempts).
		WithBackoff(firstRetryDelay, lastRetryDelay).
		WithJitterFactor(retryJitter).
		WithDelayFunc(func(exec failsafe.ExecutionAttempt[*Response]) time.Duration {
			if e, ok := errors.AsType[*models.Error](exec.LastError()); ok && e.RetryAfter > 0 {
				// Jitter may shorten a delay by its factor; an upstream's wish is a minimum.
				return time.Duration(float64(e.RetryAfter) / (1 - retryJitter))
			}
			return -1 // the backoff above
		}).
		ReturnLastFailure().
		Build()
}

// worthRetrying picks what a moment may heal. Risk control is never asked again at once:
// that prolongs it. A request that already cost a whole timeout goes back to the caller.
func worthRetrying(err error) bool {
	e, ok := errors.AsType[*models.Error](err)
	if !ok || e.RetryAfter > longestInlineWait {
		return false
	}
	switch e.Class {
	case models.ClassRateLimited:
		return e.Code != models.CodeCircuitOpen && e.RetryAfter > 0
	case models.ClassTransient:
		if _, refused := e.Params[ParamStatus]; refused {
			return false // the same address is refused again
		}
		return e.Code != models.CodeInterrupted && e.Code != models.CodeTimeout && e.Code != models.CodeStalled
	default:
		return false
	}
}
