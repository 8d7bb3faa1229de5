package cli

import (
	"encoding/json"
	"fmt"
	"time"

	"catalogsync/app"
	"catalogsync/app/backup"
	"catalogsync/models"
)

// backupCmd writes and lists backups. It works beside a running console.
type backupCmd struct {
	dataFlags `embed:""`
	List      bool   `xor:"what" help:"List the backups that are there."`
	Check     string `xor:"what" placeholder:"FILE" help:"Read a whole backup and say whether it can be restored."`
	JSON      bool   `name:"json" help:"Print JSON."`
}

// Help shows examples.
func (backupCmd) Help() string {
	return "Examples:\n  catalogsync backup --data ./data\n  catalogsync backup --list --data ./data\n  catalogsync backup --check ./data/backups/catalogsync-20260102-030405.tar.zst --data ./data\n\n" +
		"A backup is one file: the database and the settings without secrets. It is written while a\nconsole works on the data. A schedule of the type backup writes one every night."
}

// backupJSON is a backup as printed with --json.
type backupJSON struct {
	Name    string    `json:"name"`
	Path    string    `json:"path"`
	Bytes   int64     `json:"bytes"`
	Created time.Time `json:"created_at"`
	Program string    `json:"program"`
	Schema  int       `json:"schema"`
	Fault   string    `json:"fault,omitempty"`
}

// Run writes a backup, or lists or checks what is there.
func (c *backupCmd) Run(e *env) error {
	conf, err := e.load(c.values())
	if err != nil {
		return err
	}
	kept := app.NewBackups(conf, version, time.Now)
	show := func(b models.Backup) backupJSON {
		path, _ := kept.Path(b.Name) // "" when it was removed meanwhile
		return backupJSON{b.Name, path, b.Bytes, b.CreatedAt, b.Program, b.Schema, b.Fault}
	}
	switch {
	case c.List:
		return c.list(e, kept, show)
	case c.Check != "":
		return c.check(e)
	}
	ctx, cancel := e.untilStopped()
	defer cancel()
	made, err := kept.Make(ctx, e.byteProgress(c.JSON))
	if err != nil {
		return err
	}
	if c.JSON {
		return json.NewEncoder(e.out).Encode(show(made))
	}
	fmt.Fprintf(e.out, "%s, %s.\n", show(made).Path, sizeText(made.Bytes))
	return nil
}

func (c *backupCmd) list(e *env, kept *backup.Service, show func(models.Backup) backupJSON) error {
	list, err := kept.List()
	if err != nil {
		return err
	}
	out := make([]backupJSON, len(list))
	for i, b := range list {
		out[i] = show(b)
	}
	if c.JSON {
		return json.NewEncoder(e.out).Encode(out)
	}
	if len(out) == 0 {
		fmt.Fprintf(e.out, "There are no backups in %s; catalogsync backup writes one.\n", kept.Dir)
	}
	for _, b := range out {
		told := fmt.Sprintf("written %s by catalogsync %s", b.Created.Format(time.RFC3339), b.Program)
		if b.Fault != "" {
			told = b.Fault
		}
		fmt.Fprintf(e.out, "%s  %10s  %s\n", b.Path, sizeText(b.Bytes), told)
	}
	return nil
}

func (c *backupCmd) check(e *env) error {
	ctx, cancel := e.untilStopped()
	defer cancel()
	m, err := backup.Check(ctx, c.Check, "", e.byteProgress(c.JSON))
	if err != nil {
		return err
	}
	if c.JSON {
		return json.NewEncoder(e.out).Encode(m)
	}
	fmt.Fprintf(e.out, "%s is whole: %s, %s unpacked.\n", c.Check, m, sizeText(m.Bytes()))
	return nil
}

// byteProgress prints a line now and then on standard error, nothing when quiet.
func (e *env) byteProgress(quiet bool) backup.Progress {
	var last time.Time
	var said string
	return func(done, total int64, text string) {
		if quiet || text == said && time.Since(last) < plainInterval {
			return
		}
		last, said = time.Now(), text
		if total > 0 {
			text = fmt.Sprintf("%s: %s of %s", text, sizeText(done), sizeText(total))
		}
		fmt.Fprintln(e.errOut, text)
	}
}
