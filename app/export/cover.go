package export

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"time"

	"golang.org/x/sync/errgroup"
)

// PictureFetcher gets the picture at a platform's address, checked to be one, with its ending
// (jpg, png or webp).
type PictureFetcher interface {
	FetchPicture(ctx context.Context, platform, address string) (data []byte, ext string, err error)
}

const (
	// coverPatience bounds what an export waits for covers that are not here yet. The archive
	// is worth more than its pictures.
	coverPatience = 2 * time.Second
	// coverAgain is how long a cover that could not be had is not asked for again: an export
	// that goes on meanwhile must be the same.
	coverAgain   = 24 * time.Hour
	coversAtOnce = 4
	// coverName is the picture in a playlist's folder.
	coverName = "cover"
	// noCover ends the name of the note that a cover could not be had.
	noCover = ".none"
)

// coverExts are the endings of kept covers.
var coverExts = []string{".jpg", ".png", ".webp"}

// covers keeps the playlists' covers in a folder of its own, each under its address, so that
// an archive is the same as long as its playlist has the same cover.
type covers struct {
	dir   string
	fetch PictureFetcher
	now   func() time.Time
	sums  *sidecarSums
}

// attach gives each list the cover that is here, and gets those that are not.
func (c *covers) attach(ctx context.Context, lists []list) error {
	if c == nil {
		return nil
	}
	limited, cancel := context.WithTimeout(ctx, coverPatience)
	defer cancel()
	var group errgroup.Group
	group.SetLimit(coversAtOnce)
	for i := range lists {
		l := &lists[i]
		if l.CoverURL == "" {
			continue
		}
		if l.cover = c.kept(l.CoverURL); l.cover != nil || limited.Err() != nil {
			continue
		}
		group.Go(func() error {
			c.get(limited, l.Platform, l.CoverURL)
			l.cover = c.kept(l.CoverURL)
			return nil
		})
	}
	_ = group.Wait() // a cover that cannot be had is left out
	return ctx.Err()
}

// kept is a cover that is here, nil when it is not.
func (c *covers) kept(address string) *coverFile {
	root, err := os.OpenRoot(c.dir)
	if err != nil {
		return nil
	}
	defer root.Close()
	for _, ext := range coverExts {
		if sum, ok := c.sums.sum(root, stemOf(address)+ext); ok {
			return &coverFile{root: c.dir, sidecar: sidecar{locator: stemOf(address) + ext, ext: ext, sidecarSum: sum}}
		}
	}
	return nil
}

// get keeps a cover, or notes that it could not be had.
func (c *covers) get(ctx context.Context, platform, address string) {
	note := filepath.Join(c.dir, stemOf(address)+noCover)
	if info, err := os.Stat(note); err == nil && c.now().Sub(info.ModTime()) < coverAgain {
		return
	}
	data, ext, err := c.fetch.FetchPicture(ctx, platform, address)
	if err == nil {
		err = c.keep(stemOf(address)+"."+ext, data)
	}
	if err != nil {
		_ = c.keep(stemOf(address)+noCover, nil) // then it is asked for again, no more
		return
	}
	if err := os.Remove(note); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return // an old note beside the cover says nothing
	}
}

// keep writes a file whole or not at all.
func (c *covers) keep(name string, data []byte) error {
	if err := os.MkdirAll(c.dir, 0o755); err != nil {
		return fmt.Errorf("make folder of covers: %w", err)
	}
	f, err := os.CreateTemp(c.dir, "new-*")
	if err != nil {
		return fmt.Errorf("keep cover: %w", err)
	}
	_, err = f.Write(data)
	if err = errors.Join(err, f.Close()); err == nil {
		err = os.Rename(f.Name(), filepath.Join(c.dir, name))
	}
	if err != nil {
		_ = os.Remove(f.Name()) // nothing half-done is left, as far as it can be helped
		return fmt.Errorf("keep cover: %w", err)
	}
	return nil
}

// stemOf names a cover by its address, which is the upstream's text and so never a path.
func stemOf(address string) string {
	sum := sha256.Sum256([]byte(address))
	return hex.EncodeToString(sum[:16])
}

// coverFile is a playlist's cover on the disk.
type coverFile struct {
	root string
	sidecar
}

// addCover puts the list's cover beside its songs.
func (f *folder) addCover() {
	c := f.list.cover
	if c == nil {
		return
	}
	name := f.names.unique(coverName, c.ext)
	f.units = append(f.units, &unit{entries: []entry{{
		name: path.Join(f.list.folder, name), root: c.root, locator: c.locator, sidecar: true,
		modTime: time.UnixMilli(c.modTimeMS), size: c.size, crc: c.crc, sha256: c.sha256,
	}}})
	f.manifest.Playlist.Cover = &manifestFile{File: name, SizeBytes: c.size, SHA256: c.sha256, CRC32: crcText(c.crc)}
	f.see(c.modTimeMS)
}

// newCovers is nil where no covers are kept.
func newCovers(cfg Config, sums *sidecarSums) *covers {
	if cfg.CoversDir == "" || cfg.Pictures == nil {
		return nil
	}
	return &covers{dir: cfg.CoversDir, fetch: cfg.Pictures, now: cfg.Now, sums: sums}
}
