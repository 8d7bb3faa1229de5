package qq

import (
	"bytes"
	"strconv"

	"github.com/tidwall/gjson"

	"catalogsync/app/sources"
	"catalogsync/app/sources/upstreamtext"
	"catalogsync/models"
)

// Endpoint names of the two playlist details, for errors.
const (
	cdinfo   = "fcg_ucc_getcdinfo_byids_cp"
	dissInfo = "uniform_get_Dissinfo"
)

// readCDInfo reads one page of the legacy playlist detail.
func readCDInfo(root gjson.Result, id int64) (listing, error) {
	lists := root.Get("cdlist")
	if !lists.IsArray() {
		return listing{}, shapeError(cdinfo, root.Raw, "cdlist is missing")
	}
	list := root.Get("cdlist.0")
	if !list.Exists() {
		return listing{}, gone(cdinfo)
	}
	cd := membersOf(list)
	rows, err := songRows(cdinfo, list.Raw, cd["songlist"])
	if err != nil {
		return listing{}, err
	}
	total := int(max(cd["total_song_num"].Int(), cd["songnum"].Int()))
	if cd["dissname"].String() == "" && len(rows) == 0 && total <= 0 {
		return listing{}, gone(cdinfo) // how an unknown id looks at times
	}
	// disstid is the id; dissid beside it is a truncated number.
	if told := cd["disstid"].String(); told != "" && told != strconv.FormatInt(id, 10) {
		return listing{}, shapeError(cdinfo, list.Raw, "the answer is about another playlist")
	}
	l := listing{
		summary: sources.PlaylistSummary{
			Name:        cleanLine(cd["dissname"].String()),
			Description: cleanText(cd["desc"].String()),
			CoverURL:    webAddress(cd["logo"].String()),
			Creator:     cleanLine(upstreamtext.First(cd["nickname"].String(), cd["nick"].String())),
			PlayCount:   max(cd["visitnum"].Int(), 0),
			UpdatedAtMS: max(cd["mtime"].Int(), 0) * 1000,
			Raw:         withoutKeys(list, "songlist", "songids", "songtypes"),
		},
		ids:  cd["songids"].String(),
		more: true, // the end is told by total alone
	}
	l.complete(id, total, rows, cd["song_begin"])
	return l, nil
}

// readDissInfo reads one page of the musicu playlist detail.
func readDissInfo(data gjson.Result, id int64) (listing, error) {
	page := membersOf(data)
	dir := page["dirinfo"]
	if !dir.IsObject() {
		return listing{}, shapeError(dissInfo, data.Raw, "dirinfo is missing")
	}
	rows, err := songRows(dissInfo, data.Raw, page["songlist"])
	if err != nil {
		return listing{}, err
	}
	total := int(max(page["total_song_num"].Int(), dir.Get("songnum").Int()))
	if dir.Get("title").String() == "" && len(rows) == 0 && total <= 0 {
		return listing{}, gone(dissInfo)
	}
	if told := dir.Get("id"); told.Exists() && told.Int() != 0 && told.Int() != id {
		return listing{}, shapeError(dissInfo, data.Raw, "the answer is about another playlist")
	}
	l := listing{
		summary: sources.PlaylistSummary{
			Name:        cleanLine(dir.Get("title").String()),
			Description: cleanText(dir.Get("desc").String()),
			CoverURL:    webAddress(upstreamtext.First(dir.Get("picurl").String(), dir.Get("picurl2").String())),
			Creator:     cleanLine(upstreamtext.First(dir.Get("host_nick").String(), dir.Get("creator.nick").String())),
			PlayCount:   max(dir.Get("listennum").Int(), 0),
			UpdatedAtMS: max(dir.Get("mtime").Int(), 0) * 1000,
			Raw:         models.RawJSON(dir.Raw),
		},
		more: page["hasmore"].Int() != 0,
	}
	l.complete(id, total, rows, page["song_begin"])
	return l, nil
}

// complete sets what both endpoints tell alike; told is the window's begin.
func (l *listing) complete(id int64, total int, rows []gjson.Result, told gjson.Result) {
	remoteID := strconv.FormatInt(id, 10)
	l.summary.Ref = models.PlaylistRef{Platform: Name, RemoteID: remoteID, Kind: models.KindPlaylist}
	l.summary.WebURL = playlistPage + remoteID
	l.total, l.rows, l.begin = max(total, 0), rows, -1
	l.summary.TrackCount = int64(max(l.total, len(rows)))
	if begin, ok := integer(told); ok {
		l.begin = int(begin)
	}
}

// songRows is the list of songs of a page; null is how some answers write an empty one.
func songRows(endpoint, page string, list gjson.Result) ([]gjson.Result, error) {
	switch {
	case list.IsArray():
		return list.Array(), nil
	case list.Exists() && list.Type == gjson.Null:
		return nil, nil
	}
	return nil, shapeError(endpoint, page, "songlist is no list")
}

func gone(endpoint string) error {
	e := models.NewError(models.ClassNotFound, models.CodePlaylistGone, "the playlist does not exist any more")
	e.Source, e.Endpoint = Name, endpoint
	return e
}

// withoutKeys is an object without some of its members, the others byte for byte.
func withoutKeys(object gjson.Result, keys ...string) models.RawJSON {
	var out bytes.Buffer
	out.WriteByte('{')
	object.ForEach(func(key, value gjson.Result) bool {
		for _, k := range keys {
			if key.Str == k {
				return true
			}
		}
		if out.Len() > 1 {
			out.WriteByte(',')
		}
		out.WriteString(key.Raw)
		out.WriteByte(':')
		out.WriteString(value.Raw)
		return true
	})
	out.WriteByte('}')
	return out.Bytes()
}
