package folder

import (
	"io"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"catalogsync/app/demo/audio"
)

// song makes a playable, tagged file; its format is that of its name's ending.
func writeSong(t testing.TB, root, name string, spec audio.Spec) []byte {
	t.Helper()
	bank, err := audio.NewBank()
	require.NoError(t, err)
	spec.Format = map[string]audio.Format{".mp3": audio.MP3320, ".flac": audio.FLAC, ".m4a": audio.AAC96}[filepath.Ext(name)]
	spec.Cells = max(spec.Cells, 24)
	content, err := io.ReadAll(bank.Open(spec))
	require.NoError(t, err)
	writeText(t, root, name, string(content))
	return content
}

func writeText(t testing.TB, root, name, text string) {
	t.Helper()
	file := filepath.Join(root, filepath.FromSlash(name))
	require.NoError(t, os.MkdirAll(filepath.Dir(file), 0o755))
	require.NoError(t, os.WriteFile(file, []byte(text), 0o644))
}

// library is a folder with albums and a playlist of each format.
func library(t testing.TB) string {
	t.Helper()
	root := t.TempDir()
	writeSong(t, root, "林阿七/潮/01 夜车.mp3", audio.Spec{Title: "夜车", Artist: "林阿七", Album: "潮", Tune: 1})
	writeSong(t, root, "林阿七/潮/02 山路.flac", audio.Spec{Title: "山路", Artist: "林阿七", Album: "潮", Tune: 2})
	writeSong(t, root, "林阿七/潮/10 尾声.m4a", audio.Spec{Title: "尾声", Artist: "林阿七", Album: "潮", Tune: 3})
	writeSong(t, root, "loose/03 - The Eaves - Tin Roof.mp3", audio.Spec{Tune: 4})
	writeSong(t, root, "discs/rain.flac", audio.Spec{Title: "Rain (whole)", Artist: "Slow Gutter", Tune: 5, Cells: 100})
	writeSong(t, root, "discs/single.mp3", audio.Spec{Title: "Single", Artist: "Slow Gutter", Tune: 6})
	writeText(t, root, "lists/night.m3u8", "#EXTM3U\n#PLAYLIST:夜里\n#EXTINF:5,林阿七 - 夜车\n../林阿七/潮/01 夜车.mp3\n..\\林阿七\\潮\\02 山路.flac\n"+
		"#EXTINF:180,Nobody - Gone away\n../gone/away.mp3\n#EXTINF:60,Spy - Passwords\n../../../../../../etc/passwd\n#EXTINF:-1,Radio\nhttp://radio.example/x\n")
	writeText(t, root, "lists/file.xspf", `<playlist version="1" xmlns="http://xspf.org/ns/0/"><title>By address</title><trackList>
<track><location>file://`+filepath.ToSlash(root)+`/%E6%9E%97%E9%98%BF%E4%B8%83/%E6%BD%AE/01%20%E5%A4%9C%E8%BD%A6.mp3</location></track>
<track><location>../discs/single.mp3</location></track></trackList></playlist>`)
	writeText(t, root, "lists/json.jspf", `{"playlist":{"title":"As JSON","track":[{"location":["../loose/03%20-%20The%20Eaves%20-%20Tin%20Roof.mp3"],"title":"Roof","creator":"Eaves"}]}}`)
	writeText(t, root, "discs/rain.cue", "PERFORMER \"Slow Gutter\"\nTITLE \"Rain\"\nFILE \"rain.wav\" WAVE\n TRACK 01 AUDIO\n  TITLE \"Drop\"\n  INDEX 01 00:00:00\n"+
		" TRACK 02 AUDIO\n  TITLE \"Drizzle\"\n  INDEX 01 00:10:00\nFILE \"single.mp3\" MP3\n TRACK 03 AUDIO\n  TITLE \"Single\"\n  INDEX 01 00:00:00\n")
	return root
}

// clock is a clock that stands still until it is moved.
type clock struct{ at time.Time }

func (c *clock) now() time.Time { return c.at }

// open makes the source over folders, with a clock of its own.
func open(t testing.TB, roots ...string) (*Source, *clock) {
	t.Helper()
	c := &clock{at: time.Unix(1_800_000_000, 0)}
	var trees []*tree
	for _, root := range roots {
		trees = append(trees, &tree{name: root, files: Local(root)})
	}
	return &Source{shelf: newShelf(trees, c.now)}, c
}
