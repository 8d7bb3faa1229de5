package models

import "encoding/json"

// ExportBundle is a prepared ZIP of several playlists: a name that cannot be guessed,
// and what it holds. The archive itself is never stored; it is streamed from the
// library when asked for.
type ExportBundle struct {
	ID          int64
	Name        string // [a-z0-9]+, at least 128 random bits
	Title       string
	ScopeJSON   string // export.Scope with the sizes of the parts
	SizeBytes   int64  // of all parts
	CreatedAtMS int64
	ExpiresAtMS int64
}

func (ExportBundle) TableName() string { return "export_bundles" }

// PartSizes are the sizes in bytes of the archives that the bundle comes as; one that was
// not split has one.
func (b ExportBundle) PartSizes() []int64 {
	var scope struct {
		PartSizes []int64 `json:"part_sizes"`
	}
	if json.Unmarshal([]byte(b.ScopeJSON), &scope) != nil || len(scope.PartSizes) == 0 {
		return []int64{b.SizeBytes}
	}
	return scope.PartSizes
}

// Missing counts the songs of its lists that are not in the bundle.
func (b ExportBundle) Missing() int {
	var scope struct {
		Missing int `json:"missing"`
	}
	if json.Unmarshal([]byte(b.ScopeJSON), &scope) != nil {
		return 0
	}
	return scope.Missing
}
