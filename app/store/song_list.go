package store

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"gorm.io/gorm"

	"catalogsync/app/matching/textkey"
	"catalogsync/models"
)

// songState is models.Song.State in SQL, as the index on it writes it; a test holds both
// together.
var songState = songStateOf("")

// songStateOf is the same on columns with a prefix.
func songStateOf(prefix string) string {
	return fmt.Sprintf(`CASE WHEN %[1]sdownloaded THEN 'here' WHEN %[1]savailability <> '' THEN %[1]savailability WHEN %[1]sfailed THEN 'failed' ELSE 'missing' END`, prefix)
}

// ListSongs gives one page of the songs that match f, the newest first. A page costs the
// same at any number of songs, wherever it stands: every combination of filters follows an
// index, and no more than models.CountLimit rows are counted. A keyword finds at most so
// many. An unknown state is a ClassInvalid error.
func (s *Store) ListSongs(ctx context.Context, f models.SongFilter) (models.SongList, error) {
	var list models.SongList
	if f.State != "" && !slices.Contains(models.SongStates, f.State) {
		return list, models.Invalid("state", models.CodeBadValue, "unknown song state %q", f.State)
	}
	ids, err := s.findSongs(ctx, f, &list.Found)
	if err != nil {
		return list, fmt.Errorf("list songs: %w", err)
	}
	if list.Rows, err = s.songRows(ctx, ids); err != nil {
		return list, fmt.Errorf("list songs: %w", err)
	}
	return list, nil
}

// findSongs finds the ids of a page by the way that suits the filter.
func (s *Store) findSongs(ctx context.Context, f models.SongFilter, found *models.Found) ([]int64, error) {
	switch {
	case f.OfFiles() && f.State != "" && f.State != models.SongHere:
		return nil, nil // only songs that are here have files
	case f.ArtistID != 0:
		return s.findArtistSongs(ctx, f, found)
	case textkey.Key(f.Keyword) != "":
		return s.findSongsByKeyword(ctx, f, found)
	case f.OfFiles():
		return s.findSongsByFile(ctx, f, found)
	}
	table, where, args := songsNarrowed(f)
	var counted int64
	err := s.read(ctx).Raw("SELECT count(*) FROM (SELECT 1 FROM "+table+" WHERE "+where+" LIMIT ?)", append(slices.Clone(args), models.CountLimit+1)...).Scan(&counted).Error
	if err != nil {
		return nil, err
	}
	found.Total, found.AtLeast = min(counted, models.CountLimit), counted > models.CountLimit
	if args == nil {
		table = "songs" // by its key
	}
	return pageOfIDs(f.Place, f.Size, found, func(r idRange) (ids []int64, err error) {
		inRange, bounds := r.condition("id")
		err = s.read(ctx).Raw("SELECT id FROM "+table+" WHERE "+where+" AND "+inRange+" ORDER BY id "+r.order()+" LIMIT ?",
			append(slices.Concat(args, bounds), r.Limit)...).Scan(&ids).Error
		return ids, err
	})
}

// findSongsByKeyword finds the newest songs that hold every word, and cuts the page out.
func (s *Store) findSongsByKeyword(ctx context.Context, f models.SongFilter, found *models.Found) ([]int64, error) {
	var narrow *narrowing
	if f.Platform != "" || f.State != "" || f.OfFiles() {
		narrow = &narrowing{
			where: func(q *gorm.DB) *gorm.DB { return narrowSongs(q, f, "songs") },
			keep:  func(ids []int64) ([]int64, error) { return s.keepSongs(ctx, f, ids) },
		}
	}
	hits, err := s.search(ctx, models.SearchSongs, f.Keyword, models.CountLimit, narrow)
	if err != nil {
		return nil, err
	}
	found.Total, found.AtLeast = int64(len(hits.IDs)), hits.More
	return pageOfIDs(f.Place, f.Size, found, func(r idRange) ([]int64, error) { return r.within(hits.IDs), nil })
}

// keepSongs is narrowSongs on ids, by the indexes alone.
func (s *Store) keepSongs(ctx context.Context, f models.SongFilter, ids []int64) (kept []int64, err error) {
	if f.OfFiles() {
		conditions, args := fileConditions(f, "")
		if f.Platform != "" {
			conditions, args = conditions+" AND platform = ?", append(args, f.Platform)
		}
		err = s.read(ctx).Raw("SELECT song_id FROM song_files WHERE song_id IN ? AND "+conditions+" ORDER BY song_id DESC", append([]any{ids}, args...)...).Scan(&kept).Error
		return kept, err
	}
	table, where, args := songsNarrowed(f)
	err = s.read(ctx).Raw("SELECT id FROM "+table+" WHERE "+where+" AND id IN ? ORDER BY id DESC", append(args, ids)...).Scan(&kept).Error
	return kept, err
}

// songsNarrowed names the index that holds exactly the songs of a platform, a state, or
// both, by id, and the conditions that go with it.
func songsNarrowed(f models.SongFilter) (table, where string, args []any) {
	switch {
	case f.State != "" && f.Platform != "":
		return "songs INDEXED BY songs_by_state_platform", songState + " = ? AND platform = ?", []any{f.State, f.Platform}
	case f.State != "":
		return "songs INDEXED BY songs_by_state", songState + " = ?", []any{f.State}
	case f.Platform != "":
		return "songs INDEXED BY songs_by_platform", "platform = ?", []any{f.Platform}
	}
	return "songs INDEXED BY songs_by_platform", "1 = 1", nil
}

// narrowSongs adds all conditions but keyword and artist on the songs of a table.
func narrowSongs(q *gorm.DB, f models.SongFilter, table string) *gorm.DB {
	if f.Platform != "" {
		q = q.Where(table+".platform = ?", f.Platform)
	}
	if f.State != "" {
		q = q.Where(songStateOf(table+".")+" = ?", f.State)
	}
	if f.OfFiles() {
		conditions, args := fileConditions(f, "f.")
		q = q.Where("EXISTS (SELECT 1 FROM song_files f WHERE f.song_id = "+table+".id AND "+conditions+")", args...)
	}
	return q
}

// fileConditions are those about files, on columns with the given prefix.
func fileConditions(f models.SongFilter, prefix string) (sql string, args []any) {
	parts := []string{"1"}
	add := func(column string, value any) { parts, args = append(parts, prefix+column+" = ?"), append(args, value) }
	if f.Source != "" {
		add("source", f.Source)
	}
	if f.Quality != "" {
		add("quality", f.Quality)
	}
	if f.Mislabelled {
		add("mislabelled", true)
	}
	return strings.Join(parts, " AND "), args
}

// fileKind is a combination of what files are filtered by.
type fileKind struct {
	Platform, Source, Quality string
	Mislabelled               bool
	Files                     int64
}

// findSongsByFile merges the heads of all kinds of files that match: each kind stands in
// the index by id.
func (s *Store) findSongsByFile(ctx context.Context, f models.SongFilter, found *models.Found) ([]int64, error) {
	conditions, args := fileConditions(f, "")
	if f.Platform != "" {
		conditions, args = conditions+" AND platform = ?", append(args, f.Platform)
	}
	var kinds []fileKind
	if err := s.read(ctx).Raw("SELECT * FROM song_file_kinds WHERE files > 0 AND "+conditions, args...).Scan(&kinds).Error; err != nil {
		return nil, err
	}
	for _, k := range kinds {
		found.Total += k.Files
	}
	return pageOfIDs(f.Place, f.Size, found, func(r idRange) ([]int64, error) {
		var ids []int64
		inRange, bounds := r.condition("song_id")
		for _, k := range kinds {
			var head []int64
			err := s.read(ctx).Raw(`SELECT song_id FROM song_files INDEXED BY song_files_by_kind
				WHERE platform = ? AND source = ? AND quality = ? AND mislabelled = ? AND `+inRange+` ORDER BY song_id `+r.order()+` LIMIT ?`,
				append(append([]any{k.Platform, k.Source, k.Quality, k.Mislabelled}, bounds...), r.Limit)...).Scan(&head).Error
			if err != nil {
				return nil, err
			}
			ids = append(ids, head...)
		}
		slices.Sort(ids)
		if !r.Ascending {
			slices.Reverse(ids)
		}
		return ids[:min(len(ids), r.Limit)], nil
	})
}

// songRows gets songs with all that a list shows of them, in the order of ids.
func (s *Store) songRows(ctx context.Context, ids []int64) ([]models.SongRow, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	db := s.read(ctx)
	var songs []models.Song
	if err := db.Raw("SELECT "+songColumnsShown+" FROM songs s WHERE s.id IN ?", ids).Scan(&songs).Error; err != nil {
		return nil, err
	}
	slices.SortFunc(songs, func(a, b models.Song) int { return slices.Index(ids, a.ID) - slices.Index(ids, b.ID) })
	rows, list := make([]models.SongRow, len(songs)), make([]*models.SongRow, len(songs))
	for i := range songs {
		rows[i].Song, list[i] = songs[i], &rows[i]
	}
	return rows, errors.Join(addFiles(db, list), addArtists(db, list))
}
