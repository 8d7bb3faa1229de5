package apptest_test

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"catalogsync/app"
	"catalogsync/app/apptest"
	"catalogsync/app/export"
	"catalogsync/app/httpclient"
	"catalogsync/app/sources"
	"catalogsync/app/sources/all"
	"catalogsync/app/sources/sourcetest"
	"catalogsync/app/sources/subsonic"
	"catalogsync/config"
	"catalogsync/models"
)

const (
	musicUser     = "tester"
	musicPassword = "correct-horse-42"
)

// musicSongs are the files of the server, by their path; all are a few seconds of a tone.
var musicSongs = []struct{ file, title, artist, album string }{
	{"Lin/Harbour/01.mp3", "Paper Boat", "Lin", "Harbour"},
	{"Lin/Harbour/02.flac", "Salt & Rope", "Lin", "Harbour"},
	{"林阿七/夜航/01.flac", "纸船（现场版）", "林阿七", "夜航"},
	{"Kite Parade/Kerosene/01.ogg", `Don't "look" <b>back</b>`, "Kite Parade", "Kerosene"},
	{"Kite Parade/Kerosene/02.m4a", "../../Kerosene", "Kite Parade", "Kerosene"},
}

// musicServer is a real server of the kind that people run at home: supysonic, which
// knows no login by token and no extensions.
type musicServer struct {
	dir, url string
	// songs are the server's ids by title.
	songs map[string]string
}

// startMusicServer fills a folder with audio and starts the server on it.
func startMusicServer(t *testing.T) *musicServer {
	t.Helper()
	cli, server, ffmpeg := apptest.Tool(t, "supysonic-cli"), apptest.Tool(t, "supysonic-server"), apptest.Tool(t, "ffmpeg")
	s := &musicServer{dir: t.TempDir()}
	for i, song := range musicSongs {
		file := filepath.Join(s.dir, "music", filepath.FromSlash(song.file))
		require.NoError(t, os.MkdirAll(filepath.Dir(file), 0o755))
		s.run(t, ffmpeg, "-v", "error", "-f", "lavfi", "-i", fmt.Sprintf("sine=frequency=%d:duration=4", 300+40*i),
			"-metadata", "title="+song.title, "-metadata", "artist="+song.artist, "-metadata", "album="+song.album, file)
	}
	conf := fmt.Sprintf("[base]\ndatabase_uri = sqlite:///%[1]s/s.db\n[webapp]\ncache_dir = %[1]s/cache\nlog_file = %[1]s/w.log\n[daemon]\nsocket = %[1]s/d.sock\nrun_watcher = off\n", s.dir)
	require.NoError(t, os.WriteFile(filepath.Join(s.dir, "supysonic.conf"), []byte(conf), 0o600))
	s.run(t, cli, "user", "add", musicUser, "-p", musicPassword)
	s.run(t, cli, "folder", "add", "m", filepath.Join(s.dir, "music"))
	s.run(t, cli, "folder", "scan", "--foreground", "m")
	s.serve(t, server)
	s.findSongs(t)
	return s
}

// run runs a command of the server's to its end, in its folder.
func (s *musicServer) run(t *testing.T, name string, args ...string) {
	t.Helper()
	cmd := exec.Command(name, args...)
	cmd.Dir, cmd.Env = s.dir, []string{"PATH=" + os.Getenv("PATH"), "HOME=" + s.dir, "LC_ALL=C.UTF-8"}
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, "%s: %s", name, out)
}

// serve starts the server on a free port and waits until it answers.
func (s *musicServer) serve(t *testing.T, server string) {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	port := ln.Addr().(*net.TCPAddr).Port
	require.NoError(t, ln.Close())
	cmd := exec.Command(server, "-S", "waitress", "-h", "127.0.0.1", "-p", strconv.Itoa(port))
	var out bytes.Buffer
	cmd.Dir, cmd.Env = s.dir, []string{"PATH=" + os.Getenv("PATH"), "HOME=" + s.dir, "LC_ALL=C.UTF-8"}
	cmd.Stdout, cmd.Stderr = &out, &out
	require.NoError(t, cmd.Start())
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
	s.url = fmt.Sprintf("http://127.0.0.1:%d", port)
	require.Eventually(t, func() bool {
		resp, err := http.Get(s.url + "/rest/ping.view") //nolint:noctx // bounded by Eventually
		if err != nil {
			return false
		}
		return resp.Body.Close() == nil
	}, 30*time.Second, 50*time.Millisecond, "supysonic does not start")
}

// call calls a method of the server by password, as its owner's other programs do.
func (s *musicServer) call(t *testing.T, method string, params url.Values, answer any) {
	t.Helper()
	params.Set("u", musicUser)
	params.Set("p", musicPassword)
	params.Set("c", "test")
	params.Set("v", "1.10.2")
	params.Set("f", "json")
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.url+"/rest/"+method+".view?"+params.Encode(), nil)
	require.NoError(t, err)
	resp, err := http.DefaultClient.Do(req)
	require.NoError(t, err)
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	require.Contains(t, string(body), `"status":"ok"`)
	if answer != nil {
		require.NoError(t, json.Unmarshal(body, answer))
	}
}

func (s *musicServer) findSongs(t *testing.T) {
	t.Helper()
	var a struct {
		Response struct {
			Result struct {
				Song []struct{ ID, Title string }
			} `json:"searchResult3"`
		} `json:"subsonic-response"`
	}
	s.call(t, "search3", url.Values{"query": {""}, "songCount": {"100"}}, &a)
	s.songs = map[string]string{}
	for _, song := range a.Response.Result.Song {
		s.songs[song.Title] = song.ID
	}
	require.Len(t, s.songs, len(musicSongs))
}

// makePlaylist makes a playlist of the server's songs.
func (s *musicServer) makePlaylist(t *testing.T, name string, titles ...string) {
	t.Helper()
	params := url.Values{"name": {name}}
	for _, title := range titles {
		require.Contains(t, s.songs, title)
		params.Add("songId", s.songs[title])
	}
	s.call(t, "createPlaylist", params, nil)
}

// digests are the SHA-256 of the server's files.
func (s *musicServer) digests(t *testing.T) []string {
	t.Helper()
	var list []string
	for _, song := range musicSongs {
		list = append(list, digestOf(t, filepath.Join(s.dir, "music", filepath.FromSlash(song.file))))
	}
	return list
}

func digestOf(t *testing.T, file string) string {
	t.Helper()
	b, err := os.ReadFile(file)
	require.NoError(t, err)
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

// settings are those of the program for this server and no other source.
func (s *musicServer) settings(extra ...string) map[string]string {
	m := map[string]string{
		"SOURCES": "subsonic", "DOWNLOAD_SOURCES": "subsonic",
		"SOURCE_SUBSONIC_URL": s.url, "SOURCE_SUBSONIC_USER": musicUser, "SOURCE_SUBSONIC_PASSWORD": musicPassword,
	}
	for i := 0; i+1 < len(extra); i += 2 {
		m[extra[i]] = extra[i+1]
	}
	return m
}

func (s *musicServer) env(t *testing.T, extra ...string) []string {
	t.Helper()
	var env []string
	for key, value := range s.settings(extra...) {
		env = append(env, key+"="+value)
	}
	return apptest.Env(t, "http://127.0.0.1:1", env...)
}

// The whole way with a real server: its playlists are collected, synced, downloaded as
// they are and exported, by the password, since this server refuses tokens.
func TestMusicOfARealSubsonicServer(t *testing.T) {
	t.Parallel()
	s := startMusicServer(t)
	titles := make([]string, len(musicSongs))
	for i, song := range musicSongs {
		titles[i] = song.title
	}
	s.makePlaylist(t, "Everything", titles...)
	s.makePlaylist(t, "夜里听 / at night", titles[2], titles[0], titles[2])
	s.makePlaylist(t, "Nothing yet")

	dir, env := t.TempDir(), s.env(t)
	r := apptest.Run(t, dir, env, "run", "--data", dir, "--json")
	require.Equal(t, 0, r.Code, r.Stdout+r.Stderr)
	require.NotContains(t, r.Stdout+r.Stderr, musicPassword)
	db := filepath.Join(dir, "catalogsync.db")
	require.ElementsMatch(t, []string{"Everything", "夜里听 / at night", "Nothing yet"}, queryStrings(t, db, "SELECT name FROM playlists WHERE platform = 'subsonic'"))
	require.Equal(t, []string{titles[2], titles[0], titles[2]}, queryStrings(t, db, `SELECT s.name FROM playlist_songs l JOIN songs s ON s.id = l.song_id
		JOIN playlists p ON p.id = l.playlist_id WHERE p.name LIKE '夜里%' ORDER BY l.position`))
	require.ElementsMatch(t, s.digests(t), queryStrings(t, db, "SELECT sha256 FROM file_assets"),
		"every song is there as the server has it")
	require.Len(t, apptest.LibraryFiles(t, filepath.Join(dir, "library")), len(musicSongs))

	require.ElementsMatch(t, []string{"Everything", "夜里听 / at night"}, s.exported(t, dir))

	before := dump(t, dir)
	r = apptest.Run(t, dir, env, "run", "--data", dir, "--json")
	require.Equal(t, 0, r.Code, r.Stdout+r.Stderr)
	require.Equal(t, before, dump(t, dir), "what did not change is not written again")

	s.findsByAddress(t)
	s.followsAChange(t, dir, env, titles[1])
}

// exported makes a ZIP of what was downloaded and lists the playlists in it.
func (s *musicServer) exported(t *testing.T, dir string) []string {
	t.Helper()
	flags := s.settings("DB_PATH", filepath.Join(dir, "catalogsync.db"), "LIBRARY_DIR", filepath.Join(dir, "library"), "MAX_CPU_PERCENT", "100")
	c, err := config.Load(config.Inputs{Flags: flags, Sources: all.Kinds()})
	require.NoError(t, err)
	a, err := app.New(t.Context(), app.Options{Config: c, Version: "test", Logger: slog.New(slog.NewTextHandler(t.Output(), nil))})
	require.NoError(t, err)
	defer func() { require.NoError(t, a.Close()) }()
	ids, err := a.Store.LargestReadyPlaylists(t.Context(), 10)
	require.NoError(t, err)
	plan, err := a.Export.Prepare(context.WithoutCancel(t.Context()), export.Scope{PlaylistIDs: ids})
	require.NoError(t, err)
	file := filepath.Join(t.TempDir(), "export.zip")
	require.NoError(t, plan.WriteFile(t.Context(), file))
	checkZIP(t, file)
	z, err := zip.OpenReader(file)
	require.NoError(t, err)
	defer z.Close()
	var names []string
	for _, f := range z.File {
		if path.Ext(f.Name) == ".m3u8" {
			for line := range strings.SplitSeq(string(readEntry(t, f)), "\n") {
				if name, ok := strings.CutPrefix(strings.TrimSpace(line), "#PLAYLIST:"); ok {
					names = append(names, name)
				}
			}
		}
	}
	return names
}

// findsByAddress takes a playlist's address from the server's own pages, as that of a
// further server beside an unconfigured first.
func (s *musicServer) findsByAddress(t *testing.T) {
	t.Helper()
	env := apptest.Env(t, "http://127.0.0.1:1", "SOURCES=subsonic-home", "DOWNLOAD_SOURCES=subsonic-home", "SOURCE_SUBSONIC_INSTANCES=home",
		"SOURCE_SUBSONIC_HOME_URL="+s.url, "SOURCE_SUBSONIC_HOME_USER="+musicUser, "SOURCE_SUBSONIC_HOME_PASSWORD="+musicPassword)
	dir := t.TempDir()
	list := filepath.Join(dir, "list.txt")
	require.NoError(t, os.WriteFile(list, []byte(s.url+"/playlist/"+s.playlists(t)["Everything"]+"\n"), 0o600))
	r := apptest.Run(t, dir, env, "run", "--data", dir, "--playlist-file", list, "--json")
	require.Equal(t, 0, r.Code, r.Stdout+r.Stderr)
	require.Equal(t, []string{"subsonic-home Everything"},
		queryStrings(t, filepath.Join(dir, "catalogsync.db"), "SELECT platform || ' ' || name FROM playlists"))
}

// followsAChange adds a song to a playlist on the server and syncs again.
func (s *musicServer) followsAChange(t *testing.T, dir string, env []string, title string) {
	t.Helper()
	s.call(t, "updatePlaylist", url.Values{"playlistId": {s.playlists(t)["Nothing yet"]}, "songIdToAdd": {s.songs[title]}}, nil)
	r := apptest.Run(t, dir, env, "run", "--data", dir, "--json")
	require.Equal(t, 0, r.Code, r.Stdout+r.Stderr)
	require.Equal(t, []string{title}, queryStrings(t, filepath.Join(dir, "catalogsync.db"), `SELECT s.name FROM playlist_songs l
		JOIN songs s ON s.id = l.song_id JOIN playlists p ON p.id = l.playlist_id WHERE p.name = 'Nothing yet' AND l.gone_at_ms = 0`))
}

// A server that refuses tokens gets the password only where that is allowed.
func TestARefusedTokenOfARealSubsonicServer(t *testing.T) {
	t.Parallel()
	s := startMusicServer(t)
	s.makePlaylist(t, "Evening", musicSongs[0].title)
	for _, tc := range []struct {
		login, password, says string
		code                  int
	}{
		{"auto", musicPassword, "", 0},
		{"password", musicPassword, "", 0},
		{"token", musicPassword, "set LOGIN to auto or password", 1},
		{"auto", "wrong-horse-42", "refuses user or password", 1},
	} {
		dir := t.TempDir()
		env := s.env(t, "SOURCE_SUBSONIC_LOGIN", tc.login, "SOURCE_SUBSONIC_PASSWORD", tc.password)
		r := apptest.Run(t, dir, env, "collect", "--data", dir, "--json")
		require.Equal(t, tc.code, r.Code, "%s: %s", tc.login, r.Stdout+r.Stderr)
		errors := queryStrings(t, filepath.Join(dir, "catalogsync.db"), "SELECT error_text FROM job_items WHERE error_text <> ''")
		require.Equal(t, tc.says == "", len(errors) == 0, errors)
		for _, e := range errors {
			require.Contains(t, e, tc.says)
			require.NotContains(t, e, tc.password)
		}
		require.NotContains(t, r.Stdout+r.Stderr, tc.password)
		lists := queryStrings(t, filepath.Join(dir, "catalogsync.db"), "SELECT name FROM playlists")
		require.Equal(t, tc.says == "", len(lists) == 1, lists)
	}
}

// The contract of sources, kept against a real server.
func TestARealSubsonicServerKeepsTheContract(t *testing.T) {
	t.Parallel()
	s := startMusicServer(t)
	song := musicSongs[1]
	s.makePlaylist(t, "Evening", song.title, musicSongs[0].title)
	s.call(t, "star", url.Values{"id": {s.songs[song.title]}}, nil)
	values := map[string]string{"URL": s.url, "USER": musicUser, "PASSWORD": musicPassword, sources.ValueName: "subsonic-home"}
	content, err := os.ReadFile(filepath.Join(s.dir, "music", filepath.FromSlash(song.file)))
	require.NoError(t, err)
	home := func(id string) models.PlaylistRef {
		return models.PlaylistRef{Platform: "subsonic-home", RemoteID: id, Kind: models.KindPlaylist}
	}
	id := s.playlists(t)["Evening"]
	sourcetest.Run(t, sourcetest.Fixture{
		BaseURL: s.url,
		Config:  subsonic.ClientConfig(values),
		New: func(c *httpclient.Client) sources.Source {
			source, err := subsonic.New(c, values)
			require.NoError(t, err)
			return source
		},
		Playlist: home(id),
		Songs:    []string{s.songs[song.title], s.songs[musicSongs[0].title]},
		Toplist:  models.PlaylistRef{Platform: "subsonic-home", RemoteID: "toplist_starred", Kind: models.KindToplist},
		RefusedPlaylists: map[models.Code]models.PlaylistRef{
			models.CodePlaylistGone: home("7bf26e8b-338f-4c7a-a438-8fb272a26a39"),
		},
		Query: "Salt & Rope Lin", Nothing: "没有这样一首歌",
		Playable:     sources.Candidate{Source: "subsonic-home", RemoteID: s.songs[song.title], Title: song.title},
		Content:      content,
		Refused:      map[models.Code]sources.Candidate{models.CodeWithdrawn: {Source: "subsonic-home", RemoteID: "no-such-id", Title: "x"}},
		URLs:         map[string]models.PlaylistRef{s.url + "/playlist/" + id: home(id)},
		NotPlaylists: []string{s.url + "/album/1"},
	})
}

// playlists are the ids of the server's playlists by name.
func (s *musicServer) playlists(t *testing.T) map[string]string {
	t.Helper()
	var a struct {
		Response struct {
			Playlists struct {
				Playlist []struct{ ID, Name string }
			}
		} `json:"subsonic-response"`
	}
	s.call(t, "getPlaylists", url.Values{}, &a)
	ids := map[string]string{}
	for _, p := range a.Response.Playlists.Playlist {
		ids[p.Name] = p.ID
	}
	return ids
}
