package store

import (
	"database/sql"
	"encoding/json"
	"fmt"

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
	fresh   bool // it is new, so nothing is linked to it yet
	// downloaded says that it is here.
	downloaded bool
}

// saveSongs creates the songs that are new and updates those of which the snapshots tell
// something new; rows that would stay equal are not written. The list names no song twice.
func saveSongs(tx *gorm.DB, platform string, songs []preparedSong, p *preparer, nowMS int64) (savedSongs, error) {
	out := savedSongs{ids: make(map[string]int64, len(songs)), created: map[string]bool{}, updated: map[string]int64{},
		platform: platform, prepare: p, nowMS: nowMS}
	return out, out.save(tx, songs)
}

// save creates or updates distinct songs.
func (o *savedSongs) save(tx *gorm.DB, songs []preparedSong) error {
	known, err := readSongs(tx, o.platform, songs)
	if err != nil {
		return fmt.Errorf("read songs: %w", err)
	}
	var fresh []preparedSong
	for _, song := range songs {
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
			if err := o.update(tx, stored.ID, song.snapshot); err != nil {
				return fmt.Errorf("update song %d: %w", stored.ID, err)
			}
		}
	}
	return o.create(tx, fresh)
}

var insertSongs = bulkInsert{
	head: `INSERT INTO songs (id, platform, remote_song_id, name, singers, album, duration_ms, ext, file_size_bytes, quality_label, cover_url,
		metadata_json, search_key, availability, availability_code, availability_reason, created_at_ms, updated_at_ms)`,
	columns: 18,
}

func (o *savedSongs) create(tx *gorm.DB, fresh []preparedSong) error {
	if len(fresh) == 0 {
		return nil
	}
	id, err := nextID(tx, "songs")
	if err != nil {
		return fmt.Errorf("create songs: %w", err)
	}
	args := make([]any, 0, len(fresh)*insertSongs.columns)
	for i := range fresh {
		row := &fresh[i].row
		row.ID = id + int64(i)
		o.ids[row.RemoteSongID] = row.ID
		o.created[row.RemoteSongID] = true
		o.touched = append(o.touched, touchedSong{id: row.ID, artists: fresh[i].artists, fresh: true})
		availability, code, reason := models.AvailabilityOpen, models.Code(""), ""
		if fresh[i].snapshot.NonMusic() {
			availability, code, reason = models.AvailabilityNotMusic, models.CodeNotMusic, models.NonMusicNote
		}
		args = append(args, row.ID, o.platform, row.RemoteSongID, row.Name, row.Singers, row.Album, row.DurationMS, row.Ext, row.FileSizeBytes,
			string(row.QualityLabel), row.CoverURL, row.MetadataJSON, row.SearchKey, string(availability), string(code), reason, o.nowMS, o.nowMS)
	}
	if err := insertSongs.exec(tx, args); err != nil {
		return fmt.Errorf("create songs: %w", err)
	}
	return nil
}

// knownSong is what tells whether a snapshot says anything new of a stored song.
type knownSong struct {
	ID           int64
	MetadataJSON string
}

// readSongs finds those songs that are stored: remote id → song.
func readSongs(tx *gorm.DB, platform string, songs []preparedSong) (map[string]knownSong, error) {
	remote := make([]string, len(songs))
	for i := range songs {
		remote[i] = songs[i].snapshot.RemoteID
	}
	known := map[string]knownSong{}
	err := bulkLookup(tx, "SELECT id, remote_song_id, metadata_json FROM songs WHERE platform = ? AND remote_song_id IN", []any{platform}, remote,
		func(rows *sql.Rows) error {
			var song knownSong
			var id string
			err := rows.Scan(&song.ID, &id, &song.MetadataJSON)
			known[id] = song
			return err
		})
	return known, err
}

// songColumns are the columns that a snapshot decides.
var songColumns = []string{"name", "singers", "album", "duration_ms", "ext", "file_size_bytes", "quality_label",
	"cover_url", "metadata_json", "search_key", "updated_at_ms"}

// update writes what a snapshot newly tells of a stored song.
func (o *savedSongs) update(tx *gorm.DB, id int64, newer models.SongSnapshot) error {
	var stored models.Song
	if err := tx.Take(&stored, id).Error; err != nil {
		return err
	}
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
	o.touched = append(o.touched, touchedSong{id: stored.ID, artists: o.prepare.artists(merged.Artists), downloaded: stored.Downloaded})
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
