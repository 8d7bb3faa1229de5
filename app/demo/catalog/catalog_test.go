package catalog

import (
	"fmt"
	"math"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func newCatalog(t *testing.T, playlists, songs int) *Catalog {
	t.Helper()
	c, err := New(Config{Playlists: playlists, Songs: songs, Seed: 7, Hostile: true})
	require.NoError(t, err)
	return c
}

func TestPlaylistsAndSongsAreExactlyAsMany(t *testing.T) {
	t.Parallel()
	for _, playlists := range []int{1, 2, 3, 4, 5, 6, 7, 12, 30, 200} {
		for _, songs := range []int{1, 2, 3, 5, 12, 29, 30, 40, 200, 1000} {
			t.Run(fmt.Sprintf("%d×%d", playlists, songs), func(t *testing.T) {
				t.Parallel()
				c := newCatalog(t, playlists, songs)
				lists, seen := map[string]bool{}, map[string]bool{}
				for pl := range c.Playlists() {
					lists[fmt.Sprint(pl.Platform, pl.ID)] = true
					require.True(t, pl.Len() > 0 || songs < 3, "playlist %s %d is empty", pl.Platform, pl.Index)
					found, ok := c.FindPlaylist(pl.Platform, pl.Kind, pl.ID)
					require.True(t, ok)
					require.Equal(t, pl.Name, found.Name)
					once := map[Entry]bool{}
					for _, e := range pl.Entries(0, math.MaxInt) {
						once[e] = true
						seen[fmt.Sprint(pl.Platform, e)] = true
						require.True(t, e.NotMusic || c.onShelf(pl.Platform, e.Ref.Work))
					}
					require.Equal(t, pl.Len()-pl.repeats, len(once), "a song stands twice")
				}
				require.Len(t, lists, playlists)
				require.Len(t, seen, songs)
			})
		}
	}
}

func TestRefusesSizesThatMakeNoSense(t *testing.T) {
	t.Parallel()
	for _, cfg := range []Config{
		{Playlists: 0, Songs: 1},
		{Playlists: 1, Songs: 0},
		{Playlists: maxPlaylists + 1, Songs: 1},
		{Playlists: 1, Songs: 1, MinLength: 2 * time.Second, MaxLength: time.Second},
	} {
		_, err := New(cfg)
		require.Error(t, err)
	}
}

func TestSameSeedSameWorld(t *testing.T) {
	t.Parallel()
	a, b := newCatalog(t, 30, 200), newCatalog(t, 30, 200)
	other, err := New(Config{Playlists: 30, Songs: 200, Seed: 8})
	require.NoError(t, err)
	different := 0
	for work := range a.Works() {
		for _, p := range Platforms {
			require.Equal(t, a.Song(p, Ref{Work: work}), b.Song(p, Ref{Work: work}))
		}
		if work < other.Works() && a.Song(QQ, Ref{Work: work}).Title != other.Song(QQ, Ref{Work: work}).Title {
			different++
		}
	}
	require.Greater(t, different, 100)
}

func TestTitlesAreDistinctAndFoundAgain(t *testing.T) {
	t.Parallel()
	words := foldTitleWords()
	for _, list := range [][]string{chineseFirst, chineseSecond, englishFirst, englishSecond} {
		require.Len(t, list, titleWords)
	}
	seen := map[string]int{}
	for n := range titles {
		text := titleText(n)
		folded := fold(text)
		require.NotContains(t, seen, folded, text)
		seen[folded] = n
		require.Contains(t, words.find(folded), n, text)
		require.Contains(t, words.find(fold(otherSpelling(text))), n, text)
	}
}

func TestSearchFindsEverySongThatExists(t *testing.T) {
	t.Parallel()
	c := newCatalog(t, 30, 600)
	for home := range Platforms {
		for s := range c.Shelf(Platform(home)) {
			for _, p := range Platforms {
				hits := c.Search(p, s.Title+" "+s.ArtistNames(" "))
				found := slices.ContainsFunc(hits, func(h *Song) bool { return h.Ref == s.Ref })
				require.Equal(t, c.serving(p, s.Ref.Work) != Absent, found, "%q on %s", s.Title, p)
			}
		}
	}
	require.Empty(t, c.Search(NetEase, "zzz qqq"))
	require.Empty(t, c.Search(NetEase, ""))
}

func TestSearchHoldsConfusers(t *testing.T) {
	t.Parallel()
	c := newCatalog(t, 30, 300)
	count := map[Variant]int{}
	for s := range c.Shelf(NetEase) {
		for _, h := range c.Search(QQ, s.Title) {
			if h.Ref.Work != s.Ref.Work || h.Ref.Variant == Original {
				continue
			}
			count[h.Ref.Variant]++
			switch h.Ref.Variant {
			case Namesake, Cover:
				for _, a := range h.Artists {
					require.NotContains(t, s.Artists, a)
				}
			default:
				require.Greater(t, h.Duration(), s.Duration()+5*time.Second)
			}
		}
	}
	for v := Live; v < variants; v++ {
		require.Positive(t, count[v], "variant %d", v)
	}
}

func TestPlatformsAgreeOnARecordingWithinTwoSeconds(t *testing.T) {
	t.Parallel()
	c := newCatalog(t, 30, 1000)
	respelt := 0
	for work := range c.Works() {
		a := c.Song(NetEase, Ref{Work: work})
		for _, p := range Platforms[1:] {
			b := c.Song(p, Ref{Work: work})
			require.InDelta(t, a.Duration().Seconds(), b.Duration().Seconds(), 1.99)
			if a.Title != b.Title {
				respelt++
			}
		}
	}
	require.Greater(t, respelt, 100)
}

func TestFatesHaveTheirShares(t *testing.T) {
	t.Parallel()
	c := newCatalog(t, 12, 60)
	count := map[Fate]int{}
	for work := range c.Works() {
		count[c.Fate(work)]++
		home := c.home(work)
		served := c.ServedBy(work, Platforms...)
		switch c.Fate(work) {
		case FatePaidEverywhere, FatePreviewEverywhere, FateWithdrawnEverywhere:
			require.Empty(t, served)
		case FatePaidAtHome, FatePreviewAtHome, FateWithdrawnAtHome:
			require.NotEmpty(t, served)
			require.NotContains(t, served, home)
		default:
			require.Contains(t, served, home)
		}
	}
	require.Greater(t, count[FateOpen], c.Works()/2)
	for fate := FatePaidAtHome; fate <= FateHomeOnly; fate++ {
		require.Positive(t, count[fate], "fate %d", fate)
	}
	require.Greater(t, c.Obtainable(Platforms...), 45)
}

func TestHostileTitlesStandOnPlaylistsAndAreServed(t *testing.T) {
	t.Parallel()
	c := newCatalog(t, 12, 40)
	titles := map[string]bool{}
	for _, p := range Platforms {
		for s := range c.Shelf(p) {
			titles[s.Title] = true
			if c.IsHostile(s.Ref.Work) {
				require.NotEmpty(t, c.ServedBy(s.Ref.Work, Platforms...))
			}
		}
	}
	for _, want := range hostileTitles {
		require.Contains(t, titles, want)
	}
}

func TestLargeCatalogueCostsNothingUntilAsked(t *testing.T) {
	t.Parallel()
	c := newCatalog(t, 10_000, 1_000_000)
	links := 0
	for pl := range c.Playlists() {
		links += pl.Len()
	}
	require.Greater(t, links, 1_100_000)
	require.Less(t, links, 2_000_000)
	last := c.Song(Kuwo, Ref{Work: c.Works() - 1})
	ref, ok := c.RefOf(Kuwo, last.ID)
	require.True(t, ok)
	require.Equal(t, last.Ref, ref)
}
