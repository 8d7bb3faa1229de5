package config

import (
	"fmt"
	"strings"
)

// Example is an env file that lists every key with its help, all commented out.
func Example(kinds []SourceKind) string {
	var b strings.Builder
	b.WriteString("# Settings of catalogsync. Uncomment what you change; a flag or an environment\n# variable of the same name wins over this file.\n")
	group := ""
	add := func(o Option) {
		if o.Group != group {
			group = o.Group
			fmt.Fprintf(&b, "\n# --- %s ---\n", group)
		}
		fmt.Fprintf(&b, "\n# %s\n# %s=%s\n", o.Help, o.Key, o.Default)
	}
	for _, o := range Options {
		add(o)
	}
	for _, k := range kinds {
		for _, o := range SourceOptions(k, k.Name) {
			add(o)
		}
	}
	return b.String()
}
