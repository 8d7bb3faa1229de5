// Package local is a folder of this machine as a storage. The folder is opened anew for
// each call, so that what was mounted over it meanwhile counts; nothing outside it is ever
// touched, also through a link.
package local

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"hash"
	"hash/crc32"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"path"
	"path/filepath"
	"strconv"
	"syscall"
	"time"

	"github.com/shirou/gopsutil/v4/disk"

	"catalogsync/app/storage"
	"catalogsync/models"
)

var (
	_ storage.Backend     = (*Backend)(nil)
	_ storage.SpaceTeller = (*Backend)(nil)
)

// Kind is local folders among the kinds of storages.
func Kind() storage.Kind {
	return storage.Kind{
		Type:   models.BackendLocalFS,
		Limits: storage.Limits{Concurrency: 16},
		Check:  func(storage.Settings) error { return nil },
		Open: func(_ context.Context, c storage.Config) (storage.Backend, error) {
			return New(c.Root)
		},
	}
}

// Backend is one folder.
type Backend struct{ root string }

// New makes the backend of a folder, which is absolute. It need not be there yet.
func New(root string) (*Backend, error) {
	if !filepath.IsAbs(root) {
		return nil, models.Invalid("root", models.CodeBadValue, "%q must be an absolute folder", root)
	}
	return &Backend{root: filepath.Clean(root)}, nil
}

// Capabilities of a folder of this machine.
func (b *Backend) Capabilities() storage.Capabilities {
	return storage.Capabilities{TimePrecision: time.Microsecond, DirModTime: true, Folders: true, AtomicRename: true, KeepsModTime: true}
}

// Close has nothing to give back.
func (b *Backend) Close() error { return nil }

// listBatch is the number of names that are read at once.
const listBatch = 1000

// List hands over folders and regular files. Links to folders are left out, for they may
// form loops; links to files inside the root count as files.
func (b *Backend) List(ctx context.Context, dir string, take func(storage.Entry) error) error {
	root, err := b.open("list", dir)
	if err != nil {
		return err
	}
	defer root.Close()
	f, err := root.Open(filepath.FromSlash(dir))
	if err != nil {
		return failure("list", dir, err)
	}
	defer f.Close()
	for {
		if err := ctx.Err(); err != nil {
			return storage.Interrupted("list", dir, err)
		}
		some, err := f.ReadDir(listBatch)
		for _, d := range some {
			e, ok := entry(root, dir, d)
			if !ok {
				continue
			}
			if err := take(e); err != nil {
				return err
			}
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return failure("list", dir, err)
		}
	}
}

// entry is false for what vanished meanwhile, leads outside, or is neither file nor folder.
func entry(root *os.Root, dir string, d fs.DirEntry) (storage.Entry, bool) {
	e := storage.NewEntry(path.Join(dir, d.Name()))
	info, err := d.Info()
	if err == nil && d.Type()&fs.ModeSymlink != 0 {
		info, err = root.Stat(filepath.FromSlash(e.CallPath()))
		if err == nil && info.IsDir() {
			return e, false
		}
	}
	if err != nil || !info.IsDir() && !info.Mode().IsRegular() {
		return e, false
	}
	fill(&e, info)
	return e, true
}

func fill(e *storage.Entry, info fs.FileInfo) {
	e.Dir, e.ModTime = info.IsDir(), info.ModTime()
	if !e.Dir {
		e.Size = info.Size()
	}
}

// Stat tells of a file or folder.
func (b *Backend) Stat(_ context.Context, name string) (storage.Entry, error) {
	root, err := b.open("stat", name)
	if err != nil {
		return storage.Entry{}, err
	}
	defer root.Close()
	info, err := root.Stat(filepath.FromSlash(name))
	if err == nil && !info.IsDir() && !info.Mode().IsRegular() {
		err = fs.ErrNotExist // opening a pipe would wait for ever
	}
	if err != nil {
		return storage.Entry{}, failure("stat", name, err)
	}
	e := storage.NewEntry(path.Clean(name))
	fill(&e, info)
	return e, nil
}

// Open reads a part of a file.
func (b *Backend) Open(ctx context.Context, name string, offset, length int64) (io.ReadCloser, error) {
	e, err := b.Stat(ctx, name)
	if err != nil {
		return nil, err
	}
	if e.Dir {
		return nil, failure("open", name, fs.ErrNotExist)
	}
	root, err := b.open("open", name)
	if err != nil {
		return nil, err
	}
	defer root.Close()
	f, err := root.Open(filepath.FromSlash(name))
	if err != nil {
		return nil, failure("open", name, err)
	}
	if _, err := f.Seek(offset, io.SeekStart); err != nil {
		return nil, errors.Join(failure("open", name, err), f.Close())
	}
	if length < 0 {
		return f, nil
	}
	return &section{io.LimitReader(f, length), f}, nil
}

type section struct {
	io.Reader
	io.Closer
}

// tempMark begins the names of files that are being written.
const tempMark = ".storing-"

// Put writes beside the name, makes sure that the bytes are on the disk and right, and
// renames.
func (b *Backend) Put(ctx context.Context, name string, r io.Reader, o storage.PutOptions) (storage.Entry, error) {
	root, err := b.open("put", name)
	if err != nil {
		return storage.Entry{}, err
	}
	defer root.Close()
	dir := path.Dir(name)
	if err := root.MkdirAll(filepath.FromSlash(dir), 0o755); err != nil {
		return storage.Entry{}, failure("put", name, err)
	}
	temp := filepath.FromSlash(path.Join(dir, tempMark+strconv.FormatUint(rand.Uint64(), 36)))
	if err := write(ctx, root, temp, name, r, o); err != nil {
		return storage.Entry{}, errors.Join(err, ignoreAbsent(root.Remove(temp)))
	}
	if err := settle(root, temp, filepath.FromSlash(name), o.OnlyNew); err != nil {
		return storage.Entry{}, errors.Join(failure("put", name, err), ignoreAbsent(root.Remove(temp)))
	}
	return b.Stat(ctx, name)
}

func write(ctx context.Context, root *os.Root, temp, name string, r io.Reader, o storage.PutOptions) error {
	f, err := root.OpenFile(temp, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o644)
	if err != nil {
		return failure("put", name, err)
	}
	defer f.Close()
	sum := sums{sha: sha256.New(), crc: crc32.NewIEEE()}
	n, err := io.Copy(f, io.TeeReader(&untilDone{ctx, r}, sum))
	if err != nil {
		if ctx.Err() != nil {
			return storage.Interrupted("put", name, ctx.Err())
		}
		return failure("put", name, err)
	}
	if err := sum.check(name, n, o); err != nil {
		return err
	}
	if err := errors.Join(f.Sync(), f.Close()); err != nil {
		return failure("put", name, err)
	}
	if !o.ModTime.IsZero() {
		if err := root.Chtimes(temp, o.ModTime, o.ModTime); err != nil {
			return failure("put", name, err)
		}
	}
	return nil
}

// settle gives the written file its name.
func settle(root *os.Root, temp, name string, onlyNew bool) error {
	if !onlyNew {
		return root.Rename(temp, name)
	}
	err := root.Link(temp, name)
	if err == nil || errors.Is(err, fs.ErrExist) {
		return errors.Join(err, root.Remove(temp))
	}
	// No links on this file system: the check and the rename are two steps.
	if _, err := root.Lstat(name); err == nil {
		return fs.ErrExist
	}
	return root.Rename(temp, name)
}

// sums compares what was written with what was promised.
type sums struct{ sha, crc hash.Hash }

func (s sums) Write(p []byte) (int, error) {
	s.sha.Write(p)
	return s.crc.Write(p)
}

func (s sums) check(name string, n int64, o storage.PutOptions) error {
	wrong := o.Size >= 0 && n != o.Size ||
		o.SHA256 != "" && hex.EncodeToString(s.sha.Sum(nil)) != o.SHA256 ||
		o.CRC32 != nil && s.crc.(hash.Hash32).Sum32() != *o.CRC32
	if wrong {
		return &storage.Error{Code: models.CodeChecksumMismatch, Op: "put", Path: name}
	}
	return nil
}

// untilDone reads until its context ends.
type untilDone struct {
	ctx context.Context // of one write
	r   io.Reader
}

func (u *untilDone) Read(p []byte) (int, error) {
	if err := u.ctx.Err(); err != nil {
		return 0, err
	}
	return u.r.Read(p)
}

// Rename replaces what has the new name.
func (b *Backend) Rename(_ context.Context, from, to string) error {
	root, err := b.open("rename", from, to)
	if err != nil {
		return err
	}
	defer root.Close()
	if err := root.MkdirAll(filepath.FromSlash(path.Dir(to)), 0o755); err != nil {
		return failure("rename", to, err)
	}
	return failure("rename", from, root.Rename(filepath.FromSlash(from), filepath.FromSlash(to)))
}

// Remove takes a file or an empty folder away.
func (b *Backend) Remove(_ context.Context, name string) error {
	root, err := b.open("remove", name)
	if err != nil {
		return err
	}
	defer root.Close()
	return failure("remove", name, ignoreAbsent(root.Remove(filepath.FromSlash(name))))
}

// Probe says whether the folder is there.
func (b *Backend) Probe(context.Context) error {
	root, err := b.open("probe")
	if err != nil {
		return err
	}
	return root.Close()
}

// Space is the room on the folder's disk.
func (b *Backend) Space(ctx context.Context) (storage.Space, error) {
	u, err := disk.UsageWithContext(ctx, b.root)
	if err != nil {
		return storage.Space{}, failure("space", storage.Root, err)
	}
	return storage.Space{Free: int64(u.Free), Total: int64(u.Total)}, nil
}

// open opens the root after it looked at the paths of a call.
func (b *Backend) open(op string, paths ...string) (*os.Root, error) {
	for _, p := range paths {
		if err := storage.Check(p); err != nil {
			return nil, err
		}
	}
	root, err := os.OpenRoot(b.root)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, &storage.Error{Code: models.CodeStorageRootMissing, Op: op, Cause: err}
	}
	if err != nil {
		return nil, failure(op, storage.Root, err)
	}
	return root, nil
}

func ignoreAbsent(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

// failure puts the system's errors into the words of storages.
func failure(op, name string, err error) error {
	if err == nil {
		return nil
	}
	e := &storage.Error{Op: op, Path: name, Cause: err, Code: models.CodeStorageUnreachable}
	switch {
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, syscall.ENOTDIR):
		e.Code = models.CodeNotFound
	case errors.Is(err, fs.ErrExist):
		e.Code = models.CodeNameTaken
	case errors.Is(err, fs.ErrPermission):
		e.Code = models.CodeStorageDenied
	case errors.Is(err, syscall.EROFS):
		e.Code = models.CodeStorageReadOnly
	case errors.Is(err, syscall.ENOSPC):
		e.Code = models.CodeStorageFull
	case errors.Is(err, syscall.EINVAL), errors.Is(err, syscall.ENAMETOOLONG):
		return models.Invalid("path", models.CodeBadValue, "%q is no name that this file system takes", name).WithCause(err)
	}
	return e
}
