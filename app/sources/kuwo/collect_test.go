package kuwo

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"catalogsync/app/sources"
	"catalogsync/models"
)

var (
	squarePool  = sources.Pool{Kind: models.PoolPlaylistSquare}
	toplistPool = sources.Pool{Kind: models.PoolToplist}
)

func TestSquareIsPagedToItsEnd(t *testing.T) {
	t.Parallel()
	s := newSource(t, func(r *http.Request) reply {
		require.Equal(t, "https://www.kuwo.cn/", r.Header.Get("Referer"))
		if r.URL.Host == "qukudata.kuwo.cn" {
			return reply{file: "node_" + r.URL.Query().Get("node") + ".json"}
		}
		return reply{file: "square_" + r.URL.Query().Get("pn") + ".json"}
	})
	page, err := s.FetchPage(t.Context(), squarePool, "")
	require.NoError(t, err)
	require.Equal(t, 38, page.Total)
	require.Equal(t, 3, page.Skipped, "an album, a node without a playlist, a row without an id")
	require.Len(t, page.Playlists, 2, "the same playlist twice is one")
	first := page.Playlists[0]
	require.NotEmpty(t, first.Raw)
	first.Raw = nil
	require.Equal(t, sources.PlaylistSummary{
		Ref:  models.PlaylistRef{Platform: "kuwo", RemoteID: "3400011122", Kind: models.KindPlaylist},
		Name: "雨后的 街灯", Description: "第一行\n<b>", Creator: "小满的收音机",
		CoverURL: "https://img1.kuwo.cn/star/userpl2015/1/23/1_150.jpg", WebURL: "https://www.kuwo.cn/playlist_detail/3400011122",
		PlayCount: 480213, TrackCount: 62,
	}, first)
	require.Equal(t, "3400011123", page.Playlists[1].Ref.RemoteID, "a node has its playlist's id")

	last, err := s.FetchPage(t.Context(), squarePool, page.Next)
	require.NoError(t, err)
	require.Len(t, last.Playlists, 1)
	require.Empty(t, last.Next)

	end, err := answering(t, "square_none.json").FetchPage(t.Context(), squarePool, "3")
	require.NoError(t, err)
	require.Empty(t, end.Playlists)
	require.Empty(t, end.Next)
}

func TestChartsComeFromTheMenuOrItsTree(t *testing.T) {
	t.Parallel()
	page, err := answering(t, "bangs.json").FetchPage(t.Context(), toplistPool, "")
	require.NoError(t, err)
	require.Len(t, page.Playlists, 1, "another kind of entry, no id, and a repeat are left out")
	chart := page.Playlists[0]
	require.Equal(t, models.PlaylistRef{Platform: "kuwo", RemoteID: "toplist_93", Kind: models.KindToplist}, chart.Ref, "sourceid, not id")
	require.Equal(t, "每天 更新", chart.Description)

	for name, menu := range map[string]reply{
		"gone":  {status: http.StatusNotFound},
		"other": {file: "nocode.json"},
	} {
		s := newSource(t, func(r *http.Request) reply {
			if r.URL.Host == "wapi.kuwo.cn" {
				return menu
			}
			return reply{file: "bangs_tree.json"}
		})
		page, err = s.FetchPage(t.Context(), toplistPool, "")
		require.NoError(t, err, name)
		require.Len(t, page.Playlists, 2, name)
		require.Equal(t, "新歌", page.Playlists[1].Name)
		require.Equal(t, 1, page.Skipped)
	}
}

func TestAnswersThatAreNoPage(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		reply reply
		class models.ErrorClass
		code  models.Code
	}{
		"rows are no list":    {reply{file: "square_wrong.json"}, models.ClassPermanent, models.CodeUpstreamShape},
		"no code":             {reply{file: "nocode.json"}, models.ClassPermanent, models.CodeUpstreamShape},
		"an error code":       {reply{file: "square_error.json"}, models.ClassTransient, models.CodeUpstreamStatus},
		"slower please":       {reply{file: "square_often.json"}, models.ClassRateLimited, models.CodeRateLimited},
		"caller is disliked":  {reply{file: "illegal.json"}, models.ClassRiskControl, models.CodeRiskControl},
		"a page":              {reply{file: "home.html"}, models.ClassRiskControl, models.CodeUpstreamHTML},
		"nothing at all":      {reply{}, models.ClassTransient, models.CodeUpstreamEmpty},
		"status 500":          {reply{status: http.StatusInternalServerError}, models.ClassTransient, models.CodeUpstreamStatus},
		"status 429":          {reply{status: http.StatusTooManyRequests}, models.ClassRateLimited, models.CodeRateLimited},
		"nothing to this tag": {reply{file: "web_gone.json"}, models.ClassPermanent, models.CodeUpstreamStatus},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newSource(t, func(*http.Request) reply { return c.reply })
			_, err := s.FetchPage(t.Context(), squarePool, "")
			require.Equal(t, c.class, models.ClassOf(err), "%v", err)
			require.Equal(t, c.code, models.CodeOf(err), "%v", err)
			require.Error(t, s.Probe(t.Context()))
		})
	}
	require.NoError(t, answering(t, "square_1.json").Probe(t.Context()))
}

func TestCursorOfAnotherSourceIsRefused(t *testing.T) {
	t.Parallel()
	_, err := answering(t, "square_1.json").FetchPage(t.Context(), squarePool, "0")
	require.Equal(t, models.ClassInvalid, models.ClassOf(err))
}
