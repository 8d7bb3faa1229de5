package httpclient

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"time"

	"github.com/failsafe-go/failsafe-go"

	"catalogsync/models"
)

// answerTimeout bounds one try of Do from the request to the last byte, so that an
// upstream that drips cannot hold a worker.
const answerTimeout = 2 * time.Minute

// Do sends r and returns the answer when it passed all checks. Errors are *models.Error
// with Source and Endpoint set:
//
//   - ClassRateLimited, CodeRateLimited: status 429; RetryAfter as told. Until then no other
//     request is sent to that host, and longer waits are told in the same way
//   - ClassTransient: 5xx, no connection, timeouts, cut or empty answers
//   - ClassRiskControl, CodeUpstreamHTML: a page instead of data
//   - ClassNotFound: 404 and 410; ClassPermanent: other refusals, answers that are too large
//   - CodeCircuitOpen: the source is left alone for RetryAfter
//   - whatever Request.Classify raised
func (c *Client) Do(ctx context.Context, r Request) (*Response, error) {
	return c.do(ctx, r, nil)
}

// Bytes is Do for those who want only the body: UTF-8, byte order mark removed,
// GB18030 converted.
func (c *Client) Bytes(ctx context.Context, r Request) ([]byte, error) {
	resp, err := c.do(ctx, r, nil)
	if err != nil {
		return nil, err
	}
	return resp.Body, nil
}

// JSON is Do with the answer read into out; a JSONP wrapper is removed, a
// single-quoted literal read as JSON. An answer that
// is cut short is tried again once; one that has another shape is
// ClassPermanent/CodeUpstreamShape with an excerpt.
func (c *Client) JSON(ctx context.Context, r Request, out any) error {
	_, err := c.do(ctx, r, func(resp *Response, attempt int) error {
		return c.decodeJSON(r.Endpoint, resp.Body, out, attempt)
	})
	return err
}

// check is a last look at an answer, inside the try, so that it may ask for another one.
type check func(resp *Response, attempt int) error

func (c *Client) do(ctx context.Context, r Request, last check) (*Response, error) {
	out, err := c.prepare(r)
	if err != nil {
		return nil, err
	}
	breaker := c.circuits.of(r.Endpoint)
	resp, err := c.retrier.WithContext(ctx).GetWithExecution(func(exec failsafe.Execution[*Response]) (*Response, error) {
		release, err := c.gates.enter(ctx, r.Endpoint, out.target.Host)
		if err != nil {
			return nil, c.notLetIn(ctx, r.Endpoint, err, breaker)
		}
		defer release()
		return breaker.run(ctx, r.Endpoint, func() (*Response, error) {
			resp, err := c.try(ctx, r, out)
			c.keepPause(r.Endpoint, out.target.Host, err)
			if err == nil && last != nil {
				err = last(resp, exec.Attempts())
			}
			return resp, err
		})
	})
	if err != nil {
		return nil, c.domainError(ctx, r.Endpoint, err)
	}
	return resp, nil
}

// try sends the request once and judges the answer.
func (c *Client) try(ctx context.Context, r Request, out outgoing) (answer *Response, err error) {
	began := time.Now()
	defer func() { c.observe(r.Endpoint, began, err) }()
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	expiry := time.AfterFunc(answerTimeout, func() { cancel(errAnswerTimeout) })
	defer expiry.Stop()
	httpResp, err := c.send(ctx, out)
	if err != nil {
		return nil, err
	}
	defer httpResp.Body.Close()
	body, err := c.readAnswer(ctx, cancel, r.Endpoint, httpResp)
	if err != nil {
		return nil, err
	}
	resp := &Response{Status: httpResp.StatusCode, Header: httpResp.Header, Body: toUTF8(body)}
	if err := c.judge(r, resp); err != nil {
		return nil, c.withOrigin(err, r.Endpoint, resp.Body, out.header)
	}
	return resp, nil
}

func (c *Client) readAnswer(ctx context.Context, cancel context.CancelCauseFunc, endpoint string, resp *http.Response) ([]byte, error) {
	body := newStallReader(resp.Body, c.cfg.IdleTimeout, cancel)
	defer body.stop()
	var buf bytes.Buffer
	if n := resp.ContentLength; n > 0 && n <= c.cfg.MaxBodyBytes {
		buf.Grow(int(n) + bytes.MinRead)
	}
	_, err := buf.ReadFrom(io.LimitReader(body, c.cfg.MaxBodyBytes+1))
	switch {
	case err != nil && resp.StatusCode >= http.StatusBadRequest:
		// A refusal is a refusal, whether or not its text arrived whole.
		return buf.Bytes(), nil
	case err != nil:
		return nil, c.bodyError(ctx, endpoint, err)
	case int64(buf.Len()) > c.cfg.MaxBodyBytes:
		e := models.NewError(models.ClassPermanent, models.CodeTooLarge,
			"the answer is larger than %d bytes and was not read", c.cfg.MaxBodyBytes)
		e.Source, e.Endpoint = c.cfg.Source, endpoint
		return nil, e
	}
	return buf.Bytes(), nil
}

// judge decides whether an answer is data.
func (c *Client) judge(r Request, resp *Response) error {
	status, body := resp.Status, bytes.TrimSpace(resp.Body)
	if status == http.StatusTooManyRequests || status >= http.StatusInternalServerError {
		return statusError(status, resp.Header)
	}
	html := looksLikeHTML(body)
	if r.Classify != nil && (!html || r.AllowHTML) {
		if err := r.Classify(status, resp.Header, resp.Body); err != nil {
			return err
		}
	}
	switch {
	case html && !r.AllowHTML && (status < 300 || status == http.StatusForbidden):
		return models.NewError(models.ClassRiskControl, models.CodeUpstreamHTML,
			"answered with a web page instead of data, which usually asks for a login or a captcha")
	case status >= http.StatusBadRequest:
		return statusError(status, resp.Header)
	case len(body) == 0 && !r.AllowEmpty && !(r.NoRedirect && isRedirect(status)):
		return models.NewError(models.ClassTransient, models.CodeUpstreamEmpty, "answered with nothing")
	}
	return nil
}

// decodeJSON reads an answer into out. encoding/json checks the syntax of the whole
// text before it writes to out, so a second try starts clean.
func (c *Client) decodeJSON(endpoint string, body []byte, out any, attempt int) error {
	text, err := PseudoJSON(stripJSONP(body))
	if err == nil {
		err = json.Unmarshal(text, out)
	}
	if err == nil {
		return nil
	}
	e := models.NewError(models.ClassPermanent, models.CodeUpstreamShape,
		"the answer has an unexpected shape; the platform may have changed its format")
	var syntax *json.SyntaxError
	cut := errors.Is(err, errOpenString) || (errors.As(err, &syntax) && isCut(text, syntax))
	if cut && attempt == 1 {
		e.Class, e.Message = models.ClassTransient, "the answer is cut short"
	}
	return c.withOrigin(e.WithCause(err), endpoint, body, c.cfg.Header)
}

// isCut tells a text that ends too early from one that is wrong in its midst.
func isCut(text []byte, e *json.SyntaxError) bool {
	return e.Offset >= int64(len(bytes.TrimSpace(text)))
}
