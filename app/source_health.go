package app

import (
	"catalogsync/app/health"
	"catalogsync/app/sources"
	"catalogsync/app/sources/all"
	"catalogsync/config"
	"catalogsync/jobs"
	"catalogsync/models"
)

// backoff scales the delays of retries and probes by one setting.
func backoff(c *config.Config) jobs.Backoff {
	return jobs.Backoff{Base: c.RetryBase, Cooldown: 5 * c.RetryBase, CooldownMax: 300 * c.RetryBase, MaxOutage: c.OutageLimit}
}

// metered is the sources' settings, each with a meter of its own for its requests.
func (a *App) metered(c *config.Config) map[string]all.Settings {
	settings := sourceSettings(c)
	for name, s := range settings {
		s.Storages = a.storageFolder
		s.Observer = upstreamMeter{a.meter(name), name, a.metrics}
		settings[name] = s
	}
	return settings
}

func (a *App) meter(source string) *health.Meter {
	return a.meters.of(source, func() *health.Meter { return health.NewMeter(a.now) })
}

// sourceHealth tells of each source what it can do and how it does.
func (a *App) sourceHealth() []models.SourceHealth {
	list := a.Sources.All()
	out := make([]models.SourceHealth, len(list))
	for i, s := range list {
		h := &out[i]
		h.Name, h.Credential = s.Name(), a.Settings.Current().Source[s.Name()].Credential
		_, h.Collects = s.(sources.Collector)
		_, h.Provides = s.(sources.Provider)
		if guarded, ok := s.(sources.Guarded); ok {
			if state := guarded.Circuit(); state.Open {
				h.Blocked, h.Code, h.Reason = true, state.Code, state.Reason
				h.RetryAtMS = models.NowMS(state.Until)
			}
		}
		h.Traffic = a.meter(h.Name).Traffic()
	}
	for _, o := range a.Runner.Live().Outages {
		for i := range out {
			if h := &out[i]; h.Name == o.Source {
				h.Blocked, h.SinceMS, h.Code, h.Reason = true, o.SinceMS, o.Code, o.Reason
				h.RetryAtMS = max(h.RetryAtMS, o.UntilMS)
			}
		}
	}
	return out
}
