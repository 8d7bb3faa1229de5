package netease

import (
	"encoding/json"
	"net/http"
	"strings"

	"catalogsync/app/demo/catalog"
	"catalogsync/app/demo/wire"
)

const (
	// anonymousTracks is how many full songs a detail answer holds, whatever n says.
	anonymousTracks = 10
	memberTracks    = 1000
	maxSongBatch    = 1000
)

type trackID struct {
	ID         int64   `json:"id"`
	V          int     `json:"v"`
	T          int     `json:"t"`
	At         int64   `json:"at"`
	Alg        *string `json:"alg"`
	UID        int64   `json:"uid"`
	RcmdReason string  `json:"rcmdReason"`
	SC         *string `json:"sc"`
	F          *string `json:"f"`
	SR         *string `json:"sr"`
}

// detail is endpoint 3: trackIds is complete, tracks is cut.
func (p *Platform) detail(w http.ResponseWriter, c *wire.Call) {
	id := c.ID("id")
	pl, ok := p.catalog.FindPlaylist(catalog.NetEase, catalog.Square, id)
	if !ok {
		pl, ok = p.catalog.FindPlaylist(catalog.NetEase, catalog.Toplist, id)
	}
	switch {
	case c.Param("id") == "":
		wire.JSON(w, refusal{Code: 400, Message: text("参数错误")})
		return
	case id == PrivatePlaylistID:
		wire.JSON(w, refusal{Code: 401, Msg: text("无权限访问")})
		return
	case !ok:
		wire.JSON(w, refusal{Code: 404, Message: text("no resource")})
		return
	}
	most := anonymousTracks
	if cookie, err := c.Cookie("MUSIC_U"); err == nil && cookie.Value != "" {
		most = memberTracks
	}
	most = min(most, c.Int("n", most, 0, memberTracks))
	head := describe(pl)
	tracks, privileges := []song{}, []privilege{}
	for i, e := range pl.Entries(0, pl.Len()) {
		id := catalog.SongID(catalog.NetEase, e.Ref)
		head.TrackIDs = append(head.TrackIDs, trackID{ID: id, V: 4, At: pl.UpdatedMS - int64(i)*1000, UID: head.UserID})
		if i < most {
			s := p.catalog.Song(catalog.NetEase, e.Ref)
			tracks, privileges = append(tracks, p.song(s)), append(privileges, p.privilege(s))
		}
	}
	head.Tracks = tracks
	wire.JSON(w, map[string]any{"code": 200, "relatedVideos": nil, "playlist": head, "urls": nil,
		"privileges": privileges, "sharedPrivilege": nil, "resEntrance": nil})
}

// songDetail is endpoint 3b. Unknown ids are missing, and the order is not the asked one.
func (p *Platform) songDetail(w http.ResponseWriter, c *wire.Call) {
	var asked []struct {
		ID json.Number `json:"id"`
	}
	if err := json.NewDecoder(strings.NewReader(c.Param("c"))).Decode(&asked); err != nil || len(asked) > maxSongBatch {
		wire.JSON(w, refusal{Code: 400, Message: text("参数错误")})
		return
	}
	songs, privileges := []song{}, []privilege{}
	for i := range asked {
		id, err := asked[len(asked)-1-i].ID.Int64()
		if err != nil {
			continue
		}
		if s, ok := p.find(id); ok {
			songs, privileges = append(songs, p.song(s)), append(privileges, p.privilege(s))
		}
	}
	wire.JSON(w, map[string]any{"songs": songs, "privileges": privileges, "code": 200})
}
