package store

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"gorm.io/gorm"

	"catalogsync/app/matching/textkey"
	"catalogsync/app/revision"
	"catalogsync/models"
)

// ListTwinTexts lists what can have a twin: songs of a known length, by id, behind afterID.
func (s *Store) ListTwinTexts(ctx context.Context, afterID int64, limit int) ([]models.TwinText, error) {
	var list []models.TwinText
	err := s.read(ctx).Raw("SELECT id, platform, name, singers, duration_ms FROM songs WHERE id > ? AND duration_ms > 0 AND availability <> ? ORDER BY id LIMIT ?",
		afterID, models.AvailabilityNotMusic, limit).Scan(&list).Error
	if err != nil {
		return nil, fmt.Errorf("list names of songs: %w", err)
	}
	return list, nil
}

// CountSongs is the number of songs, near enough for a progress bar.
func (s *Store) CountSongs(ctx context.Context) (int64, error) { return s.lastID(ctx, "songs") }

// FindTwinSongs reads songs, each with its file when it is here.
func (s *Store) FindTwinSongs(ctx context.Context, ids []int64) (map[int64]models.TwinSong, error) {
	var songs []models.Song
	if err := s.read(ctx).Where("id IN ?", ids).Find(&songs).Error; err != nil {
		return nil, fmt.Errorf("read %d songs: %w", len(ids), err)
	}
	assets, err := s.findAssets(ctx, ids)
	if err != nil {
		return nil, err
	}
	found := make(map[int64]models.TwinSong, len(songs))
	for _, song := range songs {
		t := models.TwinSong{Song: song}
		if a, ok := assets[song.ID]; ok {
			t.Asset = &a
		}
		found[song.ID] = t
	}
	return found, nil
}

// findAssets reads the files of songs that are here, by song.
func (s *Store) findAssets(ctx context.Context, songIDs []int64) (map[int64]models.FileAsset, error) {
	var assets []models.FileAsset
	err := s.read(ctx).Where("id IN (SELECT file_asset_id FROM song_files WHERE song_id IN ?)", songIDs).Find(&assets).Error
	if err != nil {
		return nil, fmt.Errorf("read files of %d songs: %w", len(songIDs), err)
	}
	found := make(map[int64]models.FileAsset, len(assets))
	for _, a := range assets {
		found[a.SongID] = a
	}
	return found, nil
}

// FindDecidedPairs lists the pairs of songs that the operator decided on and in which one
// of these is.
func (s *Store) FindDecidedPairs(ctx context.Context, songIDs []int64) ([]models.SimilarPair, error) {
	var list []models.SimilarPair
	err := s.read(ctx).Raw(`SELECT * FROM similar_pairs WHERE song_id IN @ids AND state <> 'open'
		UNION SELECT * FROM similar_pairs WHERE twin_id IN @ids AND state <> 'open'`, map[string]any{"ids": songIDs}).Scan(&list).Error
	if err != nil {
		return nil, fmt.Errorf("read decisions on similar songs: %w", err)
	}
	return list, nil
}

// insertPairs writes pairs; what was decided stays.
var insertPairs = bulkInsert{
	head:    "INSERT INTO similar_pairs (song_id, twin_id, state, score, score_json, same_bytes, seen_at_ms, found_at_ms)",
	columns: 8,
	tail: `ON CONFLICT (min(song_id, twin_id), max(song_id, twin_id)) DO UPDATE SET song_id = excluded.song_id, twin_id = excluded.twin_id,
		score = excluded.score, score_json = excluded.score_json, same_bytes = excluded.same_bytes, seen_at_ms = excluded.seen_at_ms
		WHERE similar_pairs.state = 'open'`,
}

// SaveSimilar writes down pairs that a look found at an instant.
func (s *Store) SaveSimilar(ctx context.Context, seenAtMS int64, list []models.SimilarPair) error {
	if len(list) == 0 {
		return nil
	}
	args := make([]any, 0, len(list)*insertPairs.columns)
	for _, p := range list {
		args = append(args, p.SongID, p.TwinID, models.SimilarOpen, p.Score, p.ScoreJSON, p.SameBytes, seenAtMS, seenAtMS)
	}
	err := s.write(ctx, []revision.Topic{revision.Maintenance}, func(tx *gorm.DB) error { return insertPairs.exec(tx, args) })
	if err != nil {
		return fmt.Errorf("write down %d similar songs: %w", len(list), err)
	}
	return nil
}

// DropStaleSimilar forgets undecided pairs that were last seen before an instant.
func (s *Store) DropStaleSimilar(ctx context.Context, beforeMS int64) error {
	for {
		var dropped int64
		err := s.write(ctx, []revision.Topic{revision.Maintenance}, func(tx *gorm.DB) error {
			stale := tx.Model(&models.SimilarPair{}).Select("id").Where("state = ? AND seen_at_ms < ?", models.SimilarOpen, beforeMS).Limit(staleStep)
			res := tx.Where("id IN (?)", stale).Delete(&models.SimilarPair{})
			dropped = res.RowsAffected
			return res.Error
		})
		if err != nil {
			return fmt.Errorf("forget similar songs of earlier looks: %w", err)
		}
		if dropped < staleStep {
			return nil
		}
	}
}

// DropChained forgets undecided pairs whose twin stands in another one that is better: one
// whose song is not itself the twin of a third, then the surer, then the older one.
func (s *Store) DropChained(ctx context.Context) error {
	err := s.write(ctx, []revision.Topic{revision.Maintenance}, func(tx *gorm.DB) error {
		return tx.Exec(`DELETE FROM similar_pairs WHERE id IN (
			SELECT id FROM (
				SELECT p.id, row_number() OVER (PARTITION BY p.twin_id ORDER BY
					EXISTS (SELECT 1 FROM similar_pairs q WHERE q.twin_id = p.song_id AND q.state = 'open'), p.score DESC, p.id) AS place
				FROM similar_pairs p WHERE p.state = 'open')
			WHERE place > 1)`).Error
	})
	if err != nil {
		return fmt.Errorf("forget similar songs that are listed twice: %w", err)
	}
	return nil
}

// ListSimilar lists one page of the pairs in a state, the surest first, and how many there
// are.
func (s *Store) ListSimilar(ctx context.Context, f models.SimilarFilter) ([]models.SimilarRow, int64, error) {
	query := func() *gorm.DB {
		q := s.read(ctx).Table("similar_pairs p").Where("p.state = ?", f.State)
		for word := range strings.FieldsSeq(textkey.Key(f.Keyword)) {
			q = q.Where(`EXISTS (SELECT 1 FROM songs s WHERE s.id IN (p.song_id, p.twin_id) AND s.search_key LIKE ? ESCAPE '\')`, containing(word))
		}
		return q
	}
	var total int64
	var pairs []models.SimilarPair
	err := query().Count(&total).Error
	if err == nil {
		err = query().Select("p.*").Order("p.score DESC, p.id").Offset(f.Page.Offset()).Limit(f.Page.Size).Scan(&pairs).Error
	}
	if err != nil {
		return nil, 0, fmt.Errorf("list similar songs: %w", err)
	}
	rows, err := s.describePairs(ctx, pairs)
	return rows, total, err
}

// GetSimilar gets one pair with its songs.
func (s *Store) GetSimilar(ctx context.Context, id int64) (models.SimilarRow, error) {
	var p models.SimilarPair
	err := s.read(ctx).Take(&p, "id = ?", id).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return models.SimilarRow{}, models.NotFound("there is no pair of similar songs %d any more; look again", id)
	}
	if err != nil {
		return models.SimilarRow{}, fmt.Errorf("get pair %d of similar songs: %w", id, err)
	}
	rows, err := s.describePairs(ctx, []models.SimilarPair{p})
	if err != nil {
		return models.SimilarRow{}, err
	}
	return rows[0], nil
}

func (s *Store) describePairs(ctx context.Context, pairs []models.SimilarPair) ([]models.SimilarRow, error) {
	ids := make([]int64, 0, 2*len(pairs))
	for _, p := range pairs {
		ids = append(ids, p.SongID, p.TwinID)
	}
	songs, err := s.FindTwinSongs(ctx, ids)
	if err != nil {
		return nil, err
	}
	rows := make([]models.SimilarRow, 0, len(pairs))
	for _, p := range pairs {
		row := models.SimilarRow{SimilarPair: p, Song: songs[p.SongID].Song, Twin: songs[p.TwinID].Song, Files: map[int64]models.FileAsset{}}
		for _, id := range []int64{p.SongID, p.TwinID} {
			if a := songs[id].Asset; a != nil {
				row.Files[id] = *a
			}
		}
		rows = append(rows, row)
	}
	return rows, nil
}

// NextSimilar lists undecided pairs by id, behind afterID.
func (s *Store) NextSimilar(ctx context.Context, afterID int64, limit int) ([]int64, error) {
	var ids []int64
	err := s.read(ctx).Model(&models.SimilarPair{}).Where("state = ? AND id > ?", models.SimilarOpen, afterID).Order("id").Limit(limit).Pluck("id", &ids).Error
	if err != nil {
		return nil, fmt.Errorf("list similar songs: %w", err)
	}
	return ids, nil
}

// CountSimilar counts the pairs by state.
func (s *Store) CountSimilar(ctx context.Context) (map[models.SimilarState]int64, error) {
	var rows []struct {
		State models.SimilarState
		Count int64
	}
	if err := s.read(ctx).Raw("SELECT state, count(*) AS count FROM similar_pairs GROUP BY state").Scan(&rows).Error; err != nil {
		return nil, fmt.Errorf("count similar songs: %w", err)
	}
	counts := map[models.SimilarState]int64{}
	for _, r := range rows {
		counts[r.State] = r.Count
	}
	return counts, nil
}
