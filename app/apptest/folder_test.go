package apptest_test

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/text/encoding/simplifiedchinese"

	"catalogsync/app/apptest"
	"catalogsync/app/demo/audio"
	"catalogsync/app/storage/storagetest"
)

// ownSongs are the files of a folder of one's own; those without a title have no tags.
var ownSongs = []struct{ file, title, artist string }{
	{"林阿七/潮/01 夜车.mp3", "夜车", "林阿七"},
	{"林阿七/潮/02 山路.flac", "山路", "林阿七"},
	{"loose/The Eaves - Tin Roof.mp3", "", ""},
	{"discs/single.m4a", "Single", "Slow Gutter"},
	{"discs/rain.flac", "Rain (whole)", "Slow Gutter"},
}

// ownFolder writes audio and a playlist of each format.
func ownFolder(t *testing.T) string {
	t.Helper()
	root := t.TempDir()
	bank, err := audio.NewBank()
	require.NoError(t, err)
	for i, s := range ownSongs {
		format := map[string]audio.Format{".mp3": audio.MP3320, ".flac": audio.FLAC, ".m4a": audio.AAC96}[filepath.Ext(s.file)]
		content, err := io.ReadAll(bank.Open(audio.Spec{Format: format, Cells: 40, Tune: uint64(i), Title: s.title, Artist: s.artist}))
		require.NoError(t, err)
		writeFile(t, root, s.file, string(content))
	}
	writeFile(t, root, "lists/m3u8.m3u8", "\xEF\xBB\xBF#EXTM3U\n#PLAYLIST:As M3U8\n../林阿七/潮/02 山路.flac\n../林阿七/潮/01 夜车.mp3\n../林阿七/潮/02 山路.flac\n")
	gbk, err := simplifiedchinese.GBK.NewEncoder().String("#EXTM3U\r\n#PLAYLIST:旧清单\r\n..\\林阿七\\潮\\01 夜车.mp3\r\n#EXTINF:180,无名氏 - 早已不见\r\n..\\没有\\x.mp3\r\n#EXTINF:1,Spy - Passwords\r\n..\\..\\..\\..\\..\\..\\etc\\passwd\r\n")
	require.NoError(t, err)
	writeFile(t, root, "lists/old.m3u", gbk)
	writeFile(t, root, "lists/x.xspf", `<playlist version="1" xmlns="http://xspf.org/ns/0/"><title>As XSPF</title><trackList>
<track><location>file://`+root+`/loose/The%20Eaves%20-%20Tin%20Roof.mp3</location></track><track><location>../discs/single.m4a</location></track></trackList></playlist>`)
	writeFile(t, root, "lists/j.jspf", `{"playlist":{"title":"As JSPF","track":[{"location":["../discs/single.m4a"]}]}}`)
	writeFile(t, root, "discs/rain.cue", "TITLE \"As CUE\"\nPERFORMER \"Slow Gutter\"\nFILE \"rain.wav\" WAVE\nTRACK 01 AUDIO\nTITLE \"Drop\"\nINDEX 01 00:00:00\n"+
		"TRACK 02 AUDIO\nTITLE \"Drizzle\"\nINDEX 01 00:04:00\nFILE \"single.m4a\" WAVE\nTRACK 03 AUDIO\nTITLE \"Single\"\nINDEX 01 00:00:00\n")
	return root
}

func writeFile(t *testing.T, root, name, text string) {
	t.Helper()
	file := filepath.Join(root, filepath.FromSlash(name))
	require.NoError(t, os.MkdirAll(filepath.Dir(file), 0o755))
	require.NoError(t, os.WriteFile(file, []byte(text), 0o600))
}

func songsOnLists(t *testing.T, database string) map[string][]string {
	t.Helper()
	lists := map[string][]string{}
	for _, name := range queryStrings(t, database, "SELECT name FROM playlists WHERE platform = 'folder'") {
		lists[name] = queryStrings(t, database, `SELECT s.name FROM playlist_songs l JOIN songs s ON s.id = l.song_id
			JOIN playlists p ON p.id = l.playlist_id WHERE p.name = '`+name+`' ORDER BY l.position`)
	}
	return lists
}

// The whole way with a folder of one's own: playlists of every format are collected,
// synced, filed byte for byte and exported, and what is exported reads back.
func TestAFolderOfOnesOwn(t *testing.T) {
	t.Parallel()
	root, dir := ownFolder(t), t.TempDir()
	run := func(dir, paths string, extra ...string) {
		t.Helper()
		env := apptest.Env(t, "http://127.0.0.1:1", "SOURCES=folder", "EXPORT_FOLDERS=all", "SOURCE_FOLDER_PATHS="+paths,
			"SOURCE_NETEASE_ENABLED=false", "SOURCE_QQ_ENABLED=false", "SOURCE_KUWO_ENABLED=false")
		r := apptest.Run(t, dir, append(env, extra...), "run", "--data", dir, "--json")
		require.Equal(t, 0, r.Code, r.Stdout+r.Stderr)
		require.NotContains(t, r.Stderr, "panic")
	}
	run(dir, root)
	database := filepath.Join(dir, "catalogsync.db")
	require.Equal(t, map[string][]string{
		"As M3U8": {"山路", "夜车", "山路"},
		"旧清单":     {"夜车", "早已不见", "Passwords"},
		"As XSPF": {"Tin Roof", "Single"},
		"As JSPF": {"Single"},
		"As CUE":  {"Drop", "Drizzle", "Single"},
		"潮":       {"夜车", "山路"},
		"loose":   {"Tin Roof"},
	}, songsOnLists(t, database))

	var want []string
	for _, s := range ownSongs[:4] { // the long file has no song of its own
		want = append(want, digestOf(t, filepath.Join(root, s.file)))
	}
	require.ElementsMatch(t, want, queryStrings(t, database, "SELECT sha256 FROM file_assets"), "as they are in the folder")
	require.Len(t, apptest.LibraryFiles(t, filepath.Join(dir, "library")), 4)
	require.Equal(t, []string{"Drizzle part_of_file", "Drop part_of_file", "Passwords forbidden_address", "早已不见 withdrawn"},
		queryStrings(t, database, "SELECT name || ' ' || availability_code FROM songs WHERE availability <> '' ORDER BY name"))

	before := dump(t, dir)
	run(dir, root)
	require.Equal(t, before, dump(t, dir), "what did not change is not written again")

	again := t.TempDir()
	run(again, filepath.Join(dir, "playlists"))
	back := songsOnLists(t, filepath.Join(again, "catalogsync.db"))
	require.Equal(t, []string{"山路", "夜车", "山路"}, back["As M3U8"])
	require.Equal(t, []string{"Tin Roof", "Single"}, back["As XSPF"])
	require.Equal(t, []string{"Single"}, back["As CUE"], "what could be had")
}

// The same folder on a storage: what its lists name is collected and filed byte for byte,
// and a storage that is out of reach is an error, never an empty list.
func TestAFolderOnAStorage(t *testing.T) {
	t.Parallel()
	server := storagetest.StartVersityGW(t)
	bucket := filepath.Join(server.Root, "music")
	require.NoError(t, os.Mkdir(bucket, 0o755))
	require.NoError(t, os.CopyFS(filepath.Join(bucket, "Songs"), os.DirFS(ownFolder(t))))
	dir := t.TempDir()
	env := apptest.Env(t, "http://127.0.0.1:1", "SOURCES=folder", "SOURCE_FOLDER_PATHS=storage://main/Songs",
		"SOURCE_NETEASE_ENABLED=false", "SOURCE_QQ_ENABLED=false", "SOURCE_KUWO_ENABLED=false",
		"MAIN_ACCESS_KEY_ID=csadmin", "MAIN_SECRET_ACCESS_KEY=cssecret12", "TAGS=off", "COVERS=off", "LYRICS=off")
	none := apptest.Run(t, dir, env, "collect", "--data", dir)
	require.Equal(t, 1, none.Code, none.Stdout)
	require.Contains(t, none.Stdout+none.Stderr, "storage://main/Songs cannot be read")
	r := apptest.Run(t, dir, env, "register-object-backend", "--data", dir, "--backend", "main", "--bucket", "music", "--endpoint", "http://"+server.Address,
		"--region", server.Region, "--credential-env-prefix", "MAIN")
	require.Zero(t, r.Code, r.Stderr)
	r = apptest.Run(t, dir, env, "run", "--data", dir, "--json")
	require.Equal(t, 0, r.Code, r.Stdout+r.Stderr)
	require.NotContains(t, r.Stderr, "panic")
	lists := songsOnLists(t, filepath.Join(dir, "catalogsync.db"))
	require.Equal(t, []string{"山路", "夜车", "山路"}, lists["As M3U8"])
	require.Contains(t, lists, "As CUE")
	var filed int
	for _, name := range apptest.LibraryFiles(t, filepath.Join(dir, "library")) {
		got, err := os.ReadFile(filepath.Join(dir, "library", name))
		require.NoError(t, err)
		require.True(t, slices.ContainsFunc(ownSongs, func(s struct{ file, title, artist string }) bool {
			own, err := os.ReadFile(filepath.Join(bucket, "Songs", s.file))
			return err == nil && bytes.Equal(own, got)
		}), name)
		filed++
	}
	require.Equal(t, 4, filed, "the long file has no song of its own")
}
