package store

import (
	"encoding/json"
	"fmt"
	"slices"

	"gorm.io/gorm"

	"catalogsync/models"
)

// savedSongs is what storing songs of one platform came to.
type savedSongs struct {
	ids      map[string]int64 // by remote id
	touched  []touchedSong    // songs that are new, or whose artists may be others now
	created  map[string]bool  // by remote id
	updated  map[string]int64
	platform string
	prepare  *preparer
	nowMS    int64
}

type touchedSong struct {
	id      int64
	artists []preparedArtist
}

// saveSongs creates the songs that are new and updates those of which the snapshots tell
// something new; rows that would stay equal are not written. The list names no song twice.
func saveSongs(tx *gorm.DB, platform string, songs []preparedSong, p *preparer, nowMS int64) (savedSongs, error) {
	out := savedSongs{ids: make(map[string]int64, len(songs)), created: map[string]bool{}, updated: map[string]int64{},
		platform: platform, prepare: p, nowMS: nowMS}
	for chunk := range slices.Chunk(songs, chunkIDs) {
		if err := out.save(tx, chunk); err != nil {
			return out, err
		}
	}
	return out, nil
}

// save creates or updates a chunk of distinct songs.
func (o *savedSongs) save(tx *gorm.DB, chunk []preparedSong) error {
	known, err := readSongs(tx, o.platform, chunk)
	if err != nil {
		return fmt.Errorf("read songs: %w", err)
	}
	var fresh []preparedSong
	for _, song := range chunk {
		stored, ok := known[song.snapshot.RemoteID]
		if ok {
			o.ids[song.snapshot.RemoteID] = stored.ID
		}
		switch {
		case song.snapshot.Undescribed:
		case !ok:
			fresh = append(fresh, song)
		case stored.MetadataJSON == song.row.MetadataJSON:
		default:
			if err := o.update(tx, stored, song.snapshot); err != nil {
				return fmt.Errorf("update song %d: %w", stored.ID, err)
			}
		}
	}
	return o.create(tx, fresh)
}

// newSongColumns are the columns of a new song, in the order in which create gives them.
const newSongColumns = `platform, remote_song_id, name, singers, album, duration_ms, ext, file_size_bytes, quality_label, cover_url,
	metadata_json, search_key, availability, availability_code, availability_reason, created_at_ms, updated_at_ms`

func (o *savedSongs) create(tx *gorm.DB, fresh []preparedSong) error {
	const columns = 17
	if len(fresh) == 0 {
		return nil
	}
	args := make([]any, 0, len(fresh)*columns)
	for i := range fresh {
		row := &fresh[i].row
		availability, code, reason := models.AvailabilityOpen, models.Code(""), ""
		if fresh[i].snapshot.NonMusic() {
			availability, code, reason = models.AvailabilityNotMusic, models.CodeNotMusic, models.NonMusicNote
		}
		args = append(args, o.platform, row.RemoteSongID, row.Name, row.Singers, row.Album, row.DurationMS, row.Ext, row.FileSizeBytes,
			row.QualityLabel, row.CoverURL, row.MetadataJSON, row.SearchKey, availability, code, reason, o.nowMS, o.nowMS)
	}
	rows, err := tx.Raw("INSERT INTO songs ("+newSongColumns+") VALUES "+valueRows(len(fresh), columns)+" RETURNING id, remote_song_id", args...).Rows()
	if err != nil {
		return fmt.Errorf("create songs: %w", err)
	}
	defer func() { _ = rows.Close() }() // rows.Err tells what matters
	for rows.Next() {
		var id int64
		var remote string
		if err := rows.Scan(&id, &remote); err != nil {
			return fmt.Errorf("create songs: %w", err)
		}
		o.ids[remote] = id
	}
	for i := range fresh {
		remote := fresh[i].snapshot.RemoteID
		o.touched = append(o.touched, touchedSong{o.ids[remote], fresh[i].artists})
		o.created[remote] = true
	}
	return rows.Err()
}

// readSongs finds the stored songs of a chunk, with the columns that an update compares.
func readSongs(tx *gorm.DB, platform string, songs []preparedSong) (map[string]models.Song, error) {
	remote := make([]string, len(songs))
	for i := range songs {
		remote[i] = songs[i].snapshot.RemoteID
	}
	var rows []models.Song
	if err := tx.Where("platform = ? AND remote_song_id IN ?", platform, remote).Find(&rows).Error; err != nil {
		return nil, err
	}
	known := make(map[string]models.Song, len(rows))
	for _, r := range rows {
		known[r.RemoteSongID] = r
	}
	return known, nil
}

// songColumns are the columns that a snapshot decides.
var songColumns = []string{"name", "singers", "album", "duration_ms", "ext", "file_size_bytes", "quality_label",
	"cover_url", "metadata_json", "search_key", "updated_at_ms"}

// update writes what a snapshot newly tells of a stored song.
func (o *savedSongs) update(tx *gorm.DB, stored models.Song, newer models.SongSnapshot) error {
	var older models.SongSnapshot
	if stored.MetadataJSON != "" {
		if err := json.Unmarshal([]byte(stored.MetadataJSON), &older); err != nil {
			return fmt.Errorf("read its snapshot: %w", err)
		}
	}
	merged := older.Merge(newer)
	row := stored
	if err := describeSong(&row, merged); err != nil {
		return err
	}
	row.RemoteSongID = stored.RemoteSongID
	if row == stored {
		return nil
	}
	row.UpdatedAtMS = o.nowMS
	if err := tx.Model(&row).Select(songColumns).Updates(&row).Error; err != nil {
		return err
	}
	o.updated[stored.RemoteSongID] = stored.ID
	o.touched = append(o.touched, touchedSong{stored.ID, o.prepare.artists(merged.Artists)})
	return setNonMusic(tx, stored, merged.NonMusic(), o.nowMS)
}

// setNonMusic follows a platform that has changed its mind about an entry being a song.
func setNonMusic(tx *gorm.DB, stored models.Song, nonMusic bool, nowMS int64) error {
	if nonMusic == (stored.Availability == models.AvailabilityNotMusic) {
		return nil
	}
	o := songOutcome{Availability: new(models.AvailabilityOpen)}
	if nonMusic {
		o = songOutcome{Availability: new(models.AvailabilityNotMusic), Code: models.CodeNotMusic, Reason: models.NonMusicNote}
	}
	return setSongOutcome(tx, stored.ID, o, nowMS)
}
