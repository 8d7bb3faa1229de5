package cli

import (
	"errors"
	"fmt"
	"path/filepath"

	"catalogsync/app"
	"catalogsync/jobs"
	"catalogsync/models"
)

// importCmd takes an existing folder into the library.
type importCmd struct {
	dataFlags `embed:""`
	Folder    string `arg:"" help:"Folder to look through; its files are never changed."`
	Copy      bool   `xor:"how" help:"Copy songs that are missing into the library (the default)."`
	InPlace   bool   `name:"in-place" xor:"how" help:"FOLDER lies in the library folder: its files stay where they are."`
	DryRun    bool   `name:"dry-run" help:"Only tell which song each file is."`
	JSON      bool   `name:"json" help:"Print one JSON object."`
}

// Help shows examples.
func (importCmd) Help() string {
	return "Examples:\n  catalogsync import ~/Music --dry-run --data ./data\n  catalogsync import ~/Music --data ./data\n\nFiles are matched to the catalogue's songs by their tags, name and length, so that what is\nhere already is not downloaded again. Files that are no song of the catalogue are listed."
}

// unmatchedShown bounds the files that the command names.
const unmatchedShown = 50

// Run imports the folder.
func (c *importCmd) Run(e *env) error {
	conf, err := e.load(c.values())
	if err != nil {
		return err
	}
	folder, err := filepath.Abs(c.Folder)
	if err != nil {
		return models.Invalid("FOLDER", models.CodeBadValue, "%q is no path", c.Folder).WithCause(err)
	}
	return e.withApp(conf, c.JSON, func(a *app.App) error {
		scope := models.ImportScope{Folder: folder, DryRun: c.DryRun, InPlace: c.InPlace}
		if err := a.Maintenance.CheckImport(e.ctx, scope); err != nil {
			return err
		}
		err := e.runJob(a, jobs.NewJob{Type: models.JobImport, Scope: models.JobScope{Import: &scope}, Origin: "cli"}, c.JSON, nil)
		if err != nil && !errors.Is(err, errWithErrors) || c.JSON {
			return err
		}
		return errors.Join(e.tellImport(a), err)
	})
}

// tellImport prints what the latest import came to.
func (e *env) tellImport(a *app.App) error {
	list, _, err := a.Store.ListJobs(e.ctx, models.JobFilter{Page: models.Page{Number: 1, Size: 1}})
	if err != nil || len(list) == 0 {
		return err
	}
	counts, err := a.Store.CountImported(e.ctx, list[0].ID)
	if err != nil {
		return err
	}
	for _, s := range models.ImportStates {
		fmt.Fprintf(e.out, "%8d %s\n", counts[s], s)
	}
	rows, total, err := a.Maintenance.Imported(e.ctx, list[0].ID, models.ImportUnmatched, models.Page{Number: 1, Size: unmatchedShown})
	if err != nil {
		return err
	}
	for _, r := range rows {
		fmt.Fprintf(e.out, "no song: %s\n", plain(r.Path))
	}
	if more := total - int64(len(rows)); more > 0 {
		fmt.Fprintf(e.out, "and %d more\n", more)
	}
	return nil
}
