package store

import (
	"context"
	"fmt"
	"math"
	"slices"

	"gorm.io/gorm"

	"catalogsync/app/revision"
	"catalogsync/models"
)

// What the lists of songs are narrowed by, as the facts have it.
const (
	// failedTask is true of songs s whose last download ended in failure.
	failedTask = `EXISTS (SELECT 1 FROM download_tasks t WHERE t.song_id = s.id AND t.state = 'failed')`
	// listedFile are the columns of a song's file.
	listedFile = `song_id, file_asset_id, file_location_id, platform, source, quality, mislabelled`
	// inRange are the songs of a step.
	inRange = `song_id > @after AND song_id <= @upto`
	// wrongFiles are the songs of a range whose file in the list is another, or is described
	// otherwise, than the facts have it. It compares as sets, for a look at each song would
	// take a hundred times as long.
	wrongFiles = `SELECT song_id FROM (` + rightFiles + inRange + `) WHERE place = 1 EXCEPT SELECT ` + listedFile + ` FROM song_files WHERE ` + inRange + `)
		UNION SELECT song_id FROM (SELECT ` + listedFile + ` FROM song_files WHERE ` + inRange + ` EXCEPT ` + rightFiles + inRange + `) WHERE place = 1)`
	// rightFiles, a condition and ") WHERE place = 1" are the files that count, of the songs
	// of the condition.
	rightFiles = `SELECT ` + listedFile + ` FROM (SELECT ` + listedFile + `, row_number() OVER (PARTITION BY song_id ORDER BY is_primary DESC, file_location_id) AS place
		FROM counting_files WHERE `
	// fileKinds counts the files of the list by what they are filtered by.
	fileKinds = `SELECT platform, source, quality, mislabelled, count(*) AS files FROM song_files INDEXED BY song_files_by_kind
		GROUP BY platform, source, quality, mislabelled`
	// wrongKinds are the combinations of these whose count is wrong.
	wrongKinds = `SELECT platform, source, quality, mislabelled, files FROM (` + fileKinds + `)
		EXCEPT SELECT platform, source, quality, mislabelled, files FROM song_file_kinds
		UNION ALL SELECT platform, source, quality, mislabelled, 0 FROM song_file_kinds k WHERE files <> 0
			AND NOT EXISTS (SELECT 1 FROM song_files f WHERE (f.platform, f.source, f.quality, f.mislabelled) = (k.platform, k.source, k.quality, k.mislabelled))`
	// downloadedOfArtist counts the songs of an artist a that are here.
	downloadedOfArtist = `(SELECT count(*) FROM artist_songs l JOIN songs s ON s.id = l.song_id WHERE l.artist_id = a.id AND s.downloaded)`
)

// songListFlaws are the invariants of what the lists of songs and artists are narrowed by.
var songListFlaws = map[models.Invariant][]flawQuery{
	models.InvariantSongFailed: {{"songs", narrowStep, `
		SELECT ` + aSong + ` || CASE WHEN s.failed THEN ': is listed as failed and has not' ELSE ': failed and is not listed so' END
		FROM songs s WHERE s.id > @after AND s.id <= @upto AND s.failed <> ` + failedTask}},

	models.InvariantSongFiles: {{"songs", narrowStep, `
		SELECT ` + aSong + ` || ': is not listed with its file' FROM songs s WHERE s.id IN (` + wrongFiles + `)`}},

	models.InvariantFileKinds: {{"storage_backends", math.MaxInt32, `
		SELECT k.files || ' files of ' || k.source || ', ' || k.quality || ', of songs of ' || k.platform || ' are counted wrongly'
		FROM (` + wrongKinds + `) k WHERE @after < @upto`}},

	models.InvariantArtistDownloads: {{"artists", wideStep, `
		SELECT 'artist ' || a.id || ' (' || a.name || '): says ' || a.downloaded_count || ' songs here; has ' || a.songs
		FROM (SELECT a.id, a.name, a.downloaded_count, ` + downloadedOfArtist + ` AS songs FROM artists a WHERE a.id > @after AND a.id <= @upto) a
		WHERE a.downloaded_count <> a.songs`}},
}

// RebuildSongLists derives what the lists of songs and artists are narrowed by anew from
// the facts, and returns how many rows were wrong. On a sound database it changes nothing.
func (s *Store) RebuildSongLists(ctx context.Context) (corrected int64, err error) {
	count := func(res *gorm.DB) error {
		corrected += res.RowsAffected
		return res.Error
	}
	err = s.eachRange(ctx, "songs", narrowStep, func(tx *gorm.DB, after, upto int64) error {
		between := map[string]any{"after": after, "upto": upto}
		err := count(tx.Exec(`UPDATE songs AS s SET failed = NOT failed WHERE s.id > @after AND s.id <= @upto AND s.failed <> `+failedTask, between))
		if err != nil {
			return err
		}
		files, err := listFiles(tx, between)
		corrected += files
		return err
	}, revision.Songs)
	if err != nil {
		return corrected, fmt.Errorf("rebuild lists of songs: %w", err)
	}
	err = s.write(ctx, []revision.Topic{revision.Songs}, func(tx *gorm.DB) error {
		return count(tx.Exec(`INSERT INTO song_file_kinds (platform, source, quality, mislabelled, files) SELECT * FROM (` + wrongKinds + `) WHERE 1
			ON CONFLICT (platform, source, quality, mislabelled) DO UPDATE SET files = excluded.files`))
	})
	if err != nil {
		return corrected, fmt.Errorf("count kinds of files: %w", err)
	}
	err = s.eachRange(ctx, "artists", wideStep, func(tx *gorm.DB, after, upto int64) error {
		return count(tx.Exec(`UPDATE artists AS a SET downloaded_count = `+downloadedOfArtist+`, updated_at_ms = ?
			WHERE a.id > ? AND a.id <= ? AND a.downloaded_count <> `+downloadedOfArtist, s.nowMS(), after, upto))
	}, revision.Songs)
	if err != nil {
		return corrected, fmt.Errorf("count downloads of artists: %w", err)
	}
	return corrected, nil
}

// listFiles names the file of each song in a range that is listed with another one.
func listFiles(tx *gorm.DB, between map[string]any) (corrected int64, err error) {
	var wrong []int64
	if err := tx.Raw(wrongFiles, between).Scan(&wrong).Error; err != nil {
		return 0, err
	}
	for chunk := range slices.Chunk(wrong, chunkIDs) {
		if err := tx.Exec("DELETE FROM song_files WHERE song_id IN ?", chunk).Error; err != nil {
			return 0, err
		}
		if err := tx.Exec("INSERT INTO song_files ("+listedFile+") "+rightFiles+"song_id IN ?) WHERE place = 1", chunk).Error; err != nil {
			return 0, err
		}
	}
	return int64(len(wrong)), nil
}
