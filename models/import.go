package models

// ImportScope says what an import job does.
type ImportScope struct {
	// Folder is the absolute folder whose files are looked at. They are never changed.
	Folder string `json:"folder"`
	// DryRun only tells which song each file is.
	DryRun bool `json:"dry_run,omitempty"`
	// InPlace takes files in a library folder only, which stay where they are; without it
	// files from elsewhere are copied.
	InPlace bool `json:"in_place,omitempty"`
}

// ImportState is what became of a file.
type ImportState string

const (
	// ImportMatched: it is a song that is missing here; nothing was done, it was a dry run.
	ImportMatched ImportState = "matched"
	// ImportAdopted: it is in the library now.
	ImportAdopted ImportState = "adopted"
	// ImportKnown: the library has that song, or this file.
	ImportKnown ImportState = "known"
	// ImportUnmatched: no song of the catalogue is it.
	ImportUnmatched ImportState = "unmatched"
	// ImportRefused: it is no sound song.
	ImportRefused ImportState = "refused"
)

// ImportStates lists all states.
var ImportStates = []ImportState{ImportAdopted, ImportMatched, ImportKnown, ImportUnmatched, ImportRefused}

// ImportFile is a file of an imported folder. Unique by (job_run_id, path).
type ImportFile struct {
	ID        int64
	JobRunID  int64
	Path      string // below the folder, '/'-separated
	State     ImportState
	SongID    *int64
	Score     float64
	SizeBytes int64
	Reason    string
}

func (ImportFile) TableName() string { return "import_files" }

// ImportRow is an import's file with its song's name.
type ImportRow struct {
	ImportFile
	SongName, Singers string
}
