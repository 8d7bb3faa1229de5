package all

import "catalogsync/app/sources"

// Prepare makes what settings want of a registry, changing nothing; commit exchanges its
// sources at once. Sources whose names pass kept are taken over as they are, with their
// pace and circuit. next is a registry of the same sources, to ask before committing.
func Prepare(r *sources.Registry, settings map[string]Settings, kept func(name string) bool) (next *sources.Registry, commit func(), err error) {
	present := map[string]sources.Source{}
	for _, s := range r.All() {
		if kept(s.Name()) {
			present[s.Name()] = s
		}
	}
	list, absent, err := build(settings, present)
	if err != nil {
		return nil, nil, err
	}
	if next, err = sources.NewRegistry(list...); err == nil {
		err = next.Replace(list, absent)
	}
	if err != nil {
		return nil, nil, err
	}
	return next, func() { r.Adopt(next) }, nil
}
