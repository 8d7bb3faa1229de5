package qq

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
	s := newSource(t, func(q question) reply {
		require.Equal(t, "u.y.qq.com", q.URL.Host)
		require.Equal(t, "https://y.qq.com/", q.Header.Get("Referer"))
		require.Equal(t, "https://y.qq.com", q.Header.Get("Origin"))
		if q.body.Get("playlist.param.sin").Int() == 0 {
			return reply{file: "square.json"}
		}
		require.EqualValues(t, 3, q.body.Get("playlist.param.sin").Int())
		return reply{file: "square_end.json"}
	})
	page, err := s.FetchPage(t.Context(), squarePool, "")
	require.NoError(t, err)
	require.Equal(t, 4, page.Total)
	require.Equal(t, 1, page.Skipped, "the row without an id")
	require.Len(t, page.Playlists, 2)
	first := page.Playlists[0]
	require.NotEmpty(t, first.Raw)
	first.Raw = nil
	require.Equal(t, sources.PlaylistSummary{
		Ref:  models.PlaylistRef{Platform: "qq", RemoteID: "7900000001", Kind: models.KindPlaylist},
		Name: "山雨欲来 & 慢歌", Description: "第一行\n第二行", Creator: "阿木's",
		CoverURL: "https://qpic.y.qq.com/music_cover/AAA/600?n=1", WebURL: "https://y.qq.com/n/ryqq/playlist/7900000001",
		PlayCount: 20480, TrackCount: 2, UpdatedAtMS: 1760000000000,
	}, first)
	require.Equal(t, "<script>alert(1)</script>", page.Playlists[1].Name, "markup is text like any other")
	require.Empty(t, page.Playlists[1].CoverURL, "a cover that is no web address")

	last, err := s.FetchPage(t.Context(), squarePool, page.Next)
	require.NoError(t, err)
	require.Len(t, last.Playlists, 1)
	require.Empty(t, last.Next)
}

func TestToplistsLeaveOutVideosAndRepeats(t *testing.T) {
	t.Parallel()
	page, err := answering(t, "toplists.json").FetchPage(t.Context(), toplistPool, "")
	require.NoError(t, err)
	require.Empty(t, page.Next)
	require.Equal(t, 1, page.Skipped)
	require.Len(t, page.Playlists, 2)
	chart := page.Playlists[0]
	require.Equal(t, models.PlaylistRef{Platform: "qq", RemoteID: "toplist_62", Kind: models.KindToplist}, chart.Ref)
	require.Equal(t, "http://y.gtimg.cn/music/photo_new/head.jpg", chart.CoverURL)
	require.EqualValues(t, 15000321, chart.PlayCount)
	require.EqualValues(t, 100, chart.TrackCount)
	require.NotContains(t, string(chart.Raw), `"rank"`, "previews of songs are not kept")
	require.Equal(t, "toplist_75", page.Playlists[1].Ref.RemoteID)
}

func TestAnswersThatAreNoPage(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		reply reply
		class models.ErrorClass
		code  models.Code
	}{
		"no rows before the end":   {reply{file: "square_hole.json"}, models.ClassPermanent, models.CodeUpstreamShape},
		"no code is no success":    {reply{file: "keyless.json"}, models.ClassPermanent, models.CodeUpstreamShape},
		"another part":             {reply{file: "toplists.json"}, models.ClassPermanent, models.CodeUpstreamShape},
		"slower please":            {reply{file: "rate.json"}, models.ClassRateLimited, models.CodeRateLimited},
		"verification page":        {reply{file: "shortlink.html"}, models.ClassRiskControl, models.CodeUpstreamHTML},
		"nothing at all":           {reply{}, models.ClassTransient, models.CodeUpstreamEmpty},
		"status 429":               {reply{status: http.StatusTooManyRequests}, models.ClassRateLimited, models.CodeRateLimited},
		"status 500 with no body":  {reply{status: http.StatusInternalServerError}, models.ClassTransient, models.CodeUpstreamStatus},
		"an unknown code at a key": {reply{file: "code_unknown.json"}, models.ClassTransient, models.CodeUpstreamStatus},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newSource(t, func(question) reply { return c.reply })
			_, err := s.FetchPage(t.Context(), squarePool, "")
			require.Equal(t, c.class, models.ClassOf(err), "%v", err)
			require.Equal(t, c.code, models.CodeOf(err), "%v", err)
		})
	}
}

func TestCursorOfAnotherSourceIsRefused(t *testing.T) {
	t.Parallel()
	_, err := answering(t, "square.json").FetchPage(t.Context(), squarePool, "-3")
	require.Equal(t, models.ClassInvalid, models.ClassOf(err))
}

func TestProbe(t *testing.T) {
	t.Parallel()
	require.NoError(t, answering(t, "square.json").Probe(t.Context()))
	require.Equal(t, models.ClassRateLimited, models.ClassOf(answering(t, "rate.json").Probe(t.Context())))
}
