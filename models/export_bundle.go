package models

// ExportBundle is a prepared ZIP of several playlists: a name that cannot be guessed,
// and what it holds. The archive itself is never stored; it is streamed from the
// library when asked for.
type ExportBundle struct {
	ID          int64
	Name        string // [a-z0-9]+, at least 128 random bits
	Title       string
	ScopeJSON   string // export.Scope
	SizeBytes   int64
	CreatedAtMS int64
	ExpiresAtMS int64
}

func (ExportBundle) TableName() string { return "export_bundles" }
