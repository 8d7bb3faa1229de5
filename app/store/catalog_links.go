package store

import (
	"gorm.io/gorm"

	"catalogsync/models"
)

// readLinks reads the links of playlists, gone ones included: playlist id → links.
func readLinks(tx *gorm.DB, playlistIDs []int64) (map[int64][]models.PlaylistSong, error) {
	rows, err := tx.Raw(`SELECT playlist_id, song_id, occurrence, position, seen_from_ms, gone_at_ms
		FROM playlist_songs WHERE playlist_id IN ?`, playlistIDs).Rows()
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }() // rows.Err tells what matters
	links := map[int64][]models.PlaylistSong{}
	for rows.Next() {
		var l models.PlaylistSong
		if err := rows.Scan(&l.PlaylistID, &l.SongID, &l.Occurrence, &l.Position, &l.SeenFromMS, &l.GoneAtMS); err != nil {
			return nil, err
		}
		links[l.PlaylistID] = append(links[l.PlaylistID], l)
	}
	return links, rows.Err()
}

// lastChanges tells when playlists changed last. Changes of one sync share a time and those
// of the next have a later one, whatever the clock does: the history is replayed by it.
func lastChanges(tx *gorm.DB, playlistIDs []int64) (map[int64]int64, error) {
	var rows []struct{ PlaylistID, AtMS int64 }
	err := tx.Raw(`SELECT playlist_id, max(at_ms) AS at_ms FROM playlist_changes WHERE playlist_id IN ? GROUP BY playlist_id`, playlistIDs).Scan(&rows).Error
	last := make(map[int64]int64, len(rows))
	for _, r := range rows {
		last[r.PlaylistID] = r.AtMS
	}
	return last, err
}

// insertLinks writes links of a playlist that had none, upsertLinks any.
var (
	insertLinks = bulkInsert{
		head:    "INSERT INTO playlist_songs (playlist_id, song_id, occurrence, position, seen_from_ms, gone_at_ms)",
		columns: 6,
	}
	upsertLinks = bulkInsert{
		head:    insertLinks.head,
		columns: insertLinks.columns,
		tail: `ON CONFLICT (playlist_id, song_id, occurrence) DO UPDATE SET
			position = excluded.position, seen_from_ms = excluded.seen_from_ms, gone_at_ms = excluded.gone_at_ms`,
	}
)

func linkArgs(links []models.PlaylistSong) []any {
	args := make([]any, 0, len(links)*insertLinks.columns)
	for i := range links {
		l := &links[i]
		args = append(args, l.PlaylistID, l.SongID, l.Occurrence, l.Position, l.SeenFromMS, l.GoneAtMS)
	}
	return args
}

func writeLinks(tx *gorm.DB, links []models.PlaylistSong) error {
	return upsertLinks.exec(tx, linkArgs(links))
}

var insertChanges = bulkInsert{
	head:    "INSERT INTO playlist_changes (playlist_id, song_id, occurrence, kind, from_position, to_position, at_ms)",
	columns: 7,
}

// writeChanges writes differences; their order is that of the replay.
func writeChanges(tx *gorm.DB, changes []models.PlaylistChange) error {
	args := make([]any, 0, len(changes)*insertChanges.columns)
	for i := range changes {
		c := &changes[i]
		args = append(args, c.PlaylistID, c.SongID, c.Occurrence, string(c.Kind), c.FromPosition, c.ToPosition, c.AtMS)
	}
	return insertChanges.exec(tx, args)
}
