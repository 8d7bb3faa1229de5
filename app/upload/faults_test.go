package upload_test

import (
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"catalogsync/app/storage/s3"
	"catalogsync/app/storage/storagetest"
	"catalogsync/app/upload"
	"catalogsync/models"
)

// s3World is a library beside a bucket of a real server.
func s3World(t *testing.T) (*world, *storagetest.S3Server) {
	server := storagetest.StartVersityGW(t)
	require.NoError(t, os.Mkdir(filepath.Join(server.Root, "music"), 0o755))
	settings := server.Settings("music")
	settings["base_prefix"], settings["public_base_url"] = "music", "https://cdn.example.com"
	return newWorld(t, s3.Kind(), settings), server
}

// listing is what lies in the bucket, by key.
func listing(t *testing.T, server *storagetest.S3Server) map[string]int64 {
	t.Helper()
	root, found := filepath.Join(server.Root, "music"), map[string]int64{}
	require.NoError(t, filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			if d != nil && d.Name() == ".sgwtmp" {
				return fs.SkipDir // parts of uploads that are not joined
			}
			return err
		}
		info, err := d.Info()
		key, _ := filepath.Rel(root, path)
		found[filepath.ToSlash(key)] = info.Size()
		return err
	}))
	return found
}

// The records equal the bucket: each file once, none too many.
func (w *world) equals(t *testing.T, server *storagetest.S3Server) {
	t.Helper()
	recorded := map[string]int64{}
	for _, l := range w.remote(t) {
		var a models.FileAsset
		require.NoError(t, w.db.Read.Take(&a, l.FileAssetID).Error)
		recorded[l.Locator] = a.FileSizeBytes
	}
	require.Equal(t, listing(t, server), recorded)
}

// The server dies in the midst of a large file and comes back: the file waits, goes on with
// the parts that arrived, and is there once.
func TestServerKilledMidway(t *testing.T) {
	t.Parallel()
	w, server := s3World(t)
	a := w.song(t, "qq/large.flac", 50<<20)
	w.song(t, "qq/small.flac", 1000)
	files := w.plan(t, models.UploadFilter{})
	var killed atomic.Bool
	_, err := w.Upload(t.Context(), w.target, a.ID, upload.Options{}, func(done, _ int64, _ string) {
		if done >= 16<<20 && killed.CompareAndSwap(false, true) {
			server.Kill()
		}
	})
	e := models.CodeOf(err)
	require.Equal(t, models.CodeStorageUnreachable, e, "%v", err)
	require.Equal(t, models.ClassRateLimited, models.ClassOf(err), "it waits instead of failing")
	task := w.task(t, a.ID)
	require.Equal(t, models.UploadPending, task.State)
	require.NotEmpty(t, task.UploadID)
	require.Error(t, w.Probe(t.Context(), w.target.Name))

	server.Start()
	require.NoError(t, w.Probe(t.Context(), w.target.Name))
	first := int64(-1)
	for _, f := range files {
		_, err := w.Upload(t.Context(), w.target, f.FileAssetID, upload.Options{}, func(done, _ int64, _ string) {
			if f.FileAssetID == a.ID && done > 0 && first < 0 {
				first = done
			}
		})
		require.NoError(t, err)
	}
	require.GreaterOrEqual(t, first, int64(16<<20), "what arrived is not sent again")
	w.equals(t, server)
	require.Equal(t, "https://cdn.example.com/music/qq/large.flac", w.remote(t)[0].PublicURL)
}

// A crash between the last byte and its record: the file is found there and not sent again.
func TestCrashBeforeTheRecord(t *testing.T) {
	t.Parallel()
	w, server := s3World(t)
	a := w.song(t, "qq/x.flac", 5000)
	w.uploadAll(t)
	require.NoError(t, w.db.Write.Exec("DELETE FROM file_locations WHERE backend_id = ?", w.target.ID).Error)
	require.NoError(t, w.db.Write.Exec("DELETE FROM song_backend_presence WHERE backend_id = ?", w.target.ID).Error)
	require.NoError(t, w.db.Write.Exec("UPDATE upload_tasks SET state = 'uploading'").Error)
	require.NoError(t, w.Recover(t.Context()))
	require.Equal(t, models.UploadPending, w.task(t, a.ID).State)
	require.Len(t, w.plan(t, models.UploadFilter{}), 1)
	r, err := w.Upload(t.Context(), w.target, a.ID, upload.Options{}, quiet)
	require.NoError(t, err)
	require.True(t, r.Skipped)
	require.Zero(t, r.Bytes)
	w.equals(t, server)
}

// Verify finds what was taken away and what has another size; both go up again, and what
// nobody knows stays.
func TestVerify(t *testing.T) {
	t.Parallel()
	w, server := s3World(t)
	for _, name := range []string{"a", "b", "c"} {
		w.song(t, "qq/"+name+".flac", 1000)
	}
	w.uploadAll(t)
	bucket := filepath.Join(server.Root, "music", "music", "qq")
	require.NoError(t, os.Remove(filepath.Join(bucket, "a.flac")))
	require.NoError(t, os.WriteFile(filepath.Join(bucket, "b.flac"), []byte("cut"), 0o600))
	require.NoError(t, os.WriteFile(filepath.Join(bucket, "stranger.txt"), []byte("x"), 0o600))
	v, err := w.Verify(t.Context(), w.target)
	require.NoError(t, err)
	require.Equal(t, upload.Verified{At: v.At, Objects: 3, Right: 1, Missing: 2, Unknown: 1}, v)
	require.Len(t, w.plan(t, models.UploadFilter{}), 2)
	w.uploadAll(t)
	require.Len(t, w.remote(t), 3)
	require.FileExists(t, filepath.Join(bucket, "stranger.txt"))

	// A listing that fails changes nothing.
	server.Kill()
	_, err = w.Verify(t.Context(), w.target)
	require.Error(t, err)
	require.Len(t, w.remote(t), 3)
}

// Canceling leaves a task that waits.
func TestCanceled(t *testing.T) {
	t.Parallel()
	w, _ := s3World(t)
	a := w.song(t, "qq/large.flac", 50<<20)
	w.plan(t, models.UploadFilter{})
	ctx, cancel := context.WithCancel(t.Context())
	_, err := w.Upload(ctx, w.target, a.ID, upload.Options{}, func(done, _ int64, _ string) {
		if done >= 16<<20 {
			cancel()
		}
	})
	require.Error(t, err)
	require.Equal(t, models.UploadPending, w.task(t, a.ID).State)
	require.NotEmpty(t, w.task(t, a.ID).UploadID)
}

// Two jobs may be about the same file: it is sent once.
func TestTwoJobsAtOnce(t *testing.T) {
	t.Parallel()
	w, server := s3World(t)
	a := w.song(t, "qq/large.flac", 40<<20)
	w.plan(t, models.UploadFilter{})
	var all sync.WaitGroup
	var sent atomic.Int64
	for range 4 {
		all.Go(func() {
			r, err := w.Upload(t.Context(), w.target, a.ID, upload.Options{}, quiet)
			if err != nil {
				t.Error(err)
			}
			sent.Add(r.Bytes)
		})
	}
	all.Wait()
	require.Equal(t, int64(40<<20), sent.Load())
	w.equals(t, server)
}
