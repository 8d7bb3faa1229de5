package doctor

import (
	"context"

	"catalogsync/models"
)

// check is one check. mend is nil when nothing can be derived.
type check struct {
	name  string
	title string
	look  func(ctx context.Context, result *Check, deep bool) error
	mend  func(ctx context.Context) error
}

// checks is the list of all checks, facts before what derives from them.
func (d *Doctor) checks() []check {
	list := []check{
		{"database", "The database file is whole.", d.lookWith("Faults that SQLite finds in the database file; restore one of the copies beside it", d.store.CheckIntegrity), nil},
		{"foreign_keys", "Every row refers to rows that exist.", d.lookWith("Rows that refer to rows which do not exist", d.store.CheckForeignKeys), nil},
		{"files", "Every recorded file lies in its folder with its recorded size.", d.lookAtFiles, d.markGone},
		{"unknown_files", "Every file in a library folder is recorded.", d.lookForUnknown, d.takeBack},
	}
	for _, i := range d.invariants() {
		list = append(list, check{string(i.name), i.title, d.lookFor(i), i.mend})
	}
	return list
}

// invariant is a check that the store makes alone.
type invariant struct {
	name  models.Invariant
	title string
	fault string // "<fault>: <count>." is the sentence of the finding
	mend  func(ctx context.Context) error
	// left is what a killed process may leave behind, and how that is told.
	left     models.Invariant
	leftText string
}

func (d *Doctor) invariants() []invariant {
	counters, songLists := counted(d.store.RebuildCounters), counted(d.store.RebuildSongLists)
	return []invariant{
		{name: models.InvariantOnePath, title: "No two records name one file.", fault: "Files that two records name", left: models.LeftPlacing,
			leftText: "Files that were being placed when the program ended; the next start settles them"},
		{name: models.InvariantOneAsset, title: "No song has the same file twice.", fault: "Files that a song has twice on one backend"},
		{name: models.InvariantFileSong, title: "A file belongs to one song.", fault: "Files that are recorded for one song and described for another"},
		{name: models.InvariantPresence, title: "The presence of songs on backends equals a count of their files.", fault: "Songs whose presence differs from their files", mend: counted(d.store.RebuildPresence)},
		{name: models.InvariantDownloaded, title: "Songs are marked as downloaded when they have a local file.", fault: "Songs whose mark “downloaded” is wrong", mend: counters},
		{name: models.InvariantPartAudio, title: "The sound of songs is noted as ok when they are downloaded.", fault: "Songs whose sound is noted wrongly", mend: counted(d.store.RebuildParts)},
		{name: models.InvariantMerged, title: "Songs that were merged have their shared file.", fault: "Merged songs whose shared file is another song's", left: models.LeftMerged,
			leftText: "Merged songs that have no file any more; the next look for similar songs gives it to them again"},
		{name: models.InvariantAvailability, title: "Songs that cannot be had say why, and only those.", fault: "Songs whose availability and reason disagree"},
		{name: models.InvariantUnsyncedLinks, title: "Only synced playlists have songs.", fault: "Playlists that have songs and were never synced"},
		{name: models.InvariantPlaylistPositions, title: "The songs of a playlist are numbered without gaps.", fault: "Playlists whose songs are numbered with gaps or twice", mend: counted(d.store.RebuildPositions)},
		{name: models.InvariantOccurrences, title: "Songs that stand several times on a playlist are told apart by their order.", fault: "Repeated songs with a wrong number"},
		{name: models.InvariantPlaylistCounters, title: "The counters of playlists equal a count of their songs.", fault: "Playlists whose counters differ from their songs", mend: counters},
		{name: models.InvariantEmptyReason, title: "Synced playlists without songs say why, and only those.", fault: "Playlists whose reason of emptiness does not fit"},
		{name: models.InvariantArtistCounts, title: "The song counts of artists equal a count of their songs.", fault: "Artists whose song count is wrong", mend: counters},
		{name: models.InvariantArtistPools, title: "The artist pools hold the artists of all songs on the pools' playlists.", fault: "Artists missing from an artist pool", mend: counted(d.store.FillArtistPools)},
		{name: models.InvariantSongFailed, title: "Songs are listed as failed when their last download was.", fault: "Songs that are listed as failed, or not, wrongly", mend: songLists},
		{name: models.InvariantSongFiles, title: "Songs are listed with the file that they have.", fault: "Songs that are listed with another file", mend: songLists},
		{name: models.InvariantFileKinds, title: "The counts by source and quality equal a count of the listed files.", fault: "Counts of files by source and quality that are wrong", mend: songLists},
		{name: models.InvariantArtistDownloads, title: "Artists tell how many of their songs are here.", fault: "Artists whose count of downloaded songs is wrong", mend: songLists},
		{name: models.InvariantSearchIndex, title: "Searches find every song, playlist and artist.", fault: "Rows that stand wrongly in the index for searches", mend: counted(d.store.RebuildSearch)},
		{name: models.InvariantJobStates, title: "Jobs, stages and items are in states that exist, and ended ones have the time of their end.", fault: "Jobs, stages and items in a state that cannot be"},
		{name: models.InvariantItemJob, title: "Items belong to the job of their stage.", fault: "Items whose stage is another job's"},
		{name: models.InvariantStagesOfJob, title: "An unfinished job has an unfinished stage, a finished one has none.", fault: "Jobs whose stages do not fit their state"},
		{name: models.InvariantFinalItems, title: "Finished jobs have no unfinished items.", fault: "Unfinished items of finished jobs", left: models.LeftCanceledItems,
			leftText: "Items of canceled jobs that had not been canceled when the program ended; the next start does it"},
		{name: models.InvariantRunningItems, title: "Items run only in running jobs.", fault: "Running items of jobs that do not run", left: models.LeftRunningItems,
			leftText: "Items that were running when the program ended; the next start queues them again"},
		{name: models.InvariantStageCounters, title: "The counters of stages equal a count of their items.", fault: "Stages whose counters differ from their items", mend: d.store.RecountJobs},
		{name: models.InvariantJobSums, title: "The sums of jobs equal those of their stages.", fault: "Jobs whose sums differ from their stages", mend: d.store.RecountJobs},
		{name: models.InvariantJobPlaylists, title: "Jobs name the playlists of their items, and finish them.", fault: "Playlists that a job does not name, or did not finish", mend: d.store.RebuildJobPlaylists},
		{name: models.InvariantCommands, title: "Commands are answered in order.", fault: "Commands that were passed over or cannot be", left: models.LeftCommands,
			leftText: "Commands that were not answered when the program ended; the next start answers them"},
	}
}

// counted drops the count of a rebuild: what was fixed is counted by looking again.
func counted(rebuild func(context.Context) (int64, error)) func(context.Context) error {
	return func(ctx context.Context) error {
		_, err := rebuild(ctx)
		return err
	}
}

// lookFor makes the look of an invariant.
func (d *Doctor) lookFor(i invariant) func(context.Context, *Check, bool) error {
	return func(ctx context.Context, result *Check, _ bool) error {
		flaws, err := d.store.FindFlaws(ctx, i.name)
		if err != nil {
			return err
		}
		result.find(i.fault, flaws, i.mend != nil)
		if i.left == "" {
			return nil
		}
		left, err := d.store.FindFlaws(ctx, i.left)
		if err != nil {
			return err
		}
		result.note(i.leftText, left.Count)
		return nil
	}
}

// lookWith makes a look of a search for flaws that cannot be mended.
func (d *Doctor) lookWith(fault string, search func(context.Context) (models.Flaws, error)) func(context.Context, *Check, bool) error {
	return func(ctx context.Context, result *Check, _ bool) error {
		flaws, err := search(ctx)
		if err != nil {
			return err
		}
		result.find(fault, flaws, false)
		return nil
	}
}
