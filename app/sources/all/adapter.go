package all

import (
	"fmt"
	"maps"
	"slices"

	"catalogsync/app/httpclient"
	"catalogsync/app/sources"
	"catalogsync/app/sources/folder"
	"catalogsync/config"
)

// Kind is what an adapter tells of itself without being made.
type Kind struct {
	Name string
	// Title is how its owner writes it, for display.
	Title                      string
	Collects, Provides, Probes bool
	// Network: it is asked over HTTP.
	Network bool
	// Several: the operator may have more than one.
	Several bool
	Options []sources.Option
}

// adapter is one kind of source of the build.
type adapter struct {
	Kind
	// config is nil for a source that is not asked over HTTP.
	config func(values map[string]string) httpclient.Config
	make   func(c *httpclient.Client, values map[string]string) (sources.Source, error)
	// onStorages makes a source that reads storages, too; nil = this kind does not.
	onStorages func(values map[string]string, storages folder.Storages) (*folder.Source, error)
}

// plain is an adapter without settings of its own.
func plain[T sources.Source](name, title string, config func() httpclient.Config, make func(*httpclient.Client) T) adapter {
	return configurable[T](name, title, fixed(config), func() []sources.Option { return nil },
		func(c *httpclient.Client, _ map[string]string) (sources.Source, error) { return make(c), nil })
}

// configurable is an adapter with settings of its own; its roles are those of T.
func configurable[T, S sources.Source](
	name, title string, config func(values map[string]string) httpclient.Config, options func() []sources.Option,
	make func(*httpclient.Client, map[string]string) (S, error),
) adapter {
	var role T
	_, collects := any(role).(sources.Collector)
	_, provides := any(role).(sources.Provider)
	_, probes := any(role).(sources.Prober)
	return adapter{
		Kind:   Kind{Name: name, Title: title, Collects: collects, Provides: provides, Probes: probes, Network: config != nil, Options: options()},
		config: config,
		make: func(c *httpclient.Client, values map[string]string) (sources.Source, error) {
			s, err := make(c, values)
			if err != nil {
				return nil, err
			}
			return s, nil
		},
	}
}

// fixed is a configuration that does not depend on the settings.
func fixed(config func() httpclient.Config) func(map[string]string) httpclient.Config {
	return func(map[string]string) httpclient.Config { return config() }
}

// several lets the operator have more than one source of this kind.
func (a adapter) several() adapter {
	a.Several = true
	return a
}

// reading lets the operator's registered storages be read by this kind.
func (a adapter) reading(make func(map[string]string, folder.Storages) (*folder.Source, error)) adapter {
	a.onStorages = make
	return a
}

// names lists the sources of this kind: the one that bears its name, then its instances.
func (a adapter) names(settings map[string]Settings) []string {
	var instances []string
	for name, s := range settings {
		if a.Several && s.Kind == a.Name && name != a.Name {
			instances = append(instances, name)
		}
	}
	slices.Sort(instances)
	return append([]string{a.Name}, instances...)
}

// open makes the source called name, or says why it is not in use.
func (a adapter) open(name string, s Settings) (source sources.Source, why sources.Absence, err error) {
	if s.Disabled {
		return nil, sources.Disabled, nil
	}
	values := map[string]string{}
	for _, o := range a.Options {
		if o.Default != "" {
			values[o.Key] = o.Default
		}
	}
	maps.Copy(values, s.Values)
	values[sources.ValueName], values[sources.ValueCookie] = name, s.Cookie
	for _, o := range a.Options {
		if o.Required && values[o.Key] == "" {
			return nil, sources.NotConfigured, nil
		}
	}
	var client *httpclient.Client
	if a.config != nil {
		cfg := configured(a.config(values), s)
		cfg.Source = name
		if client, err = httpclient.New(cfg); err != nil {
			return nil, "", fmt.Errorf("make source %s: %w", name, err)
		}
	}
	if a.onStorages != nil && s.Storages != nil {
		source, err = a.onStorages(values, s.Storages)
	} else {
		source, err = a.make(client, values)
	}
	if err != nil {
		return nil, "", fmt.Errorf("make source %s: %w", name, err)
	}
	if source.Name() != name {
		return nil, "", fmt.Errorf("make source %s: it calls itself %s", name, source.Name())
	}
	return source, "", nil
}

// Names lists the kinds of sources of the build in display order.
func Names() []string {
	var names []string
	for _, a := range adapters() {
		names = append(names, a.Name)
	}
	return names
}

// List tells of the kinds of the build in display order.
func List() []Kind {
	var list []Kind
	for _, a := range adapters() {
		list = append(list, a.Kind)
	}
	return list
}

// Kinds is the same as far as settings go.
func Kinds() []config.SourceKind {
	var kinds []config.SourceKind
	for _, a := range adapters() {
		k := config.SourceKind{Name: a.Name, Network: a.Network, Several: a.Several}
		for _, o := range a.Options {
			k.Options = append(k.Options, config.SourceOption{
				Key: o.Key, Help: o.Help, Default: o.Default, Secret: o.Secret, Required: o.Required, Choices: o.Choices, Check: o.Check,
			})
		}
		kinds = append(kinds, k)
	}
	return kinds
}
