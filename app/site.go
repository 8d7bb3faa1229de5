package app

import "github.com/gofiber/fiber/v3"

// Site is the console and the API without a listener of their own, for who puts them
// behind another one or walks their routes.
func (a *App) Site() (*fiber.App, error) { return a.newWeb() }
