package store

import (
	"context"
	"fmt"

	"gorm.io/gorm"

	"catalogsync/app/revision"
	"catalogsync/models"
)

// RebuildCounters derives songs.downloaded, the counters of all playlists and the song
// counts of all artists anew from their facts, and returns how many rows were wrong. On a
// sound database it changes nothing. It reads every link once, so it is for maintenance.
func (s *Store) RebuildCounters(ctx context.Context) (corrected int64, err error) {
	nowMS := s.nowMS()
	err = s.write(ctx, []revision.Topic{revision.Playlists, revision.Songs}, func(tx *gorm.DB) error {
		for _, rebuild := range []func(*gorm.DB, int64) (int64, error){
			rebuildDownloaded, rebuildPlaylistCounters, rebuildArtistCounts, // in this order: playlists count downloaded songs
		} {
			n, err := rebuild(tx, nowMS)
			if err != nil {
				return err
			}
			corrected += n
		}
		return nil
	})
	if err != nil {
		return 0, fmt.Errorf("rebuild counters: %w", err)
	}
	return corrected, nil
}

func rebuildDownloaded(tx *gorm.DB, nowMS int64) (int64, error) {
	res := tx.Exec(`UPDATE songs SET downloaded = NOT downloaded, updated_at_ms = ?
		WHERE downloaded <> EXISTS (SELECT 1 FROM file_locations l JOIN storage_backends b ON b.id = l.backend_id
			WHERE l.song_id = songs.id AND l.status = ? AND b.type = ?)`,
		nowMS, models.LocationActive, models.BackendLocalFS)
	return res.RowsAffected, res.Error
}

// rebuildPlaylistCounters joins in memory: one ordered scan of the links beats a
// correlated query for each playlist several times over.
func rebuildPlaylistCounters(tx *gorm.DB, nowMS int64) (int64, error) {
	states, err := readSongCounts(tx)
	if err != nil {
		return 0, err
	}
	want, err := sumLinks(tx, states)
	if err != nil {
		return 0, err
	}
	var stored []models.Playlist
	err = tx.Select("id", "synced_at_ms", "track_count", "collected_song_count", "downloaded_count", "skipped_count").
		Order("id").Find(&stored).Error
	if err != nil {
		return 0, err
	}
	var corrected int64
	for _, p := range stored {
		c := want[p.ID]
		if p.SyncedAtMS == 0 {
			c.CollectedSongCount = p.TrackCount // never synced: the platform's claim
		}
		if c == (playlistCounters{p.CollectedSongCount, p.DownloadedCount, p.SkippedCount}) {
			continue
		}
		if err := writeCounters(tx, p.ID, c, nowMS); err != nil {
			return corrected, err
		}
		corrected++
	}
	return corrected, nil
}

// readSongCounts maps song ids to what a link to them counts; open songs, most of them
// at first, are left out.
func readSongCounts(tx *gorm.DB) (map[int64][2]int64, error) {
	rows, err := tx.Raw(`SELECT id, downloaded, availability FROM songs WHERE downloaded OR availability <> ''`).Rows()
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }() // rows.Err tells what matters
	counts := map[int64][2]int64{}
	for rows.Next() {
		var (
			id         int64
			downloaded bool
			a          models.Availability
		)
		if err := rows.Scan(&id, &downloaded, &a); err != nil {
			return nil, err
		}
		d, s := songCounts(downloaded, a)
		counts[id] = [2]int64{d, s}
	}
	return counts, rows.Err()
}

func sumLinks(tx *gorm.DB, songs map[int64][2]int64) (map[int64]playlistCounters, error) {
	rows, err := tx.Raw(`SELECT playlist_id, song_id FROM playlist_songs WHERE gone_at_ms = 0`).Rows()
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }() // rows.Err tells what matters
	sums := map[int64]playlistCounters{}
	for rows.Next() {
		var playlistID, songID int64
		if err := rows.Scan(&playlistID, &songID); err != nil {
			return nil, err
		}
		c, counts := sums[playlistID], songs[songID]
		c.CollectedSongCount++
		c.DownloadedCount += counts[0]
		c.SkippedCount += counts[1]
		sums[playlistID] = c
	}
	return sums, rows.Err()
}

func rebuildArtistCounts(tx *gorm.DB, nowMS int64) (int64, error) {
	const count = `(SELECT count(*) FROM artist_songs l WHERE l.artist_id = artists.id)`
	res := tx.Exec(`UPDATE artists SET song_count = `+count+`, updated_at_ms = ? WHERE song_count <> `+count, nowMS)
	return res.RowsAffected, res.Error
}
