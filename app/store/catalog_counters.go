package store

import (
	"fmt"
	"slices"

	"gorm.io/gorm"

	"catalogsync/models"
)

// songOutcome is what became known of a song; nil fields stay as they are.
type songOutcome struct {
	Downloaded   *bool
	Availability *models.Availability
	// Code and Reason go with Availability and are dropped when it is open.
	Code   models.Code
	Reason string
}

// songCounts is what one link to a song adds to its playlist's counters: a song that is
// here counts as downloaded, whatever its availability; else it is skipped unless open.
func songCounts(downloaded bool, a models.Availability) (downloadedCount, skippedCount int64) {
	switch {
	case downloaded:
		return 1, 0
	case a != models.AvailabilityOpen:
		return 0, 1
	default:
		return 0, 0
	}
}

// countedDownloaded and countedSkipped are songCounts in SQL, of a row of songs named s.
const (
	countedDownloaded = `sum(CASE WHEN s.downloaded THEN 1 ELSE 0 END)`
	countedSkipped    = `sum(CASE WHEN NOT s.downloaded AND s.availability <> '' THEN 1 ELSE 0 END)`
)

// setSongOutcome writes a song's outcome and adjusts the counters of all playlists that
// hold the song, within the caller's transaction. An outcome that says nothing new writes
// nothing.
func setSongOutcome(tx *gorm.DB, songID int64, o songOutcome, nowMS int64) error {
	var song models.Song
	err := tx.Select("id", "downloaded", "availability", "availability_code", "availability_reason").
		Take(&song, songID).Error
	if err != nil {
		return fmt.Errorf("read song %d: %w", songID, err)
	}
	before := song
	if o.Downloaded != nil {
		song.Downloaded = *o.Downloaded
	}
	if o.Availability != nil {
		song.Availability, song.AvailabilityCode, song.AvailabilityReason = *o.Availability, o.Code, o.Reason
		if song.Availability == models.AvailabilityOpen {
			song.AvailabilityCode, song.AvailabilityReason = "", ""
		}
	}
	if song == before {
		return nil
	}
	err = tx.Model(&models.Song{}).Where("id = ?", songID).Updates(map[string]any{
		"downloaded":          song.Downloaded,
		"availability":        song.Availability,
		"availability_code":   song.AvailabilityCode,
		"availability_reason": song.AvailabilityReason,
		"updated_at_ms":       nowMS,
	}).Error
	if err != nil {
		return fmt.Errorf("write outcome of song %d: %w", songID, err)
	}
	if err := soundFollows(tx, song, nowMS); err != nil {
		return fmt.Errorf("write part of song %d: %w", songID, err)
	}
	d0, s0 := songCounts(before.Downloaded, before.Availability)
	d1, s1 := songCounts(song.Downloaded, song.Availability)
	return addToPlaylistCounters(tx, songID, d1-d0, s1-s0, nowMS)
}

// addToPlaylistCounters adds the deltas once for each link of the song that is not gone.
func addToPlaylistCounters(tx *gorm.DB, songID, downloaded, skipped, nowMS int64) error {
	if downloaded == 0 && skipped == 0 {
		return nil
	}
	const links = `(SELECT count(*) FROM playlist_songs ps WHERE ps.playlist_id = playlists.id AND ps.song_id = ? AND ps.gone_at_ms = 0)`
	err := tx.Exec(`UPDATE playlists SET
		downloaded_count = downloaded_count + ? * `+links+`,
		skipped_count = skipped_count + ? * `+links+`,
		updated_at_ms = ?
		WHERE id IN (SELECT playlist_id FROM playlist_songs WHERE song_id = ? AND gone_at_ms = 0)`,
		downloaded, songID, skipped, songID, nowMS, songID).Error
	if err != nil {
		return fmt.Errorf("adjust counters of song %d's playlists: %w", songID, err)
	}
	return nil
}

// playlistCounters are the derived values of a playlist.
type playlistCounters struct{ CollectedSongCount, DownloadedCount, SkippedCount int64 }

// countPlaylists counts synced playlists from their links: playlist id → counters; one
// without songs is left out.
func countPlaylists(tx *gorm.DB, playlistIDs []int64) (map[int64]playlistCounters, error) {
	var rows []struct{ PlaylistID, CollectedSongCount, DownloadedCount, SkippedCount int64 }
	err := tx.Raw(`SELECT ps.playlist_id, count(*) AS collected_song_count,
		`+countedDownloaded+` AS downloaded_count, `+countedSkipped+` AS skipped_count
		FROM playlist_songs ps JOIN songs s ON s.id = ps.song_id
		WHERE ps.playlist_id IN ? AND ps.gone_at_ms = 0 GROUP BY ps.playlist_id`, playlistIDs).Scan(&rows).Error
	counters := make(map[int64]playlistCounters, len(rows))
	for _, r := range rows {
		counters[r.PlaylistID] = playlistCounters{r.CollectedSongCount, r.DownloadedCount, r.SkippedCount}
	}
	return counters, err
}

// writeCounters sets a playlist's counters.
func writeCounters(tx *gorm.DB, playlistID int64, c playlistCounters, nowMS int64) error {
	return tx.Model(&models.Playlist{}).Where("id = ?", playlistID).Updates(map[string]any{
		"collected_song_count": c.CollectedSongCount,
		"downloaded_count":     c.DownloadedCount,
		"skipped_count":        c.SkippedCount,
		"updated_at_ms":        nowMS,
	}).Error
}

// artistDelta is by how much the counts of an artist change.
type artistDelta struct{ songs, downloaded int64 }

// plus adds n songs, all of which are here or none.
func (d artistDelta) plus(n int64, downloaded bool) artistDelta {
	d.songs += n
	if downloaded {
		d.downloaded += n
	}
	return d
}

// addToArtistCounts adds to the counts of artists: artist id → delta.
func addToArtistCounts(tx *gorm.DB, deltas map[int64]artistDelta, nowMS int64) error {
	byDelta := map[artistDelta][]int64{}
	for id, d := range deltas {
		if d != (artistDelta{}) {
			byDelta[d] = append(byDelta[d], id)
		}
	}
	for d, ids := range byDelta {
		slices.Sort(ids)
		err := bulkExec(tx, "UPDATE artists SET song_count = song_count + ?, downloaded_count = downloaded_count + ?, updated_at_ms = ? WHERE id IN",
			[]any{d.songs, d.downloaded, nowMS}, ids)
		if err != nil {
			return fmt.Errorf("count songs of %d artists: %w", len(ids), err)
		}
	}
	return nil
}
