package sources

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync/atomic"

	"catalogsync/models"
)

// Registry is the list of sources of this process, in display order. It is safe for
// concurrent use; Replace exchanges the whole list at once, and whoever holds a source
// from before goes on with it.
type Registry struct{ state atomic.Pointer[listing] }

// listing is never changed once it is in a registry.
type listing struct {
	list   []Source
	absent map[string]Absence
}

// NewRegistry makes a registry; a name that comes twice is an error.
func NewRegistry(list ...Source) (*Registry, error) {
	r := &Registry{}
	return r, r.Replace(list, nil)
}

// Replace exchanges the sources. absent names those that are known but not in use, so
// that a setting that names them is no mistake. After an error the registry is as it was.
func (r *Registry) Replace(list []Source, absent map[string]Absence) error {
	seen := map[string]bool{}
	for _, s := range list {
		if seen[s.Name()] {
			return fmt.Errorf("source %s is registered twice", s.Name())
		}
		seen[s.Name()] = true
	}
	r.state.Store(&listing{list: slices.Clone(list), absent: maps.Clone(absent)})
	return nil
}

// Adopt makes r list what other lists.
func (r *Registry) Adopt(other *Registry) { r.state.Store(other.state.Load()) }

// Absent tells why a known source is not in use, ok=false when it is, or is not known.
func (r *Registry) Absent(name string) (why Absence, ok bool) {
	why, ok = r.state.Load().absent[name]
	return why, ok
}

// namesOf lists the sources that implement role T, in display order.
func namesOf[T any](r *Registry) []string {
	var names []string
	for _, s := range r.state.Load().list {
		if _, ok := s.(T); ok {
			names = append(names, s.Name())
		}
	}
	return names
}

// Role finds the source called name in role T, false when there is none.
func Role[T any](r *Registry, name string) (T, bool) {
	for _, s := range r.state.Load().list {
		if s.Name() == name {
			t, ok := s.(T)
			return t, ok
		}
	}
	var none T
	return none, false
}

// All lists the sources in display order.
func (r *Registry) All() []Source { return slices.Clone(r.state.Load().list) }

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
	return nil, r.unknown("sources", name, r.CollectorNames())
}

// Provider finds a provider, like Collector.
func (r *Registry) Provider(name string) (Provider, error) {
	if p, ok := Role[Provider](r, name); ok {
		return p, nil
	}
	return nil, r.unknown("download_sources", name, r.ProviderNames())
}

// CheckCollectors refuses names that are no collectors; an empty list means all.
func (r *Registry) CheckCollectors(names []string) ([]string, error) {
	known := r.CollectorNames()
	if len(names) == 0 {
		return known, nil
	}
	for _, n := range names {
		if !slices.Contains(known, n) {
			return nil, r.unknown("sources", n, known)
		}
	}
	return names, nil
}

// CheckProviders refuses names that are no providers; an empty list means all. Names
// of sources that are known but not in use (disabled, not configured, not built) are
// left out and returned in absent, so that one setting serves many machines.
func (r *Registry) CheckProviders(names []string) (usable, absent []string, err error) {
	known := r.ProviderNames()
	if len(names) == 0 {
		return known, nil, nil
	}
	for _, n := range names {
		switch {
		case slices.Contains(known, n):
			usable = append(usable, n)
		case r.isAbsent(n):
			absent = append(absent, n)
		default:
			return nil, nil, r.unknown("download_sources", n, known)
		}
	}
	if len(usable) == 0 {
		return nil, absent, r.unknown("download_sources", strings.Join(names, ","), known)
	}
	return usable, absent, nil
}

func (r *Registry) isAbsent(name string) bool {
	_, ok := r.Absent(name)
	return ok
}

func (r *Registry) unknown(field, name string, known []string) error {
	e := models.Invalid(field, models.CodeUnknownSource, "unknown source %q; known are: %s", name, strings.Join(known, ", "))
	if why, ok := r.Absent(name); ok {
		e = models.Invalid(field, models.CodeUnknownSource, "source %q is not in use: %s; in use are: %s", name, why.text(), strings.Join(known, ", "))
	}
	e.Params = map[string]any{"Name": name, "Known": strings.Join(known, ", ")}
	return e
}
