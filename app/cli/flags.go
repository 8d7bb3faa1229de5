package cli

import (
	"errors"
	"path/filepath"
	"strconv"
	"strings"

	"catalogsync/app/library"
	"catalogsync/app/notify"
	"catalogsync/app/sources/all"
	"catalogsync/config"
	"catalogsync/models"
)

// dataFlags say where database and library are; every command that works has them.
type dataFlags struct {
	Data        string `placeholder:"DIR" help:"Data folder: DIR/catalogsync.db and DIR/library."`
	DB          string `name:"db" placeholder:"FILE" help:"Database file."`
	LibraryRoot string `name:"library-root" placeholder:"DIR" help:"Folder that songs are filed in."`
	EnvFile     string `name:"env-file" placeholder:"FILE" help:"File of KEY=value settings."`
}

func (f *dataFlags) values() map[string]string {
	v := map[string]string{"DB_PATH": f.DB, "LIBRARY_DIR": f.LibraryRoot, "ENV_FILE": f.EnvFile}
	if f.Data != "" {
		if f.DB == "" {
			v["DB_PATH"] = filepath.Join(f.Data, "catalogsync.db")
		}
		if f.LibraryRoot == "" {
			v["LIBRARY_DIR"] = filepath.Join(f.Data, "library")
		}
	}
	return v
}

// scopeFlags narrow a job.
type scopeFlags struct {
	Sources string `placeholder:"LIST" help:"Platforms to work on, e.g. netease,qq,kuwo. Default: all."`
	Limit   int    `placeholder:"N" help:"At most N playlists (download: N songs)."`
}

// downloadFlags say from where and how wide to download.
type downloadFlags struct {
	DownloadSources string `name:"download-sources" placeholder:"LIST" help:"Sources to download from, in order of preference."`
	Workers         int    `placeholder:"N" help:"Songs downloaded at once (default 10)."`
	Order           string `enum:"completion,first_come," default:"" placeholder:"ORDER" help:"completion: what completes the most playlists per byte first; first_come: playlist after playlist. Default: as configured."`
	OnDiskFull      string `name:"on-disk-full" enum:"ask,pause," default:"" placeholder:"WHAT" help:"ask: ask for another folder; pause: end, to be gone on with later. Default: ask on a terminal."`
}

// load gathers the settings with the given flags on top.
func (e *env) load(flags ...map[string]string) (*config.Config, error) {
	merged := map[string]string{}
	for _, m := range flags {
		for k, v := range m {
			merged[k] = v
		}
	}
	return config.Load(config.Inputs{Flags: merged, Environ: e.environ, Sources: all.Kinds(), Checks: checks()})
}

// scope builds a job's scope from flags over settings.
func scope(c *config.Config, s scopeFlags, d downloadFlags) (models.JobScope, error) {
	out := models.JobScope{
		Sources:         config.SplitList(s.Sources),
		DownloadSources: config.SplitList(d.DownloadSources),
		Limit:           s.Limit,
		Workers:         d.Workers,
		DownloadOrder:   models.DownloadOrder(d.Order),
	}
	if len(out.Sources) == 0 {
		out.Sources = c.Sources
	}
	if s.Limit < 0 {
		return out, models.Invalid("--limit", models.CodeBadValue, "must not be negative")
	}
	if d.Workers < 0 || d.Workers > 64 {
		return out, models.Invalid("--workers", models.CodeBadValue, "must be from 1 to 64")
	}
	return out, nil
}

// givenIDs reads --playlist-ids, nil when it was not given. Without a number it is
// refused: it comes from a script whose list turned out empty, and "all" is the last
// thing that is meant.
func givenIDs(text *string) ([]int64, error) {
	if text == nil {
		return nil, nil
	}
	const flag = "--playlist-ids"
	ids, err := parseIDs(flag, *text)
	if err == nil && len(ids) == 0 {
		err = models.Invalid(flag, models.CodeNothingSelected, "names no playlist; give numbers as on the playlists page, separated by commas, or leave it out for all")
	}
	return ids, err
}

// parseIDs reads a list such as 12,15.
func parseIDs(flag, text string) ([]int64, error) {
	var ids []int64
	for _, part := range config.SplitList(text) {
		id, err := strconv.ParseInt(part, 10, 64)
		if err != nil || id < 1 {
			return nil, models.Invalid(flag, models.CodeBadValue, "%q is no playlist number; give numbers as on the playlists page, separated by commas", part)
		}
		ids = append(ids, id)
	}
	return ids, nil
}

// checks are the rules of settings that other packages know.
func checks() map[string]func(string) error {
	return map[string]func(string) error{"DOWNLOAD_LAYOUT": checkLayout, "NOTIFY_URLS": checkTargets}
}

func checkLayout(text string) error {
	if _, err := library.ParseLayout(text); err != nil {
		refusal := &config.Fault{Rule: "layout", Message: err.Error()}
		if fault, ok := errors.AsType[*library.LayoutFault](err); ok {
			refusal.Params = fault.Params()
		}
		return refusal
	}
	return nil
}

// checkTargets wants addresses that the notification library knows; what it says of one
// holds no secret.
func checkTargets(text string) error {
	for _, target := range strings.Fields(text) {
		if err := notify.CheckURL(target); err != nil {
			return &config.Fault{Rule: "notify_url", Params: map[string]any{"Why": err.Error()}, Message: "holds an address that cannot be sent to: " + err.Error()}
		}
	}
	return nil
}
