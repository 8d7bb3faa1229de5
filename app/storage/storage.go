// Package storage is the port to places that hold files: folders of this machine, buckets,
// shares. One small interface that every backend has, and optional ones that callers ask
// for by type assertion; the folders beside this file are the backends, storagetest is
// what each of them is held to.
//
// Paths are relative to a backend's root, separated by "/", in Unicode NFC, and "." is the
// root itself. Clean makes one of any text or refuses it. A name that a storage keeps in
// another form (decomposed, say) is told as Entry.Raw, and calls take that form, too.
//
// Errors are *Error, or wrap one: errors.Is compares with fs.ErrNotExist, fs.ErrExist and
// fs.ErrPermission, CodeOf tells what is wrong, and Explain makes a sentence of it.
package storage

import (
	"context"
	"io"
	"time"
)

// Backend is a place that holds files. It is safe for many goroutines at once.
type Backend interface {
	// List hands over what lies directly in a folder, in any order. take's error ends it.
	// A folder that is not there is fs.ErrNotExist, except on storages without folders,
	// where it is empty.
	List(ctx context.Context, dir string, take func(Entry) error) error
	// Stat tells of a file or folder.
	Stat(ctx context.Context, path string) (Entry, error)
	// Open reads a file from offset on, at most length bytes; length < 0 = to its end. The
	// caller closes it.
	Open(ctx context.Context, path string, offset, length int64) (io.ReadCloser, error)
	// Put writes a file whole, in place of what had its name, with the folders above it.
	// Until it returns nil nothing of it is seen under that name.
	Put(ctx context.Context, path string, r io.Reader, o PutOptions) (Entry, error)
	// Rename gives a file another name, in place of what had that one.
	Rename(ctx context.Context, from, to string) error
	// Remove takes a file away. One that is not there is no error: it is away.
	Remove(ctx context.Context, path string) error
	// Probe asks by one light request whether the storage answers and is what it is
	// configured to be.
	Probe(ctx context.Context) error
	Capabilities() Capabilities
	Close() error
}

// Entry is a file or a folder.
type Entry struct {
	Path string // NFC, relative to the root
	// Raw is the path as the storage spells it, "" = as Path.
	Raw     string
	Dir     bool
	Size    int64 // bytes
	ModTime time.Time
	ETag    string // of the storage's own making, "" = none
	SHA256  string // hex; "" = the storage does not tell
}

// CallPath is the path to use in calls.
func (e Entry) CallPath() string {
	if e.Raw != "" {
		return e.Raw
	}
	return e.Path
}

// PutOptions tell of what is written.
type PutOptions struct {
	Size        int64 // bytes, -1 = unknown
	ContentType string
	// SHA256 (hex) and CRC32 (IEEE) are of the whole content where they are known, "" and
	// nil = unknown. What arrives otherwise is refused with models.CodeChecksumMismatch.
	SHA256 string
	CRC32  *uint32
	// OnlyNew refuses to write over a file (fs.ErrExist).
	OnlyNew bool
	// ModTime is set where the storage keeps it; zero = now.
	ModTime time.Time
}

// Capabilities tell what a backend can do and how exact it is.
type Capabilities struct {
	// TimePrecision is the step of ModTime.
	TimePrecision time.Duration
	DirModTime    bool // folders have a time that moves when a file is added or taken away
	Folders       bool // folders exist by themselves
	AtomicRename  bool
	KeepsModTime  bool // PutOptions.ModTime is kept
	ReadOnly      bool
	CaseFolding   bool // names that differ by case are one file
	Checksums     bool // the storage checks what arrives by itself
}

// Walker lists all files below a folder at once, where that is cheaper than folder by
// folder. Folders themselves are not handed over.
type Walker interface {
	Walk(ctx context.Context, dir string, take func(Entry) error) error
}

// SpaceTeller knows how much room there is.
type SpaceTeller interface {
	Space(ctx context.Context) (Space, error)
}

// Space is the room on a storage, in bytes.
type Space struct{ Free, Total int64 }

// PublicLinker knows under which address everybody can read a file, "" = under none.
type PublicLinker interface {
	PublicURL(path string) string
}

// Resumer writes large files so that what arrived survives a crash of this program.
type Resumer interface {
	// PutFile writes size bytes of src. It tells begun the token under which an interrupted
	// try can be gone on with, before anything is sent; "" = it cannot. done tells how many
	// bytes arrived for good.
	PutFile(ctx context.Context, path string, src io.ReaderAt, o PutOptions, r Resume) (Entry, error)
	// Forget frees what an interrupted try left behind.
	Forget(ctx context.Context, path, token string) error
}

// Resume is how an upload is gone on with after an interruption.
type Resume struct {
	Token string // of an earlier try, "" = there was none
	Begun func(token string) error
	Done  func(bytes int64)
}
