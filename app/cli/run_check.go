package cli

import (
	"encoding/json"
	"fmt"
	"io"
	"text/tabwriter"

	"catalogsync/app"
	"catalogsync/app/catalog"
)

// listCheck is what run --check prints with --json.
type listCheck struct {
	Playlists  []checkedLine `json:"playlists"`
	New        int           `json:"new"`
	Duplicates int           `json:"duplicates"`
	Expanded   []manyLine    `json:"expanded"`
	BadLines   []badLine     `json:"bad_lines"`
}

// checkedLine is a line that names a playlist; Name is that of a known one.
type checkedLine struct {
	Line     int    `json:"line"`
	Platform string `json:"platform"`
	RemoteID string `json:"remote_playlist_id"`
	Kind     string `json:"kind"`
	ID       int64  `json:"id,omitempty"`
	Name     string `json:"name,omitempty"`
}

// manyLine is a line that stands for many playlists, such as a collection of releases.
type manyLine struct {
	Line      int `json:"line"`
	Playlists int `json:"playlists"`
	Total     int `json:"total"`
}

// checkFile says what each line of a playlist file names and changes nothing. Bad lines
// make it end with code 1.
func (c *runCmd) checkFile(e *env, a *app.App, file io.Reader) error {
	preview, err := a.PreviewPlaylists(e.ctx, file)
	if err != nil {
		return err
	}
	check := listCheckOf(preview)
	if c.JSON {
		err = json.NewEncoder(e.out).Encode(check)
	} else {
		err = check.print(e.out)
	}
	if err == nil && len(check.BadLines) > 0 {
		return errWithErrors
	}
	return err
}

func listCheckOf(p catalog.ListPreview) listCheck {
	check := listCheck{Playlists: []checkedLine{}, BadLines: []badLine{}, Expanded: []manyLine{}, New: p.New(), Duplicates: len(p.Duplicates)}
	for _, n := range p.Playlists {
		line := checkedLine{Line: n.Line, Platform: n.Ref.Platform, RemoteID: n.Ref.RemoteID, Kind: string(n.Ref.Kind)}
		if n.Known != nil {
			line.ID, line.Name = n.Known.ID, n.Known.Name
		}
		check.Playlists = append(check.Playlists, line)
	}
	for _, x := range p.Expanded {
		check.Expanded = append(check.Expanded, manyLine{Line: x.Line, Playlists: x.Playlists, Total: x.Total})
	}
	for _, b := range p.Bad {
		check.BadLines = append(check.BadLines, badLine{Line: b.Line, Text: b.Text, Reason: b.Reason})
	}
	return check
}

func (l listCheck) print(w io.Writer) error {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, p := range l.Playlists {
		name := "(new)"
		if p.ID != 0 {
			name = p.Name
		}
		fmt.Fprintf(table, "line %d\t%s\t%s\t%s\t%s\n", p.Line, p.Platform, p.Kind, p.RemoteID, name)
	}
	if err := table.Flush(); err != nil { // reasons are long, and would widen what stands above
		return err
	}
	for _, x := range l.Expanded {
		fmt.Fprintf(table, "line %d\tstands for many\t%d of %d are taken\n", x.Line, x.Playlists, x.Total)
	}
	for _, b := range l.BadLines {
		fmt.Fprintf(table, "line %d\tnot usable\t%s\t(%s)\n", b.Line, b.Reason, b.Text)
	}
	if err := table.Flush(); err != nil {
		return err
	}
	_, err := fmt.Fprintf(w, "%d playlists, %d of them new; %d lines cannot be used, %d name one again. Nothing was started.\n",
		len(l.Playlists), l.New, len(l.BadLines), l.Duplicates)
	return err
}
