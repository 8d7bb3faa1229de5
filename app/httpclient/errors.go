package httpclient

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"
	"unicode"

	"catalogsync/models"
)

// Causes of ending a request from within, told apart by context.Cause.
var (
	errStalled       = errors.New("no byte arrived within the idle time")
	errAnswerTimeout = errors.New("the answer took too long")
)

// excerptLength bounds how much of an answer an error shows, in characters.
const excerptLength = 200

// statusError is the meaning of a status when nobody knows better.
func statusError(status int, h http.Header) error {
	e := models.NewError(models.ClassPermanent, models.CodeUpstreamStatus, "answered with status %d", status)
	e.RetryAfter = retryAfter(h)
	switch {
	case status == http.StatusTooManyRequests:
		e.Class, e.Code, e.Message = models.ClassRateLimited, models.CodeRateLimited, "asks for slower requests (status 429)"
	case status >= http.StatusInternalServerError, status == http.StatusRequestTimeout, status == http.StatusTooEarly:
		e.Class = models.ClassTransient
	case status == http.StatusNotFound, status == http.StatusGone:
		e.Class = models.ClassNotFound
	}
	return e
}

// retryAfter reads the header's seconds or date; 0 when absent or senseless.
func retryAfter(h http.Header) time.Duration {
	value := strings.TrimSpace(h.Get("Retry-After"))
	if value == "" {
		return 0
	}
	if d, err := time.ParseDuration(value + "s"); err == nil {
		return min(max(d, 0), maxRetryAfter)
	}
	if at, err := http.ParseTime(value); err == nil {
		return min(max(time.Until(at), 0), maxRetryAfter)
	}
	return 0
}

// maxRetryAfter bounds what is believed of an upstream's own wish.
const maxRetryAfter = time.Hour

// withOrigin fills in where an error came from; a plain error gets no class and stays as it is.
func (c *Client) withOrigin(err error, endpoint string, body []byte, sent http.Header) error {
	e, ok := errors.AsType[*models.Error](err)
	if !ok {
		return err
	}
	if e.Source == "" {
		e.Source = c.cfg.Source
	}
	if e.Endpoint == "" {
		e.Endpoint = endpoint
	}
	if e.Excerpt == "" {
		e.Excerpt = Excerpt(c.redact(string(body), sent))
	} else {
		e.Excerpt = c.redact(e.Excerpt, sent)
	}
	return err
}

// Redacted takes the client's credentials out of the excerpt of an error that an adapter
// made of an answer; any other error, and none, stays as it is.
func (c *Client) Redacted(err error) error {
	if e, ok := errors.AsType[*models.Error](err); ok {
		e.Excerpt = c.redact(e.Excerpt, c.cfg.Header)
	}
	return err
}

func (c *Client) permanent(endpoint, message string, cause error) error {
	return c.origin(models.NewError(models.ClassPermanent, models.CodeInternal, "%s", message), endpoint, cause)
}

func (c *Client) transient(code models.Code, endpoint, message string, cause error) error {
	return c.origin(models.NewError(models.ClassTransient, code, "%s", message), endpoint, cause)
}

func (c *Client) origin(e *models.Error, endpoint string, cause error) error {
	e.Source, e.Endpoint, e.Cause = c.cfg.Source, endpoint, cause
	return e
}

// interrupted is the error of a caller that went away or ran out of time.
func (c *Client) interrupted(ctx context.Context, endpoint string, err error) error {
	if cause := ctx.Err(); cause != nil {
		err = cause
	}
	if errors.Is(err, context.Canceled) {
		return c.transient(models.CodeInterrupted, endpoint, "the request was canceled", err)
	}
	return c.transient(models.CodeTimeout, endpoint, "no time was left for the request", err)
}

// notLetIn is the error of a request that the gate did not let through; that of an open
// circuit, which knows more of the cause, comes first. breaker may be nil.
func (c *Client) notLetIn(ctx context.Context, endpoint string, err error, breaker *circuit) error {
	held, ok := errors.AsType[heldError](err)
	switch {
	case !ok:
		return c.interrupted(ctx, endpoint, err)
	case breaker != nil && breaker.breaker.IsOpen():
		return breaker.refusal(endpoint)
	}
	e := models.NewError(models.ClassRateLimited, models.CodeRateLimited, "wants to be left alone for another %s", held.left.Round(time.Second))
	e.RetryAfter = held.left
	return c.origin(e, endpoint, nil)
}

// keepPause keeps other requests back, too, for as long as the error of one says.
func (c *Client) keepPause(endpoint, host string, err error) {
	if e, ok := errors.AsType[*models.Error](err); ok && e.RetryAfter > 0 {
		c.gates.hold(endpoint, host, e.RetryAfter)
	}
}

// domainError makes the bare context error, with which the retry policy ends when the
// caller goes away between two tries, a domain error.
func (c *Client) domainError(ctx context.Context, endpoint string, err error) error {
	if _, ok := errors.AsType[*models.Error](err); ok {
		return err
	}
	return c.interrupted(ctx, endpoint, err)
}

// sendError is the meaning of a request that got no answer.
func (c *Client) sendError(ctx context.Context, endpoint string, err error) error {
	err = unwrapURL(err)
	if e, ok := errors.AsType[*models.Error](err); ok { // the dial guard's refusal
		e.Source, e.Endpoint = c.cfg.Source, endpoint
		return e
	}
	if cause := context.Cause(ctx); cause != nil {
		return c.causeError(ctx, endpoint, cause)
	}
	var timeout net.Error
	if errors.As(err, &timeout) && timeout.Timeout() {
		return c.transient(models.CodeTimeout, endpoint, "no answer in time", err)
	}
	return c.transient(models.CodeNetwork, endpoint, "the request could not be sent or was cut off", err)
}

// bodyError is the meaning of a body that broke off.
func (c *Client) bodyError(ctx context.Context, endpoint string, err error) error {
	if cause := context.Cause(ctx); cause != nil {
		return c.causeError(ctx, endpoint, cause)
	}
	if errors.Is(err, io.ErrUnexpectedEOF) {
		return c.transient(models.CodeLengthMismatch, endpoint, "the body is shorter than announced", err)
	}
	return c.transient(models.CodeNetwork, endpoint, "the body broke off", err)
}

func (c *Client) causeError(ctx context.Context, endpoint string, cause error) error {
	switch {
	case errors.Is(cause, errStalled):
		return c.transient(models.CodeStalled, endpoint, "the body stalled: no byte arrived for "+c.cfg.IdleTimeout.String(), nil)
	case errors.Is(cause, errAnswerTimeout):
		return c.transient(models.CodeTimeout, endpoint, "the answer took longer than "+answerTimeout.String(), nil)
	default:
		return c.interrupted(ctx, endpoint, cause)
	}
}

// unwrapURL drops the address from net/http's errors: queries hold tokens.
func unwrapURL(err error) error {
	var u *url.Error
	if errors.As(err, &u) {
		return u.Err
	}
	return err
}

// Excerpt is the start of a text in at most 200 printable characters on one line.
func Excerpt(text string) string {
	var b strings.Builder
	n, space := 0, false
	for _, r := range text {
		if unicode.IsSpace(r) || !unicode.IsPrint(r) {
			space = n > 0
			continue
		}
		if n >= excerptLength || space && n+1 >= excerptLength {
			break
		}
		if space {
			b.WriteByte(' ')
			n, space = n+1, false
		}
		b.WriteRune(r)
		n++
	}
	return b.String()
}

// redact removes credentials that an upstream echoes.
func (c *Client) redact(text string, sent http.Header) string {
	for _, secret := range secretsOf(sent, c.cfg.Private) {
		text = strings.ReplaceAll(text, secret, "***")
	}
	return text
}

// shortestSecret keeps harmless cookie values such as "pc" or "1" from being blotted
// out of every excerpt.
const shortestSecret = 6

func secretsOf(h http.Header, private []string) []string {
	var secrets []string
	add := func(s string) {
		if s = strings.TrimSpace(s); len(s) >= shortestSecret {
			secrets = append(secrets, s)
		}
	}
	for _, line := range h.Values("Cookie") {
		for pair := range strings.SplitSeq(line, ";") {
			_, value, _ := strings.Cut(pair, "=")
			add(value)
		}
	}
	for _, name := range private {
		for _, value := range h.Values(name) {
			add(value)
		}
	}
	for _, line := range h.Values("Authorization") {
		_, credentials, found := strings.Cut(line, " ")
		if !found {
			credentials = line
		}
		add(credentials)
	}
	return secrets
}
