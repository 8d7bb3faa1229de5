package qq

import (
	"bytes"
	"strconv"

	"github.com/tidwall/gjson"

	"catalogsync/app/sources"
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
	cd := root.Get("cdlist.0")
	if !cd.Exists() {
		return listing{}, gone(cdinfo)
	}
	rows, err := songRows(cdinfo, cd)
	if err != nil {
		return listing{}, err
	}
	total := int(max(cd.Get("total_song_num").Int(), cd.Get("songnum").Int()))
	if cd.Get("dissname").String() == "" && len(rows) == 0 && total <= 0 {
		return listing{}, gone(cdinfo) // how an unknown id looks at times
	}
	// disstid is the id; dissid beside it is a truncated number.
	if told := cd.Get("disstid").String(); told != "" && told != strconv.FormatInt(id, 10) {
		return listing{}, shapeError(cdinfo, cd.Raw, "the answer is about another playlist")
	}
	l := listing{
		summary: sources.PlaylistSummary{
			Name:        cleanLine(cd.Get("dissname").String()),
			Description: cleanText(cd.Get("desc").String()),
			CoverURL:    webAddress(cd.Get("logo").String()),
			Creator:     cleanLine(firstText(cd.Get("nickname").String(), cd.Get("nick").String())),
			PlayCount:   max(cd.Get("visitnum").Int(), 0),
			UpdatedAtMS: max(cd.Get("mtime").Int(), 0) * 1000,
			Raw:         withoutKeys(cd, "songlist", "songids", "songtypes"),
		},
		ids:  cd.Get("songids").String(),
		more: true, // the end is told by total alone
	}
	l.complete(id, total, rows, cd)
	return l, nil
}

// readDissInfo reads one page of the musicu playlist detail.
func readDissInfo(data gjson.Result, id int64) (listing, error) {
	dir := data.Get("dirinfo")
	if !dir.IsObject() {
		return listing{}, shapeError(dissInfo, data.Raw, "dirinfo is missing")
	}
	rows, err := songRows(dissInfo, data)
	if err != nil {
		return listing{}, err
	}
	total := int(max(data.Get("total_song_num").Int(), dir.Get("songnum").Int()))
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
			CoverURL:    webAddress(firstText(dir.Get("picurl").String(), dir.Get("picurl2").String())),
			Creator:     cleanLine(firstText(dir.Get("host_nick").String(), dir.Get("creator.nick").String())),
			PlayCount:   max(dir.Get("listennum").Int(), 0),
			UpdatedAtMS: max(dir.Get("mtime").Int(), 0) * 1000,
			Raw:         models.RawJSON(dir.Raw),
		},
		more: data.Get("hasmore").Int() != 0,
	}
	l.complete(id, total, rows, data)
	return l, nil
}

// complete sets what both endpoints tell alike.
func (l *listing) complete(id int64, total int, rows []gjson.Result, page gjson.Result) {
	remoteID := strconv.FormatInt(id, 10)
	l.summary.Ref = models.PlaylistRef{Platform: Name, RemoteID: remoteID, Kind: models.KindPlaylist}
	l.summary.WebURL = playlistPage + remoteID
	l.total, l.rows, l.begin = max(total, 0), rows, -1
	l.summary.TrackCount = int64(max(l.total, len(rows)))
	if begin, ok := integer(page.Get("song_begin")); ok {
		l.begin = int(begin)
	}
}

// songRows is the list of songs of a page; null is how some answers write an empty one.
func songRows(endpoint string, page gjson.Result) ([]gjson.Result, error) {
	list := page.Get("songlist")
	switch {
	case list.IsArray():
		return list.Array(), nil
	case list.Exists() && list.Type == gjson.Null:
		return nil, nil
	}
	return nil, shapeError(endpoint, page.Raw, "songlist is no list")
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
