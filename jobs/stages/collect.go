package stages

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"strings"

	"catalogsync/app/catalog"
	"catalogsync/app/sources"
	"catalogsync/jobs"
	"catalogsync/models"
)

// PoolCollector collects one pool of one platform; catalog.Service is one.
type PoolCollector interface {
	Collect(ctx context.Context, r catalog.CollectRequest, report func(catalog.CollectProgress)) (catalog.CollectResult, error)
}

// Collect lists the playlists of pools. Each source and pool is an item of its own, so
// one that fails stops no other.
type Collect struct {
	catalog PoolCollector
	sources *sources.Registry
}

// NewCollect makes the executor.
func NewCollect(catalog PoolCollector, sources *sources.Registry) *Collect {
	return &Collect{catalog: catalog, sources: sources}
}

// Plan makes an item "<source>:<pool kind>" for each pool in scope.
func (c *Collect) Plan(_ context.Context, stage jobs.Stage, add func([]models.JobItem) error) error {
	names, err := c.sources.CheckCollectors(stage.Scope.Sources)
	if err != nil {
		return err
	}
	var items []models.JobItem
	for _, name := range names {
		collector, err := c.sources.Collector(name)
		if err != nil {
			return err
		}
		for _, pool := range collector.Pools() {
			if len(stage.Scope.PoolKinds) > 0 && !slices.Contains(stage.Scope.PoolKinds, pool.Kind) {
				continue
			}
			key := collectKey(name, pool.Kind)
			if !slices.ContainsFunc(items, func(i models.JobItem) bool { return i.ItemKey == key }) {
				items = append(items, models.JobItem{ItemKey: key, Title: name + " " + pool.Name, Source: name})
			}
		}
	}
	if len(items) == 0 {
		return nil
	}
	return add(items)
}

func collectKey(source string, kind models.PoolKind) string { return source + ":" + string(kind) }

// Run collects the item's pool and reports each page.
func (c *Collect) Run(ctx context.Context, stage jobs.Stage, item models.JobItem, r jobs.Reporter) (jobs.Outcome, error) {
	source, kind, ok := strings.Cut(item.ItemKey, ":")
	if !ok {
		return jobs.Outcome{}, models.NewError(models.ClassPermanent, models.CodeInternal, "item key %q names no source and pool", item.ItemKey)
	}
	request := catalog.CollectRequest{Source: source, Kind: models.PoolKind(kind), Limit: stage.Scope.Limit}
	result, err := c.catalog.Collect(ctx, request, func(p catalog.CollectProgress) {
		r.Progress(int64(p.Page), 0, "pages", p.String())
		r.Log(slog.LevelInfo, p.String())
	})
	if err != nil {
		return jobs.Outcome{}, err
	}
	if result.Stop == catalog.StopPageLimit {
		r.Log(slog.LevelWarn, fmt.Sprintf("stopped at the page limit after %d pages", result.Pages))
	}
	return jobs.Outcome{ResultSource: source, Text: fmt.Sprintf("pages %d, playlists %d: +%d new, %d updated",
		result.Pages, result.Total, result.New, result.Updated)}, nil
}
