package all

import (
	"slices"

	"catalogsync/config"
)

// nobody is a list without a name in it. An empty text would not count as set, and leave the
// environment's list in effect.
const nobody = ","

// AtStandIn are the settings, by key, under which the sources named are asked at a
// stand-in and no other is used: what a stand-in does not speak would be asked for at the
// real hosts.
func AtStandIn(base string, names ...string) map[string]string {
	settings := map[string]string{}
	for _, k := range List() {
		name := k.Name
		if k.Several {
			settings[config.SourceKey(name, "INSTANCES")] = nobody
		}
		if slices.Contains(names, name) {
			settings[config.SourceKey(name, "BASE_URL")] = base
			continue
		}
		settings[config.SourceKey(name, "ENABLED")] = "false"
	}
	return settings
}
