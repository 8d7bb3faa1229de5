package api

import (
	"encoding/json"
	"fmt"

	"catalogsync/models"
)

// playlistCore is what a playlist is everywhere.
type playlistCore struct {
	ID                 int64               `json:"id"`
	Platform           string              `json:"platform"`
	RemotePlaylistID   string              `json:"remote_playlist_id"`
	Kind               models.PlaylistKind `json:"kind"`
	Name               string              `json:"name"`
	Creator            string              `json:"creator,omitempty"`
	Description        string              `json:"description,omitempty"`
	CoverURL           string              `json:"cover_url,omitempty"`
	WebURL             string              `json:"web_url,omitempty"`
	PlayCount          int64               `json:"play_count"`
	TrackCount         int64               `json:"track_count"`
	CollectedSongCount int64               `json:"collected_song_count"`
	DownloadedCount    int64               `json:"downloaded_count"`
	SkippedCount       int64               `json:"skipped_count"`
	Wanted             bool                `json:"wanted"`
	EmptyReason        models.EmptyReason  `json:"empty_reason,omitempty"`
	SyncError          *faultJSON          `json:"sync_error,omitempty"`
	SyncedAt           instant             `json:"synced_at"`
	ChangedAt          instant             `json:"changed_at"` // when a sync last changed the list
	CollectedAt        instant             `json:"collected_at"`
	UpdatedAt          instant             `json:"updated_at"`
}

func coreOf(p models.Playlist) playlistCore {
	return playlistCore{
		ID: p.ID, Platform: p.Platform, RemotePlaylistID: p.RemotePlaylistID, Kind: p.Kind, Name: p.Name, Creator: p.Creator,
		Description: p.Description, CoverURL: p.CoverURL, WebURL: p.WebURL, PlayCount: p.PlayCount, TrackCount: p.TrackCount,
		CollectedSongCount: p.CollectedSongCount, DownloadedCount: p.DownloadedCount, SkippedCount: p.SkippedCount, Wanted: p.Wanted,
		EmptyReason: p.EmptyReason, SyncError: faultOf(p.SyncErrorCode, p.SyncError),
		SyncedAt: instant(p.SyncedAtMS), ChangedAt: instant(p.ChangedAtMS), CollectedAt: instant(p.CollectedAtMS), UpdatedAt: instant(p.UpdatedAtMS),
	}
}

// playlistJSON is a playlist as the list of all shows it.
type playlistJSON struct {
	playlistCore
	Status       models.PlaylistState `json:"status"`
	Pools        []models.PoolKind    `json:"pools"`
	Live         bool                 `json:"live"`
	RunningSongs int                  `json:"running_songs"`
	// HeldSongs wait for a decision; see /held.
	HeldSongs  int    `json:"held_songs"`
	GonePolicy string `json:"gone_policy"`
	GoneDays   int    `json:"gone_days"`
	// ExportURL is there while the ZIP can be had at once.
	ExportURL string `json:"export_url,omitempty"`
}

func playlistOf(r models.PlaylistRow) playlistJSON {
	p := playlistJSON{playlistCore: coreOf(r.Playlist), Status: r.Status(), Pools: r.Pools, Live: r.Live, RunningSongs: r.RunningSongs,
		HeldSongs: r.HeldSongs, GonePolicy: r.GonePolicy.String(), GoneDays: r.GoneDays}
	if p.Pools == nil {
		p.Pools = []models.PoolKind{}
	}
	if p.Status == models.PlaylistDownloaded && r.DownloadedCount > 0 {
		p.ExportURL = fmt.Sprintf("/api/playlists/%d/export.zip", r.ID)
	}
	return p
}

// jobPlaylistJSON is a playlist inside one job.
type jobPlaylistJSON struct {
	playlistCore
	Position     int              `json:"position"`
	RunningSongs int64            `json:"running_songs"`
	FailedSongs  int64            `json:"failed_songs"`
	JobSyncState models.ItemState `json:"job_sync_state,omitempty"`
	JobSyncError string           `json:"job_sync_error,omitempty"`
}

func jobPlaylistOf(r models.JobPlaylistRow) jobPlaylistJSON {
	return jobPlaylistJSON{
		playlistCore: coreOf(r.Playlist), Position: r.Position, RunningSongs: r.RunningSongs, FailedSongs: r.FailedSongs,
		JobSyncState: r.SyncState, JobSyncError: r.SyncError,
	}
}

// jobSongJSON is a song of a playlist inside one job.
type jobSongJSON struct {
	SongID       int64               `json:"song_id"`
	Position     int                 `json:"position"`
	Name         string              `json:"name"`
	Singers      string              `json:"singers"`
	DurationMS   int64               `json:"duration_ms"`
	Availability models.Availability `json:"availability,omitempty"`
	// Note is the seed's mark of entries that are not songs.
	Note          string           `json:"note,omitempty"`
	Downloaded    bool             `json:"downloaded"`
	ItemID        int64            `json:"item_id,omitempty"`
	ItemState     models.ItemState `json:"item_state,omitempty"`
	Error         *faultJSON       `json:"error,omitempty"`
	WaitReason    string           `json:"wait_reason,omitempty"`
	NotBefore     instant          `json:"not_before"`
	ProgressDone  int64            `json:"progress_done"`
	ProgressTotal int64            `json:"progress_total"`
	ProgressText  string           `json:"progress_text,omitempty"`
	ResultSource  string           `json:"result_source,omitempty"`
}

func jobSongOf(r models.JobSongRow) jobSongJSON {
	return jobSongJSON{
		SongID: r.SongID, Position: r.Position, Name: r.Name, Singers: r.Singers, DurationMS: r.DurationMS,
		Availability: r.Availability, Note: noteOf(r.Availability), Downloaded: r.Downloaded,
		ItemID: r.ItemID, ItemState: r.ItemState, Error: faultOf(r.ErrorCode, r.ErrorText), WaitReason: r.WaitReason,
		NotBefore: instant(r.NotBeforeMS), ProgressDone: r.ProgressDone, ProgressTotal: r.ProgressTotal,
		ProgressText: r.ProgressText, ResultSource: r.ResultSource,
	}
}

func noteOf(a models.Availability) string {
	if a == models.AvailabilityNotMusic {
		return models.NonMusicNote
	}
	return ""
}

// playlistSongJSON is a song of a playlist's list.
type playlistSongJSON struct {
	SongID       int64               `json:"song_id"`
	Platform     string              `json:"platform"`
	RemoteSongID string              `json:"remote_song_id"`
	Position     int                 `json:"position"`
	SeenFrom     instant             `json:"seen_from"`
	GoneAt       instant             `json:"gone_at"`
	Name         string              `json:"name"`
	Singers      string              `json:"singers"`
	Album        string              `json:"album"`
	DurationMS   int64               `json:"duration_ms"`
	QualityLabel models.Quality      `json:"quality_label"`
	CoverURL     string              `json:"cover_url,omitempty"`
	Availability models.Availability `json:"availability,omitempty"`
	Unavailable  *faultJSON          `json:"unavailable,omitempty"`
	Note         string              `json:"note,omitempty"`
	Downloaded   bool                `json:"downloaded"`
	File         *songFileJSON       `json:"file"`
	Task         *songTaskJSON       `json:"task"`
}

// songFileJSON is a song's active local file.
type songFileJSON struct {
	AssetID   int64          `json:"asset_id"`
	Source    string         `json:"source"`
	Quality   models.Quality `json:"quality"`
	Ext       string         `json:"ext"`
	SizeBytes int64          `json:"size_bytes"`
	Locator   string         `json:"locator"`
}

// songTaskJSON is how the last download of a song ended, and why that file was chosen.
type songTaskJSON struct {
	State    string          `json:"state"`
	Error    *faultJSON      `json:"error,omitempty"`
	Decision json.RawMessage `json:"decision"`
}

func playlistSongOf(r models.PlaylistSongRow) playlistSongJSON {
	s := playlistSongJSON{
		SongID: r.ID, Platform: r.Platform, RemoteSongID: r.RemoteSongID, Position: r.Position, SeenFrom: instant(r.SeenFromMS), GoneAt: instant(r.GoneAtMS),
		Name: r.Name, Singers: r.Singers, Album: r.Album, DurationMS: r.DurationMS, QualityLabel: r.QualityLabel, CoverURL: r.CoverURL,
		Availability: r.Availability, Unavailable: faultOf(r.AvailabilityCode, r.AvailabilityReason), Note: noteOf(r.Availability),
		Downloaded: r.Downloaded,
	}
	if r.AssetID != 0 {
		s.File = &songFileJSON{AssetID: r.AssetID, Source: r.AssetSource, Quality: r.AssetQuality, Ext: r.AssetExt, SizeBytes: r.AssetBytes, Locator: r.Locator}
	}
	if r.TaskState != "" {
		s.Task = &songTaskJSON{State: r.TaskState, Error: faultOf(r.TaskErrorCode, r.TaskError), Decision: rawOf(r.DecisionJSON)}
	}
	return s
}
