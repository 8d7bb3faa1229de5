package listfile

import (
	"strings"
	"testing"
	"unicode"

	"github.com/stretchr/testify/require"
	"golang.org/x/text/encoding/simplifiedchinese"
	utf16 "golang.org/x/text/encoding/unicode"
)

func parse(t *testing.T, name, text string) List {
	t.Helper()
	list, err := Parse(name, []byte(text))
	require.NoError(t, err)
	return list
}

const m3u = "#EXTM3U\r\n#PLAYLIST:夜里\r\n#EXTINF:61,林阿七 - 夜车\r\n歌/夜车.mp3\r\n\r\n# a comment: with a colon\r\n" +
	"#EXTINF:-1 tvg-name=\"a, b\",Only a title\nC:\\Music\\b.flac\n#EXTALB:Tide\n#EXTART:Lin, Qi\n#EXTINF:12.5,Lin - Night - Bus\nhttp://radio.example/x\nlast.mp3"

func TestM3U(t *testing.T) {
	t.Parallel()
	want := List{Title: "夜里", Entries: []Entry{
		{Location: "歌/夜车.mp3", Title: "夜车", Artists: []string{"林阿七"}, DurationMS: 61_000},
		{Location: `C:\Music\b.flac`, Title: "Only a title"},
		{Location: "http://radio.example/x", Title: "Night - Bus", Artists: []string{"Lin, Qi"}, Album: "Tide", DurationMS: 12_500},
		{Location: "last.mp3"},
	}}
	gbk, err := simplifiedchinese.GBK.NewEncoder().String(m3u)
	require.NoError(t, err)
	wide, err := utf16.UTF16(utf16.LittleEndian, utf16.UseBOM).NewEncoder().String(m3u)
	require.NoError(t, err)
	for name, text := range map[string]string{"utf-8": m3u, "mark": "\xEF\xBB\xBF" + m3u, "gbk": gbk, "utf-16": wide, "old mac": strings.NewReplacer("\r\n", "\r", "\n", "\r").Replace(m3u)} {
		require.Equal(t, want, parse(t, "a.M3U8", text), name)
	}
	require.Empty(t, parse(t, "a.m3u", "").Entries)
}

const xspfText = `<?xml version="1.0" encoding="GBK"?>
<playlist version="1" xmlns="http://xspf.org/ns/0/"><title>My &lt;list&gt;</title><creator>me</creator><trackList>
<track><location>file:///music/a%20b%23.mp3</location><location>http://x.example/</location><title>夜车</title><creator>林阿七</creator><album>潮</album><duration>61000</duration><trackNum>3</trackNum></track>
<track><title>No place</title></track></trackList></playlist>`

const jspfText = `{"playlist":{"title":"My <list>","creator":"me","track":[
{"location":["file:///music/a%20b%23.mp3","http://x.example/"],"title":"夜车","creator":"林阿七","album":"潮","duration":61000,"trackNum":"3"},
{"title":"No place","location":null}]}}`

func TestXSPFAndJSPF(t *testing.T) {
	t.Parallel()
	want := List{Title: "My <list>", Creator: "me", Entries: []Entry{
		{Location: "file:///music/a%20b%23.mp3", Escaped: true, Title: "夜车", Artists: []string{"林阿七"}, Album: "潮", DurationMS: 61_000, Track: 3},
		{Escaped: true, Title: "No place"},
	}}
	require.Equal(t, want, parse(t, "a.xspf", xspfText))
	require.Equal(t, want, parse(t, "a.jspf", jspfText))
	require.Equal(t, []Entry{{Location: "a.mp3", Escaped: true}}, parse(t, "a.jspf", `{"playlist":{"track":[{"location":"a.mp3"}]}}`).Entries)
}

const cueText = "REM GENRE Folk\nPERFORMER \"林阿七\"\nTITLE \"潮\"\nFILE \"disc.flac\" WAVE\n" +
	"  TRACK 01 AUDIO\n    TITLE \"夜车\"\n    INDEX 00 00:00:00\n    INDEX 01 00:00:37\n" +
	"  TRACK 02 AUDIO\n    TITLE \"山路\"\n    PERFORMER \"另一人\"\n    INDEX 01 03:21:00\n" +
	"FILE \"bonus.wav\" WAVE\n  TRACK 03 AUDIO\n    TITLE Bonus\n    INDEX 01 00:00:00\n"

func TestCUE(t *testing.T) {
	t.Parallel()
	require.Equal(t, List{Title: "潮", Creator: "林阿七", Entries: []Entry{
		{Location: "disc.flac", Title: "夜车", Artists: []string{"林阿七"}, Album: "潮", Track: 1, Part: true, StartMS: 493, DurationMS: 200_507},
		{Location: "disc.flac", Title: "山路", Artists: []string{"另一人"}, Album: "潮", Track: 2, Part: true, StartMS: 201_000},
		{Location: "bonus.wav", Title: "Bonus", Artists: []string{"林阿七"}, Album: "潮", Track: 3},
	}}, parse(t, "disc.cue", cueText))
}

func TestFilesThatAreNoPlaylists(t *testing.T) {
	t.Parallel()
	for name, body := range map[string]string{
		"a.xspf": "<html><body>login</body></html>", "b.xspf": "", "c.xspf": xspfText[:200],
		"d.xspf": `<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa">]><playlist><title>&a;</title></playlist>`,
		"a.jspf": "[]", "b.jspf": `{"playlist":[]}`, "c.jspf": jspfText[:90], "d.jspf": `{}`, "e.jspf": `{"playlist":{"track":[{"title":{}}]}}`,
		"a.cue": "nothing here", "b.cue": "TRACK 01 AUDIO\nTITLE x", "a.txt": "a.mp3",
	} {
		_, err := Parse(name, []byte(body))
		require.ErrorIs(t, err, ErrFormat, name)
	}
	_, err := Parse("a.m3u", []byte(strings.Repeat("a\n", maxEntries+2)))
	require.ErrorIs(t, err, ErrTooLarge)
	_, err = Parse("a.m3u", make([]byte, MaxBytes+1))
	require.ErrorIs(t, err, ErrTooLarge)
}

func TestSplitTitle(t *testing.T) {
	t.Parallel()
	for text, want := range map[string][2]string{
		"A - B": {"A", "B"}, "A – B - C": {"A – B", "C"}, "A-B": {"", "A-B"}, " - B": {"", "- B"}, "": {"", ""},
	} {
		artist, title := SplitTitle(text)
		require.Equal(t, want, [2]string{artist, title}, text)
	}
}

func FuzzParse(f *testing.F) {
	for name, text := range map[string]string{"a.m3u8": m3u, "a.xspf": xspfText, "a.jspf": jspfText, "a.cue": cueText} {
		f.Add(name, []byte(text))
	}
	f.Add("a.m3u", []byte("#EXTINF:\",,,\"\n\x00\n"))
	f.Add("a.cue", []byte("FILE x\nTRACK 1 AUDIO\nFILE y\nINDEX 01 99:99:99\n"))
	f.Fuzz(func(t *testing.T, name string, body []byte) {
		list, err := Parse(name, body)
		if err != nil {
			require.Empty(t, list.Entries)
			return
		}
		for _, e := range list.Entries {
			require.GreaterOrEqual(t, e.DurationMS, int64(0))
			require.GreaterOrEqual(t, e.StartMS, int64(0))
			require.GreaterOrEqual(t, e.Track, 0)
			for _, text := range append(e.Artists, e.Title, e.Album) {
				require.False(t, strings.ContainsFunc(text, unicode.IsControl))
				require.LessOrEqual(t, len([]rune(text)), maxText)
			}
		}
	})
}
