package models

// DuplicateGroup is a file that one backend has more than once: active locations of one
// asset, of which one is kept.
type DuplicateGroup struct {
	FileAssetID int64
	BackendID   int64
	SongID      int64
	SongName    string
	Singers     string
	Keep        DuplicateFile
	Drop        []DuplicateFile
}

// DuplicateFile is one of the locations.
type DuplicateFile struct {
	LocationID int64
	Locator    string
	// Exists says that the file is on disk.
	Exists    bool
	SizeBytes int64
}

// DropBytes is the size of the files that would go.
func (g *DuplicateGroup) DropBytes() int64 {
	var sum int64
	for _, f := range g.Drop {
		if f.Exists {
			sum += f.SizeBytes
		}
	}
	return sum
}

// FindingClass is a way in which database and disk disagree.
type FindingClass string

const (
	// FindingMissing: recorded, and not on disk.
	FindingMissing FindingClass = "missing"
	// FindingMoved: not where it is recorded, but the same bytes lie under a name that
	// nobody owns, be it the recorded one of a file that was given up.
	FindingMoved FindingClass = "moved"
	// FindingChanged: other bytes than recorded, which are a sound song all the same.
	FindingChanged FindingClass = "changed"
	// FindingDamaged: other bytes than recorded, which are no whole song, or cannot be read.
	FindingDamaged FindingClass = "damaged"
	// FindingExtra: a file that no record owns.
	FindingExtra FindingClass = "extra"
	// FindingLeftover: a file whose record does not count any more.
	FindingLeftover FindingClass = "leftover"
	// FindingPart: a partial file that nothing will go on with.
	FindingPart FindingClass = "part"
	// FindingOrphan: a row that nothing refers to.
	FindingOrphan FindingClass = "orphan"
)

// FindingClasses lists all classes in the order in which they are settled: what finds a
// place for a file comes before what gives one up.
var FindingClasses = []FindingClass{FindingMoved, FindingChanged, FindingDamaged, FindingMissing, FindingExtra, FindingLeftover, FindingPart, FindingOrphan}

// FixAction settles findings of a class.
type FixAction string

const (
	// FixRelink makes the record name the place where the file lies.
	FixRelink FixAction = "relink"
	// FixForget notes that the file is gone, so that it is downloaded again.
	FixForget FixAction = "forget"
	// FixTake records the bytes that are there.
	FixTake FixAction = "take"
	// FixAdopt records a file for the song that it is, and leaves others alone.
	FixAdopt FixAction = "adopt"
	// FixRecycle moves the file into the recycle bin; what was recorded there is forgotten.
	FixRecycle FixAction = "recycle"
	// FixRemove deletes the row.
	FixRemove FixAction = "remove"
)

// FixActions are the actions of each class, the usual one first.
var FixActions = map[FindingClass][]FixAction{
	FindingMissing: {FixForget}, FindingMoved: {FixRelink, FixForget}, FindingChanged: {FixTake, FixRecycle},
	FindingDamaged: {FixRecycle}, FindingExtra: {FixAdopt, FixRecycle}, FindingLeftover: {FixRecycle},
	FindingPart: {FixRecycle}, FindingOrphan: {FixRemove},
}

// FindingFix asks for one action on the findings of one class.
type FindingFix struct {
	Class  FindingClass `json:"class"`
	Action FixAction    `json:"action"`
	// IDs are the only findings that are meant; empty = all of the class.
	IDs []int64 `json:"ids,omitempty"`
}

// FixEverything settles all classes, so that a second look finds nothing. Files that no
// song is found for go into the recycle bin.
func FixEverything() []FindingFix {
	return []FindingFix{
		{Class: FindingMoved, Action: FixRelink}, {Class: FindingChanged, Action: FixTake}, {Class: FindingDamaged, Action: FixRecycle},
		{Class: FindingMissing, Action: FixForget}, {Class: FindingExtra, Action: FixAdopt}, {Class: FindingExtra, Action: FixRecycle},
		{Class: FindingLeftover, Action: FixRecycle}, {Class: FindingPart, Action: FixRecycle}, {Class: FindingOrphan, Action: FixRemove},
	}
}

// ReconcileScope says what a reconcile job does.
type ReconcileScope struct {
	// SkipLook settles what is listed already.
	SkipLook bool `json:"skip_look,omitempty"`
	// Deep reads every file and compares its checksum.
	Deep bool `json:"deep,omitempty"`
	// Fix is done after the look, in order.
	Fix []FindingFix `json:"fix,omitempty"`
	// Download starts a download of the songs whose files were given up.
	Download bool `json:"download,omitempty"`
}

// Finding is one disagreement of database and disk.
type Finding struct {
	ID      int64
	LookID  int64
	Class   FindingClass
	Subject string // of what it is, unique
	// BackendID, LocationID, FileAssetID and SongID are nil where the finding has none.
	BackendID   *int64
	LocationID  *int64
	FileAssetID *int64
	SongID      *int64
	Locator     string
	// FoundLocator is where a moved file lies.
	FoundLocator string
	SizeBytes    int64  // recorded
	FoundBytes   int64  // on disk
	SHA256       string // of what lies on disk, "" = not read
	Reason       string // what is wrong with a damaged file
	Failed       string // why the last fix did not work
	FoundAtMS    int64
}

func (Finding) TableName() string { return "maintenance_findings" }

// FindingRow is a finding with its song's name and its folder, as lists show it.
type FindingRow struct {
	Finding
	Root, SongName, Singers string
}

// FindingFilter narrows and pages a list of findings.
type FindingFilter struct {
	Class   FindingClass
	Keyword string // in the locator
	Page    Page
}

// FindingCount sums up a class.
type FindingCount struct {
	Class  FindingClass
	Count  int64
	Bytes  int64 // of the files on disk
	Failed int64 // whose last fix did not work
}

// LookKind says what compared database and disks.
type LookKind string

const (
	LookReconcile LookKind = "reconcile"
	LookScrub     LookKind = "scrub"
)

// MaintenanceLook is one comparison of database and disks.
type MaintenanceLook struct {
	ID          int64
	Kind        LookKind
	JobRunID    int64 // 0 = none
	Deep        bool
	Files       int64
	BytesRead   int64
	Found       int64
	Unreachable string // folders that were not there, one a line
	StartedAtMS int64
	// FinishedAtMS is 0 while it goes on, and of one that was cut short.
	FinishedAtMS int64
}

func (MaintenanceLook) TableName() string { return "maintenance_looks" }

// CheckedFile is a recorded file whose bytes are to be compared again.
type CheckedFile struct {
	LocalFile
	CheckedAtMS int64
}
