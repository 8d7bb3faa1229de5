package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"catalogsync/app"
	"catalogsync/app/doctor"
	"catalogsync/models"
)

// doctorCmd checks database and library.
type doctorCmd struct {
	dataFlags `embed:""`
	Fix       bool `help:"Mend what can be derived: counters, presence, records of files that are gone."`
	Deep      bool `help:"Read every file and compare its checksum."`
	JSON      bool `name:"json" help:"Print one JSON object."`
}

// Help shows examples and exit codes.
func (doctorCmd) Help() string {
	return "Examples:\n  catalogsync doctor --data ./data\n  catalogsync doctor --data ./data --fix\n\nNo other catalogsync may work on the data meanwhile. Exit codes: 0 nothing was found,\n1 something was found (also when --fix mended it), 3 it could not look."
}

// Run examines and prints the report.
func (c *doctorCmd) Run(e *env) error {
	conf, err := e.load(c.values())
	if err != nil {
		return err
	}
	if _, err := os.Stat(conf.DBPath); errors.Is(err, fs.ErrNotExist) {
		return models.NewError(models.ClassLocal, models.CodeDatabase,
			"there is no database at %s; say where it is with --data or --db", conf.DBPath)
	}
	ctx, cancel := e.untilStopped()
	defer cancel()
	return e.withApp(conf, true, func(a *app.App) error {
		report, err := doctor.New(a.Store).Examine(ctx, doctor.Options{Fix: c.Fix, Deep: c.Deep})
		if err != nil {
			return err
		}
		if c.JSON {
			err = json.NewEncoder(e.out).Encode(report)
		} else {
			err = e.printReport(report, c.Fix)
		}
		if err == nil && !report.OK {
			err = errWithErrors
		}
		return err
	})
}

// untilStopped is a context that ends at the first Ctrl-C: an examination has nothing to
// drain, and can be begun anew.
func (e *env) untilStopped() (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(e.ctx)
	go func() {
		select {
		case <-e.stop:
			cancel()
		case <-ctx.Done():
		}
	}()
	return ctx, cancel
}

// printReport prints the checks that found something, and the sum.
func (e *env) printReport(r doctor.Report, fixed bool) error {
	for _, c := range r.Checks {
		for _, f := range c.Findings {
			fmt.Fprintf(e.out, "%s: %s\n", c.Name, f.Text)
			for _, example := range f.Examples {
				fmt.Fprintf(e.out, "    %s\n", example)
			}
			if more := f.Count - int64(len(f.Examples)); more > 0 {
				fmt.Fprintf(e.out, "    and %d more\n", more)
			}
		}
		if c.Fixed > 0 {
			fmt.Fprintf(e.out, "    Mended: %d.\n", c.Fixed)
		}
		for _, note := range c.Notes {
			fmt.Fprintf(e.out, "%s: note: %s\n", c.Name, note)
		}
	}
	if r.OK {
		_, err := fmt.Fprintf(e.out, "All %d checks are well.\n", len(r.Checks))
		return err
	}
	fmt.Fprintf(e.out, "%d found, %d mended.\n", r.Found, r.Fixed)
	if !fixed && r.Mendable() {
		fmt.Fprintln(e.out, "Run it again with --fix to mend what can be derived.")
	}
	return nil
}
