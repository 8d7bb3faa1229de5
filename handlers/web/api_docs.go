package web

import (
	"cmp"
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v3"

	"catalogsync/handlers/api/openapi"
	"catalogsync/models"
	"catalogsync/views"
)

// maxAPIKeyword bounds the text that is searched for, in characters.
const maxAPIKeyword = 200

// APIDocsShow lists the operations of the API, as a page or as the list alone.
func (h *Handlers) APIDocsShow(c fiber.Ctx) error {
	doc, err := h.APIReference()
	if err != nil {
		return err
	}
	keyword := c.Query("keyword")
	if len([]rune(keyword)) > maxAPIKeyword {
		return models.Invalid("keyword", models.CodeBadValue, "keyword is longer than %d characters", maxAPIKeyword)
	}
	list := apiList(doc, keyword)
	list.Base = base(c)
	if wantsFragment(c) {
		noStore(c)
		return c.Render("fragments/api/list", list)
	}
	return h.page(c, "pages/api/list", views.APIDocsPage{Shell: h.shell(c, "api", h.text(c, "api.title")), List: list, Origin: c.BaseURL()})
}

// apiList is the operations in which each word of the keyword stands somewhere.
func apiList(doc *openapi.Document, keyword string) views.APIList {
	list := views.APIList{Keyword: keyword}
	words := strings.Fields(strings.ToLower(keyword))
	for _, tag := range doc.Tags {
		chapter := views.APIChapter{Name: tag.Name, About: tag.Description}
		for _, o := range doc.Operations() {
			if o.Tag == tag.Name && hasWords(o, words) {
				chapter.Operations = append(chapter.Operations, apiOperation(o))
			}
		}
		if list.Count += len(chapter.Operations); len(chapter.Operations) > 0 {
			list.Chapters = append(list.Chapters, chapter)
		}
	}
	return list
}

func hasWords(o openapi.Operation, words []string) bool {
	text := strings.ToLower(strings.Join([]string{o.Method, o.Template(), o.Tag, o.Summary, o.About}, " "))
	for _, p := range slices.Concat(o.Query, o.Body) {
		text += " " + p.Name
	}
	return !slices.ContainsFunc(words, func(w string) bool { return !strings.Contains(text, w) })
}

func apiOperation(o openapi.Operation) views.APIOperation {
	return views.APIOperation{URL: views.URLAPIDocs + "/" + o.ID(), Method: o.Method, Path: o.Template(), Summary: o.Summary}
}

// APIOperationShow tells all of one operation.
func (h *Handlers) APIOperationShow(c fiber.Ctx) error {
	doc, err := h.APIReference()
	if err != nil {
		return err
	}
	i := slices.IndexFunc(doc.Operations(), func(o openapi.Operation) bool { return o.ID() == c.Params("operation") })
	if i < 0 {
		return models.NotFound("the API has no such operation")
	}
	o := doc.Operations()[i]
	vm := views.APIOperationPage{
		Shell: h.shell(c, "api", o.Method+" "+o.Template()), Operation: apiOperation(o), Chapter: o.Tag, About: o.About,
		HasBody: o.Body != nil, Curl: o.Curl(), Fields: apiParams("", o.Body),
		Params: append(apiParams("path", o.PathParams()), apiParams("query", o.Query)...),
	}
	if vm.Answers, vm.Errors, err = apiAnswers(doc.Action(o)); err != nil {
		return err
	}
	return h.page(c, "pages/api/show", vm)
}

func apiParams(in string, params []openapi.Param) []views.APIParam {
	list := make([]views.APIParam, len(params))
	for i, p := range params {
		list[i] = views.APIParam{Name: p.Name, In: in, Kind: p.Kind(), About: p.About, Required: p.Required}
	}
	return list
}

// apiAnswers are the answers of an operation, and its errors by status and code.
func apiAnswers(a openapi.Action) (list []views.APIAnswer, faults []views.APIError, err error) {
	for _, status := range slices.Sorted(maps.Keys(a.Responses)) {
		code, notNumber := strconv.Atoi(status)
		if notNumber != nil { // all other errors
			continue
		}
		r := a.Responses[status]
		for _, c := range r.Codes {
			faults = append(faults, views.APIError{Status: code, Code: c})
		}
		if len(r.Codes) > 0 {
			continue
		}
		answer := views.APIAnswer{Status: code, About: r.Description}
		for media, content := range r.Content {
			answer.Media = cmp.Or(answer.Media, media)
			if content.Example != nil {
				example, err := json.MarshalIndent(content.Example, "", "  ")
				if err != nil {
					return nil, nil, err
				}
				answer.Example = string(example)
			}
		}
		list = append(list, answer)
	}
	return list, faults, nil
}
