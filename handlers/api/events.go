package api

import (
	"net"
	"time"

	"github.com/gofiber/fiber/v3"
	"github.com/gofiber/fiber/v3/middleware/sse"

	"catalogsync/app/revision"
	"catalogsync/models"
)

// maxStreams bounds the open streams of events: each keeps a connection for itself.
const maxStreams = 32

// Usual times of a stream.
const (
	defaultHeartbeat = 15 * time.Second
	// defaultEventGap makes at most two events a second of however many changes.
	defaultEventGap = 500 * time.Millisecond
	// retryAfter is what a client is told to wait before it connects again.
	retryAfter = 3 * time.Second
)

// changeEvent is the data of an event: what changed since the one before.
type changeEvent struct {
	Topics []revision.Topic `json:"topics"`
	Tag    string           `json:"tag"`
}

// events streams what changes, until the client leaves or the server stops.
func (h *handlers) events(c fiber.Ctx) error {
	if err := noQuery(c); err != nil {
		return err
	}
	if c.Method() == fiber.MethodHead {
		c.Set(fiber.HeaderContentType, fiber.MIMETextEventStream)
		return nil
	}
	if h.streams.Add(1) > maxStreams {
		h.streams.Add(-1)
		e := models.NewError(models.ClassRateLimited, models.CodeTooManyStreams,
			"%d streams of events are open, which is the most; close one, or poll instead", maxStreams)
		e.Params = map[string]any{"Limit": maxStreams}
		return e
	}
	f := follower{
		revisions: h.Revisions, heartbeat: h.Heartbeat, gap: h.EventGap, stall: h.StallTimeout,
		conn: c.RequestCtx().Conn(), stop: c.RequestCtx().Done(),
	}
	err := sse.New(sse.Config{
		Retry:            retryAfter,
		DisableHeartbeat: true, // the follower sends them, each with a deadline
		Handler:          func(_ fiber.Ctx, s *sse.Stream) error { return f.follow(s) },
		OnClose:          func(fiber.Ctx, error) { h.streams.Add(-1) },
	})(c)
	// The deadlines stay on the connection, so no other request may follow on it.
	c.Response().SetConnectionClose()
	return err
}

// follower writes one stream. Nothing in it belongs to the request's context, which may
// be in other hands when it runs.
type follower struct {
	revisions      *revision.Counters
	heartbeat, gap time.Duration
	stall          time.Duration // a client that takes nothing for so long is cut off
	conn           net.Conn
	stop           <-chan struct{} // closed when the server shuts down
}

// follow tells the present state, then every change. A client that comes back with the
// id of the last event that it saw is told what changed since.
func (f *follower) follow(s *sse.Stream) error {
	beat := time.NewTicker(f.heartbeat)
	defer beat.Stop()
	tag, first := s.LastEventID(), true
	for {
		changed := f.revisions.Changed() // before Since: what changes meanwhile is not lost
		topics, now := f.revisions.Since(tag)
		if first || len(topics) > 0 {
			tag, first = now, false
			if err := f.tell(s, topics, now); err != nil {
				return err
			}
			beat.Reset(f.heartbeat)
			if !f.wait(s, time.After(f.gap)) {
				return nil
			}
			continue
		}
		select {
		case <-changed:
		case <-beat.C:
			if err := f.write(func() error { return s.Comment("") }); err != nil {
				return err
			}
		case <-s.Done():
			return s.Err()
		case <-f.stop:
			return nil
		}
	}
}

// wait says whether the stream goes on after a time.
func (f *follower) wait(s *sse.Stream, over <-chan time.Time) bool {
	select {
	case <-over:
		return true
	case <-s.Done():
	case <-f.stop:
	}
	return false
}

func (f *follower) tell(s *sse.Stream, topics []revision.Topic, tag string) error {
	if topics == nil {
		topics = []revision.Topic{}
	}
	return f.write(func() error {
		return s.Event(sse.Event{ID: tag, Name: "changed", Data: changeEvent{Topics: topics, Tag: tag}})
	})
}

// write gives each write a deadline of its own; one for the whole stream would end it,
// none at all would keep a client that stalls for ever.
func (f *follower) write(do func() error) error {
	if err := f.conn.SetWriteDeadline(time.Now().Add(f.stall)); err != nil {
		return err
	}
	return do()
}
