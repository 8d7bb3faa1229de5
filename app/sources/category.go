package sources

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"

	"catalogsync/models"
)

// Category is a part of a playlist square that can be collected by itself.
type Category struct {
	ID   string // what the platform is asked with
	Name string
}

// maxCategories bounds the parts of one square; each is paged through by itself.
const maxCategories = 50

// CategoriesOption is the setting of collectors whose square has categories.
func CategoriesOption(example string) Option {
	return Option{
		Key:   "CATEGORIES",
		Help:  "Categories of the playlist square to collect, separated by commas, e.g. " + example + ". Empty: the whole square.",
		Check: func(text string) error { return checkCategories(splitCategories(text)) },
	}
}

// Categories are the names that the operator set, in order, each once.
func Categories(values map[string]string) []string { return splitCategories(values["CATEGORIES"]) }

func splitCategories(text string) []string {
	var names []string
	for _, name := range strings.FieldsFunc(text, func(r rune) bool { return r == ',' || r == '，' || r == '、' }) {
		if name = strings.TrimSpace(name); name != "" && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names
}

func checkCategories(names []string) error {
	if len(names) > maxCategories {
		return fmt.Errorf("must name at most %d categories", maxCategories)
	}
	for _, name := range names {
		if len(name) > 100 {
			return fmt.Errorf("must name categories, separated by commas")
		}
	}
	return nil
}

// SquarePools is one pool for each category, or one for the whole square.
func SquarePools(title string, categories []string) []Pool {
	if len(categories) == 0 {
		return []Pool{{Kind: models.PoolPlaylistSquare, Name: title}}
	}
	pools := make([]Pool, len(categories))
	for i, name := range categories {
		pools[i] = Pool{Kind: models.PoolPlaylistSquare, Name: title + " · " + name, Category: name}
	}
	return pools
}

// CategoryIndex keeps a platform's list of categories once it was read. Its zero value is
// ready, and it is safe for concurrent use.
type CategoryIndex struct {
	mu    sync.Mutex
	known []Category
}

// Find finds a category by its name or id; load reads the platform's list. One that the
// platform does not have is a ClassInvalid error that lists some of those that it has.
func (x *CategoryIndex) Find(ctx context.Context, source, wanted string, load func(context.Context) ([]Category, error)) (Category, error) {
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.known == nil {
		known, err := load(ctx)
		if err != nil {
			return Category{}, fmt.Errorf("read the categories of %s: %w", source, err)
		}
		x.known = known
	}
	for _, c := range x.known {
		if c.Name == wanted || c.ID == wanted {
			return c, nil
		}
	}
	var names []string
	for _, c := range x.known[:min(len(x.known), 20)] {
		names = append(names, c.Name)
	}
	e := models.Invalid("SOURCE_"+strings.ToUpper(source)+"_CATEGORIES", models.CodeBadValue,
		"%s has no category %q; it has, among others: %s", source, wanted, strings.Join(names, ", "))
	e.Source = source
	return Category{}, e
}
