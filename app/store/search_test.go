package store

import (
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"gorm.io/gorm"

	"catalogsync/app/database"
	"catalogsync/app/matching/textkey"
	"catalogsync/app/revision"
	"catalogsync/models"
)

func newSearchStore(t testing.TB) *Store {
	t.Helper()
	db, err := database.Open(t.Context(), filepath.Join(t.TempDir(), "c.db"))
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	return New(db, revision.New(), time.Now)
}

func addNamed(t testing.TB, s *Store, names ...string) {
	t.Helper()
	require.NoError(t, s.db.Write.Transaction(func(tx *gorm.DB) error {
		for i, name := range names {
			row := models.Song{Platform: "qq", RemoteSongID: fmt.Sprintf("%s-%d-%d", name, i, time.Now().UnixNano()), Name: name, SearchKey: textkey.Key(name)}
			if err := tx.Create(&row).Error; err != nil {
				return err
			}
		}
		return nil
	}))
}

func indexAll(t testing.TB, s *Store, limit int) {
	t.Helper()
	for {
		n, _, err := s.IndexSearch(t.Context(), limit)
		require.NoError(t, err)
		if n == 0 {
			return
		}
	}
}

func (s *Store) foundNames(t testing.TB, keyword string) []string {
	t.Helper()
	found, err := s.search(t.Context(), models.SearchSongs, keyword, 50, nil)
	require.NoError(t, err)
	require.False(t, found.More)
	names := []string{}
	for _, id := range found.IDs {
		var song models.Song
		require.NoError(t, s.db.Read.Take(&song, id).Error)
		names = append(names, song.Name)
	}
	return names
}

func TestSearchFindsSubstringsInAnyScript(t *testing.T) {
	t.Parallel()
	s := newSearchStore(t)
	names := []string{"山路 阿木", "深山路遥 Live", "Evening Wind (Remix)", "R&B 100% \"love\"", "夜車", "ｆｕｌｌ Ｗｉｄｔｈ", "a", "愛", "x AND y"}
	addNamed(t, s, names...)
	check := func() {
		t.Helper()
		for keyword, want := range map[string][]string{
			"山路":         {"深山路遥 Live", "山路 阿木"},
			"深山路":        {"深山路遥 Live"},
			"路遥 live":    {"深山路遥 Live"},
			"live 路遥":    {"深山路遥 Live"},
			"山阿":         {},
			"ENING wi":   {"Evening Wind (Remix)"},
			"(remix)":    {"Evening Wind (Remix)"},
			"夜车":         {"夜車"},
			"full width": {"ｆｕｌｌ Ｗｉｄｔｈ"},
			"木":          {"山路 阿木"},
			"爱":          {"愛"},
			`"`:          {`R&B 100% "love"`},
			"0%":         {`R&B 100% "love"`},
			"&b":         {`R&B 100% "love"`},
			"and":        {"x AND y"},
			"%":          {`R&B 100% "love"`},
			"_":          {},
			"*":          {},
		} {
			require.Equal(t, want, s.foundNames(t, keyword), keyword)
		}
	}
	check() // nothing is indexed yet
	indexAll(t, s, 2)
	check()

	require.NoError(t, s.db.Write.Exec("UPDATE songs SET name = '海', search_key = '海' WHERE name = '山路 阿木'").Error)
	require.NoError(t, s.db.Write.Exec("DELETE FROM songs WHERE name = '夜車'").Error)
	addNamed(t, s, "海风")
	for range 2 { // before and after the index follows
		require.Equal(t, []string{"海风", "海"}, s.foundNames(t, "海"))
		require.Empty(t, s.foundNames(t, "夜车"))
		require.Equal(t, []string{"深山路遥 Live"}, s.foundNames(t, "山路"))
		indexAll(t, s, 2)
	}
}

// Whatever is asked, the index answers as a look at every row would.
func TestSearchAgreesWithALookAtEveryRow(t *testing.T) {
	t.Parallel()
	s := newSearchStore(t)
	r := rand.New(rand.NewPCG(3, 4))
	alphabet := []rune("山路海风夜ab1 -%_\"'*()é")
	text := func(n int) string {
		var b strings.Builder
		for range 1 + r.IntN(n) {
			b.WriteRune(alphabet[r.IntN(len(alphabet))])
		}
		return b.String()
	}
	var names []string
	for range 400 {
		names = append(names, text(12))
	}
	addNamed(t, s, names...)
	indexAll(t, s, 150)
	for range 400 {
		keyword := text(4)
		if textkey.Key(keyword) == "" {
			continue
		}
		var want []int64
		q := s.db.Read.Table("songs").Select("id").Order("id DESC")
		for word := range strings.FieldsSeq(textkey.Key(keyword)) {
			q = q.Where("instr(search_key, ?) > 0", word)
		}
		require.NoError(t, q.Scan(&want).Error)
		found, err := s.search(t.Context(), models.SearchSongs, keyword, 1000, nil)
		require.NoError(t, err)
		require.Equal(t, len(want), len(found.IDs), "%q", keyword)
		if len(want) > 0 {
			require.Equal(t, want, found.IDs, "%q", keyword)
		}
	}
}

// BenchmarkKeywordSearch searches SEARCH_SONGS songs (default 1,000,000; 50,000 with -short).
func BenchmarkKeywordSearch(b *testing.B) {
	n := 1_000_000
	if testing.Short() {
		n = 50_000
	}
	s := newSearchStore(b)
	r := rand.New(rand.NewPCG(1, 2))
	common := []rune("的一是我你爱在不人心天有风夜雨海山路梦光")
	word := func(n int) string {
		out := make([]rune, n)
		for i := range out {
			if r.IntN(3) == 0 {
				out[i] = common[r.IntN(len(common))]
			} else {
				out[i] = rune(0x4e00 + int(r.ExpFloat64()*600)%8000)
			}
		}
		return string(out)
	}
	start := time.Now()
	for done := 0; done < n; {
		require.NoError(b, s.db.Write.Transaction(func(tx *gorm.DB) error {
			rows := make([]models.Song, min(5000, n-done))
			for i := range rows {
				name := word(2+r.IntN(5)) + " " + word(2+r.IntN(2)) + " " + word(2+r.IntN(4))
				if r.IntN(4) == 0 {
					name += fmt.Sprintf(" (live at %d)", r.IntN(100_000))
				}
				rows[i] = models.Song{Platform: "qq", RemoteSongID: fmt.Sprint(done + i), Name: name, SearchKey: name}
			}
			done += len(rows)
			return tx.CreateInBatches(rows, batchRows).Error
		}))
	}
	b.Logf("%d songs written in %v", n, time.Since(start))
	start = time.Now()
	longest := time.Duration(0)
	for {
		rows, held, err := s.IndexSearch(b.Context(), 1000)
		require.NoError(b, err)
		longest = max(longest, held)
		if rows == 0 {
			break
		}
	}
	b.Logf("indexed in %v, writer held %v at most", time.Since(start), longest)
	for _, keyword := range []string{"的", "山路", "爱", "live", "夜雨 live", "live at 4711", "的一是", "zzz", word(2), word(3)} {
		b.Run(keyword, func(b *testing.B) {
			for b.Loop() {
				_, err := s.search(b.Context(), models.SearchSongs, keyword, 1000, nil)
				require.NoError(b, err)
			}
		})
	}
}
