package views

import "catalogsync/models"

// ListPreview is what a pasted list of playlists would come to.
type ListPreview struct {
	Base
	// Asked is false on a page where nothing was pasted yet.
	Asked bool
	// Good lines name a playlist each, New of them one that is not stored yet; Duplicates
	// name one again.
	Good, New, Bad, Duplicates int
	Rows, BadLines             []PreviewLine
	Expanded                   []PreviewExpanded
	MoreRows, MoreBad          int // that are not shown
	// Confirm asks whether to start without the bad lines.
	Confirm bool
}

// PreviewLine is one line of the list.
type PreviewLine struct {
	Line     int // from 1
	Text     string
	Reason   string // why it cannot be used, "" = it can
	Platform string
	Kind     models.PlaylistKind
	Name     string // or the remote id while it is not known
	URL      string // of the stored playlist, "" = new
	Songs    int64
}

// PreviewExpanded is a line that stands for many playlists, of which so many are taken.
type PreviewExpanded struct {
	Line, Taken, Total int
	Text               string
}

// ListPreviewUpdate puts a preview into the page that a button was pressed on.
type ListPreviewUpdate struct{ ListPreview }
