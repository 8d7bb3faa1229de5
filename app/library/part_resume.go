package library

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"time"
)

// stateSuffix ends the names of the notes beside parts that can be gone on with.
const (
	noteSuffix  = ".json" // behind the part's own name
	stateSuffix = PartSuffix + noteSuffix
)

// PartState is what it takes to go on with a part after an interruption.
type PartState struct {
	SongID int64 `json:"song_id"`
	// Key names the file at its source; another key is another file.
	Key string `json:"key"`
	// Validator is the server's proof that the file is still the same.
	Validator string `json:"validator"`
	// SizeBytes is the length of the whole file as it is served.
	SizeBytes int64 `json:"size_bytes"`
	// Lead is the length of what Part.Lead put in front, Skip that of what is served and
	// gave way to it. LeadKey names it, LeadExt the format that it is of, and LeadMD5 is the
	// state of the MD5 of what gave way.
	Lead    int64  `json:"lead,omitempty"`
	Skip    int64  `json:"skip,omitempty"`
	LeadKey string `json:"lead_key,omitempty"`
	LeadExt string `json:"lead_ext,omitempty"`
	LeadMD5 []byte `json:"lead_md5,omitempty"`
}

// served is how much of the served file a part of n bytes stands for.
func (s PartState) served(n int64) int64 { return n - s.Lead + s.Skip }

// zeroTail is how much of a part's end is looked at: after a power cut a file may be as
// long as it was and hold zeros instead of what was written last.
const zeroTail = 4 << 10

// PeekPart says how much of a file as it is served is there from an earlier try; size 0 =
// nothing that could be gone on with.
func (l *Library) PeekPart(locator, key string) (state PartState, size int64) {
	r, err := l.open()
	if err != nil {
		return PartState{}, 0
	}
	defer closeRoot(r)
	state, ok := readState(r, filepath.FromSlash(locator)+stateSuffix)
	if !ok || state.Key != key || state.Validator == "" {
		return PartState{}, 0
	}
	f, err := r.Open(filepath.FromSlash(locator) + PartSuffix)
	if err != nil {
		return PartState{}, 0
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil || !info.Mode().IsRegular() || info.Size() <= state.Lead || state.served(info.Size()) >= state.SizeBytes || endsInZeros(f, info.Size()) {
		return PartState{}, 0
	}
	return state, state.served(info.Size())
}

func endsInZeros(f *os.File, size int64) bool {
	tail := make([]byte, min(zeroTail, size))
	_, err := f.ReadAt(tail, size-int64(len(tail)))
	return err != nil || bytes.Count(tail, []byte{0}) == len(tail)
}

// readState reads the note beside a part; false when there is none that makes sense.
func readState(r *os.Root, name string) (s PartState, ok bool) {
	b, err := r.ReadFile(name)
	return s, err == nil && json.Unmarshal(b, &s) == nil && s.SizeBytes > 0 && s.Lead >= 0 && s.Skip >= 0
}

// ResumePart opens a part that PeekPart found in this state, to write behind what it holds.
func (l *Library) ResumePart(locator string, state PartState) (*Part, error) {
	p, err := l.openPart(locator, os.O_RDWR)
	if err != nil {
		return nil, err
	}
	p.state = state
	if p.size, err = p.f.Seek(0, io.SeekEnd); err != nil {
		p.Discard()
		return nil, localError(locator, err)
	}
	return p, nil
}

// Lead puts bytes of our own in front of an empty part: what is written follows them. It
// says so to Describe when the part is to be gone on with.
func (p *Part) Lead(b []byte) error {
	if p.size != 0 {
		return errors.New("something was written before what is to be in front")
	}
	_, err := p.Write(b)
	return err
}

// CutAt drops what lies behind n bytes.
func (p *Part) CutAt(n int64) error {
	if err := p.f.Truncate(n); err != nil {
		return localError(p.path(), err)
	}
	p.size = n
	return nil
}

// Describe notes what it takes to go on with this part later. Without it Keep discards.
func (p *Part) Describe(s PartState) error {
	b, err := json.Marshal(s)
	if err == nil {
		err = p.root.WriteFile(filepath.FromSlash(p.locator)+stateSuffix, b, 0o644)
	}
	if err != nil {
		return localError(p.path(), err)
	}
	p.state = s
	return nil
}

// Restart empties the part: what was there belongs to another version of the file.
func (p *Part) Restart() error {
	p.forgetState()
	err := p.f.Truncate(0)
	if err == nil {
		_, err = p.f.Seek(0, io.SeekStart)
	}
	if err != nil {
		return localError(p.path(), err)
	}
	p.size, p.out = 0, 0
	return nil
}

// Keep closes the part and leaves it for a later try; one that was not described, or that
// holds nothing, is discarded. It does nothing when the part was ended before.
func (p *Part) Keep() {
	if p.ended {
		return
	}
	if p.state.Key == "" || p.size == 0 {
		p.Discard()
		return
	}
	_ = p.f.Close() // what was not written is fetched again
	p.l.noteKept(p.state.SongID, p.locator)
	p.end()
}

// forgetState removes the note; a part without one is swept.
func (p *Part) forgetState() {
	_ = p.root.Remove(filepath.FromSlash(p.temp) + noteSuffix) // absent most of the time
	p.state = PartState{}
}

// noteKept remembers a part that was left for a later try.
func (l *Library) noteKept(songID int64, locator string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !slices.Contains(l.kept[songID], locator) {
		l.kept[songID] = append(l.kept[songID], locator)
	}
}

// KeptSongs lists the songs for which parts were left.
func (l *Library) KeptSongs() []int64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Collect(maps.Keys(l.kept))
}

// DropKept removes the parts that were left for later tries of a song, which has its file
// now or will not get one.
func (l *Library) DropKept(songID int64) error {
	l.mu.Lock()
	locators := l.kept[songID]
	delete(l.kept, songID)
	l.mu.Unlock()
	if len(locators) == 0 {
		return nil
	}
	r, err := l.open()
	if err != nil {
		return err
	}
	defer closeRoot(r)
	for _, locator := range locators {
		if state, ok := readState(r, filepath.FromSlash(locator)+stateSuffix); !ok || state.SongID != songID {
			continue // another song goes by that name by now
		}
		if _, err := l.removeStale(r, locator+PartSuffix); err != nil {
			return localError(filepath.Join(l.root, filepath.FromSlash(locator)), err)
		}
	}
	return nil
}

// isStale says that a part is of no use any more: there is no note beside it, or nobody
// has written it since. The song of one that is kept is remembered.
func (l *Library) isStale(r *os.Root, locator string, since time.Time) bool {
	state, ok := readState(r, filepath.FromSlash(locator)+stateSuffix)
	if !ok {
		return true
	}
	info, err := r.Stat(filepath.FromSlash(locator) + PartSuffix)
	if err != nil || info.ModTime().Before(since) {
		return true
	}
	l.noteKept(state.SongID, locator)
	return false
}

// removeNote removes the note of a part that is gone.
func removeNote(r *os.Root, name string) error {
	err := r.Remove(filepath.FromSlash(name))
	if err != nil && !isAbsent(err) {
		return err
	}
	removeEmpty(r, path.Dir(name))
	return nil
}
