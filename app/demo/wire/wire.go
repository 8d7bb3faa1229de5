// Package wire is what the demo's platforms share below their formats: calls and
// endpoints, answers in JSON and HTML, and files that can be asked for in ranges.
package wire

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// Kind says what an endpoint gives; faults differ by it.
type Kind int

// The kinds.
const (
	API   Kind = iota // JSON and the like
	Media             // songs
	Image             // covers
	Page              // HTML pages and redirects
)

// Endpoint is one thing that a platform serves.
type Endpoint struct {
	Name  string // as in the platform's table of endpoints, for statistics
	Kind  Kind
	Serve func(w http.ResponseWriter, c *Call)
}

// Platform speaks for one music platform.
type Platform interface {
	// Name is the platform's source name.
	Name() string
	// Find gives the endpoint of a real address; ok is false when the platform has no
	// such address.
	Find(host, path string) (e Endpoint, ok bool)
	// RiskControl answers as the platform does when it blocks a caller; n picks one of
	// its forms.
	RiskControl(w http.ResponseWriter, c *Call, kind Kind, n uint64)
}

// Damage is what is done to a file on purpose.
type Damage int

// The damages.
const (
	Intact      Damage = iota
	WrongLength        // half of the file is served as if it were all of it
	BadBytes           // bytes are flipped, where it can be seen
)

// Call is one request to the demo.
type Call struct {
	*http.Request
	// Host and Path are of the real address.
	Host, Path string
	Now        time.Time
	// Damage is to be done to a file in the answer.
	Damage Damage
	// DuplicatePage tells whether a page of a list is to repeat the one before it.
	DuplicatePage func() bool
	// Count adds to the statistics when one address serves several methods.
	Count func(endpoint string)
}

// Param is a query or form value.
func (c *Call) Param(name string) string { return c.FormValue(name) }

// Int is a query or form value as a number from lo to hi, or def when it is none.
func (c *Call) Int(name string, def, lo, hi int) int {
	n, err := strconv.Atoi(c.Param(name))
	if err != nil {
		n = def
	}
	return min(max(n, lo), hi)
}

// ID is a query or form value as an id; 0 when it is none.
func (c *Call) ID(name string) int64 {
	n, err := strconv.ParseInt(c.Param(name), 10, 64)
	if err != nil {
		return 0
	}
	return n
}

// Browser tells whether the caller says that it is a browser.
func (c *Call) Browser() bool { return strings.Contains(c.UserAgent(), "Mozilla/") }

// PageStart is where the page at offset of a list begins: there, or one page before it
// when the page is to be a duplicate.
func (c *Call) PageStart(offset, size int) int {
	if offset > 0 && c.DuplicatePage() {
		return max(offset-size, 0)
	}
	return offset
}

// Encode gives v as JSON, without escaping what only HTML needs escaped.
func Encode(v any) []byte {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return []byte("null") // only values that JSON cannot hold, and no answer has any
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n"))
}

// JSON answers with v.
func JSON(w http.ResponseWriter, v any) {
	Bytes(w, http.StatusOK, "application/json;charset=UTF-8", Encode(v))
}

// HTML answers with a page.
func HTML(w http.ResponseWriter, status int, title string) {
	Bytes(w, status, "text/html; charset=utf-8",
		[]byte("<!DOCTYPE html>\n<html><head><title>"+title+"</title></head><body><h1>"+title+"</h1></body></html>\n"))
}

// Text answers with plain text.
func Text(w http.ResponseWriter, body string) {
	Bytes(w, http.StatusOK, "text/plain; charset=utf-8", []byte(body))
}

// Bytes answers with a body of a known length.
func Bytes(w http.ResponseWriter, status int, contentType string, body []byte) {
	w.Header().Set("Content-Type", contentType)
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(status)
	_, _ = w.Write(body) // the caller is gone when this fails
}
