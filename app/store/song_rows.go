package store

import (
	"fmt"
	"slices"

	"gorm.io/gorm"

	"catalogsync/models"
)

// songColumnsShown are the columns of a song s that a list shows; what only a download
// needs is long.
const songColumnsShown = `s.id, s.platform, s.remote_song_id, s.name, s.singers, s.album, s.duration_ms, s.quality_label, s.cover_url,
	s.availability, s.availability_code, s.availability_reason, s.downloaded, s.failed, s.created_at_ms, s.updated_at_ms`

// rowsByID lists rows by the id of their song; a song may stand twice on a playlist.
func rowsByID(rows []*models.SongRow) (ids []int64, byID map[int64][]*models.SongRow) {
	byID = make(map[int64][]*models.SongRow, len(rows))
	for _, r := range rows {
		if byID[r.ID] == nil {
			ids = append(ids, r.ID)
		}
		byID[r.ID] = append(byID[r.ID], r)
	}
	return ids, byID
}

// addFiles adds to each song its active local file and the last try to get one.
func addFiles(db *gorm.DB, rows []*models.SongRow) error {
	ids, byID := rowsByID(rows)
	for chunk := range slices.Chunk(ids, chunkIDs) {
		if err := addAssets(db, chunk, byID); err != nil {
			return fmt.Errorf("find files: %w", err)
		}
		var tasks []models.DownloadTask
		err := db.Select("song_id", "state", "last_error", "last_error_code", "next_try_ms").Where("song_id IN ?", chunk).Find(&tasks).Error
		if err != nil {
			return fmt.Errorf("find the last tries: %w", err)
		}
		for _, t := range tasks {
			for _, r := range byID[t.SongID] {
				r.TaskState, r.TaskError, r.TaskErrorCode, r.NextTryMS = t.State, t.LastError, t.LastErrorCode, t.NextTryMS
			}
		}
	}
	return nil
}

func addAssets(db *gorm.DB, songIDs []int64, byID map[int64][]*models.SongRow) error {
	var assets []struct {
		models.FileAsset
		Locator string
	}
	err := db.Raw(`SELECT a.song_id, a.id, a.source, a.quality, a.claimed_quality, a.ext, a.codec, a.file_size_bytes, a.duration_ms,
			a.bitrate_bps, a.sample_rate_hz, a.bit_depth, a.channels, l.locator
		FROM song_files f
		JOIN file_assets a ON a.id = f.file_asset_id
		JOIN file_locations l ON l.id = f.file_location_id
		WHERE f.song_id IN ?`, songIDs).Scan(&assets).Error
	for _, a := range assets {
		for _, r := range byID[a.SongID] {
			r.AssetID, r.AssetSource, r.AssetQuality, r.ClaimedQuality = a.ID, a.Source, a.Quality, a.ClaimedQuality
			r.AssetExt, r.AssetCodec, r.AssetBytes, r.AssetLengthMS = a.Ext, a.Codec, a.FileSizeBytes, a.DurationMS
			r.BitrateBPS, r.SampleRateHz, r.BitDepth, r.Channels = a.BitrateBPS, a.SampleRateHz, a.BitDepth, a.Channels
			r.Locator = a.Locator
		}
	}
	return err
}

// addArtists adds to each song the artists that it names, in their order.
func addArtists(db *gorm.DB, rows []*models.SongRow) error {
	ids, byID := rowsByID(rows)
	for chunk := range slices.Chunk(ids, chunkIDs) {
		var links []struct {
			SongID, ID int64
			Name       string
		}
		err := db.Raw(`SELECT l.song_id, a.id, a.name FROM artist_songs l JOIN artists a ON a.id = l.artist_id
			WHERE l.song_id IN ? ORDER BY l.song_id, l.position, a.id`, chunk).Scan(&links).Error
		if err != nil {
			return fmt.Errorf("find artists: %w", err)
		}
		for _, l := range links {
			for _, r := range byID[l.SongID] {
				r.Artists = append(r.Artists, models.SongArtist{ID: l.ID, Name: l.Name})
			}
		}
	}
	return nil
}

// addDecisions adds to each song of a playlist how its file was chosen.
func addDecisions(db *gorm.DB, rows []models.PlaylistSongRow) error {
	byID := map[int64]string{}
	ids := make([]int64, 0, len(rows))
	for i := range rows {
		ids = append(ids, rows[i].ID)
	}
	for chunk := range slices.Chunk(ids, chunkIDs) {
		var tasks []models.DownloadTask
		if err := db.Select("song_id", "decision_json").Where("song_id IN ?", chunk).Find(&tasks).Error; err != nil {
			return fmt.Errorf("find decisions: %w", err)
		}
		for _, t := range tasks {
			byID[t.SongID] = t.DecisionJSON
		}
	}
	for i := range rows {
		rows[i].DecisionJSON = byID[rows[i].ID]
	}
	return nil
}

// songRowsOf are the songs of a playlist's rows.
func songRowsOf(rows []models.PlaylistSongRow) []*models.SongRow {
	songs := make([]*models.SongRow, len(rows))
	for i := range rows {
		songs[i] = &rows[i].SongRow
	}
	return songs
}
