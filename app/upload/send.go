package upload

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"sync/atomic"
	"time"

	"catalogsync/app/library"
	"catalogsync/app/storage"
	"catalogsync/models"
)

// Report takes the progress of a file: bytes that arrived, or are on their way.
type Report func(done, total int64, text string)

// Result is what became of a file.
type Result struct {
	Skipped bool
	Code    models.Code
	Text    string
	Bytes   int64 // that were sent
}

// Options say how an upload goes.
type Options struct {
	// Look asks the storage for the file before it is sent, whatever is recorded.
	Look bool
}

// Upload copies an asset's file to a storage and records it. It can be repeated: what was
// begun is gone on with, what is there is not sent again. Errors are domain errors; the
// task tells them, too.
func (s *Service) Upload(ctx context.Context, target models.StorageBackend, assetID int64, o Options, report Report) (Result, error) {
	done, err := s.turns.take(ctx, turn{assetID, target.ID})
	if err != nil {
		return Result{}, storage.Explain(target.Name, storage.Interrupted("wait", "", err))
	}
	defer done()
	order, err := s.Store.GetUploadOrder(ctx, assetID, target.ID)
	if err != nil {
		return Result{}, err
	}
	if order.State == models.UploadSucceeded || order.State == models.UploadSkipped {
		return Result{Skipped: true, Text: "it is there already"}, nil
	}
	if order.LocationID == 0 {
		return s.skip(ctx, order, models.CodeSourceFileGone, "the file is not in the library any more")
	}
	var result Result
	err = s.Hub.Do(ctx, target.ID, func(b storage.Backend) error {
		if o.Look || order.Attempts > 0 {
			if found, err := s.adopt(ctx, b, target, order); found || err != nil {
				result = Result{Skipped: true, Text: "it was there already"}
				return err
			}
		}
		result = Result{Bytes: order.SizeBytes}
		return s.send(ctx, b, target, order, report)
	})
	if err != nil {
		return Result{}, s.settle(ctx, order, waiting(target, err))
	}
	return result, nil
}

func (s *Service) skip(ctx context.Context, order models.UploadOrder, code models.Code, text string) (Result, error) {
	err := s.Store.SettleUpload(ctx, order.TaskID, models.UploadSkipped, code, text)
	return Result{Skipped: true, Code: code, Text: text}, err
}

// settle notes why a file did not arrive: it waits when that can pass by itself or the job
// pauses, and failed otherwise.
func (s *Service) settle(ctx context.Context, order models.UploadOrder, cause error) error {
	state, code := models.UploadFailed, storage.CodeOf(cause)
	switch models.ClassOf(cause) {
	case models.ClassRateLimited, models.ClassLocal:
		state = models.UploadPending
	}
	if code == models.CodeInterrupted {
		state = models.UploadPending
	}
	// The process may be ending: what is known of the task is written all the same.
	note, cancel := context.WithTimeout(context.WithoutCancel(ctx), settleTime)
	defer cancel()
	return errors.Join(cause, s.Store.SettleUpload(note, order.TaskID, state, code, cause.Error()))
}

const settleTime = 5 * time.Second

// adopt records a file that is on the storage already, as after a crash between the last
// byte and its record. Only the same checksum is proof, where the storage tells one.
func (s *Service) adopt(ctx context.Context, b storage.Backend, target models.StorageBackend, order models.UploadOrder) (bool, error) {
	e, err := b.Stat(ctx, order.TargetLocator)
	if storage.CodeOf(err) == models.CodeNotFound {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	if e.Dir || e.Size != order.SizeBytes || e.SHA256 != order.SHA256 {
		return false, nil
	}
	return true, s.record(ctx, b, target, order, e, true)
}

// send copies the bytes.
func (s *Service) send(ctx context.Context, b storage.Backend, target models.StorageBackend, order models.UploadOrder, report Report) error {
	f, file, err := library.OpenIn(order.Root, order.Locator)
	if err != nil {
		return err
	}
	defer f.Close()
	if file.SizeBytes != order.SizeBytes {
		return models.NewError(models.ClassPermanent, models.CodeChecksumMismatch,
			"%s has %d bytes and is recorded with %d; look at the library first (catalogsync maintenance reconcile)", order.Locator, file.SizeBytes, order.SizeBytes)
	}
	if err := s.Store.BeginUpload(ctx, order.TaskID); err != nil {
		return err
	}
	p := &progress{file: f, total: order.SizeBytes, report: report, text: target.Name}
	options := storage.PutOptions{Size: order.SizeBytes, ContentType: contentType(order.Ext), SHA256: order.SHA256, CRC32: &order.CRC32, ModTime: time.UnixMilli(order.ModTimeMS)}
	entry, err := s.put(ctx, b, order, p, options)
	if err != nil {
		return err
	}
	return s.record(ctx, b, target, order, entry, false)
}

func (s *Service) put(ctx context.Context, b storage.Backend, order models.UploadOrder, p *progress, o storage.PutOptions) (storage.Entry, error) {
	r, ok := b.(storage.Resumer)
	if !ok {
		return b.Put(ctx, order.TargetLocator, io.NewSectionReader(p, 0, o.Size), o)
	}
	return r.PutFile(ctx, order.TargetLocator, p, o, storage.Resume{
		Token: order.UploadID, Done: p.arrived,
		Begun: func(token string) error {
			p.parts.Store(true)
			if token == order.UploadID {
				return nil
			}
			return s.Store.KeepUploadToken(ctx, order.TaskID, token)
		},
	})
}

// record writes down what arrived.
func (s *Service) record(ctx context.Context, b storage.Backend, target models.StorageBackend, order models.UploadOrder, e storage.Entry, adopted bool) error {
	u := models.Uploaded{TaskID: order.TaskID, FileAssetID: order.FileAssetID, SongID: order.SongID, BackendID: target.ID,
		Locator: order.TargetLocator, LocatorKey: nameKey(b.Capabilities())(order.TargetLocator), SizeBytes: order.SizeBytes, Adopted: adopted}
	if p, ok := b.(storage.PublicLinker); ok {
		u.PublicURL = p.PublicURL(order.TargetLocator)
	}
	u.ModTimeMS = models.NowMS(s.Now())
	if !e.ModTime.IsZero() {
		u.ModTimeMS = models.NowMS(e.ModTime)
	}
	// It arrived: that it ends now must not make it be sent again.
	note, cancel := context.WithTimeout(context.WithoutCancel(ctx), settleTime)
	defer cancel()
	if err := s.Store.FinishUpload(note, u); err != nil {
		return fmt.Errorf("record %s on %s: %w", order.TargetLocator, target.Name, err)
	}
	return nil
}

// progress counts what is read of a file, and what of it arrived in parts. Each read is a
// sign of life.
type progress struct {
	file   *os.File
	total  int64
	text   string
	report Report
	parts  atomic.Bool
	read   atomic.Int64
	done   atomic.Int64
}

// ReadAt reads and reports. A file in parts is read twice, so only what arrived counts.
func (p *progress) ReadAt(b []byte, off int64) (int, error) {
	n, err := p.file.ReadAt(b, off)
	read := p.read.Add(int64(n))
	if p.parts.Load() {
		read = p.done.Load()
	}
	p.report(min(read, p.total), p.total, p.text)
	return n, err
}

func (p *progress) arrived(bytes int64) {
	p.done.Store(bytes)
	p.report(bytes, p.total, p.text)
}

// contentTypes are the types of the library's files (IANA, and what browsers play).
var contentTypes = map[string]string{
	"flac": "audio/flac", "mp3": "audio/mpeg", "m4a": "audio/mp4", "mp4": "audio/mp4", "aac": "audio/aac", "ogg": "audio/ogg", "oga": "audio/ogg",
	"opus": "audio/ogg", "wav": "audio/wav", "ape": "audio/x-ape", "wma": "audio/x-ms-wma", "aiff": "audio/aiff",
}

func contentType(ext string) string { return cmp.Or(contentTypes[ext], "application/octet-stream") }
