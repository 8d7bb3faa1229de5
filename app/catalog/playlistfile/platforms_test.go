package playlistfile_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"catalogsync/app/catalog/playlistfile"
	"catalogsync/app/sources/all"
	"catalogsync/models"
)

// The platforms of this build recognise their own addresses, as people copy them.
func TestAddressesOfTheRealPlatforms(t *testing.T) {
	t.Parallel()
	registry, err := all.New(nil)
	require.NoError(t, err)
	file := `# a comment
https://music.163.com/#/playlist?id=17745989905
qq,https://y.qq.com/n/ryqq/playlist/7707261125
https://y.qq.com/n/ryqq/toplist/26
https://www.kuwo.cn/rankList?bangId=16

https://y.music.163.com/m/playlist?id=17745989905&userid=1
kuwo,https://www.kuwo.cn/playlist_detail/3400011000
https://music.163.com/#/song?id=8000001
netease,https://y.qq.com/n/ryqq/playlist/1
https://kuwo.cn.evil.example/playlist_detail/1
`
	r, err := playlistfile.Parse(strings.NewReader(file), playlistfile.RecognisersOf(registry.All()))
	require.NoError(t, err)
	require.Equal(t, []models.PlaylistRef{
		{Platform: "netease", RemoteID: "17745989905", Kind: models.KindPlaylist},
		{Platform: "qq", RemoteID: "7707261125", Kind: models.KindPlaylist},
		{Platform: "qq", RemoteID: "toplist_26", Kind: models.KindToplist},
		{Platform: "kuwo", RemoteID: "toplist_16", Kind: models.KindToplist},
		{Platform: "kuwo", RemoteID: "3400011000", Kind: models.KindPlaylist},
	}, r.Refs())
	require.Len(t, r.Duplicates, 1)
	require.Equal(t, 7, r.Duplicates[0].Line)
	var bad []int
	for _, b := range r.Bad {
		bad = append(bad, b.Line)
	}
	require.Equal(t, []int{9, 10, 11}, bad)
}
