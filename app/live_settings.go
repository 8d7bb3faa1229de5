package app

import (
	"context"
	"reflect"
	"slices"
	"sync"
	"time"

	"catalogsync/app/catalog"
	"catalogsync/app/download"
	"catalogsync/app/health"
	"catalogsync/app/settings"
	"catalogsync/app/sources"
	"catalogsync/app/sources/all"
	"catalogsync/app/upload"
	"catalogsync/config"
	"catalogsync/jobs"
	"catalogsync/models"
)

func (a *App) newSettings(c *config.Config) *settings.Service {
	var kinds []settings.SourceKind
	for _, k := range all.List() {
		kinds = append(kinds, settings.SourceKind{Name: k.Name, Title: k.Title, Collects: k.Collects, Provides: k.Provides})
	}
	return settings.New(settings.Options{
		Config: c, Store: a.Store, Apply: liveSettings{a}, Rehearse: rehearsal{a}, Sources: a.Sources, Kinds: kinds, ReadOnly: a.opts.Insecure, Now: a.now, Log: a.log,
	})
}

// liveSettings puts changed settings into effect while the program runs.
type liveSettings struct{ a *App }

// Prepare makes the sources whose settings change anew. What is under way with an old one
// ends with it; the others keep their pace and their circuit.
func (l liveSettings) Prepare(next *config.Config) (commit func(), err error) {
	now := l.a.Settings.Current()
	kept := func(name string) bool { return reflect.DeepEqual(now.Source[name], next.Source[name]) }
	registry, useSources, err := all.Prepare(l.a.Sources, l.a.metered(next), kept)
	if err != nil {
		return nil, err
	}
	if _, _, err := registry.CheckProviders(next.DownloadSources); err != nil {
		return nil, &settings.Invalid{Fields: []settings.FieldError{{
			Key: "DOWNLOAD_SOURCES", Rule: "no_provider", Message: "would name no source that is in use: " + err.Error(),
		}}}
	}
	return func() {
		useSources()
		l.a.Catalog.Configure(l.a.catalogConfig(next))
	}, nil
}

// catalogConfig is what the settings say of collecting and syncing.
func (a *App) catalogConfig(c *config.Config) catalog.Config {
	return catalog.Config{PageLimit: c.CollectPages, LossShare: c.SyncLossShare, Rest: models.SyncRest{Longest: c.SyncRest}, Now: a.now}
}

// downloadOrder is the sources to download from when a job names none, in order.
func (a *App) downloadOrder() []string {
	order, _, err := a.Sources.CheckProviders(a.Settings.Current().DownloadSources)
	if err != nil {
		return nil // all; it was checked when it was set
	}
	return order
}

// ceiling is the best quality to take from a source, "" = from any.
func (a *App) ceiling(source string) models.Quality {
	c := a.Settings.Current()
	own, general := models.Quality(c.Source[source].QualityCeiling), models.Quality(c.QualityCeiling)
	if own == models.QualityUnknown || own.Rank() > general.Rank() {
		return general
	}
	return own
}

// bandwidth is how many bytes a second may be downloaded at an instant, 0 = any number.
func (a *App) bandwidth(t time.Time) int64 { return a.Settings.Current().Bandwidth.At(t) }

// sourceLimit is how many songs may come from a source at once, 0 = any number.
func (a *App) sourceLimit(source string) int { return a.Settings.Current().Source[source].Downloads }

// orderedDownloads lets jobs that name no sources download in the order of the settings.
type orderedDownloads struct {
	*download.Service
	order func() []string
}

// Download is that of the service.
func (d orderedDownloads) Download(ctx context.Context, songID int64, order []string, report download.Report) (download.Result, error) {
	if len(order) == 0 {
		order = d.order()
	}
	return d.Service.Download(ctx, songID, order, report)
}

// Replace is that of the service.
func (d orderedDownloads) Replace(ctx context.Context, songID int64, order []string, report download.Report) (download.Result, error) {
	if len(order) == 0 {
		order = d.order()
	}
	return d.Service.Replace(ctx, songID, order, report)
}

// prober lets the runner ask a source that is set up now, and can tell whether it serves
// again.
func (a *App) prober(source string) jobs.Prober {
	if name, ok := upload.StorageOf(source); ok {
		return storageProber{a.Uploads, name}
	}
	set, ok := a.Settings.Current().Source[source]
	if !ok || !slices.ContainsFunc(all.List(), func(k all.Kind) bool { return k.Name == set.Kind && k.Probes }) {
		return nil
	}
	return liveProber{a.Sources, source}
}

// liveProber asks whichever source bears the name now.
type liveProber struct {
	registry *sources.Registry
	name     string
}

// Probe asks the source.
func (p liveProber) Probe(ctx context.Context) error {
	s, ok := sources.Role[sources.Prober](p.registry, p.name)
	if !ok {
		return models.Invalid("source", models.CodeUnknownSource, "source %s is not in use", p.name)
	}
	return s.Probe(ctx)
}

// meters measure the requests of each source.
type meters struct {
	mu   sync.Mutex
	list map[string]*health.Meter
}

// of is the meter of a source; make makes the first one.
func (m *meters) of(source string, make func() *health.Meter) *health.Meter {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.list == nil {
		m.list = map[string]*health.Meter{}
	}
	if m.list[source] == nil {
		m.list[source] = make()
	}
	return m.list[source]
}
