package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"catalogsync/app"
	"catalogsync/jobs"
	"catalogsync/models"
)

// similarCmd finds songs of several platforms that are one, and merges them.
type similarCmd struct {
	Look   similarLookCmd   `cmd:"" help:"Look for them; what you rejected or merged is not listed again."`
	List   similarListCmd   `cmd:"" help:"List what was found, by what you said of it."`
	Merge  similarMergeCmd  `cmd:"" help:"Let both songs of a pair share one file."`
	Reject similarRejectCmd `cmd:"" help:"Say that a pair is two songs."`
	Reopen similarReopenCmd `cmd:"" help:"Take a rejection back."`
	Part   similarPartCmd   `cmd:"" help:"Undo a merge."`
}

type similarLookCmd struct {
	dataFlags `embed:""`
	Merge     bool `help:"Merge everything that is found. Files that are not kept go into the recycle bin."`
	JSON      bool `name:"json" help:"Print one JSON object."`
}

// Help shows examples.
func (similarLookCmd) Help() string {
	return "Examples:\n  catalogsync maintenance similar look --data ./data\n  catalogsync maintenance similar look --merge --data ./data"
}

// Run looks, and merges if it may.
func (c *similarLookCmd) Run(e *env) error {
	conf, err := e.load(c.values())
	if err != nil {
		return err
	}
	return e.withApp(conf, c.JSON, func(a *app.App) error {
		if c.Merge {
			if err := a.Maintenance.CheckIdle(e.ctx); err != nil {
				return err
			}
		}
		scope := models.JobScope{Similar: &models.SimilarScope{Merge: c.Merge}}
		err := e.runJob(a, jobs.NewJob{Type: models.JobSimilar, Scope: scope, Origin: "cli"}, c.JSON, nil)
		if err != nil && !errors.Is(err, errWithErrors) || c.JSON {
			return err
		}
		counts, countErr := a.Maintenance.CountSimilar(e.ctx)
		for _, state := range models.SimilarStates {
			fmt.Fprintf(e.out, "%8d %s\n", counts[state], state)
		}
		return errors.Join(countErr, err)
	})
}

type similarListCmd struct {
	dataFlags `embed:""`
	State     string `default:"open" enum:"open,merged,rejected" help:"open, merged or rejected."`
	Keyword   string `help:"Part of a title or singer." placeholder:"TEXT"`
	Limit     int    `default:"100" placeholder:"N" help:"At most N pairs."`
	JSON      bool   `name:"json" help:"Print one JSON object a line."`
}

// Help shows an example.
func (similarListCmd) Help() string {
	return "Example:\n  catalogsync maintenance similar list --state open --data ./data"
}

// Run lists pairs.
func (c *similarListCmd) Run(e *env) error {
	if c.Limit < 1 || c.Limit > 100_000 {
		return models.Invalid("--limit", models.CodeBadValue, "must be from 1 to 100000")
	}
	conf, err := e.load(c.values())
	if err != nil {
		return err
	}
	return e.withApp(conf, true, func(a *app.App) error {
		rows, total, err := a.Maintenance.Similar(e.ctx, models.SimilarFilter{State: models.SimilarState(c.State), Keyword: c.Keyword, Page: models.Page{Number: 1, Size: c.Limit}})
		if err != nil {
			return err
		}
		for _, r := range rows {
			if c.JSON {
				err = json.NewEncoder(e.out).Encode(map[string]any{"id": r.ID, "score": r.Score, "same_bytes": r.SameBytes, "song_id": r.SongID, "twin_id": r.TwinID,
					"song": r.Song.Name, "song_platform": r.Song.Platform, "twin": r.Twin.Name, "twin_platform": r.Twin.Platform})
			} else {
				_, err = fmt.Fprintf(e.out, "%d\t%.0f%%\t%s: %s – %s\t%s: %s – %s\n", r.ID, r.Score*100,
					r.Song.Platform, plain(r.Song.Singers), plain(r.Song.Name), r.Twin.Platform, plain(r.Twin.Singers), plain(r.Twin.Name))
			}
			if err != nil {
				return err
			}
		}
		if more := total - int64(len(rows)); more > 0 && !c.JSON {
			fmt.Fprintf(e.out, "and %d more\n", more)
		}
		return nil
	})
}

// pairFlags name a pair.
type pairFlags struct {
	dataFlags `embed:""`
	Pair      int64 `arg:"" help:"Number of the pair, as the list tells it."`
}

// onPair calls do with the program and tells what was done.
func (e *env) onPair(f pairFlags, done string, do func(a *app.App) error) error {
	conf, err := e.load(f.values())
	if err != nil {
		return err
	}
	return e.withApp(conf, true, func(a *app.App) error {
		if err := do(a); err != nil {
			return err
		}
		_, err := fmt.Fprintln(e.out, done)
		return err
	})
}

type similarMergeCmd struct {
	pairFlags `embed:""`
	Keep      int64 `placeholder:"SONG" help:"Number of the song whose file is kept; the better one unless given."`
}

// Help shows an example.
func (similarMergeCmd) Help() string {
	return "Example:\n  catalogsync maintenance similar merge 12 --data ./data"
}

// Run merges a pair.
func (c *similarMergeCmd) Run(e *env) error {
	return e.onPair(c.pairFlags, "Both songs share one file now.", func(a *app.App) error {
		r, err := a.Maintenance.Merge(e.ctx, c.Pair, c.Keep, 0)
		if err == nil && r.Recycled > 0 {
			fmt.Fprintf(e.out, "%s went into the recycle bin.\n", sizeText(r.Bytes))
		}
		return err
	})
}

type similarRejectCmd struct {
	pairFlags `embed:""`
}

// Help shows an example.
func (similarRejectCmd) Help() string {
	return "Example:\n  catalogsync maintenance similar reject 12 --data ./data"
}

// Run rejects a pair.
func (c *similarRejectCmd) Run(e *env) error {
	return e.decide(c.pairFlags, "Noted: these are two songs.", func(a *app.App) func(context.Context, int64) error { return a.Maintenance.Reject })
}

type similarReopenCmd struct {
	pairFlags `embed:""`
}

// Help shows an example.
func (similarReopenCmd) Help() string {
	return "Example:\n  catalogsync maintenance similar reopen 12 --data ./data"
}

// Run takes a rejection back.
func (c *similarReopenCmd) Run(e *env) error {
	return e.decide(c.pairFlags, "The pair waits for a decision again.", func(a *app.App) func(context.Context, int64) error { return a.Maintenance.Reopen })
}

type similarPartCmd struct {
	pairFlags `embed:""`
}

// Help shows an example.
func (similarPartCmd) Help() string {
	return "Example:\n  catalogsync maintenance similar part 12 --data ./data\n\nThe file that the song had before comes back from the recycle bin, if it is still there."
}

// Run undoes a merge.
func (c *similarPartCmd) Run(e *env) error {
	return e.decide(c.pairFlags, "The merge is undone.", func(a *app.App) func(context.Context, int64) error { return a.Maintenance.Part })
}

func (e *env) decide(f pairFlags, done string, how func(a *app.App) func(context.Context, int64) error) error {
	return e.onPair(f, done, func(a *app.App) error { return how(a)(e.ctx, f.Pair) })
}
