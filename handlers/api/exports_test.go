package api_test

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"catalogsync/models"
)

// curl runs the real program.
func curl(t *testing.T, args ...string) ([]byte, error) {
	t.Helper()
	program, err := exec.LookPath("curl")
	if err != nil {
		t.Skip("curl is not installed")
	}
	return exec.CommandContext(t.Context(), program, append([]string{"-sS", "--noproxy", "*"}, args...)...).CombinedOutput()
}

// A download by curl that is killed in the midst goes on with -C - and ends identical.
func TestKilledCurlGoesOn(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	url := s.url + s.bigZIP(24<<20)
	file := filepath.Join(t.TempDir(), "list.zip")
	program, err := exec.LookPath("curl")
	if err != nil {
		t.Skip("curl is not installed")
	}
	first := exec.CommandContext(t.Context(), program, "-sS", "--noproxy", "*", "--limit-rate", "4M", "-N", "-o", "-", url)
	out, err := first.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, first.Start())
	begun := make([]byte, 3<<20)
	_, err = io.ReadFull(out, begun)
	require.NoError(t, err)
	require.NoError(t, first.Process.Kill())
	_, _ = io.Copy(io.Discard, out)
	var exit *exec.ExitError
	require.True(t, errors.As(first.Wait(), &exit), "killed in the midst")
	require.NoError(t, os.WriteFile(file, begun, 0o600))

	text, err := curl(t, "-C", "-", "-o", file, url)
	require.NoError(t, err, string(text))
	got, err := os.ReadFile(file)
	require.NoError(t, err)
	require.True(t, bytes.Equal(s.get(strings.TrimPrefix(url, s.url)).body, got), "as if it had never broken off")
}

// A client of HTTP/1.0 gets a length and a connection that closes, and no chunks.
func TestOldClientGetsTheWholeWithItsLength(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	url := s.zipURL("List")
	whole := s.get(url).body
	conn, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", strings.TrimPrefix(s.url, "http://"))
	require.NoError(t, err)
	defer conn.Close()
	_, err = fmt.Fprintf(conn, "GET %s HTTP/1.0\r\n\r\n", url)
	require.NoError(t, err)
	res, err := http.ReadResponse(bufio.NewReader(conn), nil)
	require.NoError(t, err)
	defer res.Body.Close()
	require.EqualValues(t, len(whole), res.ContentLength)
	require.Empty(t, res.TransferEncoding)
	require.True(t, res.Close)
	body, err := io.ReadAll(res.Body)
	require.NoError(t, err)
	require.True(t, bytes.Equal(whole, body))
	_, err = conn.Read(make([]byte, 1))
	require.ErrorIs(t, err, io.EOF)
}

// A client that takes a little at a time, but does take it, is served to the end.
func TestSlowClientIsServedToTheEnd(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	url := s.bigZIP(6 << 20)
	out, err := curl(t, "--limit-rate", "2M", "-o", os.DevNull, "-w", "%{http_code} %{size_download}", s.url+url)
	require.NoError(t, err, string(out))
	require.Equal(t, fmt.Sprintf("200 %d", len(s.get(url).body)), string(out))
}

// heavyList is a playlist of three songs that parts of 1 MiB cannot hold together.
func (s *server) heavyList(name string) *models.Playlist {
	s.t.Helper()
	song := func(letter string) string { return strings.Repeat(letter, 600_000) }
	return s.playlist(name, song("a"), song("b"), song("c"))
}

func TestSplitBundleListsItsParts(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	p := s.heavyList("List")
	a := s.post("/api/playlists/export-zip", fmt.Sprintf(`{"playlist_ids":[%d],"split":"1MiB","layout":"shared"}`, p.ID))
	bundle := a.object(t, 200)["bundle"].(map[string]any)
	parts := bundle["parts"].([]any)
	require.Len(t, parts, 3)
	total := 0.0
	for i, part := range parts {
		m := part.(map[string]any)
		require.EqualValues(t, i+1, m["part"])
		got := s.get(m["download_url"].(string))
		require.Equal(t, 200, got.StatusCode)
		require.EqualValues(t, m["size_bytes"], len(got.body))
		require.Contains(t, got.Header.Get("Content-Disposition"), fmt.Sprintf("part %d of 3", i+1))
		total += m["size_bytes"].(float64)
	}
	require.InDelta(t, bundle["size_bytes"], total, 0)
	require.Equal(t, parts[0].(map[string]any)["download_url"], bundle["download_url"])
	url := fmt.Sprintf("/api/exports/bundles/%s.zip", bundle["name"])
	for _, query := range []string{"", "?part=4", "?part=0", "?part=x"} {
		requireProblem(t, s.get(url+query), 400, models.CodeBadValue, "part")
	}
	require.Equal(t, 200, s.get(fmt.Sprintf("/api/playlists/%d/export.zip?split=1MiB&part=2", p.ID)).StatusCode)
	requireProblem(t, s.get(fmt.Sprintf("/api/playlists/%d/export.zip?split=big", p.ID)), 400, models.CodeBadValue, "split")
	requireProblem(t, s.get(fmt.Sprintf("/api/playlists/%d/export.zip?layout=pile", p.ID)), 400, models.CodeBadValue, "layout")

	require.Len(t, s.get("/api/exports").items(t), 1)
	require.Equal(t, 204, s.do(http.MethodDelete, url, "").StatusCode)
	require.Empty(t, s.get("/api/exports").items(t))
	requireProblem(t, s.do(http.MethodDelete, url, ""), 404, models.CodeNotFound, "")
	requireProblem(t, s.get(url+"?part=1"), 404, models.CodeNotFound, "")
}

func TestPlaylistAsAFileOfAnotherProgram(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	p := s.playlist("热歌", "data")
	for ending, kind := range map[string]string{"m3u8": "audio/x-mpegurl", "xspf": "application/xspf+xml", "jspf": "application/jspf+json", "csv": "text/csv"} {
		url := fmt.Sprintf("/api/playlists/%d/export.%s", p.ID, ending)
		a := s.get(url + "?prefix=/music/")
		require.Equal(t, 200, a.StatusCode, ending)
		require.Contains(t, a.Header.Get("Content-Type"), kind)
		require.Contains(t, a.Header.Get("Content-Disposition"), "%E7%83%AD%E6%AD%8C."+ending)
		require.Contains(t, string(a.body), "/music/")
		require.Equal(t, 304, s.get(url+"?prefix=/music/", "If-None-Match", a.Header.Get("ETag")).StatusCode)
		requireProblem(t, s.get(url+"?as_of=yesterday"), 400, models.CodeBadValue, "as_of")
		requireProblem(t, s.get(url+"?x=1"), 400, models.CodeUnknownField, "x")
		past := s.get(url + "?as_of=1999-01-01")
		require.Equal(t, 200, past.StatusCode)
		require.NotContains(t, string(past.body), ".mp3", "nothing stood on the list then")
		requireProblem(t, s.get("/api/playlists/999/export."+ending), 404, models.CodeNotFound, "")
		bare := s.bare("unsynced "+ending, false, 0, 0)
		requireProblem(t, s.get(fmt.Sprintf("/api/playlists/%d/export.%s", bare.ID, ending)), 409, models.CodeExportNotReady, "")
	}
}
