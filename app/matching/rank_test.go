package matching

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"catalogsync/app/sources"
	"catalogsync/models"
)

var wanted = Song{Platform: "netease", RemoteID: "1", Title: "海风", Artists: []string{"林阿七"}, Album: "潮", DurationMS: 222_000}

// offered is a candidate that surely is the wanted song.
func offered(source, id string, offers ...sources.Offer) sources.Candidate {
	return sources.Candidate{Source: source, RemoteID: id, Title: "海风", Artists: []string{"林阿七"}, Album: "潮", DurationMS: 222_000, Offers: offers}
}

func offer(q models.Quality, size int64) sources.Offer {
	return sources.Offer{Quality: q, Ext: "mp3", SizeBytes: size}
}

func rankedIDs(d Decision) []string {
	var ids []string
	for _, r := range d.Ranked {
		ids = append(ids, r.Candidate.Source+"/"+r.Candidate.RemoteID)
	}
	return ids
}

func TestRankOrder(t *testing.T) {
	t.Parallel()
	less := offered("qq", "likely", offer(models.QualityLossless, 30_000_000))
	less.DurationMS, less.Album = 229_000, "别的"
	for _, c := range []struct {
		name       string
		candidates []sources.Candidate
		order      []string
		ceiling    models.Quality
		want       []string
	}{
		{"among the surely same the quality decides, not the order",
			[]sources.Candidate{offered("qq", "a", offer(models.Quality128, 3)), offered("kuwo", "b", offer(models.Quality320, 2))},
			[]string{"qq", "kuwo"}, "", []string{"kuwo/b", "qq/a"}},
		{"then the size",
			[]sources.Candidate{offered("qq", "a", offer(models.Quality320, 8_000_000)), offered("kuwo", "b", offer(models.Quality320, 9_000_000))},
			[]string{"qq", "kuwo"}, "", []string{"kuwo/b", "qq/a"}},
		{"then the order",
			[]sources.Candidate{offered("qq", "a"), offered("kuwo", "b"), offered("migu", "c")},
			[]string{"kuwo", "qq"}, "", []string{"kuwo/b", "qq/a", "migu/c"}},
		{"confidence comes before quality",
			[]sources.Candidate{less, offered("kuwo", "same", offer(models.Quality128, 3))},
			[]string{"qq", "kuwo"}, "", []string{"kuwo/same", "qq/likely"}},
		{"the ceiling hides better offers",
			[]sources.Candidate{
				offered("qq", "a", offer(models.QualityLossless, 30), offer(models.Quality128, 3)),
				offered("kuwo", "b", offer(models.Quality320, 9)),
			},
			[]string{"qq", "kuwo"}, models.Quality320, []string{"kuwo/b", "qq/a"}},
		{"a candidate found twice stands once",
			[]sources.Candidate{offered("qq", "a"), offered("qq", "a")}, nil, "", []string{"qq/a"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			require.Equal(t, c.want, rankedIDs(New().Rank(wanted, c.candidates, c.order, c.ceiling)))
		})
	}
}

func TestLosersTellWhy(t *testing.T) {
	t.Parallel()
	longer := offered("qq", "longer")
	longer.DurationMS += 47_000
	live := offered("qq", "live", offer(models.QualityHiRes, 90))
	live.Title = "海风 (Live)"
	other := offered("qq", "other")
	other.Artists = []string{"周末"}
	paid := offered("qq", "paid")
	paid.Refused, paid.RefusedCode, paid.RefusedReason = true, models.CodePaid, "only for members"

	d := New().Rank(wanted, []sources.Candidate{longer, live, other, paid}, nil, "")
	require.Empty(t, d.Ranked)
	reasons := map[string]string{}
	for _, l := range d.Lost {
		reasons[l.Candidate.RemoteID] = l.Reason.Text
	}
	require.Equal(t, map[string]string{"longer": "47 s longer", "live": "live", "other": "other artists", "paid": "only for members"}, reasons)
}

func TestTheSongsOwnIDNeedsNoComparison(t *testing.T) {
	t.Parallel()
	own := sources.Candidate{Source: "netease", RemoteID: "1", Title: "renamed since"}
	score := New().Score(wanted, own)
	require.True(t, score.Identity)
	require.Equal(t, LevelSame, score.Level)

	own.Source = "qq" // the same number on another platform means nothing
	require.Equal(t, LevelNo, New().Score(wanted, own).Level)
}

func TestDecisionSurvivesItsStoredForm(t *testing.T) {
	t.Parallel()
	longer := offered("qq", "longer")
	longer.DurationMS += 47_000
	d := New().Rank(wanted, []sources.Candidate{offered("kuwo", "b", offer(models.Quality320, 9)), longer}, []string{"kuwo"}, models.Quality320)
	text, err := json.Marshal(d)
	require.NoError(t, err)
	var back Decision
	require.NoError(t, json.Unmarshal(text, &back))
	require.Equal(t, d, back)

	// The stored candidates are enough to decide again.
	var again []sources.Candidate
	for _, r := range back.Ranked {
		again = append(again, r.Candidate)
	}
	for _, l := range back.Lost {
		again = append(again, l.Candidate)
	}
	require.Equal(t, d, New().Rank(back.Song, again, back.Order, back.Ceiling))
}

func TestADecisionStaysBounded(t *testing.T) {
	t.Parallel()
	var many []sources.Candidate
	for i := range 500 {
		c := offered("qq", strings.Repeat("x", i+1))
		c.Title = "别的歌"
		many = append(many, c)
	}
	require.LessOrEqual(t, len(New().Rank(wanted, many, nil, "").Lost), maxLosers)
}

// No text makes the matcher panic, use a song without a title, or judge the two
// directions differently.
func FuzzScore(f *testing.F) {
	for _, s := range []string{"海风", "海风 (Live)", "((((", "))]】", "a - b - c", "feat. x", " - ", "(feat. )", "第一回", "\x00\xff", "《》", "DJ版", "dj版"} {
		f.Add(s, "林阿七", "海风 (伴奏)", "周末/林阿七", int64(200_000))
	}
	f.Fuzz(func(t *testing.T, titleA, artistA, titleB, artistB string, duration int64) {
		m := New()
		a := Song{Title: titleA, Artists: []string{artistA}, DurationMS: duration}
		b := Song{Title: titleB, Artists: []string{artistB}, DurationMS: duration}
		ab, ba := m.compare(a, b), m.compare(b, a)
		if ab.Level != ba.Level {
			t.Errorf("%q by %q against %q by %q: %s one way (%v), %s the other (%v)", titleA, artistA, titleB, artistB, ab.Level, ab.Reasons, ba.Level, ba.Reasons)
		}
		if ab.Total < 0 || ab.Total > 1 {
			t.Errorf("total %f", ab.Total)
		}
	})
}

// Platforms tell a version apart from the name; a snapshot's subtitle must count.
func TestSongOfKeepsTheSubtitle(t *testing.T) {
	t.Parallel()
	live := SongOf(models.SongSnapshot{Platform: "qq", RemoteID: "1", Name: "海风", Subtitle: "Live", Artists: []models.ArtistRef{{Name: "林阿七"}}, DurationMS: 222_000})
	require.Equal(t, LevelNo, New().Score(live, offered("kuwo", "studio")).Level)
}
