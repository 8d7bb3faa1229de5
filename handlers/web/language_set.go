package web

import (
	"strings"
	"time"

	"github.com/gofiber/fiber/v3"

	"catalogsync/handlers/middleware"
	"catalogsync/handlers/web/forms"
	"catalogsync/views"
)

// languageKept is how long the picked language is remembered.
const languageKept = 365 * 24 * time.Hour

// LanguageSet remembers the reader's language and goes back to where it was picked.
func (h *Handlers) LanguageSet(c fiber.Ctx) error {
	v, err := formValues(c)
	if err != nil {
		return err
	}
	lang, back, err := forms.Language(v, h.Texts.Languages())
	if err != nil {
		return err
	}
	c.Cookie(&fiber.Cookie{
		Name: middleware.LanguageCookie, Value: lang, Path: "/", MaxAge: int(languageKept.Seconds()),
		HTTPOnly: true, SameSite: fiber.CookieSameSiteLaxMode,
	})
	if !localPath(back) {
		back = views.URLDashboard
	}
	return c.Redirect().Status(fiber.StatusSeeOther).To(back)
}

// localPath says that a redirect to p stays on this console.
func localPath(p string) bool {
	return strings.HasPrefix(p, "/") && !strings.HasPrefix(p, "//") && !strings.ContainsAny(p, "\\\r\n")
}
