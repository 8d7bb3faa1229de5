package middleware

import (
	"net"
	"net/url"
	"strings"

	"github.com/gofiber/fiber/v3"

	"catalogsync/models"
)

// LoopbackHost refuses requests that name the console by anything but a loopback name. A
// console without access control that listens on loopback only would otherwise answer any
// web page whose own host name was made to point at 127.0.0.1 (DNS rebinding).
func LoopbackHost() fiber.Handler {
	return func(c fiber.Ctx) error {
		if !isLoopbackName(hostname(c.Host())) {
			return models.NewError(models.ClassForbidden, models.CodeForbiddenHost,
				"this console answers under a loopback name only, such as http://127.0.0.1 or http://localhost")
		}
		return c.Next()
	}
}

// SameOrigin refuses requests that change something and come from another site's page.
// Browsers say where a request comes from by Sec-Fetch-Site, older ones by Origin;
// programs that are no browsers send neither and are let through.
func SameOrigin() fiber.Handler {
	return func(c fiber.Ctx) error {
		switch c.Method() {
		case fiber.MethodGet, fiber.MethodHead, fiber.MethodOptions:
			return c.Next()
		}
		if !sameOrigin(c.Get("Sec-Fetch-Site"), c.Get("Origin"), c.Host()) {
			return models.NewError(models.ClassForbidden, models.CodeForbiddenOrigin,
				"this request came from another site's page; open the console itself and try again")
		}
		return c.Next()
	}
}

func sameOrigin(site, origin, host string) bool {
	if site != "" {
		return site == "same-origin" || site == "none"
	}
	if origin == "" {
		return true
	}
	u, err := url.Parse(origin) // "null" has no host and is refused
	return err == nil && u.Host != "" && strings.EqualFold(u.Host, host)
}

// hostname is a Host header without port and brackets, in lower case.
func hostname(host string) string {
	if h, _, err := net.SplitHostPort(host); err == nil {
		host = h
	}
	return strings.ToLower(strings.TrimSuffix(strings.Trim(host, "[]"), "."))
}

func isLoopbackName(name string) bool {
	if name == "localhost" || strings.HasSuffix(name, ".localhost") {
		return true
	}
	ip := net.ParseIP(name)
	return ip != nil && ip.IsLoopback()
}
