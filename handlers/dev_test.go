package handlers_test

import (
	"os"
	"testing"

	"github.com/gofiber/fiber/v3"
	"github.com/stretchr/testify/require"

	"catalogsync/handlers/web"
)

// TestDevServer serves the console on invented data, to look at while working on it:
//
//	CONSOLE_DEV_ADDR=127.0.0.1:8099 go test ./handlers -run TestDevServer -timeout 0
func TestDevServer(t *testing.T) {
	addr := os.Getenv("CONSOLE_DEV_ADDR")
	if addr == "" {
		t.Skip("CONSOLE_DEV_ADDR is not set")
	}
	f := newFake()
	f.empty = os.Getenv("CONSOLE_DEV_EMPTY") != ""
	app, _ := newApp(t, f, func(d *web.Deps) {
		d.Demo = true
		d.LocalAssets = os.Getenv("CONSOLE_DEV_CDN") == ""
		d.Insecure = os.Getenv("CONSOLE_DEV_INSECURE") != ""
	})
	go func() { <-t.Context().Done(); _ = app.Shutdown() }()
	require.NoError(t, app.Listen(addr, fiber.ListenConfig{DisableStartupMessage: true}))
}
