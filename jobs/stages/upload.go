package stages

import (
	"cmp"
	"context"
	"fmt"
	"strconv"
	"strings"

	"catalogsync/app/upload"
	"catalogsync/jobs"
	"catalogsync/models"
)

// Uploader brings files to a storage; upload.Service is one.
type Uploader interface {
	// Target finds the storage of a scope.
	Target(ctx context.Context, scope *models.UploadScope) (models.StorageBackend, error)
	Verify(ctx context.Context, target models.StorageBackend) (upload.Verified, error)
	LastVerified(backendID int64) (upload.Verified, bool)
	Plan(ctx context.Context, target models.StorageBackend, f models.UploadFilter, add func([]models.MissingUpload) error) error
	Upload(ctx context.Context, target models.StorageBackend, assetID int64, o upload.Options, report upload.Report) (upload.Result, error)
}

// Upload copies files to a storage, one file an item.
type Upload struct{ files Uploader }

// NewUpload makes the executor.
func NewUpload(files Uploader) *Upload { return &Upload{files} }

// Keys of items.
const (
	verifyKey  = "verify"
	fileKeyFmt = "file:%d"
)

// Plan makes an item "file:<asset>" for each local file in scope that the storage lacks.
// With Verify the records are compared with the storage first, which an item tells of.
func (u *Upload) Plan(ctx context.Context, stage jobs.Stage, add func([]models.JobItem) error) error {
	target, err := u.files.Target(ctx, stage.Scope.Upload)
	if err != nil {
		return err
	}
	if verifies(stage.Scope) {
		if _, err := u.files.Verify(ctx, target); err != nil {
			return err
		}
		if err := add([]models.JobItem{{ItemKey: verifyKey, Title: target.Name}}); err != nil {
			return err
		}
	}
	f := models.UploadFilter{Sources: stage.Scope.Sources, PlaylistIDs: stage.Scope.PlaylistIDs}
	if stage.Job.Type == models.JobUploadOnly { // elsewhere it bounds what is downloaded
		f.Limit = stage.Scope.Limit
		if f.Limit > 0 && stage.Row.Total >= int64(f.Limit) {
			return nil // it was planned whole before
		}
	}
	return u.files.Plan(ctx, target, f, func(files []models.MissingUpload) error {
		items := make([]models.JobItem, len(files))
		for i, m := range files {
			items[i] = models.JobItem{ItemKey: fmt.Sprintf(fileKeyFmt, m.FileAssetID), Title: titleOf(m), Source: m.Platform, FileLocationID: &files[i].LocationID}
		}
		return add(items)
	})
}

func verifies(s models.JobScope) bool { return s.Upload != nil && s.Upload.Verify }

func titleOf(m models.MissingUpload) string {
	if m.Singers == "" {
		return cmp.Or(m.SongName, m.Locator)
	}
	return m.SongName + " - " + m.Singers
}

// Run uploads the item's file.
func (u *Upload) Run(ctx context.Context, stage jobs.Stage, item models.JobItem, r jobs.Reporter) (jobs.Outcome, error) {
	target, err := u.files.Target(ctx, stage.Scope.Upload)
	if err != nil {
		return jobs.Outcome{}, err
	}
	if item.ItemKey == verifyKey {
		return u.verified(ctx, target)
	}
	text, ok := strings.CutPrefix(item.ItemKey, "file:")
	id, err := strconv.ParseInt(text, 10, 64)
	if !ok || err != nil {
		return jobs.Outcome{}, models.NewError(models.ClassPermanent, models.CodeInternal, "item %q names no file", item.ItemKey)
	}
	result, err := u.files.Upload(ctx, target, id, upload.Options{Look: verifies(stage.Scope)}, func(done, total int64, text string) {
		r.Progress(done, total, "bytes", text)
	})
	if err != nil {
		return jobs.Outcome{}, err
	}
	return jobs.Outcome{Skipped: result.Skipped, Code: result.Code, Reason: result.Text, Text: cmp.Or(result.Text, target.Name), Bytes: result.Bytes, ResultSource: upload.SourceOf(target.Name)}, nil
}

// verified tells what the comparison found. It was made when the stage was planned; a
// process that began since does not know of it and makes it again.
func (u *Upload) verified(ctx context.Context, target models.StorageBackend) (jobs.Outcome, error) {
	v, ok := u.files.LastVerified(target.ID)
	if !ok {
		var err error
		if v, err = u.files.Verify(ctx, target); err != nil {
			return jobs.Outcome{}, err
		}
	}
	return jobs.Outcome{Text: v.String()}, nil
}

var _ jobs.Executor = (*Upload)(nil)
