package cli

import (
	"encoding/json"
	"fmt"
	"time"

	"catalogsync/app"
)

// restoreCmd brings a backup back.
type restoreCmd struct {
	dataFlags `embed:""`
	File      string `arg:"" help:"The backup, as catalogsync backup --list names it."`
	Settings  bool   `help:"Bring the settings back, too. Secrets are in no backup; those of secrets.env stay."`
	JSON      bool   `name:"json" help:"Print one JSON object."`
}

// Help shows examples.
func (restoreCmd) Help() string {
	return "Examples:\n  catalogsync restore ./data/backups/catalogsync-20260102-030405.tar.zst --data ./data\n  catalogsync restore backup.tar.zst --settings --data /srv/music\n\n" +
		"The backup is read and examined whole before anything is touched. What was there stays beside\nthe database with .before-restore in its name. No other catalogsync may work on the data."
}

// restoreResult is what the command prints with --json.
type restoreResult struct {
	Database     string    `json:"database"`
	CreatedAt    time.Time `json:"created_at"`
	SafetyCopy   string    `json:"safety_copy,omitempty"`
	Settings     string    `json:"settings,omitempty"`
	SettingsCopy string    `json:"settings_copy,omitempty"`
}

// Run restores the file.
func (c *restoreCmd) Run(e *env) error {
	conf, err := e.load(c.values())
	if err != nil {
		return err
	}
	ctx, cancel := e.untilStopped()
	defer cancel()
	done, err := app.Restore(ctx, conf, c.File, c.Settings, time.Now(), e.byteProgress(c.JSON))
	if err != nil {
		return err
	}
	r := restoreResult{Database: conf.DBPath, CreatedAt: done.Manifest.CreatedAt, SafetyCopy: done.SafetyCopy, Settings: done.Settings, SettingsCopy: done.SettingsCopy}
	if c.JSON {
		return json.NewEncoder(e.out).Encode(r)
	}
	fmt.Fprintf(e.out, "%s is restored: %s.\n", r.Database, done.Manifest)
	if r.SafetyCopy != "" {
		fmt.Fprintf(e.out, "The database as it was: %s\n", r.SafetyCopy)
	}
	if r.Settings != "" {
		fmt.Fprintf(e.out, "The settings are restored: %s\n", r.Settings)
	}
	if r.SettingsCopy != "" {
		fmt.Fprintf(e.out, "The settings as they were: %s\n", r.SettingsCopy)
	}
	fmt.Fprintln(e.out, "catalogsync maintenance reconcile compares it with the files in the library.")
	return nil
}
