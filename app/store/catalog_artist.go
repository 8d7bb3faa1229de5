package store

import (
	"database/sql"
	"fmt"
	"slices"

	"gorm.io/gorm"

	"catalogsync/models"
)

// saveArtists brings the artists of the touched songs up to date: rows, links to the
// songs, and song counts.
func saveArtists(tx *gorm.DB, platform string, touched []touchedSong, nowMS int64) error {
	for chunk := range slices.Chunk(touched, chunkIDs) {
		ids, err := ensureArtists(tx, platform, chunk, nowMS)
		if err != nil {
			return fmt.Errorf("save artists: %w", err)
		}
		if err := linkArtists(tx, chunk, ids, nowMS); err != nil {
			return fmt.Errorf("link artists: %w", err)
		}
	}
	return nil
}

// ensureArtists finds or makes the artists that the songs name: name key → id.
func ensureArtists(tx *gorm.DB, platform string, songs []touchedSong, nowMS int64) (map[string]int64, error) {
	named := map[string]models.Artist{}
	var keys []string
	for _, s := range songs {
		for _, a := range s.artists {
			known, ok := named[a.key]
			switch {
			case a.key == "":
			case !ok:
				keys = append(keys, a.key)
				named[a.key] = models.Artist{Platform: platform, RemoteArtistID: a.RemoteID, Name: a.Name, NameKey: a.key, CreatedAtMS: nowMS, UpdatedAtMS: nowMS}
			case known.RemoteArtistID == "":
				known.RemoteArtistID = a.RemoteID
				named[a.key] = known
			}
		}
	}
	ids := make(map[string]int64, len(keys))
	if err := readArtists(tx, platform, keys, named, ids, nowMS); err != nil {
		return nil, err
	}
	return ids, createArtists(tx, keys, named, ids)
}

var insertArtists = bulkInsert{
	head:    "INSERT INTO artists (platform, remote_artist_id, name, name_key, created_at_ms, updated_at_ms)",
	columns: 6,
	tail:    "RETURNING id, name_key",
}

// createArtists makes those artists that have no id yet.
func createArtists(tx *gorm.DB, keys []string, named map[string]models.Artist, ids map[string]int64) error {
	var args []any
	for _, key := range keys {
		if a := named[key]; ids[key] == 0 {
			args = append(args, a.Platform, a.RemoteArtistID, a.Name, a.NameKey, a.CreatedAtMS, a.UpdatedAtMS)
		}
	}
	return insertArtists.query(tx, args, func(rows *sql.Rows) error {
		var id int64
		var key string
		err := rows.Scan(&id, &key)
		ids[key] = id
		return err
	})
}

// readArtists finds stored artists by name key. An id that a platform tells only now is
// filled in; a known one stays, for namesakes share a row.
func readArtists(tx *gorm.DB, platform string, keys []string, named map[string]models.Artist, ids map[string]int64, nowMS int64) error {
	told := map[int64]string{}
	err := bulkLookup(tx, "SELECT id, name_key, remote_artist_id FROM artists WHERE platform = ? AND name_key IN", []any{platform}, keys,
		func(rows *sql.Rows) error {
			var id int64
			var key, remote string
			err := rows.Scan(&id, &key, &remote)
			ids[key] = id
			if newer := named[key].RemoteArtistID; remote == "" && newer != "" {
				told[id] = newer
			}
			return err
		})
	if err != nil {
		return err
	}
	for id, remote := range told {
		err := tx.Model(&models.Artist{}).Where("id = ?", id).Updates(map[string]any{"remote_artist_id": remote, "updated_at_ms": nowMS}).Error
		if err != nil {
			return err
		}
	}
	return nil
}

// linkArtists makes the artist links of the songs equal to what the songs name.
func linkArtists(tx *gorm.DB, songs []touchedSong, artistIDs map[string]int64, nowMS int64) error {
	var songIDs []int64
	for _, s := range songs {
		if !s.fresh {
			songIDs = append(songIDs, s.id)
		}
	}
	var stored []models.ArtistSong
	if len(songIDs) > 0 {
		if err := tx.Where("song_id IN ?", songIDs).Find(&stored).Error; err != nil {
			return err
		}
	}
	type link struct{ song, artist int64 }
	before := make(map[link]int, len(stored))
	for _, l := range stored {
		before[link{l.SongID, l.ArtistID}] = l.Position
	}
	var write, fresh []models.ArtistSong
	deltas := map[int64]artistDelta{}
	for _, s := range songs {
		for position, artistID := range artistsOf(s, artistIDs) {
			key := link{s.id, artistID}
			old, linked := before[key]
			delete(before, key)
			if !linked {
				deltas[artistID] = deltas[artistID].plus(1, s.downloaded)
			}
			switch {
			case s.fresh:
				fresh = append(fresh, models.ArtistSong{ArtistID: artistID, SongID: s.id, Position: position})
			case !linked || old != position:
				write = append(write, models.ArtistSong{ArtistID: artistID, SongID: s.id, Position: position})
			}
		}
	}
	here := downloadedAmong(songs)
	for gone := range before {
		if err := tx.Delete(&models.ArtistSong{ArtistID: gone.artist, SongID: gone.song}).Error; err != nil {
			return err
		}
		deltas[gone.artist] = deltas[gone.artist].plus(-1, here[gone.song])
	}
	if err := insertArtistLinks.exec(tx, artistLinkArgs(fresh)); err != nil {
		return err
	}
	if err := upsertArtistLinks.exec(tx, artistLinkArgs(write)); err != nil {
		return err
	}
	return addToArtistCounts(tx, deltas, nowMS)
}

// downloadedAmong tells which of the songs are here.
func downloadedAmong(songs []touchedSong) map[int64]bool {
	here := map[int64]bool{}
	for _, s := range songs {
		if s.downloaded {
			here[s.id] = true
		}
	}
	return here
}

// insertArtistLinks writes links of songs that had none, upsertArtistLinks any.
var (
	insertArtistLinks = bulkInsert{head: "INSERT INTO artist_songs (artist_id, song_id, position)", columns: 3}
	upsertArtistLinks = bulkInsert{head: insertArtistLinks.head, columns: insertArtistLinks.columns,
		tail: "ON CONFLICT (artist_id, song_id) DO UPDATE SET position = excluded.position"}
)

func artistLinkArgs(links []models.ArtistSong) []any {
	args := make([]any, 0, len(links)*insertArtistLinks.columns)
	for _, l := range links {
		args = append(args, l.ArtistID, l.SongID, l.Position)
	}
	return args
}

// artistsOf lists the artists that a song names, each once.
func artistsOf(s touchedSong, ids map[string]int64) []int64 {
	var list []int64
	for _, a := range s.artists {
		if id := ids[a.key]; id != 0 && !slices.Contains(list, id) {
			list = append(list, id)
		}
	}
	return list
}

// An artist pool holds the artists of all songs that are or were on the pool's playlists;
// so it only grows, and a song that leaves a chart does not take its artist away.
const addPoolArtistsSQL = `INSERT INTO pool_artists (artist_pool_id, artist_id)
	SELECT DISTINCT ap.id, l.artist_id
	FROM playlist_songs ps
	JOIN artist_songs l ON l.song_id = ps.song_id
	JOIN pool_playlists pp ON pp.playlist_id = ps.playlist_id
	JOIN playlist_pools p ON p.id = pp.pool_id
	JOIN artist_pools ap ON ap.platform = p.platform AND ap.kind = p.kind
	WHERE `

// addPoolArtists brings the artists of playlists into the artist pools of their pools.
func addPoolArtists(tx *gorm.DB, playlistIDs []int64) error {
	for chunk := range slices.Chunk(playlistIDs, chunkIDs) {
		if err := tx.Exec(addPoolArtistsSQL+"ps.playlist_id IN ? ON CONFLICT DO NOTHING", padded(chunk, mostSyncsAtOnce)).Error; err != nil {
			return fmt.Errorf("fill artist pools: %w", err)
		}
	}
	return nil
}

// addPoolArtistsOfSongs does the same for songs, on whichever playlists they stand.
func addPoolArtistsOfSongs(tx *gorm.DB, songIDs []int64) error {
	for chunk := range slices.Chunk(songIDs, chunkIDs) {
		if err := tx.Exec(addPoolArtistsSQL+"ps.song_id IN ? ON CONFLICT DO NOTHING", chunk).Error; err != nil {
			return fmt.Errorf("fill artist pools: %w", err)
		}
	}
	return nil
}
