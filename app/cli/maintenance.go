package cli

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"catalogsync/app"
	"catalogsync/app/maintenance"
	"catalogsync/jobs"
	"catalogsync/models"
)

// maintenanceCmd keeps the library in order.
type maintenanceCmd struct {
	Duplicates duplicatesCmd `cmd:"" help:"List files that a library folder has more than once."`
	Dedupe     dedupeCmd     `cmd:"" help:"Keep one of them each; the others go into the recycle bin."`
	Reconcile  reconcileCmd  `cmd:"" help:"Compare database and disks, and settle what is found."`
	Findings   findingsCmd   `cmd:"" help:"List what the last look found."`
	Recycle    recycleCmd    `cmd:"" help:"Show or empty the recycle bin."`
	Similar    similarCmd    `cmd:"" help:"Find songs of several platforms that are one, and merge them."`
	Parts      partsCmd      `cmd:"" help:"Add covers, words and tags to songs that were downloaded without."`
}

type duplicatesCmd struct {
	dataFlags `embed:""`
	JSON      bool `name:"json" help:"Print one JSON object."`
}

// Help shows an example.
func (duplicatesCmd) Help() string {
	return "Example:\n  catalogsync maintenance duplicates --data ./data"
}

// Run lists duplicates.
func (c *duplicatesCmd) Run(e *env) error { return e.duplicates(c.dataFlags, true, c.JSON) }

type dedupeCmd struct {
	dataFlags `embed:""`
	DryRun    bool `name:"dry-run" help:"Only tell what would happen."`
	JSON      bool `name:"json" help:"Print one JSON object."`
}

// Help shows an example.
func (dedupeCmd) Help() string {
	return "Example:\n  catalogsync maintenance dedupe --dry-run --data ./data"
}

// Run removes duplicates.
func (c *dedupeCmd) Run(e *env) error { return e.duplicates(c.dataFlags, c.DryRun, c.JSON) }

func (e *env) duplicates(flags dataFlags, dry, asJSON bool) error {
	conf, err := e.load(flags.values())
	if err != nil {
		return err
	}
	ctx, cancel := e.untilStopped()
	defer cancel()
	return e.withApp(conf, true, func(a *app.App) error {
		var r maintenance.DuplicateReport
		var err error
		if dry {
			r, err = a.Maintenance.Duplicates(ctx)
		} else {
			r, err = a.Maintenance.DedupeNow(ctx, 0, e.tellNowAndThen(asJSON))
		}
		if err != nil {
			return err
		}
		if asJSON {
			return json.NewEncoder(e.out).Encode(map[string]any{"dry_run": dry, "groups": r.Total, "files": r.Files, "bytes": r.Bytes, "removed": r.Removed, "unreachable": r.Unreachable})
		}
		e.printDuplicates(r, dry)
		return nil
	})
}

// tellNowAndThen prints how far something is, a line at a time, unless it is to be quiet.
func (e *env) tellNowAndThen(quiet bool) maintenance.Progress {
	next := time.Now().Add(plainInterval)
	return func(_, _ int64, text string) {
		if now := time.Now(); !quiet && now.After(next) {
			next = now.Add(plainInterval)
			fmt.Fprintln(e.errOut, plain(text))
		}
	}
}

func (e *env) printDuplicates(r maintenance.DuplicateReport, dry bool) {
	for _, root := range r.Unreachable {
		fmt.Fprintf(e.errOut, "%s is not there or empty; nothing in it was touched.\n", plain(root))
	}
	if !dry {
		fmt.Fprintf(e.out, "%d of %d songs tidied; %s went into the recycle bin.\n", r.Removed, r.Total, sizeText(r.Bytes))
		return
	}
	for _, g := range r.Groups {
		fmt.Fprintf(e.out, "%s\n  keep %s\n", plain(g.SongName), plain(g.Keep.Locator))
		for _, f := range g.Drop {
			fmt.Fprintf(e.out, "  drop %s\n", plain(f.Locator))
		}
	}
	fmt.Fprintf(e.out, "%d songs have duplicates; %d files would go, %s would come back.\n", r.Total, r.Files, sizeText(r.Bytes))
}

type reconcileCmd struct {
	dataFlags `embed:""`
	Deep      bool `help:"Read every file and compare its checksum."`
	Fix       bool `help:"Settle everything that is found. Nothing is deleted; files go into the recycle bin."`
	JSON      bool `name:"json" help:"Print one JSON object."`
}

// Help shows examples and exit codes.
func (reconcileCmd) Help() string {
	return "Examples:\n  catalogsync maintenance reconcile --data ./data\n  catalogsync maintenance reconcile --deep --fix --data ./data\n\nExit codes: 0 nothing is left to settle, 1 something is, 3 it could not look."
}

// Run looks, and settles if it may.
func (c *reconcileCmd) Run(e *env) error {
	conf, err := e.load(c.values())
	if err != nil {
		return err
	}
	return e.withApp(conf, c.JSON, func(a *app.App) error {
		scope := &models.ReconcileScope{Deep: c.Deep}
		if c.Fix {
			scope.Fix = models.FixEverything()
		}
		err := e.runJob(a, jobs.NewJob{Type: models.JobReconcile, Scope: models.JobScope{Reconcile: scope}, Origin: "cli"}, c.JSON, nil)
		if err != nil && !errors.Is(err, errWithErrors) {
			return err
		}
		return errors.Join(e.tellFindings(a, c.JSON), err)
	})
}

// tellFindings prints the findings by class on standard output, or behind a JSON result on
// standard error; findings that are left end the command with exit code 1.
func (e *env) tellFindings(a *app.App, quiet bool) error {
	o, err := a.Maintenance.Overview(e.ctx)
	if err != nil {
		return err
	}
	for _, n := range o.Counts {
		if n.Count > 0 && !quiet {
			fmt.Fprintf(e.out, "%8d %s (%s on disk)\n", n.Count, n.Class, sizeText(n.Bytes))
		}
	}
	if o.Reconcile != nil && o.Reconcile.Unreachable != "" {
		fmt.Fprintf(e.errOut, "Not there or empty, so left alone: %s\n", plain(o.Reconcile.Unreachable))
	}
	if o.Total() > 0 {
		return errWithErrors
	}
	if !quiet {
		fmt.Fprintln(e.out, "Nothing is left to settle.")
	}
	return nil
}

type findingsCmd struct {
	dataFlags `embed:""`
	Class     string `arg:"" enum:"missing,moved,changed,damaged,extra,leftover,part,orphan" help:"missing, moved, changed, damaged, extra, leftover, part or orphan."`
	Limit     int    `default:"100" placeholder:"N" help:"At most N findings."`
	JSON      bool   `name:"json" help:"Print one JSON object a line."`
}

// Help shows an example.
func (findingsCmd) Help() string {
	return "Example:\n  catalogsync maintenance findings missing --data ./data"
}

// Run lists findings.
func (c *findingsCmd) Run(e *env) error {
	if c.Limit < 1 || c.Limit > 100_000 {
		return models.Invalid("--limit", models.CodeBadValue, "must be from 1 to 100000")
	}
	conf, err := e.load(c.values())
	if err != nil {
		return err
	}
	return e.withApp(conf, true, func(a *app.App) error {
		rows, total, err := a.Maintenance.Findings(e.ctx, models.FindingFilter{Class: models.FindingClass(c.Class), Page: models.Page{Number: 1, Size: c.Limit}})
		if err != nil {
			return err
		}
		for _, f := range rows {
			if c.JSON {
				if err := json.NewEncoder(e.out).Encode(map[string]any{"id": f.ID, "song_id": f.SongID, "locator": f.Locator, "found_locator": f.FoundLocator, "reason": f.Reason, "failed": f.Failed}); err != nil {
					return err
				}
				continue
			}
			fmt.Fprintf(e.out, "%d\t%s\t%s\t%s\n", f.ID, plain(f.Locator), plain(f.FoundLocator), plain(f.Reason))
		}
		if more := total - int64(len(rows)); more > 0 && !c.JSON {
			fmt.Fprintf(e.out, "and %d more\n", more)
		}
		return nil
	})
}

type recycleCmd struct {
	dataFlags `embed:""`
	Empty     bool `help:"Delete everything in it for good."`
	JSON      bool `name:"json" help:"Print one JSON object."`
}

// Help shows examples.
func (recycleCmd) Help() string {
	return "Examples:\n  catalogsync maintenance recycle --data ./data\n  catalogsync maintenance recycle --empty --data ./data"
}

// Run shows or empties the recycle bin.
func (c *recycleCmd) Run(e *env) error {
	conf, err := e.load(c.values())
	if err != nil {
		return err
	}
	ctx, cancel := e.untilStopped()
	defer cancel()
	return e.withApp(conf, true, func(a *app.App) error {
		_, _, bin, err := a.Maintenance.ListBin(ctx, "", models.Page{Number: 1, Size: 1})
		verb := "In the recycle bin"
		if err == nil && c.Empty {
			verb = "Deleted for good"
			bin, err = a.Maintenance.EmptyBinNow(ctx)
		}
		if err != nil {
			return err
		}
		if c.JSON {
			return json.NewEncoder(e.out).Encode(bin)
		}
		fmt.Fprintf(e.out, "%s: %d files, %s.\n", verb, bin.Files, sizeText(bin.Bytes))
		return nil
	})
}
