package views

import (
	"strconv"

	"catalogsync/models"
)

// Addresses of songs that are one on several platforms.
const (
	URLSimilar        = "/maintenance/similar"
	URLSimilarSummary = "/maintenance/similar/summary"
	URLSimilarLook    = "/maintenance/similar/look"
	URLSimilarMerge   = "/maintenance/similar/merge-all"
	URLPartsStart     = "/maintenance/parts"
)

// SimilarURL is the list of pairs in a state.
func SimilarURL(f models.SimilarFilter) string {
	state := string(f.State)
	if f.State == models.SimilarOpen {
		state = ""
	}
	return URLSimilar + query("state", state, "keyword", f.Keyword, "page", pageText(f.Page.Number))
}

// SimilarActionURL decides on a pair.
func SimilarActionURL(id int64, action string) string {
	return URLSimilar + "/" + strconv.FormatInt(id, 10) + "/" + action
}

// SimilarSummary is the card that counts songs that are one.
type SimilarSummary struct {
	Base
	Poll
	Open, Merged int64
}

// SimilarPage lists pairs of songs.
type SimilarPage struct {
	Shell
	Table SimilarTable
}

// SimilarTable is one page of pairs in a state.
type SimilarTable struct {
	Base
	Poll
	Filter models.SimilarFilter
	Tabs   []SimilarTab
	Rows   []SimilarRow
	Pager  Pager
	// Busy says that a job runs, so that nothing can be merged now.
	Busy bool
}

// SimilarTab leads to the pairs in a state.
type SimilarTab struct {
	State models.SimilarState
	Count int64
	URL   string
}

// SimilarRow is two songs side by side with what says that they are one.
type SimilarRow struct {
	ID        int64
	State     models.SimilarState
	Twins     []SimilarTwin
	Total     int
	Parts     []CandidatePart
	SameBytes bool
	// SameSource says that both files were fetched as one and the same song of a source.
	SameSource bool
	DecidedMS  int64
}

// SimilarTwin is one of the songs, with its file when it is here.
type SimilarTwin struct {
	ID                   int64
	Name, Singers, Album string
	Platform, Source     string
	DurationMS           int64
	State                models.SongState
	AssetID, AssetBytes  int64
	AssetExt             string
	AssetQuality         models.Quality
	// Kept says that both have, or would have, this song's file.
	Kept bool
}
