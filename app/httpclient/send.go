package httpclient

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/url"
	"strings"

	"catalogsync/models"
)

const (
	maxRedirects = 5
	// drainBytes of a redirect's body are read so that its connection can be used again.
	drainBytes = 4 << 10
)

// send sends out and follows its redirects. The caller closes the body.
func (c *Client) send(ctx context.Context, out outgoing) (*http.Response, error) {
	for range maxRedirects + 1 {
		if err := c.checkTarget(out.target, out.anyHost); err != nil {
			return nil, c.withOrigin(err, out.endpoint, nil, nil)
		}
		resp, err := c.sendOnce(ctx, out)
		if err != nil {
			return nil, c.sendError(ctx, out.endpoint, err)
		}
		if !out.follow || !isRedirect(resp.StatusCode) {
			return resp, nil
		}
		location := resp.Header.Get("Location")
		drain(resp)
		if out, err = c.redirected(out, resp.StatusCode, location); err != nil {
			return nil, err
		}
	}
	return nil, c.origin(models.NewError(models.ClassPermanent, models.CodeUpstreamStatus,
		"redirected more than %d times", maxRedirects), out.endpoint, nil)
}

func (c *Client) sendOnce(ctx context.Context, out outgoing) (*http.Response, error) {
	req, err := http.NewRequestWithContext(ctx, out.method, c.base.wire(out.target).String(), bytes.NewReader(out.body))
	if err != nil {
		return nil, err
	}
	req.Header = out.header
	return c.http.Do(req)
}

// redirected is out, led on to location. Relative locations are meant relative to the
// real address, and one on the stand-in stands for a real one.
func (c *Client) redirected(out outgoing, status int, location string) (outgoing, error) {
	next, err := url.Parse(location)
	if location == "" || err != nil {
		return out, c.origin(models.NewError(models.ClassPermanent, models.CodeUpstreamStatus,
			"redirected (status %d) to an address that cannot be read", status), out.endpoint, nil)
	}
	next = c.base.real(out.target.ResolveReference(next))
	if !strings.EqualFold(next.Host, out.target.Host) || (out.target.Scheme == "https" && next.Scheme != "https") {
		// Credentials stay with the host that they were meant for, and off the open wire.
		out.header = out.header.Clone()
		c.dropCredentials(out.header)
	}
	keepsMethod := status == http.StatusTemporaryRedirect || status == http.StatusPermanentRedirect
	if !keepsMethod && out.method != http.MethodHead {
		out.method, out.body = http.MethodGet, nil
		out.header = out.header.Clone()
		out.header.Del("Content-Type")
	}
	out.target, out.anyHost = next, strings.EqualFold(next.Host, out.target.Host) && out.anyHost
	return out, nil
}

// dropCredentials takes out of a header what belongs to the hosts of the adapter alone.
func (c *Client) dropCredentials(h http.Header) {
	h.Del("Cookie")
	h.Del("Authorization")
	if c.base.isSet() {
		return // whatever the real host is, the request goes to the base
	}
	for _, name := range c.cfg.Private {
		h.Del(name)
	}
}

func isRedirect(status int) bool {
	switch status {
	case http.StatusMovedPermanently, http.StatusFound, http.StatusSeeOther,
		http.StatusTemporaryRedirect, http.StatusPermanentRedirect:
		return true
	}
	return false
}

func drain(resp *http.Response) {
	// Only a courtesy to the connection pool; the answer itself is already known.
	_, _ = io.CopyN(io.Discard, resp.Body, drainBytes)
	_ = resp.Body.Close()
}
