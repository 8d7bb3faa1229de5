package app

import (
	"catalogsync/app/sources"
	"catalogsync/config"
	"catalogsync/jobs"
)

// probers lets the runner ask the sources that can tell whether they serve again.
func probers(registry *sources.Registry) map[string]jobs.Prober {
	list := map[string]jobs.Prober{}
	for _, s := range registry.All() {
		if p, ok := s.(sources.Prober); ok {
			list[s.Name()] = p
		}
	}
	return list
}

// backoff scales the delays of retries and probes by one setting.
func backoff(c *config.Config) jobs.Backoff {
	return jobs.Backoff{Base: c.RetryBase, Cooldown: 5 * c.RetryBase, CooldownMax: 300 * c.RetryBase, MaxOutage: c.OutageLimit}
}
