package store

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"gorm.io/gorm"

	"catalogsync/app/matching/textkey"
	"catalogsync/models"
)

// savedSongs is what storing a playlist's songs came to.
type savedSongs struct {
	ids              map[string]int64 // by remote id
	touched          []touchedSong    // songs that are new, or whose artists may be others now
	created, updated int
	unknown          int // of which only the id came, now and before
}

type touchedSong struct {
	id      int64
	artists []models.ArtistRef
}

// saveSongs creates the songs that are new and updates those of which the snapshots tell
// something new; rows that would stay equal are not written.
func saveSongs(tx *gorm.DB, platform string, songs []models.SongSnapshot, nowMS int64) (savedSongs, error) {
	out := savedSongs{ids: make(map[string]int64, len(songs))}
	for chunk := range slices.Chunk(distinctSongs(songs), chunkIDs) {
		if err := out.save(tx, platform, chunk, nowMS); err != nil {
			return out, err
		}
	}
	return out, nil
}

// save creates or updates a chunk of distinct songs.
func (o *savedSongs) save(tx *gorm.DB, platform string, chunk []models.SongSnapshot, nowMS int64) error {
	known, err := readSongs(tx, platform, chunk)
	if err != nil {
		return fmt.Errorf("read songs: %w", err)
	}
	var fresh []models.SongSnapshot
	for _, snapshot := range chunk {
		stored, ok := known[snapshot.RemoteID]
		if ok {
			o.ids[snapshot.RemoteID] = stored.ID
		}
		switch {
		case snapshot.Undescribed && ok:
		case snapshot.Undescribed:
			o.unknown++
		case !ok:
			fresh = append(fresh, snapshot)
		default:
			if err := o.update(tx, stored, snapshot, nowMS); err != nil {
				return fmt.Errorf("update song %d: %w", stored.ID, err)
			}
		}
	}
	return o.create(tx, platform, fresh, nowMS)
}

func (o *savedSongs) create(tx *gorm.DB, platform string, fresh []models.SongSnapshot, nowMS int64) error {
	if len(fresh) == 0 {
		return nil
	}
	rows := make([]models.Song, len(fresh))
	for i, snapshot := range fresh {
		row, err := newSong(platform, snapshot, nowMS)
		if err != nil {
			return err
		}
		rows[i] = row
	}
	if err := tx.CreateInBatches(&rows, batchRows).Error; err != nil {
		return fmt.Errorf("create songs: %w", err)
	}
	for i := range rows {
		o.ids[rows[i].RemoteSongID] = rows[i].ID
		o.touched = append(o.touched, touchedSong{rows[i].ID, fresh[i].Artists})
		o.created++
	}
	return nil
}

// distinctSongs keeps one snapshot a song, with all that its repetitions tell.
func distinctSongs(songs []models.SongSnapshot) []models.SongSnapshot {
	at := make(map[string]int, len(songs))
	distinct := make([]models.SongSnapshot, 0, len(songs))
	for _, s := range songs {
		if i, ok := at[s.RemoteID]; ok {
			distinct[i] = distinct[i].Merge(s)
			continue
		}
		at[s.RemoteID] = len(distinct)
		distinct = append(distinct, s)
	}
	return distinct
}

func readSongs(tx *gorm.DB, platform string, songs []models.SongSnapshot) (map[string]models.Song, error) {
	remote := make([]string, len(songs))
	for i := range songs {
		remote[i] = songs[i].RemoteID
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
func (o *savedSongs) update(tx *gorm.DB, stored models.Song, newer models.SongSnapshot, nowMS int64) error {
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
	if row == stored {
		return nil
	}
	row.UpdatedAtMS = nowMS
	if err := tx.Model(&row).Select(songColumns).Updates(&row).Error; err != nil {
		return err
	}
	o.updated++
	o.touched = append(o.touched, touchedSong{stored.ID, merged.Artists})
	return setNonMusic(tx, stored, merged.NonMusic(), nowMS)
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

// newSong makes the row of a song that is not known yet.
func newSong(platform string, snapshot models.SongSnapshot, nowMS int64) (models.Song, error) {
	row := models.Song{Platform: platform, RemoteSongID: snapshot.RemoteID, CreatedAtMS: nowMS, UpdatedAtMS: nowMS}
	if snapshot.NonMusic() {
		row.Availability, row.AvailabilityCode, row.AvailabilityReason = models.AvailabilityNotMusic, models.CodeNotMusic, models.NonMusicNote
	}
	return row, describeSong(&row, snapshot)
}

// describeSong fills the columns that come from the snapshot.
func describeSong(row *models.Song, snapshot models.SongSnapshot) error {
	text, err := json.Marshal(snapshot)
	if err != nil {
		return fmt.Errorf("keep snapshot of song %s: %w", snapshot.RemoteID, err)
	}
	row.Name = snapshot.Name
	row.Singers = strings.Join(snapshot.ArtistNames(), " / ")
	row.Album = snapshot.Album
	row.DurationMS = snapshot.DurationMS
	row.Ext = snapshot.Ext
	row.FileSizeBytes = snapshot.FileSizeBytes
	row.QualityLabel = snapshot.Quality
	row.CoverURL = snapshot.CoverURL
	row.MetadataJSON = string(text)
	row.SearchKey = textkey.Key(strings.Join([]string{row.Name, row.Singers, row.Album}, " "))
	return nil
}
