package kuwo

import (
	"net/url"
	"testing"

	"github.com/stretchr/testify/require"

	"catalogsync/models"
)

func TestRecogniseURL(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]string{
		"https://www.kuwo.cn/playlist_detail/3400011122":               "3400011122",
		"http://kuwo.cn/playlist/3400011122":                           "3400011122",
		"https://m.kuwo.cn/h5app/playlist/3400011122?t=qqfriend":       "3400011122",
		"https://m.kuwo.cn/newh5app/playlist_detail/3400011122":        "3400011122",
		"https://m.kuwo.cn/newh5app/playlist_detail?pid=3400011122":    "3400011122",
		"https://www.kuwo.cn/web/inventory/share?pid=3400011122&x=1":   "3400011122",
		"https://WWW.KUWO.CN/playlist_detail/3400011122/?from=a#share": "3400011122",
		"https://www.kuwo.cn/rankList/16":                              "toplist_16",
		"https://www.kuwo.cn/rankList?bangId=16":                       "toplist_16",
		"https://m.kuwo.cn/newh5app/rankList?bangId=016":               "toplist_16",
	} {
		ref, ok, err := New(nil).RecogniseURL(parse(t, address))
		require.True(t, ok, address)
		require.NoError(t, err, address)
		require.Equal(t, want, ref.RemoteID, address)
		require.Equal(t, want == "toplist_16", ref.Kind == models.KindToplist, address)
		require.Equal(t, "kuwo", ref.Platform)
	}
}

func TestOwnAddressesThatAreNoPlaylist(t *testing.T) {
	t.Parallel()
	for _, address := range []string{
		"https://www.kuwo.cn/", "https://www.kuwo.cn/rankList", "https://www.kuwo.cn/play_detail/900100201", "https://www.kuwo.cn/yinyue/1",
		"https://www.kuwo.cn/album_detail/4400", "https://www.kuwo.cn/playlist_detail/", "https://www.kuwo.cn/playlist_detail/abc",
		"https://www.kuwo.cn/playlist_detail/-1", "https://www.kuwo.cn/search?pid=5", "https://www.kuwo.cn/playlist_detail/99999999999999999999",
		"https://h5app.kuwo.cn/m/bodian/collection.html?playlistId=5&source=4",
	} {
		_, ok, err := New(nil).RecogniseURL(parse(t, address))
		require.True(t, ok, address)
		require.Equal(t, models.CodeBadURL, models.CodeOf(err), address)
	}
}

func TestForeignAddresses(t *testing.T) {
	t.Parallel()
	for _, address := range []string{
		"https://kuwo.cn.evil.tld/playlist_detail/1", "https://notkuwo.cn/playlist_detail/1", "https://y.qq.com/n/ryqq/playlist/1", "file:///kuwo.cn/playlist/1",
	} {
		_, ok, err := New(nil).RecogniseURL(parse(t, address))
		require.False(t, ok, address)
		require.NoError(t, err, address)
	}
}

func parse(t *testing.T, address string) *url.URL {
	t.Helper()
	u, err := url.Parse(address)
	require.NoError(t, err)
	return u
}
