package netease

import (
	"fmt"
	"time"

	"catalogsync/app/demo/audio"
	"catalogsync/app/demo/catalog"
)

type artist struct {
	ID    int64    `json:"id"`
	Name  string   `json:"name"`
	Tns   []string `json:"tns"`
	Alias []string `json:"alias"`
}

type album struct {
	ID     int64    `json:"id"`
	Name   *string  `json:"name"`
	PicURL *string  `json:"picUrl"`
	Tns    []string `json:"tns"`
	PicStr string   `json:"pic_str,omitempty"`
	Pic    int64    `json:"pic"`
}

// file is one quality of a song.
type file struct {
	BR   int64   `json:"br"`
	FID  int     `json:"fid"`
	Size int64   `json:"size"`
	VD   float64 `json:"vd"`
	SR   int     `json:"sr,omitempty"`
}

// song is a song in the new shape.
type song struct {
	Name            string   `json:"name"`
	ID              int64    `json:"id"`
	Pst             int      `json:"pst"`
	T               int      `json:"t"`
	Ar              []artist `json:"ar"`
	Alia            []string `json:"alia"`
	Pop             float64  `json:"pop"`
	St              int      `json:"st"`
	Fee             int      `json:"fee"`
	V               int      `json:"v"`
	Al              album    `json:"al"`
	Dt              int64    `json:"dt"`
	H               *file    `json:"h"`
	M               *file    `json:"m"`
	L               *file    `json:"l"`
	SQ              *file    `json:"sq"`
	HR              *file    `json:"hr"`
	CD              string   `json:"cd"`
	No              int      `json:"no"`
	Copyright       int      `json:"copyright"`
	Mark            int64    `json:"mark"`
	OriginCoverType int      `json:"originCoverType"`
	NoCopyrightRcmd *struct {
		Type     int    `json:"type"`
		TypeDesc string `json:"typeDesc"`
	} `json:"noCopyrightRcmd"`
	MV          int64      `json:"mv"`
	PublishTime int64      `json:"publishTime"`
	Privilege   *privilege `json:"privilege,omitempty"`
}

type trial struct {
	ResConsumable      bool    `json:"resConsumable"`
	UserConsumable     bool    `json:"userConsumable"`
	ListenType         *int    `json:"listenType"`
	CannotListenReason *string `json:"cannotListenReason"`
}

type charge struct {
	Rate          int64   `json:"rate"`
	ChargeURL     *string `json:"chargeUrl"`
	ChargeMessage *string `json:"chargeMessage"`
	ChargeType    int     `json:"chargeType"`
}

// privilege is what the caller may do with a song.
type privilege struct {
	ID                 int64    `json:"id"`
	Fee                int      `json:"fee"`
	Paid               int      `json:"payed"` //nolint:misspell // as the platform writes it
	RealPaid           int      `json:"realPayed"`
	St                 int      `json:"st"`
	PL                 int64    `json:"pl"`
	DL                 int64    `json:"dl"`
	SP                 int      `json:"sp"`
	CP                 int      `json:"cp"`
	Subp               int      `json:"subp"`
	CS                 bool     `json:"cs"`
	MaxBR              int64    `json:"maxbr"`
	FL                 int64    `json:"fl"`
	PC                 *string  `json:"pc"`
	Toast              bool     `json:"toast"`
	Flag               int      `json:"flag"`
	PlayMaxBR          int64    `json:"playMaxbr"`
	DownloadMaxBR      int64    `json:"downloadMaxbr"`
	MaxBRLevel         string   `json:"maxBrLevel"`
	PLLevel            string   `json:"plLevel"`
	DLLevel            string   `json:"dlLevel"`
	FLLevel            string   `json:"flLevel"`
	FreeTrialPrivilege trial    `json:"freeTrialPrivilege"`
	ChargeInfoList     []charge `json:"chargeInfoList"`
}

// Fees.
const (
	feeFree  = 0
	feeVIP   = 1
	feeAlbum = 4
	feeLow   = 8 // free at low quality
)

func fee(s *catalog.Song) int {
	switch {
	case s.Serving == catalog.Paid && s.Ref.Work%2 == 0:
		return feeAlbum
	case s.Serving == catalog.Paid || s.Serving == catalog.Preview:
		return feeVIP
	case s.Granted == audio.FLAC || s.Serving == catalog.Withdrawn:
		return feeFree
	default:
		return feeLow
	}
}

// bitRates are what the platform calls each format; 128001 is no mistake.
var bitRates = map[audio.Format]int64{audio.MP3128: 128000, audio.MP3192: 192000, audio.MP3320: 320000, audio.FLAC: 999000}

var levels = map[audio.Format]string{audio.MP3128: "standard", audio.MP3192: "higher", audio.MP3320: "exhigh", audio.FLAC: "lossless"}

func (p *Platform) file(s *catalog.Song, f audio.Format) *file {
	if f > s.Announced {
		return nil
	}
	out := &file{BR: bitRates[f], Size: p.library.Size(s.File(f)), VD: -2600, SR: audio.SampleRate}
	switch {
	case f == audio.FLAC:
		out.BR = out.Size * 8 * int64(time.Second) / int64(s.Duration())
	case s.Ref.Work%5 == 0:
		out.BR++
	}
	return out
}

func (p *Platform) song(s *catalog.Song) song {
	out := song{Name: s.Title, ID: s.ID, Alia: []string{}, Pop: 100, Fee: fee(s), V: 4, Dt: s.Duration().Milliseconds(),
		H: p.file(s, audio.MP3320), M: p.file(s, audio.MP3192), L: p.file(s, audio.MP3128), SQ: p.file(s, audio.FLAC),
		CD: "01", No: s.Track, Copyright: 1, Mark: 8192, OriginCoverType: 1,
		PublishTime: time.Date(s.Year, 1, 1, 0, 0, 0, 0, time.UTC).UnixMilli()}
	if s.Version != "" && s.Ref.Work%2 == 0 {
		out.Alia = []string{s.Version}
	} else {
		out.Name = s.FullTitle()
	}
	if s.Serving == catalog.Withdrawn {
		out.St = -200
	}
	for _, a := range s.Artists {
		out.Ar = append(out.Ar, artist{ID: a.ID, Name: a.Name, Tns: []string{}, Alias: []string{}})
	}
	out.Al = album{Tns: []string{}}
	if s.AlbumID != 0 {
		picture := pictureIDBase + s.AlbumID
		out.Al = album{ID: s.AlbumID, Name: &s.Album, PicURL: text(pictureURL(s.AlbumID)), Tns: []string{},
			PicStr: fmt.Sprint(picture + 1), Pic: picture}
	}
	return out
}

func (p *Platform) privilege(s *catalog.Song) privilege {
	best, granted := bitRates[s.Announced], bitRates[s.Granted]
	out := privilege{ID: s.ID, Fee: fee(s), PL: granted, FL: granted, MaxBR: best, PlayMaxBR: best, DownloadMaxBR: best,
		SP: 7, CP: 1, Subp: 1, Flag: 260, MaxBRLevel: levels[s.Announced], PLLevel: levels[s.Granted],
		FLLevel: levels[s.Granted], DLLevel: "none"}
	if s.Serving != catalog.Served {
		out.PL, out.FL, out.PLLevel, out.FLLevel = 0, 0, "none", "none"
	}
	if s.Serving == catalog.Withdrawn {
		out.St, out.CP, out.Toast = -200, 0, true
	}
	out.FreeTrialPrivilege.ResConsumable = s.Serving == catalog.Preview
	for f := audio.MP3128; f <= s.Announced; f++ {
		kind := 0
		if f > s.Granted || out.PL == 0 {
			kind = 1
		}
		out.ChargeInfoList = append(out.ChargeInfoList, charge{Rate: bitRates[f], ChargeType: kind})
	}
	return out
}

// find gives the song of an id.
func (p *Platform) find(id int64) (*catalog.Song, bool) {
	ref, ok := p.catalog.RefOf(catalog.NetEase, id)
	if !ok {
		return nil, false
	}
	return p.catalog.Song(catalog.NetEase, ref), true
}
