package models

import (
	"strings"
	"unicode"
)

// Invariant names something that is true of every sound database.
type Invariant string

// Invariants of the catalogue and of the files.
const (
	InvariantPlaylistCounters  Invariant = "playlist_counters"
	InvariantPlaylistPositions Invariant = "playlist_positions"
	InvariantOccurrences       Invariant = "playlist_occurrences"
	InvariantEmptyReason       Invariant = "playlist_empty_reason"
	InvariantUnsyncedLinks     Invariant = "playlist_unsynced"
	InvariantDownloaded        Invariant = "song_downloaded"
	InvariantAvailability      Invariant = "song_availability"
	InvariantArtistCounts      Invariant = "artist_song_counts"
	InvariantArtistPools       Invariant = "artist_pools"
	InvariantPresence          Invariant = "song_presence"
	InvariantOnePath           Invariant = "file_one_path"
	InvariantOneAsset          Invariant = "file_one_location"
	InvariantFileSong          Invariant = "file_song"
	InvariantPartAudio         Invariant = "part_audio"
	InvariantMerged            Invariant = "merged_songs"
	InvariantSongFailed        Invariant = "song_failed"
	InvariantSongFiles         Invariant = "song_files"
	InvariantFileKinds         Invariant = "song_file_kinds"
	InvariantArtistDownloads   Invariant = "artist_downloads"
	InvariantSearchIndex       Invariant = "search_index"
)

// Invariants of the jobs.
const (
	InvariantJobStates     Invariant = "job_states"
	InvariantItemJob       Invariant = "item_job"
	InvariantStagesOfJob   Invariant = "job_stages"
	InvariantFinalItems    Invariant = "job_final_items"
	InvariantRunningItems  Invariant = "job_running_items"
	InvariantStageCounters Invariant = "stage_counters"
	InvariantJobSums       Invariant = "job_sums"
	InvariantCommands      Invariant = "job_commands"
	InvariantJobPlaylists  Invariant = "job_playlists"
)

// What a process that was killed leaves behind is no damage: the next start takes it up.
const (
	LeftRunningItems  Invariant = "left_running_items"
	LeftCanceledItems Invariant = "left_canceled_items"
	LeftCommands      Invariant = "left_commands"
	LeftPlacing       Invariant = "left_placing"
	LeftMerged        Invariant = "left_merged"
)

// Flaws are the rows that break an invariant.
type Flaws struct {
	Count    int64
	Examples []string // the first few, as lines that are safe to print
}

const (
	maxFlawExamples = 5
	maxFlawExample  = 200 // runes
)

// Add counts one more flaw and keeps its description while there is room.
func (f *Flaws) Add(example string) {
	f.Count++
	if len(f.Examples) < maxFlawExamples {
		f.Examples = append(f.Examples, printable(example))
	}
}

// printable makes one line of a text that holds names which other people chose: what
// could steer a terminal is replaced.
func printable(text string) string {
	text = strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return '\uFFFD'
		}
		return r
	}, text)
	if runes := []rune(text); len(runes) > maxFlawExample {
		return string(runes[:maxFlawExample]) + "…"
	}
	return text
}
