// Package views renders the console: one view model a page and a fragment, one template
// file each. Templates define nothing; a template's name is its path without the ending.
//
// Each page is composed once at start, layout and fragments and page in one set per
// language, and only executed afterwards. The engine's own layout argument is never
// used: its renders share one function map and race.
package views

import (
	"errors"
	"fmt"
	"html/template"
	"io"
	"io/fs"
	"strings"

	"catalogsync/app/i18n"
)

const (
	layoutName = "layouts/app"
	pageSlot   = "page" // the layout shows the page under this name
	pagePrefix = "pages/"
	// fragmentPrefix is where templates stand that are shown by themselves, too.
	fragmentPrefix = "fragments/"
	extension      = ".html"
)

// Localized is what every view model is: it knows the language that it is shown in.
type Localized interface{ Language() string }

// Engine is the composed templates. It is immutable and safe for concurrent use, and
// implements fiber.Views.
type Engine struct {
	sets map[string]map[string]*template.Template // language → name → composed template
}

// Options are what views need besides texts.
type Options struct {
	// AssetURL gives the address of an embedded file.
	AssetURL func(name string) string
	// RemoteCovers lets the browser fetch covers from the platforms' image servers.
	RemoteCovers bool
}

// New composes all templates. It fails when one does not parse, or does not fit its view
// model.
func New(texts *i18n.Catalog, o Options) (*Engine, error) {
	e := &Engine{sets: map[string]map[string]*template.Template{}}
	for _, lang := range texts.Languages() {
		set, err := compose(funcs(texts.Printer(lang), o))
		if err != nil {
			return nil, fmt.Errorf("compose views in %s: %w", lang, err)
		}
		e.sets[lang] = set
	}
	return e, e.check()
}

// check renders every page and fragment with its zero view model, so that a template
// that names a missing field stops the start instead of a request.
func (e *Engine) check() error {
	var errs []error
	for lang := range e.sets {
		for name := range e.sets[lang] {
			vm, ok := registry[name]
			if !ok {
				errs = append(errs, fmt.Errorf("template %s has no view model", name))
				continue
			}
			if err := e.render(io.Discard, lang, name, vm); err != nil {
				errs = append(errs, err)
			}
		}
		for name := range registry {
			if e.sets[lang][name] == nil {
				errs = append(errs, fmt.Errorf("view model of %s has no template", name))
			}
		}
	}
	return errors.Join(errs...)
}

// Load is part of fiber.Views; everything was loaded by New.
func (e *Engine) Load() error { return nil }

// Render writes the page or fragment called name in its view model's language.
func (e *Engine) Render(w io.Writer, name string, vm any, _ ...string) error {
	l, ok := vm.(Localized)
	if !ok {
		return fmt.Errorf("render %s: %T is no view model", name, vm)
	}
	return e.render(w, l.Language(), name, vm)
}

func (e *Engine) render(w io.Writer, lang, name string, vm any) error {
	set, ok := e.sets[lang]
	if !ok {
		set = e.sets[i18n.Default]
	}
	t := set[name]
	if t == nil {
		return fmt.Errorf("render %s: no such template", name)
	}
	if err := t.Execute(w, vm); err != nil {
		return fmt.Errorf("render %s: %w", name, err)
	}
	return nil
}

// templateNames lists all template files by name.
func templateNames() ([]string, error) {
	var names []string
	err := fs.WalkDir(templates, ".", func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			names = append(names, strings.TrimSuffix(path, extension))
		}
		return err
	})
	return names, err
}
