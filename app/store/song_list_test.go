package store

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"gorm.io/gorm"

	"catalogsync/app/matching/textkey"
	"catalogsync/models"
)

// mixedLibrary makes songs of all kinds in an order that is random and the same each time.
func mixedLibrary(t *testing.T, s *Store, n int) {
	t.Helper()
	r := rand.New(rand.NewPCG(5, 6))
	pick := func(list ...string) string { return list[r.IntN(len(list))] }
	backend, err := s.EnsureDefaultBackend(t.Context(), "/music")
	require.NoError(t, err)
	for i := range n {
		song := models.Song{Platform: pick("netease", "qq", "kuwo"), RemoteSongID: fmt.Sprint(i), Name: pick("夜车", "山路", "Evening Wind", "ＦＵＬＬ width"), Singers: pick("阿木", "The Rates")}
		song.SearchKey = textkey.Key(song.Name + " " + song.Singers)
		switch r.IntN(6) {
		case 0:
			song.Availability, song.AvailabilityCode = models.AvailabilityNotMusic, models.CodeNotMusic
		case 1:
			song.Availability, song.AvailabilityCode = models.AvailabilityUnavailable, models.CodePaid
		}
		require.NoError(t, s.db.Write.Create(&song).Error)
		switch r.IntN(4) {
		case 0:
			require.NoError(t, s.RecordFailure(t.Context(), models.DownloadTask{SongID: song.ID, LastErrorCode: models.CodeTimeout, LastError: "slow"}))
		case 1, 2:
			rec := record(backend.ID, song.ID, fmt.Sprintf("sha%d", i), fmt.Sprintf("%d.mp3", i))
			rec.Asset.Source, rec.Asset.Quality = pick("qq", "kuwo"), models.Quality(pick("320k", "lossless"))
			rec.Asset.ClaimedQuality = models.Quality(pick("", "320k", "lossless"))
			id, err := s.BeginPlacing(t.Context(), rec)
			require.NoError(t, err)
			require.NoError(t, s.FinishPlacing(t.Context(), id, 1))
		}
	}
	indexAll(t, s, 1000)
}

// wants says in plain words which songs a filter leaves.
func wants(f models.SongFilter, r models.SongRow, key string) bool {
	for word := range strings.FieldsSeq(textkey.Key(f.Keyword)) {
		if !strings.Contains(key, word) {
			return false
		}
	}
	return (f.Platform == "" || f.Platform == r.Platform) && (f.State == "" || f.State == r.State()) &&
		(f.Source == "" || f.Source == r.AssetSource) && (f.Quality == "" || f.Quality == r.AssetQuality && r.AssetID != 0) &&
		(!f.Mislabelled || r.Mislabelled())
}

// Every combination of filters gives, page by page and from either end, what a look at
// every song gives.
func TestEveryFilterOfSongsGivesWhatALookAtEverySongGives(t *testing.T) {
	t.Parallel()
	s := newCatalog(t)
	mixedLibrary(t, s, 160)
	keys := map[int64]string{}
	var all []models.Song
	require.NoError(t, s.db.Read.Order("id DESC").Find(&all).Error)
	ids := make([]int64, len(all))
	for i, song := range all {
		ids[i], keys[song.ID] = song.ID, song.SearchKey
	}
	rows, err := s.songRows(t.Context(), ids)
	require.NoError(t, err)
	require.Len(t, rows, 160)

	for _, platform := range []string{"", "qq", "none"} {
		for _, state := range append([]models.SongState{""}, models.SongStates...) {
			for _, source := range []string{"", "kuwo"} {
				for _, quality := range []models.Quality{"", models.QualityLossless} {
					for _, mislabelled := range []bool{false, true} {
						for _, keyword := range []string{"", "夜車", "full RATES"} {
							f := models.SongFilter{Platform: platform, State: state, Source: source, Quality: quality, Mislabelled: mislabelled, Keyword: keyword, Size: 11}
							var want []int64
							for _, r := range rows {
								if wants(f, r, keys[r.ID]) {
									want = append(want, r.ID)
								}
							}
							requirePages(t, s, f, want)
						}
					}
				}
			}
		}
	}
}

func TestSourcesOfFiles(t *testing.T) {
	t.Parallel()
	s := newCatalog(t)
	names, err := s.FileSources(t.Context())
	require.NoError(t, err)
	require.Empty(t, names)
	mixedLibrary(t, s, 40)
	names, err = s.FileSources(t.Context())
	require.NoError(t, err)
	require.Contains(t, names, "kuwo")
	require.NotContains(t, names, "")
	require.IsIncreasing(t, names)
}

// requirePages walks through a list forwards and backwards.
func requirePages(t *testing.T, s *Store, f models.SongFilter, want []int64) {
	t.Helper()
	walk := func(f models.SongFilter, next func(models.SongList) (models.Place, bool)) (pages [][]int64) {
		for {
			list, err := s.ListSongs(t.Context(), f)
			require.NoError(t, err, "%+v", f)
			require.Equal(t, int64(len(want)), list.Total, "%+v", f)
			require.False(t, list.AtLeast)
			if len(list.Rows) == 0 {
				return pages
			}
			page := []int64{}
			for _, r := range list.Rows {
				page = append(page, r.ID)
			}
			pages = append(pages, page)
			var on bool
			if f.Place, on = next(list); !on {
				return pages
			}
		}
	}
	forwards := walk(f, func(l models.SongList) (models.Place, bool) {
		return models.Place{After: l.Rows[len(l.Rows)-1].ID}, l.Later
	})
	require.Equal(t, want, slices.Concat(forwards...), "%+v", f)
	f.Place.Last = true
	backwards := walk(f, func(l models.SongList) (models.Place, bool) { return models.Place{Before: l.Rows[0].ID}, l.Earlier })
	slices.Reverse(backwards)
	require.Equal(t, want, slices.Concat(backwards...), "%+v", f)
}

// A list that is longer than is counted says so, and can be walked beyond that.
func TestLongListsAreNotCountedToTheEnd(t *testing.T) {
	t.Parallel()
	s := newCatalog(t)
	songs := make([]models.Song, models.CountLimit+50)
	for i := range songs {
		songs[i] = models.Song{Platform: "qq", RemoteSongID: fmt.Sprint(i), Name: "夜车", SearchKey: "夜车"}
	}
	require.NoError(t, s.db.Write.CreateInBatches(songs, 100).Error)
	for _, f := range []models.SongFilter{{}, {Platform: "qq"}, {State: models.SongMissing}, {State: models.SongMissing, Platform: "qq"}, {Keyword: "夜车"}} {
		f.Size = 20
		list, err := s.ListSongs(t.Context(), f)
		require.NoError(t, err)
		require.Equal(t, int64(models.CountLimit), list.Total, "%+v", f)
		require.True(t, list.AtLeast && list.Later && !list.Earlier, "%+v", f)
		require.Equal(t, int64(len(songs)), list.Rows[0].ID)
	}
	last, err := s.ListSongs(t.Context(), models.SongFilter{Place: models.Place{Last: true}, Size: 20})
	require.NoError(t, err)
	require.Equal(t, int64(1), last.Rows[19].ID)
	require.False(t, last.Later)
	_, err = s.ListSongs(t.Context(), models.SongFilter{State: "lost"})
	require.Equal(t, models.CodeBadValue, models.CodeOf(err))
}

// What lists are narrowed by is derived; whatever happens to files and songs, it agrees
// with the facts.
func TestWhatListsAreNarrowedByFollowsTheFacts(t *testing.T) {
	t.Parallel()
	s := newCatalog(t)
	list := addPlaylists(t, s, "qq", 1)[0]
	syncSongs(t, s, list, "a1", "a2", "b1")
	one, two := songID(t, s, "qq", "a1"), songID(t, s, "qq", "a2")
	b, err := s.EnsureDefaultBackend(t.Context(), "/music")
	require.NoError(t, err)
	agree := func(step string) {
		t.Helper()
		var wrong int64
		for what, query := range map[string]string{
			"failed": `SELECT count(*) FROM songs s WHERE s.failed <> EXISTS (SELECT 1 FROM download_tasks t WHERE t.song_id = s.id AND t.state = 'failed')`,
			"files":  `SELECT count(*) FROM songs s WHERE s.downloaded <> EXISTS (SELECT 1 FROM song_files f JOIN file_locations l ON l.id = f.file_location_id AND l.status = 'active' WHERE f.song_id = s.id)`,
			"kinds":  `SELECT count(*) FROM song_file_kinds k WHERE k.files <> (SELECT count(*) FROM song_files f WHERE f.platform = k.platform AND f.source = k.source AND f.quality = k.quality AND f.mislabelled = k.mislabelled)`,
			"described": `SELECT count(*) FROM song_files f JOIN file_assets a ON a.id = f.file_asset_id
				WHERE f.source <> a.source OR f.quality <> a.quality OR f.mislabelled <> (a.claimed_quality <> '' AND a.claimed_quality <> a.quality)`,
			"artists": `SELECT count(*) FROM artists a WHERE a.downloaded_count <> (SELECT count(*) FROM artist_songs l JOIN songs s ON s.id = l.song_id WHERE l.artist_id = a.id AND s.downloaded)`,
		} {
			require.NoError(t, s.db.Read.Raw(query).Scan(&wrong).Error)
			require.Zero(t, wrong, "%s: %s", step, what)
		}
	}
	count := func(f models.SongFilter) int64 {
		t.Helper()
		f.Size = 10
		found, err := s.ListSongs(t.Context(), f)
		require.NoError(t, err)
		return found.Total
	}
	require.NoError(t, s.RecordFailure(t.Context(), models.DownloadTask{SongID: one, LastErrorCode: models.CodeTimeout}))
	agree("failed")
	require.Equal(t, int64(1), count(models.SongFilter{State: models.SongFailed}))
	first := placed(t, s, b.ID, one, "s1", "a.mp3")
	agree("placed")
	require.Equal(t, int64(0), count(models.SongFilter{State: models.SongFailed}))
	placed(t, s, b.ID, one, "s2", "b.flac")
	agree("placed again")
	placed(t, s, b.ID, two, "s3", "c.mp3")
	require.NoError(t, s.db.Write.Exec("UPDATE file_assets SET claimed_quality = 'lossless', quality = '320k' WHERE song_id = ?", two).Error)
	agree("described anew")
	require.Equal(t, int64(1), count(models.SongFilter{Mislabelled: true}))
	artist := songArtists(t, s, one)[0]
	require.Equal(t, int64(2), artist.DownloadedCount)
	require.NoError(t, s.MarkMissing(t.Context(), one, []int64{first}))
	agree("one of two files is missing")
	require.Equal(t, int64(2), count(models.SongFilter{State: models.SongHere}))
	_, err = s.RetireFiles(t.Context(), two, b.ID, first)
	require.NoError(t, err)
	agree("nothing retired")
	syncSongs(t, s, list, "a1", "b1", "b2")
	agree("synced again")
	require.NoError(t, s.db.Write.Transaction(func(tx *gorm.DB) error {
		for _, sql := range []string{"DELETE FROM playlist_songs", "DELETE FROM playlist_changes", "DELETE FROM songs WHERE id = ?"} {
			if err := tx.Exec(sql, []any{one}[:strings.Count(sql, "?")]...).Error; err != nil {
				return err
			}
		}
		return nil
	}))
	agree("a song is gone")
	require.Equal(t, int64(1), songArtists(t, s, two)[0].DownloadedCount)
}

func songArtists(t *testing.T, s *Store, id int64) []models.Artist {
	t.Helper()
	song, err := s.GetSong(t.Context(), id)
	require.NoError(t, err)
	list := make([]models.Artist, len(song.Artists))
	for i, a := range song.Artists {
		list[i], err = s.GetArtist(t.Context(), a.ID)
		require.NoError(t, err)
	}
	return list
}

// No page reads all songs.
func TestListsOfSongsFollowIndexes(t *testing.T) {
	t.Parallel()
	s := newCatalog(t)
	mixedLibrary(t, s, 20)
	plans := planned(t, s, func() {
		for _, f := range []models.SongFilter{{}, {Platform: "qq"}, {State: models.SongHere}, {State: models.SongHere, Platform: "qq"}, {Quality: models.Quality320}, {Mislabelled: true, Platform: "qq"}} {
			for _, p := range []models.Place{{}, {After: 15}, {Before: 3}, {Last: true}} {
				f.Place, f.Size = p, 5
				_, err := s.ListSongs(t.Context(), f)
				require.NoError(t, err)
			}
		}
	})
	require.NotEmpty(t, plans)
	for text, steps := range plans {
		if !strings.Contains(text, "LIMIT") {
			continue // the rows of one page
		}
		for _, step := range steps {
			require.NotContains(t, step, "TEMP B-TREE", text)
		}
	}
}
