package middleware

import (
	"github.com/gofiber/fiber/v3"

	"catalogsync/app/i18n"
)

// LanguageCookie holds the language that the reader picked in the header.
const LanguageCookie = "lang"

type languageKey struct{}

// Language finds the reader's language: the cookie, else Accept-Language.
func Language(texts *i18n.Catalog) fiber.Handler {
	return func(c fiber.Ctx) error {
		c.Locals(languageKey{}, texts.Match(c.Cookies(LanguageCookie), c.Get(fiber.HeaderAcceptLanguage)))
		return c.Next()
	}
}

// LanguageOf is the reader's language.
func LanguageOf(c fiber.Ctx) string {
	if lang, ok := c.Locals(languageKey{}).(string); ok {
		return lang
	}
	return i18n.Default
}
