package cli

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"catalogsync/app"
	"catalogsync/app/storage"
	"catalogsync/app/upload"
	"catalogsync/config"
	"catalogsync/models"
)

// registerObjectBackendCmd makes a bucket known.
type registerObjectBackendCmd struct {
	dataFlags        `embed:""`
	Backend          string `placeholder:"NAME" help:"Name of the storage, e.g. main-s3. One that is known takes these settings."`
	Bucket           string `placeholder:"NAME" help:"The bucket. It must exist."`
	Endpoint         string `placeholder:"URL" help:"Address of the server, e.g. https://s3.example.com."`
	Region           string `placeholder:"NAME" help:"Region of the bucket. Default: it is asked for."`
	BasePrefix       string `name:"base-prefix" placeholder:"DIR" help:"Folder in the bucket that uploads go below."`
	AddressingStyle  string `name:"addressing-style" placeholder:"STYLE" help:"auto, path or virtual."`
	PublicBaseURL    string `name:"public-base-url" placeholder:"URL" help:"Address under which everybody can read the bucket, for links."`
	CredentialPrefix string `name:"credential-env-prefix" placeholder:"PREFIX" help:"The keys are PREFIX_ACCESS_KEY_ID and PREFIX_SECRET_ACCESS_KEY. Default: CATALOGSYNC_ and the name in capitals."`
	List             bool   `help:"List the storages that are known, and change nothing."`
	JSON             bool   `name:"json" help:"Print JSON."`
}

// Help shows examples.
func (registerObjectBackendCmd) Help() string {
	return "Examples:\n  catalogsync register-object-backend --data ./data --backend main-s3 --bucket music --endpoint https://s3.example.com --region auto --base-prefix music --credential-env-prefix CATALOGSYNC_MAIN_S3\n  catalogsync register-object-backend --list --data ./data\n\n" +
		"The keys are read from the environment or from the secrets file, never from the command line.\nA file is written to the bucket, read and removed; when that fails, nothing is registered.\nFlags that are left out are taken from the OBJECT_ settings."
}

// storageJSON is a storage as printed with --json.
type storageJSON struct {
	ID       int64              `json:"id"`
	Name     string             `json:"name"`
	Type     models.BackendType `json:"type"`
	Root     string             `json:"root,omitempty"`
	Settings map[string]string  `json:"settings,omitempty"`
	Enabled  bool               `json:"enabled"`
	Files    int64              `json:"files"`
	Bytes    int64              `json:"bytes"`
	Missing  int64              `json:"missing"`
}

// Run tries the bucket out and registers it.
func (c *registerObjectBackendCmd) Run(e *env) error {
	conf, err := e.load(c.values())
	if err != nil {
		return err
	}
	return e.withJobs(conf, true, func(a *app.App) error {
		if c.List {
			return c.list(e, a)
		}
		made, err := a.Uploads.Register(e.ctx, c.registration(conf))
		if err != nil {
			return err
		}
		if c.JSON {
			settings, err := storage.ParseSettings(made.StorageBackend)
			if err != nil {
				return err
			}
			return json.NewEncoder(e.out).Encode(storageJSON{ID: made.ID, Name: made.Name, Type: made.Type, Settings: settings, Enabled: made.Enabled})
		}
		done := "Changed"
		if made.New {
			done = "Registered"
		}
		fmt.Fprintf(e.out, "%s storage %s: a file was written in %s, read and removed.\nNext: catalogsync upload --backend %s\n", done, made.Name, made.Took.Round(time.Millisecond), made.Name)
		return nil
	})
}

// registration is the flags over the settings of the environment.
func (c *registerObjectBackendCmd) registration(conf *config.Config) upload.Registration {
	r := configuredStorage(conf)
	r.Name = cmp.Or(c.Backend, r.Name)
	for key, v := range map[string]string{
		"bucket": c.Bucket, "endpoint": c.Endpoint, "region": c.Region, storage.OptionBasePrefix: c.BasePrefix, "addressing_style": c.AddressingStyle,
		"public_base_url": c.PublicBaseURL, storage.OptionCredentialPrefix: c.CredentialPrefix,
	} {
		if v != "" {
			r.Settings[key] = v
		}
	}
	return r
}

// configuredStorage is the bucket that the settings describe.
func configuredStorage(conf *config.Config) upload.Registration {
	o := conf.Object
	return upload.Registration{Name: o.Name, Type: models.BackendObjectStorage, Settings: storage.Settings{
		"bucket": o.Bucket, "endpoint": o.Endpoint, "region": o.Region, storage.OptionBasePrefix: o.BasePrefix, "addressing_style": o.AddressingStyle,
		"public_base_url": o.PublicBaseURL, storage.OptionCredentialPrefix: o.CredentialPrefix,
	}}
}

func (c *registerObjectBackendCmd) list(e *env, a *app.App) error {
	list, err := a.Uploads.Storages(e.ctx)
	if err != nil {
		return err
	}
	out := make([]storageJSON, len(list))
	for i, b := range list {
		out[i] = storageJSON{ID: b.ID, Name: b.Name, Type: b.Type, Root: b.Root, Settings: b.Settings, Enabled: b.Enabled,
			Files: b.Counts.Files, Bytes: b.Counts.Bytes, Missing: b.Counts.MissingFiles}
	}
	if c.JSON {
		return json.NewEncoder(e.out).Encode(out)
	}
	for _, b := range out {
		where := b.Root
		if where == "" {
			var parts []string
			for _, key := range slices.Sorted(maps.Keys(b.Settings)) {
				parts = append(parts, key+"="+b.Settings[key])
			}
			where = strings.Join(parts, " ")
		}
		fmt.Fprintf(e.out, "%-16s %-14s %6d files %10s  %6d missing  %s\n", b.Name, b.Type, b.Files, sizeText(b.Bytes), b.Missing, where)
	}
	return nil
}
