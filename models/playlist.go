package models

// PlaylistKind tells a user's playlist from a platform's chart. It decides how the
// playlist is fetched; both are stored alike.
type PlaylistKind string

const (
	KindPlaylist PlaylistKind = "playlist"
	KindToplist  PlaylistKind = "toplist"
)

// PlaylistRef names a playlist on its platform. Toplists whose ids live in a number
// space of their own carry the prefix "toplist_" in RemoteID, so that
// (Platform, RemoteID) is unique.
type PlaylistRef struct {
	Platform string
	RemoteID string
	Kind     PlaylistKind
}

// EmptyReason says why a synced playlist has no songs. The two are never confused.
type EmptyReason string

const (
	EmptySource      EmptyReason = "source_empty" // the platform says that it is empty
	EmptyParseFailed EmptyReason = "parse_failed" // songs were claimed, none could be read
)

// GonePolicy says what becomes of songs that left a playlist. The history tells of them
// whatever the policy is.
type GonePolicy string

const (
	// GoneKeep shows them at the end of the list, greyed (default).
	GoneKeep GonePolicy = ""
	// GoneUnlink takes them off the list for good after some days.
	GoneUnlink GonePolicy = "unlink"
	// GoneRecycle keeps them shown, and after some days puts the files of those that no other
	// playlist has or keeps into the recycle bin.
	GoneRecycle GonePolicy = "recycle"
)

// GonePolicies lists all policies.
var GonePolicies = []GonePolicy{GoneKeep, GoneUnlink, GoneRecycle}

// GonePolicyNames are their names.
func GonePolicyNames() []string {
	names := make([]string, len(GonePolicies))
	for i, p := range GonePolicies {
		names[i] = p.String()
	}
	return names
}

// GonePolicyOf is the policy of a name; one that is unknown is GoneKeep.
func GonePolicyOf(name string) GonePolicy {
	for _, p := range GonePolicies {
		if p.String() == name {
			return p
		}
	}
	return GoneKeep
}

// String is the policy's name: keep, unlink or recycle.
func (p GonePolicy) String() string {
	if p == GoneKeep {
		return "keep"
	}
	return string(p)
}

// MaxGoneDays bounds the days after which a policy is applied.
const MaxGoneDays = 3650

// Playlist is one playlist or toplist of a platform.
//
// The counters are derived from playlist_songs and songs, kept by the store in the
// transaction that changes a fact, and can be rebuilt at any time.
type Playlist struct {
	ID               int64
	Platform         string
	RemotePlaylistID string
	Kind             PlaylistKind
	Name             string
	NameKey          string // normalised name, for keyword search
	Description      string
	CoverURL         string
	Creator          string
	WebURL           string // where a person can look at it
	PlayCount        int64
	TrackCount       int64 // as the platform claims
	Wanted           bool
	Priority         int
	// VersionTag is the platform's own version or a digest of its track list at the
	// last sync; an equal one means that nothing changed.
	VersionTag string
	SyncedAtMS int64 // last successful sync, 0 = never
	// SyncCheckedMS is the last sync that answered, changed or not. Of a playlist that every
	// job fetches it is not kept while nothing changes; see SyncRest.
	SyncCheckedMS int64
	// ChangedAtMS is when a sync last changed the list; see SyncRest.
	ChangedAtMS   int64
	SyncError     string
	SyncErrorCode Code
	EmptyReason   EmptyReason
	MetadataJSON  string
	// CollectedAtMS is when a pool's page told something new of it, or when it was on one, to
	// within SeenPrecisionMS.
	CollectedAtMS int64
	// CollectedDigest is a digest of what the pool's page said at the last collect. An equal
	// one means that nothing is to be written, whatever a sync has put into the row since.
	CollectedDigest string
	CreatedAtMS     int64
	UpdatedAtMS     int64
	// CollectedSongCount is the number of songs linked by the last sync, or what the
	// platform claimed while it was never synced.
	CollectedSongCount int64
	DownloadedCount    int64 // songs with an active local_fs location
	SkippedCount       int64 // songs that are non-music or unavailable for good
	// GonePolicy says what becomes of songs that left, GoneDays after how many days.
	GonePolicy GonePolicy
	GoneDays   int
}

func (Playlist) TableName() string { return "playlists" }

// State derives the playlist's state; live says that an item of a live job touches it.
func (p *Playlist) State(live bool) PlaylistState {
	switch {
	case live && p.DownloadedCount+p.SkippedCount < p.CollectedSongCount:
		return PlaylistDownloading
	case p.SyncedAtMS == 0:
		return PlaylistUnsynced
	case p.DownloadedCount+p.SkippedCount >= p.CollectedSongCount:
		return PlaylistDownloaded
	case p.DownloadedCount > 0:
		return PlaylistPartial
	default:
		return PlaylistNotDownloaded
	}
}

// PlaylistSong links a playlist and a song at a position. A song that stands twice in
// a list has two links, told apart by Occurrence (0, 1, …). GoneAtMS is 0 while the
// song is on the playlist.
type PlaylistSong struct {
	PlaylistID int64 `gorm:"primaryKey"`
	SongID     int64 `gorm:"primaryKey"`
	Occurrence int   `gorm:"primaryKey"`
	Position   int   // 0-based
	SeenFromMS int64
	GoneAtMS   int64
}

func (PlaylistSong) TableName() string { return "playlist_songs" }

// ChangeKind is what a sync did to one link.
type ChangeKind string

const (
	ChangeAdded   ChangeKind = "added"
	ChangeRemoved ChangeKind = "removed"
	ChangeMoved   ChangeKind = "moved"
)

// PlaylistChange is one row of the difference that a sync wrote.
type PlaylistChange struct {
	ID           int64
	PlaylistID   int64
	SongID       int64
	Occurrence   int
	Kind         ChangeKind
	FromPosition int // -1 when added
	ToPosition   int // -1 when removed
	AtMS         int64
}

func (PlaylistChange) TableName() string { return "playlist_changes" }
