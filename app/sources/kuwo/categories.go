package kuwo

import (
	"context"
	"net/url"
	"strconv"

	"github.com/tidwall/gjson"

	"catalogsync/app/httpclient"
	"catalogsync/app/sources"
)

// digestTag marks the leaves of the tag tree that list playlists by page; the others are
// areas that editors fill by hand.
const digestTag = "10000"

const tagList = "getTagList"

// Options are the settings beyond those of every source.
func Options() []sources.Option {
	return []sources.Option{sources.CategoriesOption("华语,流行")}
}

// Open makes the source with the operator's settings.
func Open(c *httpclient.Client, values map[string]string) (*Source, error) {
	s := New(c)
	s.categories = sources.Categories(values)
	return s, nil
}

// askCategory gets a page of one category (upstream document, P2), in the shape of the
// whole square; pages count from 1.
func (s *Source) askCategory(ctx context.Context, name string, number int) (gjson.Result, error) {
	category, err := s.known.Find(ctx, Name, name, s.askTags)
	if err != nil {
		return gjson.Result{}, err
	}
	return s.web(ctx, "getTagPlayList", wapi+"/api/pc/classify/playlist/getTagPlayList", url.Values{
		"pn": {strconv.Itoa(number)}, "rn": {strconv.Itoa(squareSize)}, "id": {category.ID},
	})
}

func (s *Source) askTags(ctx context.Context) ([]sources.Category, error) {
	root, err := s.object(ctx, tagList, wapi+"/api/pc/classify/playlist/getTagList", nil)
	if err != nil {
		return nil, err
	}
	return readTags(root)
}

// readTags reads the tag tree (upstream document, P3): groups of tags.
func readTags(root gjson.Result) ([]sources.Category, error) {
	if code, ok := integer(root.Get("code")); !ok || code != codeGood {
		return nil, codeError(tagList, code, root.Get("msg").String())
	}
	var known []sources.Category
	for _, group := range root.Get("data").Array() {
		for _, tag := range group.Get("data").Array() {
			if id := tag.Get("id").String(); isID(id) && tag.Get("digest").String() == digestTag {
				known = append(known, sources.Category{ID: id, Name: cleanLine(tag.Get("name").String())})
			}
		}
	}
	if len(known) == 0 {
		return nil, shapeError(tagList, root.Raw, "no tag can be read")
	}
	return known, nil
}
