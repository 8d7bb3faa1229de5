package views

import (
	"strconv"

	"catalogsync/models"
)

// Addresses of selections and of what was done with them.
const (
	URLSelection     = "/playlists/selection"
	URLSelectionLook = "/playlists/selection/look"
	URLBulk          = "/bulk"

	URLSongSelection     = "/songs/selection"
	URLSongSelectionLook = "/songs/selection/look"
)

// BulkUndoURL takes an action back.
func BulkUndoURL(id int64) string { return URLBulk + "/" + strconv.FormatInt(id, 10) + "/undo" }

// BulkSongs is the kind of a rehearsal that is of songs.
const BulkSongs = "songs"

// BulkRehearsal is what an action would do, and asks to confirm it.
type BulkRehearsal struct {
	Base
	BulkNumbers
	Kind   string // of the action, as text keys name it
	Action string // where it is confirmed
	// Fields are the hidden ones of the form that confirms it.
	Fields map[string]string
	Notice string // why the operator is asked again, "" = for the first time
	// Token and Count are those of the selection that the numbers are of, "" = playlists
	// that were named.
	Token  string
	Count  int64
	Filter []string // the selection's filter in words, one a condition
}

// BulkNumbers are the numbers of a rehearsal; catalog.Rehearsal tells what they count.
type BulkNumbers struct {
	Selected                               int
	SyncDownload, Download, Complete, Busy int
	Will, Here, Blocked                    int
	Claimed                                int64
	Bytes, Free, TookMS                    int64
	Changes, Same                          int
	NoRoom, Nothing                        bool
}

// Downloads says that the action downloads songs.
func (r BulkRehearsal) Downloads() bool {
	return r.Kind == string(models.BulkDownload) || r.Kind == string(models.BulkExport) || r.OfSongs()
}

// OfSongs says that songs were picked, and not playlists.
func (r BulkRehearsal) OfSongs() bool { return r.Kind == BulkSongs }

// Marks says that the action changes marks.
func (r BulkRehearsal) Marks() bool { return models.BulkKind(r.Kind).Marks() }

// Rest counts the playlists that no job works on.
func (r BulkRehearsal) Rest() int { return r.Selected - r.Busy }

// FreeKnown says that the room on the disk is known.
func (r BulkRehearsal) FreeKnown() bool { return r.Free >= 0 }

// BulkCard is what a bulk job was about and what came of it, on the job's page.
type BulkCard struct {
	Base
	Poll
	ID       int64
	JobID    int64
	Kind     string
	Origin   string
	Selected int64
	Filter   []string // in words, none = playlists were named
	Lines    []string // what came of it
	Jobs     []Link   // that it created
	Applied  bool
	UndoneMS int64
	Undoable bool
}

// UndoURL takes the action back.
func (b BulkCard) UndoURL() string { return BulkUndoURL(b.ID) }

// FilterQuery is the list's filter as the parameters of an address, without its layout.
func (t PlaylistTable) FilterQuery() string {
	f := t.Filter
	f.Sort, f.Page = "", models.Page{}
	return trimQuery(PlaylistsURL(f), URLPlaylists)
}

// FilterQuery is the list's filter as the parameters of an address, without its layout.
func (t SongTable) FilterQuery() string {
	f := t.Filter
	f.Place, f.Size = models.Place{}, 0
	base := URLSongs
	if f.ArtistID != 0 {
		base = ArtistURL(f.ArtistID)
	}
	return trimQuery(SongsURL(f), base)
}

// Selectable says that all songs that match can be selected at once.
func (t SongTable) Selectable() bool { return t.Filter.ArtistID == 0 }

func trimQuery(url, base string) string {
	rest := url[len(base):]
	if rest == "" {
		return ""
	}
	return rest[1:]
}
