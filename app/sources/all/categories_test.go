package all

import (
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/require"

	"catalogsync/app/demo"
	"catalogsync/app/sources"
	"catalogsync/models"
)

// openDemo makes one source against an upstream of its own, with settings of its own.
func openDemo(t *testing.T, name string, values map[string]string) sources.Collector {
	t.Helper()
	upstream, err := demo.New(demo.Config{Playlists: 200, Songs: 40, Seed: 3})
	require.NoError(t, err)
	srv := httptest.NewServer(upstream)
	t.Cleanup(srv.Close)
	r, err := New(map[string]Settings{name: {BaseURL: srv.URL, RatePerSecond: -1, Values: values}})
	require.NoError(t, err)
	c, err := r.Collector(name)
	require.NoError(t, err)
	return c
}

// collectAll pages through a pool to its end.
func collectAll(t *testing.T, c sources.Collector, pool sources.Pool) []string {
	t.Helper()
	var ids []string
	for cursor := ""; ; {
		page, err := c.FetchPage(t.Context(), pool, cursor)
		require.NoError(t, err)
		for _, p := range page.Playlists {
			require.NotEmpty(t, p.Name)
			ids = append(ids, p.Ref.RemoteID)
		}
		if cursor = page.Next; cursor == "" {
			return ids
		}
	}
}

func TestCategoriesOfTheSquare(t *testing.T) {
	t.Parallel()
	for name, category := range map[string]string{"netease": "民谣", "qq": "国语", "kuwo": "雨天"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			whole := openDemo(t, name, nil)
			require.Len(t, whole.Pools(), 2)
			all := collectAll(t, whole, whole.Pools()[0])

			part := openDemo(t, name, map[string]string{"CATEGORIES": category + "，" + category + ", "})
			pools := part.Pools()
			require.Len(t, pools, 2, "a category that is named twice is one")
			require.Equal(t, sources.Pool{Kind: models.PoolPlaylistSquare, Name: "歌单广场 · " + category, Category: category}, pools[0])
			ids := collectAll(t, part, pools[0])
			require.NotEmpty(t, ids)
			require.Subset(t, all, ids)

			_, err := openDemo(t, name, map[string]string{"CATEGORIES": "没有"}).FetchPage(t.Context(),
				sources.Pool{Kind: models.PoolPlaylistSquare, Category: "没有"}, "")
			require.Equal(t, models.ClassInvalid, models.ClassOf(err), "%v", err)
			require.ErrorContains(t, err, category, "the message names what there is")
		})
	}
}

func TestNeteaseCategoriesAreParts(t *testing.T) {
	t.Parallel()
	c := openDemo(t, "netease", map[string]string{"CATEGORIES": "民谣,电子"})
	first, second := collectAll(t, c, c.Pools()[0]), collectAll(t, c, c.Pools()[1])
	require.NotEmpty(t, first)
	require.NotEmpty(t, second)
	require.NotSubset(t, first, second)
}
