package views

import "embed"

//go:embed layouts pages fragments components
var templates embed.FS
