package models

// Availability is what is known for good about getting a song.
type Availability string

const (
	// AvailabilityOpen: nothing speaks against downloading it.
	AvailabilityOpen Availability = ""
	// AvailabilityNotMusic: an entry such as an audiobook chart row; never downloaded.
	AvailabilityNotMusic Availability = "not_music"
	// AvailabilityUnavailable: every configured source refused it; tried again only
	// when a later job includes it.
	AvailabilityUnavailable Availability = "unavailable"
)

// Song is a canonical song: as its playlist's platform describes it.
// Unique by (platform, remote_song_id).
type Song struct {
	ID            int64
	Platform      string
	RemoteSongID  string
	Name          string
	Singers       string // display form, joined by " / "
	Album         string
	DurationMS    int64 // 0 = unknown
	Ext           string
	FileSizeBytes int64
	QualityLabel  Quality // best quality that the platform announces
	CoverURL      string
	// MetadataJSON is a SongSnapshot: everything that a download needs, and the
	// platform's own answer.
	MetadataJSON string
	SearchKey    string // normalised title, singers and album
	Availability Availability
	// AvailabilityCode and AvailabilityReason say why it is not open.
	AvailabilityCode   Code
	AvailabilityReason string
	// Downloaded is derived: an active location on a local_fs backend exists.
	Downloaded bool
	// Failed is derived: the last download ended in failure. It says nothing of a song that
	// is here all the same.
	Failed      bool
	CreatedAtMS int64
	UpdatedAtMS int64
}

func (Song) TableName() string { return "songs" }

// NonMusicNote is shown beside entries that are not songs.
const NonMusicNote = "非音乐资源(有声榜条目)"

// ArtistRef is an artist as named by a platform; RemoteID may be empty.
type ArtistRef struct {
	RemoteID string `json:"id,omitempty"`
	Name     string `json:"name"`
}

// SongSnapshot is what a playlist said of a song, stored whole so that a later
// download needs nothing from the sync.
type SongSnapshot struct {
	Platform      string      `json:"platform"`
	RemoteID      string      `json:"remote_id"`
	Name          string      `json:"name"`
	Subtitle      string      `json:"subtitle,omitempty"` // version text that stands apart from the name
	Artists       []ArtistRef `json:"artists,omitempty"`
	Album         string      `json:"album,omitempty"`
	AlbumRemoteID string      `json:"album_id,omitempty"`
	DurationMS    int64       `json:"duration_ms,omitempty"`
	Track         int         `json:"track,omitempty"`
	Disc          int         `json:"disc,omitempty"`
	Year          int         `json:"year,omitempty"`
	Ext           string      `json:"ext,omitempty"`
	FileSizeBytes int64       `json:"file_size_bytes,omitempty"`
	Quality       Quality     `json:"quality,omitempty"`
	CoverURL      string      `json:"cover_url,omitempty"`
	// NotMusic marks entries such as QQ's audiobook chart rows.
	NotMusic bool `json:"not_music,omitempty"`
	// QQToplistFallback is QQ's mark of the same, kept by its seed name.
	QQToplistFallback bool `json:"qq_toplist_fallback,omitempty"`
	// Keys are the platform's further ids that its provider needs (e.g. qq: mid, media_mid).
	Keys map[string]string `json:"keys,omitempty"`
	// Undescribed marks an entry of a list of which the platform tells the id and nothing
	// else, as of songs that were withdrawn. It stands for a known song and makes no new one.
	Undescribed bool `json:"-"`
	// Raw is the platform's own object, byte for byte.
	Raw RawJSON `json:"raw,omitempty"`
}

// ArtistNames lists the artists' names in order.
func (s *SongSnapshot) ArtistNames() []string {
	names := make([]string, 0, len(s.Artists))
	for _, a := range s.Artists {
		names = append(names, a.Name)
	}
	return names
}

// RawJSON is JSON kept as it came.
type RawJSON []byte

// MarshalJSON gives the bytes themselves, null when empty.
func (r RawJSON) MarshalJSON() ([]byte, error) {
	if len(r) == 0 {
		return []byte("null"), nil
	}
	return r, nil
}

// UnmarshalJSON keeps a copy of the bytes.
func (r *RawJSON) UnmarshalJSON(b []byte) error {
	*r = append((*r)[:0], b...)
	return nil
}
