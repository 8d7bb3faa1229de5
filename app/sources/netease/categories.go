package netease

import (
	"context"

	"catalogsync/app/httpclient"
	"catalogsync/app/sources"
)

// Options are the settings beyond those of every source.
func Options() []sources.Option {
	return []sources.Option{sources.CategoriesOption("华语,流行,民谣")}
}

// Open makes the source with the operator's settings.
func Open(c *httpclient.Client, values map[string]string) (*Source, error) {
	s := New(c)
	s.categories = sources.Categories(values)
	return s, nil
}

// catalogueAnswer lists the categories of the square (upstream document, §1c).
type catalogueAnswer struct {
	Sub []struct {
		Name text `json:"name"`
	} `json:"sub"`
}

func (a *catalogueAnswer) missing() string {
	if a.Sub == nil {
		return "sub"
	}
	return ""
}

// checkCategory refuses a category that the platform does not have: asked for one, it
// would answer with the whole square or with nothing.
func (s *Source) checkCategory(ctx context.Context, name string) error {
	if name == everyCategory {
		return nil
	}
	_, err := s.known.Find(ctx, Name, name, s.readCategories)
	return err
}

func (s *Source) readCategories(ctx context.Context) ([]sources.Category, error) {
	var a catalogueAnswer
	if err := s.ask(ctx, call{endpoint: endpointTags, path: "/api/playlist/catalogue"}, &a); err != nil {
		return nil, err
	}
	known := make([]sources.Category, len(a.Sub))
	for i, c := range a.Sub {
		known[i] = sources.Category{ID: c.Name.line(), Name: c.Name.line()}
	}
	return known, nil
}
