package backup

import (
	"archive/tar"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/klauspost/compress/zstd"

	"catalogsync/models"
)

// Names in a backup.
const (
	manifestName = "manifest.json"
	settingsName = "settings.env"
	databaseName = "catalogsync.db"
)

// format is the version of the archive's shape.
const format = 1

// Bounds of what is read into memory from a file that anybody may have written.
const (
	maxManifest = 64 << 10
	maxSettings = 1 << 20
	maxWindow   = 64 << 20 // memory of the decompressor
)

// Manifest tells what a backup holds.
type Manifest struct {
	Format    int       `json:"format"`
	Program   string    `json:"program"` // version that wrote it
	Schema    int       `json:"schema"`  // of the database
	CreatedAt time.Time `json:"created_at"`
	Files     []File    `json:"files"`
}

// File is a file in a backup.
type File struct {
	Name   string `json:"name"`
	Bytes  int64  `json:"bytes"`
	SHA256 string `json:"sha256"` // hex
}

// Bytes is the length of all files.
func (m Manifest) Bytes() (n int64) {
	for _, f := range m.Files {
		n += f.Bytes
	}
	return n
}

// archive is what will be packed: the files at paths.
type archive struct {
	Manifest
	paths []string
}

// describe fills in the manifest's files.
func (a *archive) describe(ctx context.Context) error {
	for _, path := range a.paths {
		f, err := os.Open(path)
		if err != nil {
			return err
		}
		sum := sha256.New()
		n, err := io.Copy(sum, reader{ctx, f})
		if err = errors.Join(err, f.Close()); err != nil {
			return err
		}
		a.Files = append(a.Files, File{Name: filepath.Base(path), Bytes: n, SHA256: hex.EncodeToString(sum.Sum(nil))})
	}
	return nil
}

// writeArchive packs a into a file that is on disk when it returns.
func writeArchive(ctx context.Context, path string, a archive, report func(done, total int64)) (err error) {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	z, err := zstd.NewWriter(f, zstd.WithEncoderConcurrency(1))
	if err != nil {
		return err
	}
	t := tar.NewWriter(z)
	if err := pack(ctx, t, a, report); err != nil {
		return errors.Join(err, z.Close())
	}
	return errors.Join(t.Close(), z.Close(), f.Sync())
}

func pack(ctx context.Context, t *tar.Writer, a archive, report func(done, total int64)) error {
	manifest, err := json.MarshalIndent(a.Manifest, "", "  ")
	if err != nil {
		return err
	}
	head := func(name string, size int64) error {
		return t.WriteHeader(&tar.Header{Name: name, Mode: 0o600, Size: size, ModTime: a.CreatedAt, Format: tar.FormatPAX})
	}
	if err := head(manifestName, int64(len(manifest))); err != nil {
		return err
	}
	if _, err := t.Write(manifest); err != nil {
		return err
	}
	done, total := int64(0), a.Bytes()
	for i, path := range a.paths {
		if err := head(a.Files[i].Name, a.Files[i].Bytes); err != nil {
			return err
		}
		f, err := os.Open(path)
		if err != nil {
			return err
		}
		_, err = io.Copy(t, io.TeeReader(reader{ctx, f}, counter(func(n int) { done += int64(n); report(done, total) })))
		if err = errors.Join(err, f.Close()); err != nil {
			return err
		}
	}
	return nil
}

// readManifest reads no more of a backup than its manifest.
func readManifest(path string) (m Manifest, err error) {
	err = open(path, func(t *tar.Reader) error {
		m, err = nextManifest(t)
		return err
	})
	return m, err
}

// open calls fn with the archive in a file. Faults of the file are CodeBackupDamaged.
func open(path string, fn func(t *tar.Reader) error) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	z, err := zstd.NewReader(f, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(maxWindow), zstd.WithDecoderLowmem(true))
	if err != nil {
		return damaged(path, err)
	}
	defer z.Close()
	err = fn(tar.NewReader(z))
	if _, ok := errors.AsType[*models.Error](err); ok || err == nil || errors.Is(err, context.Canceled) {
		return err
	}
	return damaged(path, err)
}

func damaged(path string, cause error) error {
	return models.NewError(models.ClassInvalid, models.CodeBackupDamaged,
		"%s is no whole backup of this program (%v); nothing was changed, choose another file", path, cause).WithCause(cause)
}

func nextManifest(t *tar.Reader) (m Manifest, err error) {
	h, err := t.Next()
	if err != nil {
		return m, err
	}
	if h.Name != manifestName || h.Size > maxManifest {
		return m, errors.New("it does not begin with a manifest")
	}
	b, err := io.ReadAll(t)
	if err != nil {
		return m, err
	}
	if err := json.Unmarshal(b, &m); err != nil {
		return m, fmt.Errorf("its manifest cannot be read: %w", err)
	}
	if m.Format != format {
		return m, models.NewError(models.ClassInvalid, models.CodeBackupDamaged,
			"this backup has the format %d and this program reads %d; use the version that wrote it (%s)", m.Format, format, m.Program)
	}
	return m, m.check()
}

// check holds a manifest against what this package writes.
func (m Manifest) check() error {
	seen := map[string]bool{}
	for _, f := range m.Files {
		if f.Name != settingsName && f.Name != databaseName || seen[f.Name] || f.Bytes < 0 || f.Name == settingsName && f.Bytes > maxSettings {
			return fmt.Errorf("its manifest names %q of %d bytes", f.Name, f.Bytes)
		}
		seen[f.Name] = true
	}
	if !seen[databaseName] {
		return errors.New("it holds no database")
	}
	return nil
}

// unpack writes the files of a backup into folder and holds them against the manifest.
func unpack(ctx context.Context, path, folder string, report func(done, total int64)) (m Manifest, err error) {
	err = open(path, func(t *tar.Reader) error {
		if m, err = nextManifest(t); err != nil {
			return err
		}
		done, total := int64(0), m.Bytes()
		for _, want := range m.Files {
			h, err := t.Next()
			if err != nil {
				return err
			}
			if h.Name != want.Name || h.Size != want.Bytes || h.Typeflag != tar.TypeReg {
				return fmt.Errorf("%q does not agree with the manifest", h.Name)
			}
			if err := unpackFile(ctx, t, filepath.Join(folder, want.Name), want, func(n int) { done += int64(n); report(done, total) }); err != nil {
				return err
			}
		}
		if _, err := t.Next(); !errors.Is(err, io.EOF) {
			return errors.Join(errors.New("more follows than the manifest names"), err)
		}
		return nil
	})
	return m, err
}

// unpackFile writes one file; it is on disk when it returns.
func unpackFile(ctx context.Context, from io.Reader, path string, want File, count counter) (err error) {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return localFault(path, err)
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	sum := sha256.New()
	onDisk := &writer{to: f}
	_, err = io.Copy(io.MultiWriter(onDisk, sum, count), reader{ctx, from})
	if onDisk.err != nil {
		return localFault(path, onDisk.err)
	}
	if err != nil {
		return err
	}
	if hex.EncodeToString(sum.Sum(nil)) != want.SHA256 {
		return fmt.Errorf("the checksum of %s is wrong", want.Name)
	}
	if err := f.Sync(); err != nil {
		return localFault(path, err)
	}
	return nil
}

func localFault(path string, cause error) error {
	return models.NewError(models.ClassLocal, models.CodeBackupUnwritable,
		"%s cannot be written; check that the folder is writable and its disk has room", path).WithCause(cause)
}

// writer remembers a fault of the disk, which is none of the backup's.
type writer struct {
	to  io.Writer
	err error
}

func (w *writer) Write(b []byte) (n int, err error) {
	n, w.err = w.to.Write(b)
	return n, w.err
}

// reader ends with its context.
type reader struct {
	ctx context.Context
	io.Reader
}

func (r reader) Read(b []byte) (int, error) {
	if err := r.ctx.Err(); err != nil {
		return 0, err
	}
	return r.Reader.Read(b)
}

// counter is told how many bytes went by.
type counter func(n int)

func (c counter) Write(b []byte) (int, error) {
	c(len(b))
	return len(b), nil
}
