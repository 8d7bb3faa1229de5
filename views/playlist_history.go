package views

import (
	"strconv"
	"time"

	"catalogsync/app/i18n"
	"catalogsync/models"
)

// PlaylistView names what a playlist's page shows of it. It stands in the address.
type PlaylistView struct {
	Kind PlaylistViewKind
	// AsOf, From and To are as given: a date (the end of that day) or a time; "" = none.
	AsOf, From, To string
	// AsOfMS, FromMS and ToMS are the same in Unix milliseconds, 0 = none; ToMS 0 means now.
	AsOfMS, FromMS, ToMS int64
	Page                 int
}

// PlaylistViewKind is one way to look at a playlist.
type PlaylistViewKind string

const (
	ViewNow  PlaylistViewKind = ""      // what is on it, and greyed what left
	ViewAsOf PlaylistViewKind = "as_of" // what was on it at an instant
	ViewEver PlaylistViewKind = "ever"  // everything that ever was on it
	ViewDiff PlaylistViewKind = "diff"  // what changed between two instants
)

// PlaylistViewURL is a playlist's page in a view.
func PlaylistViewURL(id int64, v PlaylistView) string {
	kind := string(v.Kind)
	if v.Kind == ViewAsOf {
		kind = "" // as_of says it
	}
	return PlaylistURL(id) + query("view", kind, "as_of", v.AsOf, "from", v.From, "to", v.To, "page", pageText(v.Page))
}

// PlaylistHeldURL and PlaylistGoneURL take the operator's decisions.
func PlaylistHeldURL(id int64) string { return PlaylistURL(id) + "/held" }

// PlaylistPriorityURL is where a playlist's priority is set.
func PlaylistPriorityURL(id int64) string { return PlaylistURL(id) + "/priority" }

// PlaylistGoneURL takes what becomes of songs that left.
func PlaylistGoneURL(id int64) string { return PlaylistURL(id) + "/gone-policy" }

// PlaylistZIPAsOf is the archive of one playlist as of an instant, with what is there of it.
func PlaylistZIPAsOf(id int64, asOf string) string {
	return PlaylistZIP(id) + query("as_of", asOf, "partial", "1")
}

// HistoryBar chooses the view of a playlist's page.
type HistoryBar struct {
	Base
	ID   int64
	View PlaylistView
	// Today is the last date that can be chosen.
	Today string
	Syncs []PlaylistSync
}

// NowURL and EverURL are the other views.
func (b HistoryBar) NowURL() string { return PlaylistURL(b.ID) }

// EverURL is the view of everything that ever was on the list.
func (b HistoryBar) EverURL() string { return PlaylistViewURL(b.ID, PlaylistView{Kind: ViewEver}) }

// ZIPURL is the archive of the list as of the chosen instant.
func (b HistoryBar) ZIPURL() string { return PlaylistZIPAsOf(b.ID, b.View.AsOf) }

// Is says which view is shown.
func (b HistoryBar) Is(kind string) bool { return string(b.View.Kind) == kind }

// DateOf is the date of an instant for a date field, "" for none.
func (b HistoryBar) DateOf(text string) string {
	if _, err := time.Parse(time.DateOnly, text); err != nil {
		return ""
	}
	return text
}

// GoneURL takes what becomes of songs that left.
func (s PlaylistSongs) GoneURL() string { return PlaylistGoneURL(s.Playlist.ID) }

// PlaylistSync is a sync that changed the list.
type PlaylistSync struct {
	models.PlaylistSyncRow
	DiffURL string // what it changed
	AsOfURL string // the list after it
}

// NewPlaylistSyncs makes the syncs' links.
func NewPlaylistSyncs(id int64, rows []models.PlaylistSyncRow) []PlaylistSync {
	syncs := make([]PlaylistSync, len(rows))
	for i, r := range rows {
		before, at := instantText(r.AtMS-1), instantText(r.AtMS)
		syncs[i] = PlaylistSync{PlaylistSyncRow: r,
			DiffURL: PlaylistViewURL(id, PlaylistView{Kind: ViewDiff, From: before, To: at}),
			AsOfURL: PlaylistViewURL(id, PlaylistView{Kind: ViewAsOf, AsOf: at})}
	}
	return syncs
}

// instantText writes an instant as addresses carry it.
func instantText(ms int64) string {
	return time.UnixMilli(ms).UTC().Format("2006-01-02T15:04:05.000Z")
}

// PlaylistDiff is what changed between two instants.
type PlaylistDiff struct {
	Base
	models.PlaylistDiff
}

// More counts the changes that are not shown.
func (d PlaylistDiff) More() int { return d.Total() - len(d.Changes) }

// Of lists the changes of one kind.
func (d PlaylistDiff) Of(kind string) []PlaylistChange {
	var list []PlaylistChange
	for _, c := range d.Changes {
		if string(c.Kind) == kind {
			list = append(list, PlaylistChange{c})
		}
	}
	return list
}

// PlaylistChange is a change with positions as people count.
type PlaylistChange struct{ models.PlaylistChangeRow }

// From and To are positions from 1, "" where there is none.
func (c PlaylistChange) From() string { return position(c.FromPosition) }

// To is the position afterwards.
func (c PlaylistChange) To() string { return position(c.ToPosition) }

func position(p int) string {
	if p < 0 {
		return ""
	}
	return strconv.Itoa(p + 1)
}

// PlaylistHeld is what waits for the operator's decision.
type PlaylistHeld struct {
	Base
	models.HeldView
	URL  string
	Note string // why, in the reader's language; "" = no more than the code says
}

// More counts the songs that are not shown.
func (h PlaylistHeld) More() int { return h.Songs - len(h.Rows) }

// Waiting says that nobody has decided.
func (h PlaylistHeld) Waiting() bool { return h.State == models.HeldWaiting }

// HeldNote says why a fetch was not believed. What an older program held is told by its
// sentence.
func HeldNote(p *i18n.Printer, held models.HeldChange) string {
	d := held.Doubt
	if key := "runner." + string(d.Rule); d.Rule != "" && p.Has(key) {
		return p.T(key, "Count", i18n.Group(int64(d.Count)), "Songs", i18n.Group(int64(d.Songs)), "Came", i18n.Group(int64(d.Came)), "Entries", i18n.Group(int64(d.Count)))
	}
	return RunnerText(p, held.Note)
}
