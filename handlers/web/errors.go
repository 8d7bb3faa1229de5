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

// statuses maps error classes to HTTP statuses; what is not listed is 500.
var statuses = map[models.ErrorClass]int{
	models.ClassInvalid:     http.StatusBadRequest,
	models.ClassNotFound:    http.StatusNotFound,
	models.ClassConflict:    http.StatusConflict,
	models.ClassForbidden:   http.StatusForbidden,
	models.ClassRateLimited: http.StatusServiceUnavailable,
	models.ClassUnavailable: http.StatusConflict,
}

// problem is an error as a reader sees it.
type problem struct {
	status  int
	code    models.Code
	field   string
	message string // in the reader's language
	detail  string // the domain error's own English sentence
}

func (h *Handlers) problemOf(c fiber.Ctx, err error) problem {
	p := problem{status: http.StatusInternalServerError, code: models.CodeInternal}
	var params map[string]any
	if e, ok := errors.AsType[*models.Error](err); ok {
		if s, known := statuses[e.Class]; known {
			p.status, p.detail = s, e.Message
		}
		p.code, p.field, params = e.Code, e.Field, e.Params
		if p.code == models.CodeBadValue || p.code == models.CodeUnknownField {
			p.detail = "" // the translated message says as much
		}
	} else if e, ok := errors.AsType[*fiber.Error](err); ok {
		p.status, p.code = e.Code, models.CodeBadRequest
		if e.Code == http.StatusNotFound {
			p.code = models.CodeNotFound
		}
		if e.Code == http.StatusRequestEntityTooLarge {
			p.code = models.CodeTooLarge
		}
	}
	p.message = h.Texts.Translate(middleware.LanguageOf(c), string(p.code), params)
	return p
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
	switch status {
	case http.StatusBadRequest, http.StatusForbidden, http.StatusNotFound, http.StatusConflict:
		return h.text(c, "error.page."+strconv.Itoa(status))
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

// NotFound answers what no route matched.
func (h *Handlers) NotFound(fiber.Ctx) error {
	return models.NotFound("there is no such page")
}
