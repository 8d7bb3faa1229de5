package all

import (
	"slices"

	"catalogsync/config"
)

// AtStandIn are the settings, by key, under which the sources named are asked at a
// stand-in and no other is used: what a stand-in does not speak would be asked for at the
// real hosts.
func AtStandIn(base string, names ...string) map[string]string {
	settings := map[string]string{}
	for _, name := range Names() {
		if slices.Contains(names, name) {
			settings[config.SourceKey(name, "BASE_URL")] = base
			continue
		}
		settings[config.SourceKey(name, "ENABLED")] = "false"
	}
	return settings
}
