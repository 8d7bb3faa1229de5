package catalog

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"

	"catalogsync/app/sources"
	"catalogsync/models"
)

// StopReason says why a collect of a pool ended.
type StopReason string

const (
	StopEnd        StopReason = "end"        // the platform's own end sign
	StopDuplicates StopReason = "duplicates" // a page brought nothing that this run had not seen
	StopPageLimit  StopReason = "page_limit"
	StopLimit      StopReason = "limit" // as many playlists as were asked for
)

// CollectRequest says what to collect.
type CollectRequest struct {
	Source string
	Kind   models.PoolKind
	Limit  int // most playlists, 0 = all
}

// CollectProgress is told after each page was committed.
type CollectProgress struct {
	Page  int
	Added int // playlists that this page brought
	Total int // playlists of this run so far
	// Claimed is the platform's number for the whole pool, 0 = not told.
	Claimed int
}

// String is the progress text, the same for every platform.
func (p CollectProgress) String() string {
	return fmt.Sprintf("page %d: +%d, total %d", p.Page, p.Added, p.Total)
}

// CollectResult sums up a collect of one pool.
type CollectResult struct {
	Pages, Total            int
	New, Updated, Unchanged int
	Stop                    StopReason
}

// Collect pages through one pool of one platform. Each page is committed before the next
// is fetched, so that whatever stops a collect loses nothing. An error names the pool's
// source; the pages before it are stored.
func (s *Service) Collect(ctx context.Context, r CollectRequest, report func(CollectProgress)) (CollectResult, error) {
	collector, err := s.sources.Collector(r.Source)
	if err != nil {
		return CollectResult{}, err
	}
	run := collectRun{service: s, collector: collector, request: r, report: report, seen: map[string]bool{}}
	found := false
	var failed []error
	for _, pool := range collector.Pools() {
		if pool.Kind != r.Kind {
			continue
		}
		found = true
		if err := run.pool(ctx, pool); err != nil {
			failed = append(failed, fmt.Errorf("collect %s %s%s: %w", r.Source, r.Kind, inCategory(pool), err))
			if stopsTheSource(ctx, err) {
				break
			}
		}
		if run.result.Stop == StopLimit {
			break
		}
	}
	if len(failed) > 0 {
		return run.result, errors.Join(failed...)
	}
	if !found {
		return CollectResult{}, models.Invalid("pool_kinds", models.CodeBadValue, "%s has no pool %s", r.Source, r.Kind)
	}
	if run.result.Stop == StopEnd || run.result.Stop == StopDuplicates {
		return run.result, s.store.FinishPool(ctx, r.Source, r.Kind)
	}
	return run.result, nil
}

func inCategory(pool sources.Pool) string {
	if pool.Category == "" {
		return ""
	}
	return " " + pool.Category
}

// stopsTheSource says that what ended one category would end the others as well.
func stopsTheSource(ctx context.Context, err error) bool {
	switch models.ClassOf(err) {
	case models.ClassPermanent, models.ClassInvalid, models.ClassNotFound, models.ClassUnavailable:
		return ctx.Err() != nil
	}
	return true
}

// collectRun is the state of one collect.
type collectRun struct {
	service   *Service
	collector sources.Collector
	request   CollectRequest
	report    func(CollectProgress)
	seen      map[string]bool // remote ids of this run
	result    CollectResult
}

// pool pages through one pool until something ends it.
func (c *collectRun) pool(ctx context.Context, pool sources.Pool) error {
	for cursor, pages := "", 0; ; pages++ {
		if pages == c.service.config.Load().PageLimit {
			c.result.Stop = StopPageLimit
			return nil
		}
		page, err := c.collector.FetchPage(ctx, pool, cursor)
		if err != nil {
			return fmt.Errorf("page %d: %w", c.result.Pages+1, err)
		}
		fresh := c.fresh(page.Playlists)
		if err := c.save(ctx, page, fresh); err != nil {
			return err
		}
		if stop := c.stop(page, len(fresh)); stop != "" {
			c.result.Stop = stop
			return nil
		}
		cursor = page.Next
	}
}

// stop says why the page was the last one, "" when it was not. A page whose entries are
// all no playlists is not the end.
func (c *collectRun) stop(page sources.Page, fresh int) StopReason {
	switch {
	case c.request.Limit > 0 && c.result.Total >= c.request.Limit:
		return StopLimit
	case page.Next == "":
		return StopEnd
	case fresh == 0 && (len(page.Playlists) > 0 || page.Skipped == 0):
		return StopDuplicates
	default:
		return ""
	}
}

// fresh makes the rows of those playlists of a page that this run has not seen, at most as
// many as are still asked for.
func (c *collectRun) fresh(list []sources.PlaylistSummary) []models.Playlist {
	var rows []models.Playlist
	for _, summary := range list {
		row, ok := cleanSummary(summary)
		if !ok || c.seen[row.RemotePlaylistID] {
			continue
		}
		if c.request.Limit > 0 && c.result.Total+len(rows) >= c.request.Limit {
			break
		}
		c.seen[row.RemotePlaylistID] = true
		row.Platform = c.request.Source
		row.CollectedDigest = digest(row)
		rows = append(rows, row)
	}
	return rows
}

func (c *collectRun) save(ctx context.Context, page sources.Page, rows []models.Playlist) error {
	if len(rows) > 0 {
		out, err := c.service.store.SavePoolPage(ctx, c.request.Source, c.request.Kind, rows)
		if err != nil {
			return err
		}
		c.result.New += out.New
		c.result.Updated += out.Updated
		c.result.Unchanged += out.Unchanged
	}
	c.result.Pages++
	c.result.Total += len(rows)
	c.report(CollectProgress{Page: c.result.Pages, Added: len(rows), Total: c.result.Total, Claimed: page.Total})
	return nil
}

// digest tells whether a page says the same of a playlist as the last time. The raw answer
// is left out: platforms put request numbers and the like into it.
func digest(told models.Playlist) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%q %q %q %q %q %q %d %d", told.Kind, told.Name, told.Description, told.CoverURL,
		told.Creator, told.WebURL, told.PlayCount, told.TrackCount))
	return hex.EncodeToString(sum[:16])
}
