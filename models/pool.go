package models

// PoolKind says where a pool's playlists come from.
type PoolKind string

const (
	PoolPlaylistSquare PoolKind = "playlist_square"
	PoolToplist        PoolKind = "toplist"
	PoolManualFile     PoolKind = "manual_file"
)

// PoolKinds lists all kinds in display order.
var PoolKinds = []PoolKind{PoolPlaylistSquare, PoolToplist, PoolManualFile}

// Pool is one origin of playlists on one platform: its square, its toplists, the
// playlists named by hand. Unique by (platform, kind).
type Pool struct {
	ID       int64
	Platform string
	Kind     PoolKind
	// CollectedAtMS is when the last complete collect of it ended.
	CollectedAtMS int64
	CreatedAtMS   int64
	UpdatedAtMS   int64
}

func (Pool) TableName() string { return "playlist_pools" }

// PoolPlaylist links a pool and a playlist found in it.
type PoolPlaylist struct {
	PoolID      int64 `gorm:"primaryKey"`
	PlaylistID  int64 `gorm:"primaryKey"`
	FirstSeenMS int64
	LastSeenMS  int64 // to within SeenPrecisionMS
}

// SeenPrecisionMS is how old the note that a playlist was seen in its pool may become before it
// is written anew: a collect that finds nothing new writes no row.
const SeenPrecisionMS = 7 * 24 * 60 * 60 * 1000

func (PoolPlaylist) TableName() string { return "pool_playlists" }
