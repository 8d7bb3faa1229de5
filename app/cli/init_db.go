package cli

import (
	"fmt"

	"catalogsync/app"
)

// initDBCmd makes database and library.
type initDBCmd struct {
	dataFlags `embed:""`
}

// Help shows an example.
func (initDBCmd) Help() string {
	return "Example:\n  catalogsync init-db --db ./data/catalogsync.db --library-root ./data/library"
}

// Run opens the database, which makes and migrates it, and says where everything is.
func (c *initDBCmd) Run(e *env) error {
	conf, err := e.load(c.values())
	if err != nil {
		return err
	}
	return e.withApp(conf, true, func(a *app.App) error {
		_, err := fmt.Fprintf(e.out, "Database %s and library %s are ready.\nNext: catalogsync serve, or catalogsync run --limit 20\n", a.DatabasePath(), a.LibraryRoot())
		return err
	})
}
