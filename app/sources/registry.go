package sources

import (
	"fmt"
	"slices"
	"strings"

	"catalogsync/models"
)

// Registry is the list of sources of this process, in display order.
type Registry struct{ list []Source }

// NewRegistry makes a registry; a name that comes twice is an error.
func NewRegistry(list ...Source) (*Registry, error) {
	seen := map[string]bool{}
	for _, s := range list {
		if seen[s.Name()] {
			return nil, fmt.Errorf("source %s is registered twice", s.Name())
		}
		seen[s.Name()] = true
	}
	return &Registry{list: list}, nil
}

// namesOf lists the sources that implement role T, in display order.
func namesOf[T any](r *Registry) []string {
	var names []string
	for _, s := range r.list {
		if _, ok := s.(T); ok {
			names = append(names, s.Name())
		}
	}
	return names
}

// Role finds the source called name in role T, false when there is none.
func Role[T any](r *Registry, name string) (T, bool) {
	for _, s := range r.list {
		if s.Name() == name {
			t, ok := s.(T)
			return t, ok
		}
	}
	var none T
	return none, false
}

// All lists the sources in display order.
func (r *Registry) All() []Source { return slices.Clone(r.list) }

// CollectorNames lists the sources that can be collected from.
func (r *Registry) CollectorNames() []string { return namesOf[Collector](r) }

// ProviderNames lists the sources that can be downloaded from.
func (r *Registry) ProviderNames() []string { return namesOf[Provider](r) }

// Collector finds a collector; an unknown name is a ClassInvalid error that lists the
// known ones.
func (r *Registry) Collector(name string) (Collector, error) {
	if c, ok := Role[Collector](r, name); ok {
		return c, nil
	}
	return nil, unknown("sources", name, r.CollectorNames())
}

// Provider finds a provider, like Collector.
func (r *Registry) Provider(name string) (Provider, error) {
	if p, ok := Role[Provider](r, name); ok {
		return p, nil
	}
	return nil, unknown("download_sources", name, r.ProviderNames())
}

// CheckCollectors refuses names that are no collectors; an empty list means all.
func (r *Registry) CheckCollectors(names []string) ([]string, error) {
	return check(names, r.CollectorNames(), "sources")
}

// CheckProviders refuses names that are no providers; an empty list means all. Names
// of sources that the product knows of but this build does not contain are left out
// and returned in absent, so that a command line of a fuller build still runs.
func (r *Registry) CheckProviders(names []string) (usable, absent []string, err error) {
	known := r.ProviderNames()
	if len(names) == 0 {
		return known, nil, nil
	}
	for _, n := range names {
		switch {
		case slices.Contains(known, n):
			usable = append(usable, n)
		case slices.Contains(notBuilt, n):
			absent = append(absent, n)
		default:
			return nil, nil, unknown("download_sources", n, known)
		}
	}
	if len(usable) == 0 {
		return nil, absent, unknown("download_sources", strings.Join(names, ","), known)
	}
	return usable, absent, nil
}

// notBuilt names the sources of the design that this build has no adapter for.
var notBuilt = []string{"migu", "qianqian", "kugou", "subsonic", "jamendo", "archive", "folder"}

func check(names, known []string, field string) ([]string, error) {
	if len(names) == 0 {
		return known, nil
	}
	for _, n := range names {
		if !slices.Contains(known, n) {
			return nil, unknown(field, n, known)
		}
	}
	return names, nil
}

func unknown(field, name string, known []string) error {
	e := models.Invalid(field, models.CodeUnknownSource, "unknown source %q; known are: %s", name, strings.Join(known, ", "))
	e.Params = map[string]any{"Name": name, "Known": strings.Join(known, ", ")}
	return e
}
