package api

import (
	"fmt"

	"catalogsync/models"
)

// songJSON is a song of the library.
type songJSON struct {
	ID           int64            `json:"id"`
	Platform     string           `json:"platform"`
	RemoteSongID string           `json:"remote_song_id"`
	Name         string           `json:"name"`
	Singers      string           `json:"singers"`
	Artists      []songArtistJSON `json:"artists"`
	Album        string           `json:"album"`
	DurationMS   int64            `json:"duration_ms"`
	QualityLabel models.Quality   `json:"quality_label"`
	CoverURL     string           `json:"cover_url,omitempty"`
	State        models.SongState `json:"state"`
	Reason       *faultJSON       `json:"reason,omitempty"` // why it is not here
	NextTry      instant          `json:"next_try"`
	File         *libraryFileJSON `json:"file"`
	CreatedAt    instant          `json:"created_at"`
	UpdatedAt    instant          `json:"updated_at"`
}

type songArtistJSON struct {
	ID   int64  `json:"id"`
	Name string `json:"name"`
}

// libraryFileJSON is a song's file: what was claimed of it, and what it really is.
type libraryFileJSON struct {
	songFileJSON
	ClaimedQuality models.Quality `json:"claimed_quality"`
	Mislabelled    bool           `json:"mislabelled"`
	Codec          string         `json:"codec"`
	DurationMS     int64          `json:"duration_ms"`
	BitrateBPS     int64          `json:"bitrate_bps"`
	SampleRateHz   int            `json:"sample_rate_hz"`
	BitDepth       int            `json:"bit_depth"`
	Channels       int            `json:"channels"`
	AudioURL       string         `json:"audio_url"`
}

func songOf(r models.SongRow) songJSON {
	s := songJSON{
		ID: r.ID, Platform: r.Platform, RemoteSongID: r.RemoteSongID, Name: r.Name, Singers: r.Singers, Album: r.Album,
		DurationMS: r.DurationMS, QualityLabel: r.QualityLabel, CoverURL: r.CoverURL, State: r.State(),
		Artists: each(r.Artists, func(a models.SongArtist) songArtistJSON { return songArtistJSON(a) }),
		Reason:  faultOf(r.ReasonCode(), r.Reason()), NextTry: instant(r.NextTryMS), CreatedAt: instant(r.CreatedAtMS), UpdatedAt: instant(r.UpdatedAtMS),
	}
	if r.AssetID != 0 {
		s.File = &libraryFileJSON{
			songFileJSON:   songFileJSON{AssetID: r.AssetID, Source: r.AssetSource, Quality: r.AssetQuality, Ext: r.AssetExt, SizeBytes: r.AssetBytes, Locator: r.Locator},
			ClaimedQuality: r.ClaimedQuality, Mislabelled: r.Mislabelled(), Codec: r.AssetCodec, DurationMS: r.AssetLengthMS,
			BitrateBPS: r.BitrateBPS, SampleRateHz: r.SampleRateHz, BitDepth: r.BitDepth, Channels: r.Channels,
			AudioURL: fmt.Sprintf("/api/songs/%d/audio", r.ID),
		}
	}
	return s
}

// songDetailJSON is one song with the playlists that it is on.
type songDetailJSON struct {
	songJSON
	Playlists     []songPlaylistJSON `json:"playlists"`
	PlaylistCount int64              `json:"playlist_count"`
}

// songPlaylistJSON is a playlist, and how many of the songs that are meant it has.
type songPlaylistJSON struct {
	ID       int64  `json:"id"`
	Platform string `json:"platform"`
	Name     string `json:"name"`
	Songs    int64  `json:"songs"`
}

func songPlaylistOf(p models.SongPlaylist) songPlaylistJSON {
	return songPlaylistJSON{ID: p.ID, Platform: p.Platform, Name: p.Name, Songs: p.Songs}
}

// songsResultJSON says in numbers what became of a selection of songs.
type songsResultJSON struct {
	Selected int      `json:"selected"`
	Queued   int      `json:"queued"`
	Here     int      `json:"here"`
	Refused  int      `json:"refused"`
	Job      *runJSON `json:"job"`
}

// artistJSON is an artist of a platform.
type artistJSON struct {
	ID              int64  `json:"id"`
	Platform        string `json:"platform"`
	RemoteArtistID  string `json:"remote_artist_id,omitempty"`
	Name            string `json:"name"`
	SongCount       int64  `json:"song_count"`
	DownloadedCount int64  `json:"downloaded_count"`
}

func artistOf(a models.Artist) artistJSON {
	return artistJSON{ID: a.ID, Platform: a.Platform, RemoteArtistID: a.RemoteArtistID, Name: a.Name, SongCount: a.SongCount, DownloadedCount: a.DownloadedCount}
}

// artistDetailJSON is one artist with the playlists that have most of his songs.
type artistDetailJSON struct {
	artistJSON
	Playlists []songPlaylistJSON `json:"playlists"`
}
