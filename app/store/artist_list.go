package store

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"gorm.io/gorm"

	"catalogsync/app/matching/textkey"
	"catalogsync/models"
)

// ListArtists gives one page of the artists that match f, those with the most songs first.
// No more than models.CountLimit rows are counted.
func (s *Store) ListArtists(ctx context.Context, f models.ArtistFilter) (models.ArtistList, error) {
	var list models.ArtistList
	query := s.read(ctx).Model(&models.Artist{})
	if f.Platform != "" {
		query = query.Where("artists.platform = ?", f.Platform)
	}
	if textkey.Key(f.Keyword) != "" {
		var narrow *narrowing
		if f.Platform != "" {
			narrow = &narrowing{where: func(q *gorm.DB) *gorm.DB { return q.Where("artists.platform = ?", f.Platform) }}
		}
		hits, err := s.search(ctx, models.SearchArtists, f.Keyword, models.CountLimit, narrow)
		if err != nil {
			return list, err
		}
		list.Total, list.AtLeast = int64(len(hits.IDs)), hits.More
		if hits.More {
			// So many hold it that the first page is soon found in the order of the list.
			for _, word := range textkey.NewQuery(f.Keyword).Words {
				query = query.Where(`artists.name_key LIKE ? ESCAPE '\'`, containing(word))
			}
		} else {
			query = query.Where("artists.id IN ?", hits.IDs)
		}
	} else {
		var counted int64
		if err := s.read(ctx).Table("(?)", query.Session(&gorm.Session{}).Select("1").Limit(models.CountLimit+1)).Count(&counted).Error; err != nil {
			return list, fmt.Errorf("count artists: %w", err)
		}
		list.Total, list.AtLeast = min(counted, models.CountLimit), counted > models.CountLimit
	}
	return list, s.pageOfArtists(ctx, query, f, &list)
}

// pageOfArtists reads the page at its place in the order of the list.
func (s *Store) pageOfArtists(ctx context.Context, query *gorm.DB, f models.ArtistFilter, list *models.ArtistList) error {
	order, at := "song_count DESC, name_key, id", max(f.Place.After, f.Place.Before)
	backwards := f.Place.Before > 0 || f.Place.Last
	if backwards {
		order = "song_count, name_key DESC, id DESC"
	}
	if at > 0 {
		from, err := s.GetArtist(ctx, at)
		if err != nil {
			return err
		}
		condition := "song_count < @n OR song_count = @n AND (name_key, id) > (@key, @id)"
		if backwards {
			condition = "song_count > @n OR song_count = @n AND (name_key, id) < (@key, @id)"
		}
		// The first condition alone is a range of the index; the other says where in it.
		query = query.Where(map[bool]string{true: "song_count >= ?", false: "song_count <= ?"}[backwards], from.SongCount).
			Where(condition, map[string]any{"n": from.SongCount, "key": from.NameKey, "id": from.ID})
	}
	if err := query.Order(order).Limit(f.Size + 1).Find(&list.Rows).Error; err != nil {
		return fmt.Errorf("list artists: %w", err)
	}
	more := len(list.Rows) > f.Size
	list.Rows = list.Rows[:min(len(list.Rows), f.Size)]
	list.Earlier, list.Later = f.Place.After > 0, more
	if backwards {
		slices.Reverse(list.Rows)
		list.Earlier, list.Later = more, f.Place.Before > 0
	}
	return nil
}

// GetArtist gets one artist; a missing one is a ClassNotFound error.
func (s *Store) GetArtist(ctx context.Context, id int64) (models.Artist, error) {
	var a models.Artist
	switch err := s.read(ctx).Take(&a, id).Error; {
	case errors.Is(err, gorm.ErrRecordNotFound):
		return a, models.NotFound("there is no artist %d", id)
	case err != nil:
		return a, fmt.Errorf("get artist %d: %w", id, err)
	}
	return a, nil
}

// findArtistSongs finds a page of an artist's songs.
func (s *Store) findArtistSongs(ctx context.Context, f models.SongFilter, found *models.Found) ([]int64, error) {
	query := s.read(ctx).Model(&models.ArtistSong{}).Table("artist_songs l").Where("l.artist_id = ?", f.ArtistID)
	words := textkey.NewQuery(f.Keyword).Words
	if len(words) > 0 || f.Platform != "" || f.State != "" || f.OfFiles() {
		query = narrowSongs(query.Joins("JOIN songs s ON s.id = l.song_id"), f, "s")
	}
	for _, word := range words {
		query = query.Where(`s.search_key LIKE ? ESCAPE '\'`, containing(word))
	}
	var counted int64
	if err := s.read(ctx).Table("(?)", query.Session(&gorm.Session{}).Select("1").Limit(models.CountLimit+1)).Count(&counted).Error; err != nil {
		return nil, err
	}
	found.Total, found.AtLeast = min(counted, models.CountLimit), counted > models.CountLimit
	return pageOfIDs(f.Place, f.Size, found, func(r idRange) (ids []int64, err error) {
		inRange, bounds := r.condition("l.song_id")
		err = query.Session(&gorm.Session{}).Where(inRange, bounds...).Order("l.song_id "+r.order()).Limit(r.Limit).Pluck("l.song_id", &ids).Error
		return ids, err
	})
}

// artistSongsLooked bounds the songs of an artist whose playlists are looked at: "various
// artists" have a great many.
const artistSongsLooked = 1000

// ListArtistPlaylists lists the playlists with the most songs of an artist, by his newest
// songs.
func (s *Store) ListArtistPlaylists(ctx context.Context, artistID int64, limit int) ([]models.SongPlaylist, error) {
	var list []models.SongPlaylist
	err := s.read(ctx).Raw(`SELECT p.id, p.name, p.platform, c.songs
		FROM (SELECT ps.playlist_id, count(DISTINCT ps.song_id) AS songs
			FROM (SELECT song_id FROM artist_songs WHERE artist_id = ? ORDER BY song_id DESC LIMIT ?) l
			JOIN playlist_songs ps ON ps.song_id = l.song_id AND ps.gone_at_ms = 0
			GROUP BY ps.playlist_id ORDER BY songs DESC, ps.playlist_id LIMIT ?) c
		JOIN playlists p ON p.id = c.playlist_id ORDER BY c.songs DESC, p.id`, artistID, artistSongsLooked, limit).Scan(&list).Error
	if err != nil {
		return nil, fmt.Errorf("list playlists of artist %d: %w", artistID, err)
	}
	return list, nil
}

// ListArtistMissing lists the songs of an artist that are neither here nor no songs, newest
// first, at most limit of them.
func (s *Store) ListArtistMissing(ctx context.Context, artistID int64, limit int) ([]int64, error) {
	var ids []int64
	err := s.read(ctx).Raw(`SELECT s.id FROM artist_songs l JOIN songs s ON s.id = l.song_id
		WHERE l.artist_id = ? AND NOT s.downloaded AND s.availability <> ? ORDER BY s.id DESC LIMIT ?`,
		artistID, models.AvailabilityNotMusic, limit).Scan(&ids).Error
	if err != nil {
		return nil, fmt.Errorf("list missing songs of artist %d: %w", artistID, err)
	}
	return ids, nil
}
