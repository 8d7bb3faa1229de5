package httpclient

import (
	"context"
	"errors"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"catalogsync/app/sources"
	"catalogsync/models"
)

// Open opens a stream at offset when validator (as an earlier Body told it) still holds,
// else at 0: without a validator nothing proves that the rest belongs to the same file.
// Cookies of the source are not sent, only s.Header is. Addresses may be on the stand-in
// or on a real host of the source.
//
// Errors of opening and reading are *models.Error: ClassTransient with CodeStalled after
// IdleTimeout without a byte, CodeLengthMismatch (io.ErrUnexpectedEOF) when the body is
// shorter than announced, CodeNetwork when it breaks off, CodeInterrupted when ctx was
// canceled. A granted address that is refused (401, 403, 404, 410) or leads to a web page
// is transient too: addresses expire, so resolve again.
func (c *Client) Open(ctx context.Context, endpoint string, s sources.Stream, offset int64, validator string) (*sources.Body, error) {
	out, err := c.prepareStream(endpoint, s)
	if err != nil {
		return nil, err
	}
	if offset <= 0 || validator == "" {
		offset, validator = 0, ""
	}
	var body *sources.Body
	// The policy is shared with Do, whose result this is not; the body travels beside it.
	_, err = c.retrier.WithContext(ctx).Get(func() (*Response, error) {
		var err error
		body, err = c.openAt(ctx, out, offset, validator)
		return nil, err
	})
	if err != nil {
		return nil, c.domainError(ctx, endpoint, err)
	}
	return body, nil
}

func (c *Client) prepareStream(endpoint string, s sources.Stream) (outgoing, error) {
	target, err := url.Parse(strings.TrimSpace(s.URL))
	if err != nil {
		return outgoing{}, c.permanent(endpoint, "the granted address cannot be read", unwrapURL(err))
	}
	own := c.cfg.Header.Clone()
	c.dropCredentials(own)
	header := mergedHeader(own, s.Header)
	// Lengths, ranges and checksums are those of the file, so it must come unpacked.
	header.Set("Accept-Encoding", "identity")
	return outgoing{endpoint: endpoint, method: http.MethodGet, target: c.base.real(target), header: header, follow: true}, nil
}

// openAt opens out at offset, and at 0 when the server cannot prove that the file is
// still the same.
func (c *Client) openAt(ctx context.Context, out outgoing, offset int64, validator string) (*sources.Body, error) {
	if offset > 0 {
		ranged := out
		ranged.header = out.header.Clone()
		ranged.header.Set("Range", "bytes="+strconv.FormatInt(offset, 10)+"-")
		ranged.header.Set("If-Range", validator)
		body, err := c.openOnce(ctx, ranged, offset, validator)
		if !errors.Is(err, errRangeUnusable) {
			return body, err
		}
	}
	return c.openOnce(ctx, out, 0, "")
}

// errRangeUnusable says that a ranged answer cannot continue the file.
var errRangeUnusable = errors.New("the range cannot be used")

func (c *Client) openOnce(ctx context.Context, out outgoing, offset int64, validator string) (*sources.Body, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	resp, err := c.sendPaced(ctx, out)
	if err != nil {
		cancel(nil)
		return nil, err
	}
	start, err := c.judgeStream(out.endpoint, resp, offset, validator)
	if err != nil {
		_ = resp.Body.Close()
		cancel(nil)
		return nil, err
	}
	return &sources.Body{
		ReadCloser:  c.newStreamBody(ctx, cancel, out.endpoint, resp),
		Length:      resp.ContentLength,
		Offset:      start,
		ContentType: resp.Header.Get("Content-Type"),
		Validator:   validatorOf(resp.Header),
	}, nil
}

// sendPaced takes the host's turn for the request, not for its body.
func (c *Client) sendPaced(ctx context.Context, out outgoing) (*http.Response, error) {
	release, err := c.gates.enter(ctx, out.endpoint, out.target.Host)
	if err != nil {
		return nil, c.notLetIn(ctx, out.endpoint, err, nil)
	}
	defer release()
	began := time.Now()
	resp, err := c.send(ctx, out)
	judged := err
	if err == nil && (resp.StatusCode == http.StatusTooManyRequests || resp.StatusCode >= http.StatusInternalServerError) {
		judged = statusError(resp.StatusCode, resp.Header)
	}
	c.observe(out.endpoint, began, judged)
	c.keepPause(out.endpoint, out.target.Host, judged)
	return resp, err
}

// judgeStream decides whether resp is the stream asked for, and where in it the body begins.
func (c *Client) judgeStream(endpoint string, resp *http.Response, offset int64, validator string) (start int64, err error) {
	switch resp.StatusCode {
	case http.StatusOK:
	case http.StatusPartialContent:
		start, err = rangeStart(resp.Header, offset, validator)
		if errors.Is(err, errPlaceUnknown) {
			err = c.transient(models.CodeUpstreamShape, endpoint, "a part came that nobody asked for, and it does not say where it begins", nil)
		}
		if err != nil {
			return 0, err
		}
	case http.StatusRequestedRangeNotSatisfiable:
		if offset > 0 {
			return 0, errRangeUnusable
		}
		return 0, c.withOrigin(statusError(resp.StatusCode, resp.Header), endpoint, nil, nil)
	case http.StatusUnauthorized, http.StatusForbidden, http.StatusNotFound, http.StatusGone:
		return 0, c.refusedAddress(endpoint, resp.StatusCode)
	default:
		return 0, c.withOrigin(statusError(resp.StatusCode, resp.Header), endpoint, nil, nil)
	}
	if media, _, _ := mime.ParseMediaType(resp.Header.Get("Content-Type")); media == "text/html" {
		return 0, c.transient(models.CodeUpstreamHTML, endpoint, "the granted address leads to a web page", nil)
	}
	if resp.ContentLength > c.cfg.MaxStreamBytes {
		return 0, c.origin(models.NewError(models.ClassPermanent, models.CodeTooLarge,
			"the stream announces more than %d bytes", c.cfg.MaxStreamBytes), endpoint, nil)
	}
	return start, nil
}

// ParamStatus is the name under which the error of a refused granted address keeps the
// status, an int, for adapters to which it means more.
const ParamStatus = "Status"

// refusedAddress is the error of a granted address that is refused.
func (c *Client) refusedAddress(endpoint string, status int) error {
	e := models.NewError(models.ClassTransient, models.CodeUpstreamStatus, "the granted address is no longer served (status %d)", status)
	e.Params = map[string]any{ParamStatus: status}
	return c.origin(e, endpoint, nil)
}

// errPlaceUnknown says that a part which was not asked for does not say where it begins.
var errPlaceUnknown = errors.New("the part does not say where it begins")

// rangeStart reads where a 206 begins. Some servers ignore If-Range; a changed strong
// validator shows it, and the rest of another file must not be appended.
func rangeStart(h http.Header, offset int64, validator string) (int64, error) {
	first, _, ok := strings.Cut(strings.TrimPrefix(h.Get("Content-Range"), "bytes "), "-")
	start, err := strconv.ParseInt(strings.TrimSpace(first), 10, 64)
	if offset == 0 { // nobody asked for a part: it has to say where it begins, and is judged by that
		if !ok || err != nil || start < 0 {
			return 0, errPlaceUnknown
		}
		return start, nil
	}
	if !ok || err != nil || start < 0 || start > offset {
		return 0, errRangeUnusable
	}
	now := h.Get("Last-Modified")
	if isStrongTag(validator) {
		now = h.Get("ETag")
	}
	if now != "" && now != validator && (!isStrongTag(validator) || isStrongTag(now)) {
		return 0, errRangeUnusable
	}
	return start, nil
}

// validatorOf is what If-Range may be asked with: a strong ETag, else a date.
func validatorOf(h http.Header) string {
	if tag := h.Get("ETag"); isStrongTag(tag) {
		return tag
	}
	return h.Get("Last-Modified")
}

func isStrongTag(validator string) bool { return strings.HasPrefix(validator, `"`) }

// streamBody is the body of a stream with typed errors.
type streamBody struct {
	client    *Client
	ctx       context.Context
	cancel    context.CancelCauseFunc
	endpoint  string
	body      *stallReader
	announced int64 // -1 = not told
	read      int64
	failed    error // what every later read answers too
}

func (c *Client) newStreamBody(ctx context.Context, cancel context.CancelCauseFunc, endpoint string, resp *http.Response) *streamBody {
	return &streamBody{
		client: c, ctx: ctx, cancel: cancel, endpoint: endpoint, announced: resp.ContentLength,
		body: newStallReader(resp.Body, c.cfg.IdleTimeout, cancel),
	}
}

func (b *streamBody) Read(p []byte) (int, error) {
	if b.failed == nil && b.ctx.Err() != nil {
		// What lies in buffers would still come for a while after the caller gave up.
		b.failed = b.client.bodyError(b.ctx, b.endpoint, b.ctx.Err())
	}
	if b.failed != nil {
		return 0, b.failed
	}
	n, err := b.body.Read(p)
	b.read += int64(n)
	ended := errors.Is(err, io.EOF)
	switch {
	case b.read > b.client.cfg.MaxStreamBytes:
		err = b.client.origin(models.NewError(models.ClassPermanent, models.CodeTooLarge,
			"the stream is larger than %d bytes", b.client.cfg.MaxStreamBytes), b.endpoint, nil)
	case ended && b.announced >= 0 && b.read < b.announced:
		err = b.client.bodyError(b.ctx, b.endpoint, io.ErrUnexpectedEOF)
	case err != nil && !ended:
		err = b.client.bodyError(b.ctx, b.endpoint, err)
	}
	b.failed = err
	return n, err
}

// Close ends the request; an unread rest is not fetched.
func (b *streamBody) Close() error {
	b.body.stop()
	err := b.body.body.Close()
	b.cancel(nil)
	return err
}
