package api

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"math"
	"net"
	"net/url"
	"strings"
	"time"

	"github.com/gofiber/fiber/v3"

	"catalogsync/app/export"
	"catalogsync/models"
)

// sendArchive streams a plan, whole or the part that was asked for. A broken-off
// download goes on with Range and If-Range.
func (h *handlers) sendArchive(c fiber.Ctx, plan *export.Plan) error {
	// no-transform keeps compression off: audio does not shrink, and the length is a promise.
	c.Set(fiber.HeaderCacheControl, "private, no-cache, no-transform")
	c.Set(fiber.HeaderETag, plan.ETag())
	c.Set(fiber.HeaderAcceptRanges, "bytes")
	if matchesTag(c.Get(fiber.HeaderIfNoneMatch), plan.ETag()) {
		return c.SendStatus(fiber.StatusNotModified)
	}
	part := byteRange{0, plan.Size()}
	if asked := c.Get(fiber.HeaderRange); asked != "" && c.Method() == fiber.MethodGet && rangeApplies(c.Get(fiber.HeaderIfRange), plan) {
		r, ok, satisfiable := parseRange(asked, plan.Size())
		if !satisfiable {
			c.Set(fiber.HeaderContentRange, fmt.Sprintf("bytes */%d", plan.Size()))
			return c.SendStatus(fiber.StatusRequestedRangeNotSatisfiable)
		}
		if ok {
			part = r
			c.Status(fiber.StatusPartialContent)
			c.Set(fiber.HeaderContentRange, fmt.Sprintf("bytes %d-%d/%d", r.from, r.from+r.length-1, plan.Size()))
		}
	}
	c.Set(fiber.HeaderContentType, "application/zip")
	c.Set(fiber.HeaderContentDisposition, attachment(plan.FileName))
	// The deadlines set below stay on the connection, so no other request may follow on it.
	c.Response().SetConnectionClose()
	return c.SendStream(h.newArchiveBody(c, plan, part), bodySize(part.length))
}

// rangeApplies says whether a Range header counts: without If-Range always, else only
// when the archive is still the one that the client has the beginning of.
func rangeApplies(ifRange string, plan *export.Plan) bool {
	return ifRange == "" || ifRange == plan.ETag()
}

// bodySize is n as the framework wants it; where int has 32 bits a larger body goes
// without a length rather than with a wrong one.
func bodySize(n int64) int {
	if n > math.MaxInt {
		return -1
	}
	return int(n)
}

// attachment names the file in both forms of RFC 6266: plain ASCII for old clients, and
// UTF-8 as of RFC 5987.
func attachment(name string) string {
	ascii := strings.Map(func(r rune) rune {
		if r < ' ' || r > '~' || r == '"' || r == '\\' || r == '%' {
			return '_'
		}
		return r
	}, name)
	return fmt.Sprintf(`attachment; filename="%s"; filename*=UTF-8''%s`, ascii, strings.ReplaceAll(url.QueryEscape(name), "+", "%20"))
}

// archiveBody is the body of a response. The server calls WriteTo after the handler has
// returned, so nothing in here belongs to the request's context, which is reused by then.
type archiveBody struct {
	plan  *export.Plan
	at    int64
	left  int64
	conn  net.Conn
	stop  <-chan struct{} // closed when the server shuts down
	stall time.Duration
	log   *slog.Logger
}

func (h *handlers) newArchiveBody(c fiber.Ctx, plan *export.Plan, part byteRange) *archiveBody {
	return &archiveBody{
		plan: plan, at: part.from, left: part.length,
		conn: c.RequestCtx().Conn(), stop: c.RequestCtx().Done(), stall: h.StallTimeout,
		log: h.Log.With("archive", plan.FileName, "bytes", part.length),
	}
}

// WriteTo sends the part. It ends at once when the client is gone, when it takes nothing
// for the stall time, or when the server stops; the connection is closed then, so that a
// cut archive is never taken for a whole one.
func (b *archiveBody) WriteTo(w io.Writer) (int64, error) {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	go func() {
		select {
		case <-b.stop:
			cancel()
		case <-ctx.Done():
		}
	}()
	out := &deadlineWriter{w: w, conn: b.conn, limit: b.stall}
	err := b.plan.WriteRange(ctx, out, b.at, b.left)
	b.report(out.sent, err)
	return out.sent, err
}

// report logs how a download ended. A client that goes away is nothing unusual.
func (b *archiveBody) report(sent int64, err error) {
	switch {
	case err == nil:
		b.log.Debug("export sent")
	case models.CodeOf(err) == models.CodeExportChanged:
		b.log.Error("export broken off", "sent", sent, "error", err)
	default:
		b.log.Info("export ended early", "sent", sent, "error", err)
	}
}

// Read gives the part to whoever does not know WriteTo; the server does.
func (b *archiveBody) Read(p []byte) (int, error) {
	if b.left == 0 {
		return 0, io.EOF
	}
	n := min(int64(len(p)), b.left)
	if err := b.plan.WriteRange(context.Background(), &sliceWriter{p}, b.at, n); err != nil {
		return 0, err
	}
	b.at += n
	b.left -= n
	return int(n), nil
}

type sliceWriter struct{ free []byte }

func (w *sliceWriter) Write(b []byte) (int, error) {
	n := copy(w.free, b)
	w.free = w.free[n:]
	if n < len(b) {
		return n, io.ErrShortBuffer
	}
	return n, nil
}

// deadlineWriter gives each block its own deadline: a deadline for the whole response
// would cut every long download, none at all would keep a stalled client for ever.
type deadlineWriter struct {
	w     io.Writer
	conn  net.Conn
	limit time.Duration
	sent  int64
}

func (d *deadlineWriter) Write(b []byte) (int, error) {
	// The system's clock: it is what the connection compares with.
	if err := d.conn.SetWriteDeadline(time.Now().Add(d.limit)); err != nil {
		return 0, fmt.Errorf("set write deadline: %w", err)
	}
	n, err := d.w.Write(b)
	d.sent += int64(n)
	return n, err
}
