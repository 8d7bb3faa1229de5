package apptest_test

import (
	"fmt"

	"catalogsync/app/demo"
	"catalogsync/app/demo/catalog"
)

// demoPlaylistURLs are the addresses of all playlists of a demo upstream, as people
// paste them.
func demoPlaylistURLs(s *demo.Server) []string {
	var urls []string
	for p := range s.Catalog().Playlists() {
		urls = append(urls, fmt.Sprintf(urlForms[p.Platform][p.Kind], p.ID))
	}
	return urls
}

var urlForms = map[catalog.Platform]map[catalog.Kind]string{
	catalog.NetEase: {catalog.Square: "https://music.163.com/#/playlist?id=%d", catalog.Toplist: "https://music.163.com/#/discover/toplist?id=%d"},
	catalog.QQ:      {catalog.Square: "https://y.qq.com/n/ryqq/playlist/%d", catalog.Toplist: "https://y.qq.com/n/ryqq/toplist/%d"},
	catalog.Kuwo:    {catalog.Square: "https://www.kuwo.cn/playlist_detail/%d", catalog.Toplist: "https://www.kuwo.cn/rankList?bangId=%d"},
}
