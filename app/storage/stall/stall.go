// Package stall ends connections over which nothing moves any more. A server that froze
// keeps its connections open, and a call over one of them would never return; a deadline
// for the whole call would cut large files on slow lines.
package stall

import (
	"context"
	"errors"
	"io"
	"net"
	"time"
)

// Dialer dials connections that give up when they are stuck.
type Dialer struct {
	net.Dialer
	// Send and Answer bound the time without a byte taken or given; 0 = no bound.
	Send, Answer time.Duration
}

// DialContext connects.
func (d *Dialer) DialContext(ctx context.Context, network, address string) (net.Conn, error) {
	c, err := d.Dialer.DialContext(ctx, network, address)
	if err != nil {
		return nil, err
	}
	return &conn{Conn: c, send: d.Send, answer: d.Answer}, nil
}

type conn struct {
	net.Conn
	send, answer time.Duration
}

// pieceBytes is how much is handed to the system at once when it copies by itself.
const pieceBytes = 1 << 20

func (c *conn) Read(p []byte) (int, error) {
	c.listen()
	return c.Conn.Read(p)
}

func (c *conn) Write(p []byte) (int, error) {
	c.speak()
	return c.Conn.Write(p)
}

// ReadFrom lets the system copy a file into the connection, piece by piece.
func (c *conn) ReadFrom(r io.Reader) (int64, error) {
	var sum int64
	for {
		c.speak()
		n, err := io.CopyN(c.Conn, r, pieceBytes)
		sum += n
		if errors.Is(err, io.EOF) {
			return sum, nil
		}
		if err != nil {
			return sum, err
		}
	}
}

func (c *conn) listen() {
	if c.answer > 0 {
		_ = c.SetReadDeadline(time.Now().Add(c.answer)) // a closed connection tells it by itself
	}
}

// speak also renews the wait for an answer, which began before what is sent now.
func (c *conn) speak() {
	c.listen()
	if c.send > 0 {
		_ = c.SetWriteDeadline(time.Now().Add(c.send))
	}
}
