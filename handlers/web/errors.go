package web

import (
	"errors"
	"net/http"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v3"

	"catalogsync/handlers/middleware"
	"catalogsync/models"
	"catalogsync/views"
)

// problem is an error as a reader sees it.
type problem struct {
	status  int
	code    models.Code
	field   string
	message string // in the reader's language
	detail  string // the domain error's own sentence, when it says more than message
}

func (h *Handlers) problemOf(c fiber.Ctx, err error) problem {
	if e, ok := errors.AsType[*models.Error](err); ok {
		p := problem{status: middleware.StatusOf(e), code: e.Code, field: e.Field}
		p.message = h.Texts.Translate(middleware.LanguageOf(c), string(e.Code), e.Params)
		if p.status < http.StatusInternalServerError {
			p.detail = h.detail(c, e, p.message)
		}
		return p
	}
	p := problem{status: http.StatusInternalServerError, code: models.CodeInternal}
	if e, ok := errors.AsType[*fiber.Error](err); ok {
		p.status, p.code = e.Code, middleware.CodeOfStatus(e.Code)
	}
	p.message = h.Texts.Translate(middleware.LanguageOf(c), string(p.code), nil)
	return p
}

// detail is the error's own sentence for the reader. It is left out where the translated
// message says all there is: because its placeholders were filled, or because its code
// means one thing only.
func (h *Handlers) detail(c fiber.Ctx, e *models.Error, message string) string {
	switch e.Code {
	case models.CodeJobsRunning, models.CodeMergedAlready, models.CodeNotMerged, models.CodeNoSharedFile,
		models.CodeBadValue, models.CodeUnknownField, models.CodeNotFound, models.CodeNothingSelected, models.CodeForbiddenHost, models.CodeForbiddenOrigin:
		return ""
	}
	if message != h.Texts.Translate(middleware.LanguageOf(c), string(e.Code), nil) {
		return ""
	}
	return views.RunnerText(h.printer(c), e.Message)
}

// Error answers an error: a toast for a pressed button, else a page. Internal errors are
// logged whole and shown in short.
func (h *Handlers) Error(c fiber.Ctx, err error) error {
	p := h.problemOf(c, err)
	if p.status >= http.StatusInternalServerError {
		h.Logger.Error("request failed", "method", c.Method(), "path", c.Path(), "request_id", middleware.RequestIDOf(c), "error", err)
	} else {
		h.Logger.Debug("request refused", "method", c.Method(), "path", c.Path(), "status", p.status, "error", err)
	}
	c.Status(p.status)
	if wantsFragment(c) {
		return h.errorToast(c, p)
	}
	return h.errorPage(c, p)
}

// errorToast tells of a button that failed. A poll that failed says nothing: the page
// shows by itself that the connection is lost.
func (h *Handlers) errorToast(c fiber.Ctx, p problem) error {
	noStore(c)
	if c.Method() == fiber.MethodGet {
		return nil
	}
	t := views.Toast{Base: base(c), Kind: "danger", Title: p.message}
	if p.field != "" {
		t.Lines = append(t.Lines, h.fieldName(c, p.field))
	}
	if p.detail != "" {
		t.Lines = append(t.Lines, p.detail)
	}
	return c.Render("fragments/toasts_update", t)
}

func (h *Handlers) errorPage(c fiber.Ctx, p problem) error {
	title := h.text(c, "error.page.title", "Status", p.status)
	vm := views.ErrorPage{
		Shell: h.shell(c, "", title), Status: p.status, Heading: h.heading(c, p.status),
		Message: p.message, Field: p.field, Hint: p.detail, BackURL: views.URLDashboard,
	}
	if p.status >= http.StatusInternalServerError {
		vm.Reference = middleware.RequestIDOf(c)
	}
	if p.status == http.StatusBadRequest && strings.HasPrefix(c.Path(), views.URLPlaylists) {
		vm.BackURL = views.URLPlaylists
	}
	return h.page(c, "pages/errors/show", vm)
}

func (h *Handlers) heading(c fiber.Ctx, status int) string {
	if key := "error.page." + strconv.Itoa(status); h.printer(c).Has(key) {
		return h.text(c, key)
	}
	if status < http.StatusInternalServerError {
		return h.text(c, "error.page.400")
	}
	return h.text(c, "error.page.500")
}

// fieldName is a field's label, or its name when it has none.
func (h *Handlers) fieldName(c fiber.Ctx, field string) string {
	p := h.Texts.Printer(middleware.LanguageOf(c))
	if key := "field." + field; p.Has(key) {
		return p.T(key)
	}
	return field
}
