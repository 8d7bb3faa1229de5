package export

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
	"hash/crc32"
	"io"
	"sort"
	"time"
)

// Plan is an archive decided to the last byte but not yet written. It can be read any
// number of times, also at once.
type Plan struct {
	// FileName is a proposal for the archive's name on the operator's machine.
	FileName string
	// Playlists, Songs and Missing count folders, files in them, and songs left out.
	Playlists, Songs, Missing int

	title   string // FileName of the whole
	entries []entry
	dirAt   int64 // where the central directory begins
	endAt   int64 // where the closing records begin
	end     []byte
	etag    string
}

// entry is one member of the archive: a text made here, or a file of the library.
type entry struct {
	name    string // '/'-separated
	modTime time.Time
	size    int64
	crc     uint32
	sha256  string
	text    []byte
	// A file lies at locator below root; a text has no root.
	root, locator string
	// A sidecar is small and its content was not known before the plan was made.
	sidecar bool

	headerAt int64 // of its local header
	recordAt int64 // of its record in the central directory
}

// textEntry makes an entry of a text.
func textEntry(name string, text []byte, modTime time.Time) entry {
	sum := sha256.Sum256(text)
	return entry{
		name: name, modTime: modTime, text: text, size: int64(len(text)),
		crc: crc32.ChecksumIEEE(text), sha256: hex.EncodeToString(sum[:]),
	}
}

func (e *entry) dataAt() int64 {
	return e.headerAt + localHeaderLen + int64(len(e.name)+e.localExtraLen())
}

func (e *entry) recordLen() int64 {
	return dirRecordLen + int64(len(e.name)+e.recordExtraLen())
}

// newPlan lays the entries out one after the other.
func newPlan(entries []entry) *Plan {
	p := &Plan{entries: entries}
	at := int64(0)
	for i := range p.entries {
		e := &p.entries[i]
		e.headerAt = at
		at = e.dataAt() + e.size
	}
	p.dirAt = at
	for i := range p.entries {
		e := &p.entries[i]
		e.recordAt = at
		at += e.recordLen()
	}
	p.endAt = at
	p.end = appendEnd(nil, len(entries), p.dirAt, p.endAt)
	p.etag = digest(entries)
	return p
}

// Size is the exact length of the archive in bytes.
func (p *Plan) Size() int64 { return p.endAt + int64(len(p.end)) }

// ETag is a strong validator, quotes included: equal tags mean equal bytes.
func (p *Plan) ETag() string { return p.etag }

// digest follows everything that a byte of the archive depends on.
func digest(entries []entry) string {
	h := sha256.New()
	field(h, "catalogsync zip 1") // to be counted up when the layout of bytes changes
	for i := range entries {
		e := &entries[i]
		field(h, e.name)
		field(h, e.sha256)
		fmt.Fprintf(h, "%d %d %d\n", e.size, e.crc, e.modTime.Unix())
	}
	return `"` + hex.EncodeToString(h.Sum(nil)[:16]) + `"`
}

// field writes a text so that no two lists of texts give the same bytes.
func field(h hash.Hash, s string) {
	fmt.Fprintf(h, "%d:", len(s))
	_, _ = io.WriteString(h, s) // a hash never fails
}

// entryAt is the first entry that has a byte of its header or data at or behind offset.
func (p *Plan) entryAt(offset int64) int {
	return sort.Search(len(p.entries), func(i int) bool { e := &p.entries[i]; return e.dataAt()+e.size > offset })
}

// recordAt is the first entry that has a byte of its record at or behind offset.
func (p *Plan) recordAt(offset int64) int {
	return sort.Search(len(p.entries), func(i int) bool { e := &p.entries[i]; return e.recordAt+e.recordLen() > offset })
}
