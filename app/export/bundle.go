package export

import (
	"context"
	"encoding/base32"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"strings"
	"time"

	"catalogsync/models"
)

const (
	// nameBytes is the randomness of a bundle's name: whoever has the name may download.
	nameBytes = 20
	// listedBundles bounds the list of bundles.
	listedBundles = 200
)

// bundleScope is what a bundle keeps.
type bundleScope struct {
	Scope
	PartSizes []int64 `json:"part_sizes,omitempty"` // of a split one
	Digest    string  `json:"digest,omitempty"`     // of all parts of a split one
	Missing   int     `json:"missing,omitempty"`    // songs that are not in it
}

// CreateBundle prepares the archive of playlists, as they are now unless the form names an
// instant, and keeps what it holds under a name that cannot be guessed. Errors as of Prepare.
func (s *Service) CreateBundle(ctx context.Context, playlistIDs []int64, form models.ExportForm) (models.ExportBundle, error) {
	now := s.cfg.Now()
	if form.AsOfMS == 0 || form.AsOfMS > models.NowMS(now) { // the future would still change
		form.AsOfMS = models.NowMS(now)
	}
	scope := bundleScope{Scope: Scope{PlaylistIDs: slices.Compact(slices.Sorted(slices.Values(playlistIDs))), ExportForm: form}}
	parts, err := s.prepare(ctx, scope.Scope)
	if err != nil {
		return models.ExportBundle{}, err
	}
	scope.Missing = parts[0].Missing
	size := int64(0)
	for _, p := range parts {
		size += p.Size()
		scope.PartSizes = append(scope.PartSizes, p.Size())
	}
	if len(parts) == 1 {
		scope.PartSizes = nil
	} else {
		scope.Digest = digestOf(parts)
	}
	name, err := s.bundleName()
	if err != nil {
		return models.ExportBundle{}, err
	}
	text, err := json.Marshal(scope)
	if err != nil {
		return models.ExportBundle{}, fmt.Errorf("encode export scope: %w", err)
	}
	b := models.ExportBundle{
		Name: name, Title: parts[0].title, ScopeJSON: string(text), SizeBytes: size,
		CreatedAtMS: models.NowMS(now), ExpiresAtMS: models.NowMS(now.Add(s.cfg.BundleTTL)),
	}
	if err := s.store.CreateBundle(ctx, &b); err != nil {
		return models.ExportBundle{}, err
	}
	return b, nil
}

func (s *Service) bundleName() (string, error) {
	b := make([]byte, nameBytes)
	if _, err := io.ReadFull(s.cfg.Random, b); err != nil {
		return "", fmt.Errorf("name export bundle: %w", err)
	}
	return strings.ToLower(base32.StdEncoding.EncodeToString(b)), nil // 20 bytes need no padding
}

// PrepareBundle decides the archive of a bundle, or one of its parts as of PreparePart. An
// unknown name is ClassNotFound, one whose time is over CodeBundleExpired, parts that would
// not fit together with those from before CodeExportChanged; else errors as of Prepare.
func (s *Service) PrepareBundle(ctx context.Context, name string, part int) (*Plan, error) {
	b, err := s.store.FindBundle(ctx, name)
	if err != nil {
		return nil, err
	}
	if b == nil {
		return nil, models.NotFound("there is no export of this name; export the playlists again")
	}
	if b.ExpiresAtMS <= models.NowMS(s.cfg.Now()) {
		return nil, models.NewError(models.ClassNotFound, models.CodeBundleExpired, "this export has expired; export the playlists again")
	}
	var scope bundleScope
	if err := json.Unmarshal([]byte(b.ScopeJSON), &scope); err != nil {
		return nil, fmt.Errorf("read scope of export bundle %d: %w", b.ID, err)
	}
	parts, err := s.prepare(ctx, scope.Scope)
	if err != nil {
		return nil, err
	}
	if len(scope.PartSizes) > 0 && scope.Digest != digestOf(parts) {
		// A song could have moved into a part that was fetched before.
		return nil, models.NewError(models.ClassConflict, models.CodeExportChanged,
			"files of the library have changed since this export was split, so its parts no longer fit together; export the playlists again")
	}
	return pick(parts, part)
}

// ListBundles lists the bundles that can be downloaded, newest first.
func (s *Service) ListBundles(ctx context.Context) ([]models.ExportBundle, error) {
	return s.store.ListBundles(ctx, models.NowMS(s.cfg.Now()), listedBundles)
}

// DeleteBundle takes a bundle away before its time; ClassNotFound when there is none.
func (s *Service) DeleteBundle(ctx context.Context, name string) error {
	deleted, err := s.store.DeleteBundle(ctx, name)
	if err == nil && !deleted {
		err = models.NotFound("there is no export of this name")
	}
	return err
}

// Sweep removes the bundles whose time is over and counts them, and forgets the exports that
// were waited for too long or taken long ago.
func (s *Service) Sweep(ctx context.Context) (int64, error) {
	if s.cfg.Waiting != nil {
		if err := s.cfg.Waiting.DeleteExpiredWaitingExports(ctx, models.NowMS(s.cfg.Now())); err != nil {
			return 0, err
		}
	}
	return s.store.DeleteExpiredBundles(ctx, models.NowMS(s.cfg.Now()))
}

// RunSweeper sweeps at once and then at each interval, until ctx ends.
func (s *Service) RunSweeper(ctx context.Context, every time.Duration, log *slog.Logger) {
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		if n, err := s.Sweep(ctx); err != nil && ctx.Err() == nil {
			log.ErrorContext(ctx, "sweep export bundles", "error", err)
		} else if n > 0 {
			log.InfoContext(ctx, "swept export bundles", "count", n)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}
