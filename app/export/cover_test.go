package export_test

import (
	"context"
	"crypto/rand"
	"errors"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"catalogsync/app/export"
	"catalogsync/models"
)

// picturesServed serves covers by address, and counts how often it was asked.
type picturesServed struct {
	asked atomic.Int64
	serve func(ctx context.Context, platform, address string) ([]byte, string, error)
}

func (p *picturesServed) FetchPicture(ctx context.Context, platform, address string) ([]byte, string, error) {
	p.asked.Add(1)
	return p.serve(ctx, platform, address)
}

// withCovers gives the house a service that keeps covers.
func (h *house) withCovers(serve func(ctx context.Context, platform, address string) ([]byte, string, error)) (*picturesServed, string) {
	h.t.Helper()
	p, dir := &picturesServed{serve: serve}, filepath.Join(h.t.TempDir(), "covers")
	h.service = export.New(h.store, export.Config{Now: h.clock, Random: rand.Reader, CoversDir: dir, Pictures: p})
	return p, dir
}

func TestCoverGoesWithThePlaylist(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	p := h.playlist("List", h.downloaded("Song", "x"))
	const address = "http://img.invalid/../../a b.jpg"
	require.NoError(t, h.db.Model(p).Update("cover_url", address).Error)
	served, dir := h.withCovers(func(_ context.Context, platform, asked string) ([]byte, string, error) {
		require.Equal(t, []string{p.Platform, address}, []string{platform, asked})
		return []byte("picture"), "jpg", nil
	})
	scope := export.Scope{PlaylistIDs: []int64{p.ID}}
	first, err := h.service.Prepare(t.Context(), scope)
	require.NoError(t, err)
	again, err := h.service.Prepare(t.Context(), scope)
	require.NoError(t, err)
	require.Equal(t, first.ETag(), again.ETag())
	require.EqualValues(t, 1, served.asked.Load(), "it is fetched once")
	files := open(t, first).files
	require.Equal(t, "picture", files["List/cover.jpg"])
	require.Contains(t, files["List/manifest.json"], `"file": "cover.jpg"`)
	for _, layout := range []models.ExportForm{{Layout: models.LayoutShared}, {SplitBytes: 1 << 20}} {
		require.Contains(t, open(t, h.prepare(export.Scope{PlaylistIDs: scope.PlaylistIDs, ExportForm: layout})).files, "List/cover.jpg")
	}
	kept, err := os.ReadDir(dir)
	require.NoError(t, err)
	require.Len(t, kept, 1, "the address is no path")
}

// An archive is worth more than its pictures: one that cannot be had, or hangs, is left out,
// and not asked for again while a broken download may go on.
func TestCoverThatCannotBeHadIsLeftOut(t *testing.T) {
	t.Parallel()
	for name, serve := range map[string]func(ctx context.Context, platform, address string) ([]byte, string, error){
		"refused": func(context.Context, string, string) ([]byte, string, error) { return nil, "", errors.New("404") },
		"hangs": func(ctx context.Context, _, _ string) ([]byte, string, error) {
			<-ctx.Done()
			return nil, "", ctx.Err()
		},
	} {
		h := newHouse(t)
		p := h.playlist("List", h.downloaded("Song", "x"))
		require.NoError(t, h.db.Model(p).Update("cover_url", "http://img.invalid/a.jpg").Error)
		served, _ := h.withCovers(serve)
		h.now = time.Now()
		scope := export.Scope{PlaylistIDs: []int64{p.ID}}
		plan, err := h.service.Prepare(t.Context(), scope)
		require.NoError(t, err, name)
		require.NotContains(t, open(t, plan).files, "List/cover.jpg", name)
		_, err = h.service.Prepare(t.Context(), scope)
		require.NoError(t, err, name)
		require.EqualValues(t, 1, served.asked.Load(), name)
		h.now = h.now.Add(25 * time.Hour)
		_, err = h.service.Prepare(t.Context(), scope)
		require.NoError(t, err, name)
		require.EqualValues(t, 2, served.asked.Load(), name)
	}
}
