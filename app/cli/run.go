package cli

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"catalogsync/app"
	"catalogsync/config"
	"catalogsync/jobs"
	"catalogsync/models"
)

// runCmd does everything in one go.
type runCmd struct {
	dataFlags     `embed:""`
	scopeFlags    `embed:""`
	downloadFlags `embed:""`
	PlaylistFile  *string `name:"playlist-file" placeholder:"FILE" help:"Skip collecting; sync and download only the playlists that FILE names, one a line."`
	Check         bool    `help:"With --playlist-file: say what each line names, and start nothing."`
	JSON          bool    `name:"json" help:"Print one JSON object."`
}

// Help shows examples.
func (runCmd) Help() string {
	return "Examples:\n  catalogsync run --data ./data --sources netease,qq,kuwo --limit 20\n  catalogsync run --data ./data --playlist-file playlists.txt --workers 10\n  catalogsync run --playlist-file playlists.txt --check"
}

// Run makes a catalog_sync job, or a sync_download job of the file's playlists.
func (c *runCmd) Run(e *env) error {
	if c.PlaylistFile == nil {
		if c.Check {
			return models.Invalid("--check", models.CodeBadValue, "--check looks at a list; name it with --playlist-file")
		}
		return e.simpleJob(models.JobCatalogSync, c.dataFlags, c.scopeFlags, c.downloadFlags, nil, c.JSON)
	}
	conf, err := e.load(c.values())
	if err != nil {
		return err
	}
	sc, err := scope(conf, scopeFlags{Limit: c.Limit}, c.downloadFlags)
	if err != nil {
		return err
	}
	e.onDiskFull = c.OnDiskFull
	sc.Sources = nil // the file names the playlists; their platforms follow from it
	file, err := openPlaylistFile(conf, *c.PlaylistFile)
	if err != nil {
		return err
	}
	defer file.Close()
	return e.withJobs(conf, true, func(a *app.App) error {
		if c.Check {
			return c.checkFile(e, a, file)
		}
		return c.runFile(e, a, file, sc)
	})
}

func (c *runCmd) runFile(e *env, a *app.App, file *os.File, sc models.JobScope) error {
	ids, lines, err := a.ImportPlaylists(e.ctx, file)
	if err != nil {
		return err
	}
	var bad []badLine
	for _, b := range lines.Bad {
		fmt.Fprintf(e.errOut, "%s: line %d: %s (%s)\n", filepath.Base(*c.PlaylistFile), b.Line, b.Reason, b.Text)
		bad = append(bad, badLine{Line: b.Line, Text: b.Text, Reason: b.Reason})
	}
	if len(ids) == 0 {
		return models.Invalid("--playlist-file", models.CodeBadURL, "%s names no playlist; write one address a line, such as https://music.163.com/#/playlist?id=17745989905", *c.PlaylistFile)
	}
	sc.PlaylistIDs = ids
	title := fmt.Sprintf("Playlists of %s", filepath.Base(*c.PlaylistFile))
	return e.runJob(a, jobs.NewJob{Type: models.JobSyncDownload, Scope: sc, Origin: "cli", Title: title}, c.JSON, bad)
}

// openPlaylistFile looks for a relative path in the current folder, then in INPUT_DIR.
func openPlaylistFile(c *config.Config, path string) (*os.File, error) {
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) && c.InputDir != "" && !filepath.IsAbs(path) {
		f, err = os.Open(filepath.Join(c.InputDir, path))
	}
	if err != nil {
		return nil, models.Invalid("--playlist-file", models.CodeBadValue, "%q cannot be read; check the path", path).WithCause(err)
	}
	if info, err := f.Stat(); err != nil || info.IsDir() {
		return nil, errors.Join(models.Invalid("--playlist-file", models.CodeBadValue, "%q is no file; name a text file with one address a line", path), f.Close())
	}
	return f, nil
}
