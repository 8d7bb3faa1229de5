package web

import (
	"net/http"
	"time"

	"github.com/gofiber/fiber/v3"
	"github.com/gofiber/fiber/v3/middleware/adaptor"
)

// Metrics counts requests and shows what was counted.
type Metrics interface {
	Request(method, route string, status int, took time.Duration)
	Handler() http.Handler
}

// MetricsShow is all figures, as Prometheus reads them.
func (h *Handlers) MetricsShow() fiber.Handler { return adaptor.HTTPHandler(h.Metrics.Handler()) }
