package qq

import (
	"testing"

	"github.com/stretchr/testify/require"

	"catalogsync/models"
)

var chart62 = models.PlaylistRef{Platform: Name, RemoteID: "toplist_62", Kind: models.KindToplist}

func TestChartJoinsRanksAndSongs(t *testing.T) {
	t.Parallel()
	requests := 0
	s := newSource(t, func(q question) reply {
		requests++
		require.EqualValues(t, 62, q.body.Get("detail.param.topId").Value())
		require.False(t, q.body.Get("detail.param.period").Exists())
		return reply{file: "chart.json"}
	})
	snap, err := s.FetchPlaylist(t.Context(), chart62, "")
	require.NoError(t, err)
	require.Equal(t, 5, snap.ClaimedSongs)
	require.Equal(t, 1, snap.Unreadable, "an id without its song is a gap, not an audiobook")
	var ids []string
	for _, e := range snap.Songs {
		ids = append(ids, e.RemoteID)
	}
	require.Equal(t, []string{"000SongMid0001", "qqtop_62_2", "000SongMid0003", "qqtop_62_4"}, ids)
	for i, fallback := range []bool{false, true, false, true} {
		require.Equal(t, fallback, snap.Songs[i].NotMusic)
		require.Equal(t, fallback, snap.Songs[i].QQToplistFallback)
	}
	require.Equal(t, "第一回 说书人", snap.Songs[1].Name)

	requests = 0
	again, err := s.FetchPlaylist(t.Context(), chart62, snap.Version)
	require.NoError(t, err)
	require.True(t, again.Unchanged)
	require.Equal(t, 1, requests)
}

func TestStalePeriodIsAskedForOnce(t *testing.T) {
	t.Parallel()
	requests := 0
	s := newSource(t, func(q question) reply {
		requests++
		if q.body.Get("detail.param.period").String() == "2026-03-05" {
			return reply{file: "chart_fresh.json"}
		}
		return reply{file: "chart_stale.json"}
	})
	snap, err := s.FetchPlaylist(t.Context(), chart62, "")
	require.NoError(t, err)
	require.Len(t, snap.Songs, 1)
	require.Equal(t, 2, requests)

	_, err = answering(t, "chart_stale.json").FetchPlaylist(t.Context(), chart62, "")
	require.Equal(t, models.CodeUpstreamShape, models.CodeOf(err), "ranks without songs are never an empty chart")
}

func TestSpokenChartHoldsNoMusic(t *testing.T) {
	t.Parallel()
	snap, err := answering(t, "chart_spoken.json").FetchPlaylist(t.Context(),
		models.PlaylistRef{Platform: Name, RemoteID: "toplist_75", Kind: models.KindToplist}, "")
	require.NoError(t, err)
	require.Len(t, snap.Songs, 2)
	require.Zero(t, snap.Unreadable)
	require.Equal(t, "qqtop_75_1", snap.Songs[0].RemoteID)
	require.True(t, snap.Songs[0].NotMusic)
}

func TestLongChartIsPaged(t *testing.T) {
	t.Parallel()
	s := newSource(t, func(q question) reply {
		if q.body.Get("detail.param.offset").Int() == 1 {
			return reply{file: "chart_rest.json"}
		}
		return reply{file: "chart_half.json"}
	})
	snap, err := s.FetchPlaylist(t.Context(), chart62, "")
	require.NoError(t, err)
	require.Len(t, snap.Songs, 2)
	require.Equal(t, "000SongMid0002", snap.Songs[1].RemoteID)

	_, err = answering(t, "chart_half.json").FetchPlaylist(t.Context(), chart62, "")
	require.Equal(t, models.CodeUpstreamShape, models.CodeOf(err), "the first page again is no second page")
}

func TestUnknownChartIsGone(t *testing.T) {
	t.Parallel()
	_, err := answering(t, "chart_gone.json").FetchPlaylist(t.Context(), chart62, "")
	require.Equal(t, models.CodePlaylistGone, models.CodeOf(err))
}
