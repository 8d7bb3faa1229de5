package api

import (
	"context"
	"time"

	"github.com/gofiber/fiber/v3"
)

// pingTimeout bounds the question to the database: a health check that hangs is none.
const pingTimeout = 2 * time.Second

type healthJSON struct {
	Status        string     `json:"status"` // ok | degraded
	Version       string     `json:"version"`
	UptimeSeconds int64      `json:"uptime_seconds"`
	Database      string     `json:"database"` // ok | failing
	Runner        runnerJSON `json:"runner"`
	// Sources tell how the platforms do; none of them makes the program itself degraded.
	Sources []sourceJSON `json:"sources"`
}

// health tells how the program does, with 503 when something is wrong.
func (h *handlers) health(c fiber.Ctx) error {
	if err := noQuery(c); err != nil {
		return err
	}
	state := healthJSON{
		Status: "ok", Version: h.Version, UptimeSeconds: int64(h.Now().Sub(h.Started).Seconds()),
		Database: "ok", Runner: runnerOf(h.Runner.Live().Health), Sources: []sourceJSON{},
	}
	if h.Sources != nil {
		state.Sources = each(h.Sources(), sourceOf)
	}
	if !h.databaseAnswers(c.Context()) {
		state.Database = "failing"
	}
	if state.Database != "ok" || !state.Runner.OK {
		state.Status = "degraded"
		c.Status(fiber.StatusServiceUnavailable)
	}
	return c.JSON(state)
}

// healthz is the same in one word, for containers and load balancers.
func (h *handlers) healthz(c fiber.Ctx) error {
	if !h.databaseAnswers(c.Context()) || !h.Runner.Live().Health.OK {
		return c.Status(fiber.StatusServiceUnavailable).SendString("degraded\n")
	}
	return c.SendString("ok\n")
}

// readyz says whether requests can be taken, and names what cannot take its part, one a line.
func (h *handlers) readyz(c fiber.Ctx) error {
	var missing string
	if !h.databaseAnswers(c.Context()) {
		missing += "database\n"
	}
	if !h.Runner.Live().Health.OK {
		missing += "runner\n"
	}
	if missing != "" {
		return c.Status(fiber.StatusServiceUnavailable).SendString(missing)
	}
	return c.SendString("ready\n")
}

func (h *handlers) databaseAnswers(ctx context.Context) bool {
	if h.Ping == nil {
		return true
	}
	ctx, cancel := context.WithTimeout(ctx, pingTimeout)
	defer cancel()
	return h.Ping(ctx) == nil
}
