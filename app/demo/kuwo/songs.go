package kuwo

import (
	"fmt"
	"strings"

	"catalogsync/app/demo/audio"
	"catalogsync/app/demo/catalog"
)

// payFlag is what pay holds for a song that must be paid for.
const payFlag = "16711935"

// listSong is a song as the older services write it: everything is text.
type listSong struct {
	ID           string `json:"id"`
	Name         string `json:"name"`
	Artist       string `json:"artist"`
	ArtistID     string `json:"artistid"`
	Album        string `json:"album"`
	AlbumID      string `json:"albumid"`
	Duration     string `json:"duration,omitempty"`
	SongDuration string `json:"song_duration,omitempty"`
	Formats      string `json:"formats"`
	MINFO        string `json:"MINFO"`
	NMINFO       string `json:"N_MINFO"`
	Pay          string `json:"pay"`
	Online       string `json:"online"`
	Copyright    string `json:"copyright"`
	HasMV        string `json:"hasmv"`
	Score        string `json:"score100"`
	Param        string `json:"param,omitempty"`
}

func (p *Platform) listSong(s *catalog.Song) listSong {
	return listSong{ID: fmt.Sprint(s.ID), Name: escapeWide(s.FullTitle()), Artist: artists(s, escapeWide), ArtistID: artistID(s),
		Album: escapeWide(s.Album), AlbumID: fmt.Sprint(s.AlbumID), Duration: fmt.Sprint(seconds(s)), Formats: formats(s),
		MINFO: p.minfo(s), NMINFO: p.protectedInfo(s), Pay: pay(s), Online: flag(s.Serving != catalog.Withdrawn),
		Copyright: flag(s.Serving == catalog.Withdrawn), HasMV: "0", Score: "52"}
}

func artistID(s *catalog.Song) string {
	if s.Ref.Work%6 == 0 {
		return "0" // often unknown
	}
	return fmt.Sprint(s.Artists[0].ID)
}

func flag(on bool) string {
	if on {
		return "1"
	}
	return "0"
}

func pay(s *catalog.Song) string {
	if s.Serving == catalog.Paid {
		return payFlag
	}
	return "0"
}

func seconds(s *catalog.Song) int64 { return (s.Duration().Milliseconds() + 500) / 1000 }

// formats names what exists, which is not what is served.
func formats(s *catalog.Song) string {
	out := "MP3128|AAC48"
	if s.Announced >= audio.MP3320 {
		out += "|MP3192|MP3H"
	}
	if s.Announced >= audio.FLAC {
		out += "|AL|ALFLAC"
	}
	return out
}

// minfo lists the existing files with their sizes as text.
func (p *Platform) minfo(s *catalog.Song) string {
	entry := func(level string, rate int, f audio.Format) string {
		size := float64(p.library.Size(s.File(f))) / (1 << 20)
		if size < 1 {
			return fmt.Sprintf("level:%s,bitrate:%d,format:%s,size:%.2fKb", level, rate, f.Ext(), size*1024)
		}
		return fmt.Sprintf("level:%s,bitrate:%d,format:%s,size:%.2fMb", level, rate, f.Ext(), size)
	}
	var out []string
	if s.Announced >= audio.FLAC {
		out = append(out, entry("ff", 2000, audio.FLAC))
	}
	if s.Announced >= audio.MP3320 {
		out = append(out, entry("p", 320, audio.MP3320), entry("h", 192, audio.MP3192))
	}
	return strings.Join(append(out, entry("h", 128, audio.MP3128)), ";")
}

// protectedInfo lists containers that a player must not ask for.
func (p *Platform) protectedInfo(s *catalog.Song) string {
	if s.Ref.Work%4 != 1 {
		return ""
	}
	return "level:zp,bitrate:20900,format:zp,size:31.40Mb;" + p.minfo(s)
}

// webSong is a song of the web calls.
type webSong struct {
	MusicRID    string         `json:"musicrid"`
	RID         int64          `json:"rid"`
	Name        string         `json:"name"`
	Artist      string         `json:"artist"`
	ArtistID    int64          `json:"artistid"`
	Album       string         `json:"album"`
	AlbumID     int64          `json:"albumid"`
	AlbumPic    string         `json:"albumpic,omitempty"`
	Pic         string         `json:"pic,omitempty"`
	Pic120      string         `json:"pic120,omitempty"`
	Duration    int64          `json:"duration"`
	TimeMinutes string         `json:"songTimeMinutes"`
	ReleaseDate string         `json:"releaseDate"`
	HasLossless bool           `json:"hasLossless"`
	HasMV       int            `json:"hasmv"`
	IsListenFee bool           `json:"isListenFee"`
	Online      int            `json:"online"`
	Disable     int            `json:"disable,omitempty"`
	Pay         string         `json:"pay"`
	PayInfo     map[string]any `json:"payInfo"`
	MVPayInfo   map[string]int `json:"mvpayinfo,omitempty"`
	Score       string         `json:"score100"`
	ContentType string         `json:"content_type"`
	Track       int            `json:"track"`
	Trend       string         `json:"trend,omitempty"`
	RankChange  string         `json:"rank_change,omitempty"`
}

func describeWeb(s *catalog.Song) webSong {
	n := seconds(s)
	out := webSong{MusicRID: fmt.Sprintf("MUSIC_%d", s.ID), RID: s.ID, Name: escape(s.FullTitle()), Artist: artists(s, escape),
		ArtistID: s.Artists[0].ID, Album: escape(s.Album), AlbumID: s.AlbumID, Duration: n, TimeMinutes: fmt.Sprintf("%02d:%02d", n/60, n%60),
		ReleaseDate: fmt.Sprintf("%d-03-05", s.Year), HasLossless: s.Announced == audio.FLAC, Online: 1, Pay: pay(s),
		PayInfo: map[string]any{"cannotDownload": 0, "cannotOnlinePlay": 0}, MVPayInfo: map[string]int{"play": 0, "vid": 0, "down": 0},
		Score: "52", ContentType: "0", Track: s.Track}
	if s.AlbumID != 0 {
		out.AlbumPic, out.Pic, out.Pic120 = pictureURL(s.AlbumID, 500), pictureURL(s.AlbumID, 500), pictureURL(s.AlbumID, 120)
	} else {
		out.ReleaseDate = "1970-01-01"
	}
	switch s.Serving {
	case catalog.Paid:
		out.IsListenFee = true
		out.PayInfo = map[string]any{"play": "1100", "download": "1111", "down": "1111", "local_encrypt": "1", "listen_fragment": "1",
			"limitfree": 0, "cannotDownload": 0, "cannotOnlinePlay": 0, "refrain_start": 2000, "refrain_end": 6000,
			"feeType": map[string]string{"song": "1", "vip": "1"}}
	case catalog.Withdrawn:
		out.Online, out.Disable = 0, 1
	}
	return out
}
