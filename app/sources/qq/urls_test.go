package qq

import (
	"net/http"
	"net/url"
	"testing"

	"github.com/stretchr/testify/require"

	"catalogsync/models"
)

func TestRecogniseURL(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]string{
		"https://y.qq.com/n/ryqq/playlist/7707261125":                                                         "7707261125",
		"https://y.qq.com/n/ryqq_v2/playlist/7707261125":                                                      "7707261125",
		"http://y.qq.com/n/yqq/playlist/7707261125.html":                                                      "7707261125",
		"https://y.qq.com/n/yqq/playsquare/7707261125.html#stat=y":                                            "7707261125",
		"https://y.qq.com/n/m/detail/taoge/index.html?id=7707261125":                                          "7707261125",
		"https://y.qq.com/w/taoge.html?ADTAG=x&id=7707261125":                                                 "7707261125",
		"https://i.y.qq.com/n2/m/share/details/taoge.html?platform=11&appshare=android&id=7707261125&ADTAG=w": "7707261125",
		"https://i2.y.qq.com/n3/other/pages/details/playlist.html?ADTAG=w&id=7707261125&hosteuin=oK*":         "7707261125",
		"https://i2.y.qq.com/n3/other/pages/details/playlist.html?disstid=7707261125":                         "7707261125",
		"https://y.qq.com/n/ryqq/toplist/26":                                                                  "toplist_26",
		"https://y.qq.com/n/ryqq_v2/toplist/26/":                                                              "toplist_26",
		"https://Y.QQ.COM/n/yqq/toplist/26.html":                                                              "toplist_26",
		"https://i.y.qq.com/n2/m/share/details/toplist.html?id=026&type=0":                                    "toplist_26",
	} {
		ref, ok, err := New(nil).RecogniseURL(parse(t, address))
		require.True(t, ok, address)
		require.NoError(t, err, address)
		require.Equal(t, want, ref.RemoteID, address)
		require.Equal(t, want == "toplist_26", ref.Kind == models.KindToplist, address)
		require.Equal(t, "qq", ref.Platform)
	}
}

func TestOwnAddressesThatAreNoPlaylist(t *testing.T) {
	t.Parallel()
	for _, address := range []string{
		"https://y.qq.com/", "https://y.qq.com/n/ryqq/songDetail/000SongMid0001", "https://y.qq.com/n/yqq/song/000SongMid0001.html",
		"https://i.y.qq.com/v8/playsong.html?songid=5", "https://y.qq.com/n/ryqq/albumDetail/003AlbumMid001?id=3",
		"https://y.qq.com/n/ryqq/playlist/", "https://y.qq.com/n/ryqq/playlist/abc", "https://y.qq.com/n/ryqq/playlist/-5",
		"https://y.qq.com/n/ryqq/playlist/99999999999999999999", "https://y.qq.com/n/ryqq/toplist/201",
		"https://y.qq.com/w/myalbum.html?dirid=201&id=5", "https://i.y.qq.com/n2/m/share/details/taoge.html",
	} {
		_, ok, err := New(nil).RecogniseURL(parse(t, address))
		require.True(t, ok, address)
		require.Equal(t, models.CodeBadURL, models.CodeOf(err), address)
		require.Equal(t, models.ClassInvalid, models.ClassOf(err), address)
	}
}

func TestForeignAddresses(t *testing.T) {
	t.Parallel()
	for _, address := range []string{
		"https://music.163.com/playlist?id=1", "https://y.qq.com.evil.example/n/ryqq/playlist/1", "https://evily.qq.com/n/ryqq/playlist/1",
		"ftp://y.qq.com/n/ryqq/playlist/1", "https://c6.y.qq.com/base/fcgi-bin/u?__=abc",
	} {
		_, ok, err := New(nil).RecogniseURL(parse(t, address))
		require.False(t, ok, address)
		require.NoError(t, err, address)
	}
}

func TestShortLinks(t *testing.T) {
	t.Parallel()
	redirect := func(to string) reply {
		return reply{status: http.StatusFound, header: http.Header{"Location": {to}}}
	}
	for name, c := range map[string]struct {
		reply reply
		want  string
	}{
		"redirect":           {redirect("https://i.y.qq.com/n2/m/share/details/taoge.html?id=7900000001"), "https://i.y.qq.com/n2/m/share/details/taoge.html?id=7900000001"},
		"page with a script": {reply{file: "shortlink.html"}, "https://i.y.qq.com/n2/m/share/details/taoge.html?platform=11&id=7900000001&ADTAG=x"},
		"leads away":         {redirect("https://evil.example/n/ryqq/playlist/1"), ""},
		"leads nowhere":      {reply{file: "lyric.json"}, ""},
		"leads in circles":   {redirect("https://c6.y.qq.com/base/fcgi-bin/u?__=abc"), ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newSource(t, func(q question) reply {
				require.Equal(t, http.MethodGet, q.Method)
				require.Equal(t, "abc", q.URL.Query().Get("__"))
				return c.reply
			})
			target, ok, err := s.ResolveShortLink(t.Context(), parse(t, "https://c6.y.qq.com/base/fcgi-bin/u?__=abc&x=1"))
			require.True(t, ok)
			if c.want == "" {
				require.Equal(t, models.CodeBadURL, models.CodeOf(err))
				return
			}
			require.NoError(t, err)
			require.Equal(t, c.want, target.String())
		})
	}
	_, ok, err := answering(t, "lyric.json").ResolveShortLink(t.Context(), parse(t, "https://y.qq.com/n/ryqq/playlist/1"))
	require.False(t, ok)
	require.NoError(t, err)
}

func parse(t *testing.T, address string) *url.URL {
	t.Helper()
	u, err := url.Parse(address)
	require.NoError(t, err)
	return u
}
