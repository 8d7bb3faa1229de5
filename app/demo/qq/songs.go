package qq

import (
	"fmt"

	"catalogsync/app/demo/audio"
	"catalogsync/app/demo/catalog"
)

type singer struct {
	ID    int64  `json:"id"`
	Mid   string `json:"mid"`
	Name  string `json:"name"`
	Title string `json:"title"`
}

type album struct {
	ID         int64  `json:"id"`
	Mid        string `json:"mid"`
	Name       string `json:"name"`
	Title      string `json:"title"`
	Subtitle   string `json:"subtitle"`
	PMid       string `json:"pmid"`
	TimePublic string `json:"time_public"`
}

type file struct {
	MediaMid      string  `json:"media_mid"`
	SizeTry       int64   `json:"size_try"`
	TryBegin      int64   `json:"try_begin"`
	TryEnd        int64   `json:"try_end"`
	Size24AAC     int64   `json:"size_24aac"`
	Size48AAC     int64   `json:"size_48aac"`
	Size96AAC     int64   `json:"size_96aac"`
	Size128MP3    int64   `json:"size_128mp3"`
	Size192OGG    int64   `json:"size_192ogg"`
	Size192AAC    int64   `json:"size_192aac"`
	Size320MP3    int64   `json:"size_320mp3"`
	SizeFLAC      int64   `json:"size_flac"`
	SizeAPE       int64   `json:"size_ape"`
	SizeDTS       int64   `json:"size_dts"`
	SizeHires     int64   `json:"size_hires"`
	HiresSample   int     `json:"hires_sample"`
	HiresBitdepth int     `json:"hires_bitdepth"`
	Size96OGG     int64   `json:"size_96ogg"`
	Size360RA     []int64 `json:"size_360ra"`
	SizeDolby     int64   `json:"size_dolby"`
	SizeNew       []int64 `json:"size_new"`
}

type pay struct {
	PayMonth   int `json:"pay_month"`
	PriceTrack int `json:"price_track"`
	PriceAlbum int `json:"price_album"`
	PayPlay    int `json:"pay_play"`
	PayDown    int `json:"pay_down"`
	PayStatus  int `json:"pay_status"`
	TimeFree   int `json:"time_free"`
}

type action struct {
	Switch int `json:"switch"`
	Alert  int `json:"alert"`
	MsgID  int `json:"msgid"`
	Icons  int `json:"icons"`
	MsgPay int `json:"msgpay"`
}

// song is a song in the new shape.
type song struct {
	ID         int64          `json:"id"`
	Type       int            `json:"type"`
	SongType   int            `json:"songtype"`
	Version    int            `json:"version"`
	Mid        string         `json:"mid"`
	Name       string         `json:"name"`
	Label      string         `json:"label"`
	Title      string         `json:"title"`
	Subtitle   string         `json:"subtitle"`
	Interval   int64          `json:"interval"`
	IsOnly     int            `json:"isonly"`
	Language   int            `json:"language"`
	Genre      int            `json:"genre"`
	IndexCD    int            `json:"index_cd"`
	IndexAlbum int            `json:"index_album"`
	Status     int            `json:"status"`
	URL        string         `json:"url"`
	TimePublic string         `json:"time_public"`
	Singer     []singer       `json:"singer"`
	Album      album          `json:"album"`
	MV         map[string]any `json:"mv"`
	File       file           `json:"file"`
	Pay        pay            `json:"pay"`
	Action     action         `json:"action"`
	VS         []string       `json:"vs"`
	VF         []float64      `json:"vf"`
}

// Rights bits of a playable and of a greyed-out song.
const (
	switchPlayable = 16889603
	switchGreyed   = 1
)

func (p *Platform) describe(s *catalog.Song) song {
	out := song{ID: s.ID, Mid: SongMid(s.ID), Name: escape(s.Title), Title: escape(s.FullTitle()), Label: "0",
		Interval: seconds(s), Genre: 1, IndexAlbum: s.Track, TimePublic: fmt.Sprintf("%d-05-06", s.Year),
		Singer: []singer{}, MV: map[string]any{"id": 0, "vid": "", "vt": 0}, File: p.files(s),
		Action: action{Switch: switchPlayable, Alert: 16, Icons: 1}, VS: []string{"", ""}, VF: []float64{-6.1, 0}}
	for _, a := range s.Artists {
		out.Singer = append(out.Singer, singer{ID: a.ID, Mid: mid(singerMid, a.ID), Name: escape(a.Name), Title: escape(a.Name)})
	}
	if s.AlbumID != 0 {
		m := mid(albumMid, s.AlbumID)
		out.Album = album{ID: s.AlbumID, Mid: m, Name: escape(s.Album), Title: escape(s.Album), PMid: m + "_1", TimePublic: out.TimePublic}
	} else if s.Ref.Work%2 == 0 {
		out.Album.Name, out.Album.Title = "空", "空"
	}
	switch s.Serving {
	case catalog.Paid, catalog.Preview:
		out.Pay = pay{PayMonth: 1, PayPlay: 1, PayDown: 1, PriceTrack: 200}
	case catalog.Withdrawn:
		out.Action.Switch = switchGreyed
	}
	return out
}

func (p *Platform) files(s *catalog.Song) file {
	out := file{MediaMid: mid(mediaMid, s.ID), Size360RA: []int64{}, SizeNew: []int64{0, 0}}
	out.Size96AAC = p.library.Size(s.File(audio.AAC96))
	out.Size128MP3 = p.library.Size(s.File(audio.MP3128))
	if s.Announced >= audio.MP3320 {
		out.Size320MP3 = p.library.Size(s.File(audio.MP3320))
	}
	if s.Announced >= audio.FLAC {
		out.SizeFLAC = p.library.Size(s.File(audio.FLAC))
	}
	if s.Serving == catalog.Preview {
		clip := s.PreviewFile()
		out.SizeTry, out.TryBegin = p.library.Size(clip), 2000
		out.TryEnd = out.TryBegin + audio.Duration(clip.Cells).Milliseconds()
	}
	return out
}

func seconds(s *catalog.Song) int64 { return (s.Duration().Milliseconds() + 500) / 1000 }

// legacySong is the older shape of the same.
type legacySong struct {
	SongID      int64          `json:"songid"`
	SongMid     string         `json:"songmid"`
	SongName    string         `json:"songname"`
	SongOrig    string         `json:"songorig"`
	AlbumID     int64          `json:"albumid"`
	AlbumMid    string         `json:"albummid"`
	AlbumName   string         `json:"albumname"`
	Interval    int64          `json:"interval"`
	Singer      []singer       `json:"singer"`
	StrMediaMid string         `json:"strMediaMid"`
	Size128     int64          `json:"size128"`
	Size320     int64          `json:"size320"`
	SizeAPE     int64          `json:"sizeape"`
	SizeFLAC    int64          `json:"sizeflac"`
	SizeOGG     int64          `json:"sizeogg"`
	Switch      int            `json:"switch"`
	Type        int            `json:"type"`
	VID         string         `json:"vid"`
	Stream      int            `json:"stream"`
	Label       string         `json:"label"`
	Pay         map[string]int `json:"pay"`
	Preview     map[string]int `json:"preview"`
}

func (s *song) legacy() legacySong {
	return legacySong{SongID: s.ID, SongMid: s.Mid, SongName: s.Title, SongOrig: s.Name, AlbumID: s.Album.ID, AlbumMid: s.Album.Mid,
		AlbumName: s.Album.Name, Interval: s.Interval, Singer: s.Singer, StrMediaMid: s.File.MediaMid, Size128: s.File.Size128MP3,
		Size320: s.File.Size320MP3, SizeFLAC: s.File.SizeFLAC, Switch: s.Action.Switch, Stream: 1, Label: s.Label,
		Pay:     map[string]int{"payplay": s.Pay.PayPlay, "paydownload": s.Pay.PayDown, "payalbum": 0, "paytrackprice": s.Pay.PriceTrack},
		Preview: map[string]int{"trybegin": int(s.File.TryBegin), "tryend": int(s.File.TryEnd), "trysize": int(s.File.SizeTry)}}
}
