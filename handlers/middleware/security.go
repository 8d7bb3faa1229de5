package middleware

import (
	"strings"

	"github.com/gofiber/fiber/v3"

	"catalogsync/static"
)

// SecurityHeaders sets the headers that keep pages to themselves. The policy knows no
// inline script, style or handler. cdn lets style and script come from the CDN, and lets
// the loader ask it; covers lets images come from any https host, because the platforms'
// image servers have many names.
func SecurityHeaders(cdn, covers bool) fiber.Handler {
	policy := contentSecurityPolicy(cdn, covers)
	return func(c fiber.Ctx) error {
		c.Set("Content-Security-Policy", policy)
		c.Set("X-Content-Type-Options", "nosniff")
		c.Set("X-Frame-Options", "DENY")
		c.Set("Referrer-Policy", "no-referrer")
		c.Set("Cross-Origin-Opener-Policy", "same-origin")
		c.Set("Cross-Origin-Resource-Policy", "same-origin")
		c.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()")
		return c.Next()
	}
}

func contentSecurityPolicy(cdn, covers bool) string {
	own, images := "'self'", "'self' data:"
	if cdn {
		own += " " + static.CDN
	}
	if covers {
		images += " https:"
	}
	return strings.Join([]string{
		"default-src 'none'",
		"script-src " + own,
		"style-src " + own,
		"connect-src " + own,
		"img-src " + images,
		"font-src 'self'",
		"media-src 'self'",
		"form-action 'self'",
		"base-uri 'none'",
		"frame-ancestors 'none'",
	}, "; ")
}
