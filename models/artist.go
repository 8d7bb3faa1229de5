package models

// Artist is one artist of a platform. Unique by (platform, name_key): platforms leave
// artist ids out on many rows, so the normalised name is the key.
type Artist struct {
	ID              int64
	Platform        string
	RemoteArtistID  string
	Name            string
	NameKey         string
	SongCount       int64 // derived from artist_songs
	DownloadedCount int64 // derived: how many of these songs are here
	CreatedAtMS     int64
	UpdatedAtMS     int64
}

func (Artist) TableName() string { return "artists" }

// ArtistPool is the artist side of a playlist pool: the artists of all songs of the
// pool's playlists. Unique by (platform, kind).
type ArtistPool struct {
	ID          int64
	Platform    string
	Kind        PoolKind
	CreatedAtMS int64
	UpdatedAtMS int64
}

func (ArtistPool) TableName() string { return "artist_pools" }

// PoolArtist links an artist pool and an artist.
type PoolArtist struct {
	ArtistPoolID int64 `gorm:"primaryKey"`
	ArtistID     int64 `gorm:"primaryKey"`
}

func (PoolArtist) TableName() string { return "pool_artists" }

// ArtistSong links an artist and a song; Position 0 is the first artist.
type ArtistSong struct {
	ArtistID int64 `gorm:"primaryKey"`
	SongID   int64 `gorm:"primaryKey"`
	Position int
}

func (ArtistSong) TableName() string { return "artist_songs" }
