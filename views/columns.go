package views

// Column is a column of a list that the operator may hide. Which are hidden is kept in the
// browser; the rules that hide them stand in app.css.
type Column struct {
	Name  string // list and class, as the style sheet names them
	Label string // key of the text
}

// hideable are the columns by list.
var hideable = map[string][]Column{
	"playlists": {
		{"playlists.c-platform", "col.platform"}, {"playlists.c-num", "col.plays"}, {"playlists.c-progress", "col.progress"},
		{"playlists.c-state", "col.state"}, {"playlists.c-sync", "col.synced"},
	},
	"songs": {
		{"songs.c-platform", "col.platform"}, {"songs.c-len", "col.length"}, {"songs.c-state", "col.state"}, {"songs.c-file", "col.file"},
	},
}

// columns are the columns of a list that can be hidden.
func columns(list string) []Column { return hideable[list] }
