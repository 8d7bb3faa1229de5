// Command catalogsync keeps a music library in step with the playlists you follow.
package main

import (
	"os"

	"catalogsync/app/cli"
)

func main() { os.Exit(cli.Main(os.Args[1:], os.Environ(), os.Stdout, os.Stderr)) }
