package api

import (
	"errors"
	"log/slog"
	"regexp"
	"strings"

	"github.com/gofiber/fiber/v3"

	"catalogsync/handlers/middleware"
	"catalogsync/models"
)

const problemType = "application/problem+json"

// problem is the body of every error (RFC 9457). Title is in the caller's language;
// Detail is the plain English sentence that the log and the command line show as well.
type problem struct {
	Type      string         `json:"type"`
	Title     string         `json:"title"`
	Status    int            `json:"status"`
	Code      models.Code    `json:"code"`
	Detail    string         `json:"detail"`
	Field     string         `json:"field,omitempty"`
	Params    map[string]any `json:"params,omitempty"`
	RequestID string         `json:"request_id,omitempty"`
}

// Problems answers errors.
type Problems struct {
	texts Texts
	log   *slog.Logger
}

// NewProblems makes the answerer of errors.
func NewProblems(texts Texts, log *slog.Logger) *Problems { return &Problems{texts: texts, log: log} }

// Middleware answers whatever error the handlers behind it return.
func (p *Problems) Middleware(c fiber.Ctx) error {
	if err := c.Next(); err != nil {
		return p.Answer(c, err)
	}
	return nil
}

// Answer writes err as a problem. An error without a code is internal: it is logged
// whole, and the caller gets a short sentence with the reference.
func (p *Problems) Answer(c fiber.Ctx, err error) error {
	e, status := domain(err)
	if status >= fiber.StatusInternalServerError {
		p.log.ErrorContext(c.Context(), "request failed", "error", err, "method", c.Method(), "path", c.Path(), "request_id", middleware.RequestIDOf(c))
	}
	c.Response().ResetBody()
	c.Response().Header.Del(fiber.HeaderContentDisposition)
	c.Response().Header.Del(fiber.HeaderETag)
	c.Set(fiber.HeaderCacheControl, "no-store")
	title := p.texts.Translate(middleware.LanguageOf(c), string(e.Code), e.Params)
	if title == "" {
		title = e.Message
	}
	return c.Status(status).JSON(problem{
		Type: "urn:catalogsync:problem:" + string(e.Code), Title: title, Status: status, Code: e.Code,
		Detail: e.Message, Field: e.Field, Params: snakeKeys(e.Params), RequestID: middleware.RequestIDOf(c),
	}, problemType)
}

// snakeKeys gives the placeholders of messages the spelling of all other JSON names.
func snakeKeys(params map[string]any) map[string]any {
	out := make(map[string]any, len(params))
	for name, v := range params {
		out[strings.ToLower(wordBorder.ReplaceAllString(name, "${1}_${2}"))] = v
	}
	return out
}

// wordBorder is where a word of a name in capitals begins.
var wordBorder = regexp.MustCompile(`([a-z0-9])([A-Z])`)

// domain is the domain error in err's chain, or one that stands for it, and its status.
func domain(err error) (*models.Error, int) {
	if e, ok := errors.AsType[*models.Error](err); ok {
		return e, middleware.StatusOf(e)
	}
	if e, ok := errors.AsType[*fiber.Error](err); ok && e.Code < fiber.StatusInternalServerError {
		return models.NewError(models.ClassInvalid, middleware.CodeOfStatus(e.Code), "%s", e.Message), e.Code
	}
	return models.NewError(models.ClassPermanent, models.CodeInternal,
		"something went wrong inside; the log tells the cause under the id of this request"), fiber.StatusInternalServerError
}
