package web

import (
	"net/url"

	"github.com/gofiber/fiber/v3"

	"catalogsync/handlers/web/forms"
	"catalogsync/models"
)

// queryValues gives the query's parameters. A query that cannot be read is empty: the
// parts that can be read were read.
func queryValues(c fiber.Ctx) forms.Values {
	v, _ := url.ParseQuery(string(c.Request().URI().QueryString()))
	return forms.Values(v)
}

// formValues gives the fields of a posted form.
func formValues(c fiber.Ctx) (forms.Values, error) {
	if c.IsMultipart() {
		m, err := c.MultipartForm()
		if err != nil {
			return nil, models.Invalid("form", models.CodeBadRequest, "the form cannot be read").WithCause(err)
		}
		return forms.Values(m.Value), nil
	}
	v, err := url.ParseQuery(string(c.Body()))
	if err != nil {
		return nil, models.Invalid("form", models.CodeBadRequest, "the form cannot be read").WithCause(err)
	}
	return forms.Values(v), nil
}
