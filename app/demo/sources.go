package demo

import "catalogsync/app/demo/catalog"

// Sources names the sources whose wire format the demo upstream speaks.
func Sources() []string {
	var names []string
	for _, p := range catalog.Platforms {
		names = append(names, p.String())
	}
	return names
}
