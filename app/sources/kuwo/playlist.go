package kuwo

import (
	"context"
	"fmt"
	"net/url"
	"strconv"
	"strings"

	"github.com/tidwall/gjson"

	"catalogsync/app/sources"
	"catalogsync/app/sources/upstreamtext"
	"catalogsync/models"
)

const (
	playlistPage = "https://www.kuwo.cn/playlist_detail/"
	plSvc        = "pl.svc"
	playListInfo = "playListInfo"
	// plSize and webSize are the largest pages of the two playlist endpoints.
	plSize, webSize = 1000, 100
)

// FetchPlaylist gets a playlist or chart with all its songs. The platform tells no time of
// change of playlists, so a playlist is unchanged when its songs are.
func (s *Source) FetchPlaylist(ctx context.Context, ref models.PlaylistRef, knownVersion string) (sources.Snapshot, error) {
	if ref.Kind == models.KindToplist || strings.HasPrefix(ref.RemoteID, toplistPrefix) {
		return s.fetchChart(ctx, strings.TrimPrefix(ref.RemoteID, toplistPrefix), knownVersion)
	}
	id := ref.RemoteID
	if !isID(id) {
		return sources.Snapshot{}, models.Invalid("playlist", models.CodeBadValue, "%q is no Kuwo playlist id", id)
	}
	snap, err := gather(knownVersion, plSize, func(page int) (listing, error) { return s.pcPlaylist(ctx, id, page) })
	if err == nil || !replaceable(err) {
		return snap, err
	}
	// The web endpoint also tells a playlist that does not exist from a failure.
	snap, webErr := gather(knownVersion, webSize, func(page int) (listing, error) { return s.webPlaylist(ctx, id, page) })
	if webErr != nil {
		return sources.Snapshot{}, fmt.Errorf("fetch playlist %s from the web: %w (the PC endpoint: %w)", id, webErr, err)
	}
	return snap, nil
}

// pcPlaylist gets a page from the PC client's endpoint; pages count from 0. Without vipver
// paid songs are left out of the list.
func (s *Source) pcPlaylist(ctx context.Context, id string, page int) (listing, error) {
	root, err := s.object(ctx, plSvc, "http://nplserver.kuwo.cn/pl.svc", url.Values{
		"op": {"getlistinfo"}, "pid": {id}, "pn": {strconv.Itoa(page)}, "rn": {strconv.Itoa(plSize)},
		"encode": {"utf8"}, "keyset": {"pl2012"}, "identity": {"kuwo"}, "pcmp4": {"1"},
		"vipver": {"MUSIC_9.0.5.0_W1"}, "newver": {"1"},
	})
	if err != nil {
		return listing{}, err
	}
	return readPCPlaylist(root, id)
}

func readPCPlaylist(root gjson.Result, id string) (listing, error) {
	head := headOf(root, "musiclist")
	if result := head.Get("result").String(); result != "ok" {
		e := models.NewError(models.ClassPermanent, models.CodeUpstreamStatus, "Kuwo answers %q for this playlist", result)
		e.Source, e.Endpoint = Name, plSvc
		return listing{}, e
	}
	rows, err := songRows(plSvc, root, "musiclist")
	if err != nil {
		return listing{}, err
	}
	if told := head.Get("id").String(); told != "" && told != id {
		return listing{}, shapeError(plSvc, root.Raw, "the answer is about another playlist")
	}
	total, ok := integer(head.Get("total"))
	if !ok {
		return listing{}, shapeError(plSvc, root.Raw, "total is missing")
	}
	return listing{
		summary: playlistSummary(id, head, "title", "pic", "playnum"),
		total:   int(max(total, 0)), rows: rows, read: readPCSong,
	}, nil
}

// webPlaylist gets a page from the web endpoint; its pages count from 1.
func (s *Source) webPlaylist(ctx context.Context, id string, page int) (listing, error) {
	data, err := s.web(ctx, playListInfo, wapi+"/api/www/playlist/playListInfo", url.Values{
		"pid": {id}, "pn": {strconv.Itoa(page + 1)}, "rn": {strconv.Itoa(webSize)}, "httpsStatus": {"1"},
	})
	if resultCode(err) == codeNothing {
		return listing{}, gone(playListInfo, "the playlist does not exist any more, or is private")
	}
	if err != nil {
		return listing{}, err
	}
	return readWebPlaylist(data, id)
}

func readWebPlaylist(data gjson.Result, id string) (listing, error) {
	head := headOf(data, "musicList")
	if told := head.Get("id").String(); told != id {
		return listing{}, shapeError(playListInfo, data.Raw, "the answer is about another playlist")
	}
	rows, err := songRows(playListInfo, data, "musicList")
	if err != nil {
		return listing{}, err
	}
	total, ok := integer(head.Get("total"))
	if !ok {
		return listing{}, shapeError(playListInfo, data.Raw, "total is missing")
	}
	return listing{
		summary: playlistSummary(id, head, "name", "img", "listencnt"),
		total:   int(max(total, 0)), rows: rows, read: readWebSong,
	}, nil
}

func playlistSummary(id string, head gjson.Result, name, cover, plays string) sources.PlaylistSummary {
	count, _ := integer(head.Get(plays)) // decoration: not told is 0
	return sources.PlaylistSummary{
		Ref:         models.PlaylistRef{Platform: Name, RemoteID: id, Kind: models.KindPlaylist},
		Name:        cleanLine(head.Get(name).String()),
		Description: cleanText(upstreamtext.First(head.Get("desc").String(), head.Get("info").String())),
		CoverURL:    webAddress(head.Get(cover).String()),
		Creator:     cleanLine(upstreamtext.First(head.Get("uname").String(), head.Get("userName").String())),
		WebURL:      playlistPage + id,
		PlayCount:   max(count, 0),
		Raw:         models.RawJSON(head.Raw),
	}
}
