package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net"
	"os"
	"path/filepath"
	"time"

	"catalogsync/app"
	"catalogsync/app/demo"
	"catalogsync/app/export"
	"catalogsync/app/sources/all"
	"catalogsync/config"
	"catalogsync/jobs"
	"catalogsync/models"
)

// demoCmd tries the product: an embedded upstream, the whole program, the main job.
type demoCmd struct {
	upstreamFlags `embed:""`
	webFlags      `embed:""`
	Data          string `placeholder:"DIR" help:"Keep everything in DIR; without it a temporary folder is used and removed at the end."`
	Workers       int    `placeholder:"N" help:"Songs downloaded at once (default 10)."`
	Once          bool   `help:"Without a console: run the main job, write a ZIP, print the result, end."`
	JSON          bool   `name:"json" help:"With --once: print one JSON object."`
}

// Help shows an example.
func (demoCmd) Help() string {
	return "Examples:\n  catalogsync demo\n  catalogsync demo --once --data ./demo --playlists 12 --songs 40 --json"
}

// demoResult is what --once prints.
type demoResult struct {
	Playlists  int64   `json:"playlists"`
	Songs      int64   `json:"songs"`
	Downloaded int64   `json:"downloaded"`
	Skipped    int64   `json:"skipped"`
	Failed     int64   `json:"failed"`
	Bytes      int64   `json:"bytes"`
	Seconds    float64 `json:"seconds"`
	ZIP        string  `json:"zip"`
}

// zipPlaylists is how many of the largest playlists the demo's ZIP holds.
const zipPlaylists = 3

// Run starts the upstream and either the console or one headless run.
func (c *demoCmd) Run(e *env) (err error) {
	upstream, err := c.upstream()
	if err != nil {
		return err
	}
	base, err := upstream.Start(e.ctx, "127.0.0.1:0")
	if err != nil {
		return models.NewError(models.ClassLocal, models.CodePortInUse, "the demo upstream found no free port").WithCause(err)
	}
	defer func() { err = errors.Join(err, upstream.Close()) }()

	dir, remove, err := c.folder()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, remove()) }()
	conf, err := c.config(e, dir, base)
	if err != nil {
		return err
	}
	if c.Once {
		return c.once(e, conf, dir)
	}
	return c.console(e, conf, upstream)
}

// folder is the data folder; a temporary one is removed at the end, except after --once,
// whose ZIP somebody wants to look at.
func (c *demoCmd) folder() (dir string, remove func() error, err error) {
	keep := func() error { return nil }
	if c.Data != "" {
		dir, err = filepath.Abs(c.Data)
		return dir, keep, err
	}
	dir, err = os.MkdirTemp("", "catalogsync-demo-")
	if err != nil || c.Once {
		return dir, keep, err
	}
	return dir, func() error { return os.RemoveAll(dir) }, nil
}

func (c *demoCmd) config(e *env, dir, base string) (*config.Config, error) {
	data := dataFlags{Data: dir}
	values := data.values()
	maps.Copy(values, all.AtStandIn(base, demo.Sources()...))
	for _, name := range demo.Sources() {
		values[config.SourceKey(name, "RATE")] = "0"
	}
	values["MAX_CPU_PERCENT"] = "100" // the demo's own upstream keeps the machine busy
	values["RETRY_BASE"] = "100ms"    // nobody is behind the demo upstream who needs rest
	values["OUTAGE_LIMIT"] = "3m"
	return e.load(values, c.webFlags.values())
}

func (c *demoCmd) job() jobs.NewJob {
	return jobs.NewJob{Type: models.JobCatalogSync, Origin: "demo", Scope: models.JobScope{Workers: c.Workers}}
}

// once runs the main job without a console and prints what came of it.
func (c *demoCmd) once(e *env, conf *config.Config, dir string) error {
	return e.withApp(conf, true, func(a *app.App) error {
		started := time.Now()
		if err := a.StartRunner(e.ctx); err != nil {
			return err
		}
		run, _, err := enqueueOrResume(e.ctx, a, c.job())
		if err != nil {
			return err
		}
		if err := e.follow(a, run.ID, c.JSON); err != nil {
			if errors.Is(err, errInterrupted) {
				fmt.Fprintf(e.errOut, "Interrupted; the same command with --data %s goes on where it stopped.\n", dir)
				return errWithErrors
			}
			return err
		}
		result, err := c.result(e.ctx, a, dir)
		if err != nil {
			return err
		}
		result.Seconds = time.Since(started).Seconds()
		return c.print(e, a, run.ID, result)
	})
}

func (c *demoCmd) result(ctx context.Context, a *app.App, dir string) (demoResult, error) {
	t, err := a.Store.CountTotals(ctx)
	if err != nil {
		return demoResult{}, err
	}
	r := demoResult{Playlists: t.Synced, Songs: t.Songs, Downloaded: t.Downloaded, Skipped: t.Skipped, Failed: t.Failed(), Bytes: t.Bytes}
	ids, err := a.Store.LargestReadyPlaylists(ctx, zipPlaylists)
	if err != nil || len(ids) == 0 {
		return r, err
	}
	plan, err := a.Export.Prepare(ctx, export.Scope{PlaylistIDs: ids})
	if err != nil {
		return r, err
	}
	r.ZIP = filepath.Join(dir, "export.zip")
	return r, plan.WriteFile(ctx, r.ZIP)
}

func (c *demoCmd) print(e *env, a *app.App, jobID int64, r demoResult) error {
	if c.JSON {
		if err := json.NewEncoder(e.out).Encode(r); err != nil {
			return err
		}
	} else {
		fmt.Fprintf(e.out, "%d playlists, %d songs: %d downloaded, %d skipped, %d failed; %s in %.1f s.\nZIP of the largest playlists: %s\n",
			r.Playlists, r.Songs, r.Downloaded, r.Skipped, r.Failed, sizeText(r.Bytes), r.Seconds, r.ZIP)
	}
	detail, err := a.Store.GetJob(e.ctx, jobID)
	if err != nil {
		return err
	}
	if detail.State != models.JobCompleted {
		return errWithErrors
	}
	return nil
}

// console serves the console on the demo's data; the main job runs by itself the first
// time.
func (c *demoCmd) console(e *env, conf *config.Config, upstream *demo.Server) error {
	ln, err := c.listen(e, conf)
	if err != nil {
		return err
	}
	a, err := app.New(e.ctx, app.Options{Config: conf, Version: version, Logger: e.logger(conf, true), Insecure: c.Insecure, Demo: true})
	if err != nil {
		return errors.Join(err, ln.Close())
	}
	fmt.Fprintf(e.out, "Open %s in a browser: the demo collects, syncs and downloads %d invented playlists while you watch.\nEverything is in %s. Ctrl-C stops it.\n",
		address(ln), c.Playlists, filepath.Dir(a.DatabasePath()))
	return errors.Join(e.serve(a, ln, func() error { return c.begin(e, a) }), a.Close())
}

// begin starts the main job on a folder that never saw a job.
func (c *demoCmd) begin(e *env, a *app.App) error {
	first, err := a.FirstRun(e.ctx)
	if err != nil || !first {
		return err
	}
	_, err = a.Runner.Enqueue(e.ctx, c.job())
	return err
}

// listen takes the configured port; when nobody asked for one and it is taken, any free
// one will do for a demo.
func (c *demoCmd) listen(e *env, conf *config.Config) (net.Listener, error) {
	ln, err := listen(e.ctx, conf, c.Insecure)
	if models.CodeOf(err) == models.CodePortInUse && c.Port < 0 {
		conf.WebPort = 0
		return listen(e.ctx, conf, c.Insecure)
	}
	return ln, err
}
