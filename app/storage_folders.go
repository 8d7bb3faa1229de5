package app

import (
	"context"
	"errors"
	"io"
	"path"

	"catalogsync/app/sources/folder"
	"catalogsync/app/storage"
	"catalogsync/app/storage/hub"
)

// storageFolder lets a source read a folder of a registered storage. The storage is looked
// up each time: it may be registered, edited or disabled meanwhile.
func (a *App) storageFolder(name, below string) folder.Backend {
	return storageFolder{app: a, name: name, below: below}
}

type storageFolder struct {
	app         *App
	name, below string
}

// hold takes a place at the storage.
func (f storageFolder) hold(ctx context.Context) (*hub.Lease, error) {
	row, err := f.app.Store.GetStorageNamed(ctx, f.name)
	if err != nil {
		return nil, err
	}
	return f.app.storages.Hold(ctx, row.ID)
}

// List gives what is in a folder.
func (f storageFolder) List(ctx context.Context, dir string) ([]folder.Entry, error) {
	l, err := f.hold(ctx)
	if err != nil {
		return nil, err
	}
	var list []folder.Entry
	err = l.List(ctx, path.Join(f.below, dir), func(e storage.Entry) error {
		list = append(list, entryOf(e))
		return ctx.Err()
	})
	return list, l.Release(err)
}

// Stat tells of a file as it is now.
func (f storageFolder) Stat(ctx context.Context, name string) (folder.Entry, error) {
	l, err := f.hold(ctx)
	if err != nil {
		return folder.Entry{}, err
	}
	e, err := l.Stat(ctx, path.Join(f.below, name))
	return entryOf(e), l.Release(err)
}

// OpenRange reads a file from offset on; the place at the storage is kept until it is closed.
func (f storageFolder) OpenRange(ctx context.Context, name string, offset int64) (io.ReadCloser, error) {
	l, err := f.hold(ctx)
	if err != nil {
		return nil, err
	}
	r, err := l.Open(ctx, path.Join(f.below, name), offset, -1)
	if err != nil {
		return nil, l.Release(err)
	}
	return &heldFile{ReadCloser: r, lease: l}, nil
}

// heldFile gives the place at the storage back when it is closed, and tells how reading went.
type heldFile struct {
	io.ReadCloser
	lease *hub.Lease
	err   error
}

func (h *heldFile) Read(b []byte) (int, error) {
	n, err := h.ReadCloser.Read(b)
	if err != nil && !errors.Is(err, io.EOF) {
		h.err = err
	}
	return n, err
}

func (h *heldFile) Close() error {
	err := h.ReadCloser.Close()
	if h.err != nil {
		err = h.err
	}
	return h.lease.Release(err)
}

func entryOf(e storage.Entry) folder.Entry {
	return folder.Entry{Name: path.Base(e.CallPath()), Dir: e.Dir, Size: e.Size, ModTime: e.ModTime}
}
