package api_test

import (
	"archive/zip"
	"bufio"
	"bytes"
	"fmt"
	"io"
	"mime"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"catalogsync/handlers/api"
	"catalogsync/models"
)

// zipURL adds a playlist of two songs and gives the path of its ZIP.
func (s *server) zipURL(name string) string {
	s.t.Helper()
	p := s.playlist(name, strings.Repeat("first ", 1000), strings.Repeat("second ", 1000))
	return fmt.Sprintf("/api/playlists/%d/export.zip", p.ID)
}

func TestDownloadIsCompleteAndNamed(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	a := s.get(s.zipURL(`热歌 "top" 100%;x`))
	require.Equal(t, http.StatusOK, a.StatusCode)
	require.EqualValues(t, len(a.body), a.ContentLength)
	require.Equal(t, "application/zip", a.Header.Get("Content-Type"))
	require.Equal(t, "bytes", a.Header.Get("Accept-Ranges"))
	require.Regexp(t, `^"[0-9a-f]{32}"$`, a.Header.Get("ETag"))
	_, params, err := mime.ParseMediaType(a.Header.Get("Content-Disposition"))
	require.NoError(t, err)
	require.Equal(t, "热歌 _top_ 100%;x.zip", params["filename"])

	r, err := zip.NewReader(bytes.NewReader(a.body), int64(len(a.body)))
	require.NoError(t, err)
	require.Len(t, r.File, 4)
	f, err := r.File[1].Open()
	require.NoError(t, err)
	data, err := io.ReadAll(f)
	require.NoError(t, err)
	require.Equal(t, strings.Repeat("second ", 1000), string(data))
}

func TestDownloadGoesOnWhereItBroke(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	url := s.zipURL("List")
	whole := s.get(url)
	size, tag := len(whole.body), whole.Header.Get("ETag")
	for _, c := range []struct {
		header       []string
		status       int
		from, to     int // of the body, to exclusive
		contentRange string
	}{
		{[]string{"Range", "bytes=0-9"}, 206, 0, 10, fmt.Sprintf("bytes 0-9/%d", size)},
		{[]string{"Range", "bytes=100-"}, 206, 100, size, fmt.Sprintf("bytes 100-%d/%d", size-1, size)},
		{[]string{"Range", "bytes=-22"}, 206, size - 22, size, fmt.Sprintf("bytes %d-%d/%d", size-22, size-1, size)},
		{[]string{"Range", "bytes=5-99999999999999999999999"}, 206, 5, size, fmt.Sprintf("bytes 5-%d/%d", size-1, size)},
		{[]string{"Range", "bytes=50-", "If-Range", tag}, 206, 50, size, fmt.Sprintf("bytes 50-%d/%d", size-1, size)},
		{[]string{"Range", "bytes=50-", "If-Range", `"other"`}, 200, 0, size, ""},
		{[]string{"Range", "bytes=50-", "If-Range", "Mon, 02 Jan 2006 15:04:05 GMT"}, 200, 0, size, ""},
		{[]string{"Range", "bytes=0-1,5-6"}, 200, 0, size, ""},
		{[]string{"Range", "bytes=9-1"}, 200, 0, size, ""},
		{[]string{"Range", "bytes=x-"}, 200, 0, size, ""},
		{[]string{"Range", "items=0-1"}, 200, 0, size, ""},
		{[]string{"Range", fmt.Sprintf("bytes=%d-", size)}, 416, 0, 0, fmt.Sprintf("bytes */%d", size)},
		{[]string{"Range", "bytes=-0"}, 416, 0, 0, fmt.Sprintf("bytes */%d", size)},
		{[]string{"If-None-Match", tag}, 304, 0, 0, ""},
		{[]string{"If-None-Match", `"a", W/` + tag}, 304, 0, 0, ""},
		{[]string{"If-None-Match", `"a"`}, 200, 0, size, ""},
	} {
		t.Run(strings.Join(c.header, " "), func(t *testing.T) {
			a := s.get(url, c.header...)
			require.Equal(t, c.status, a.StatusCode)
			require.Equal(t, c.contentRange, a.Header.Get("Content-Range"))
			if c.to > c.from {
				require.EqualValues(t, c.to-c.from, a.ContentLength)
				require.True(t, bytes.Equal(whole.body[c.from:c.to], a.body))
			}
		})
	}
}

func TestHeadTellsTheSizeWithoutABody(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	url := s.zipURL("List")
	size := len(s.get(url).body)
	a := s.do(http.MethodHead, url, "", "Range", "bytes=0-9")
	require.Equal(t, http.StatusOK, a.StatusCode)
	require.EqualValues(t, size, a.ContentLength)
	require.NotEmpty(t, a.Header.Get("ETag"))
	require.Empty(t, a.body)
	require.Equal(t, http.StatusOK, s.do(http.MethodHead, "/healthz", "").StatusCode)
}

func TestWhatCannotBeExportedIsExplained(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	part := s.playlist("part", "data")
	song := models.Song{Platform: "qq", RemoteSongID: "lacking", Name: "lacking"}
	s.insert(&song)
	s.insert(&models.PlaylistSong{PlaylistID: part.ID, SongID: song.ID, Position: 9, SeenFromMS: 1})
	url := fmt.Sprintf("/api/playlists/%d/export.zip", part.ID)

	p := requireProblem(t, s.get(url), 409, models.CodeExportNotReady, "")
	require.EqualValues(t, 1, p["params"].(map[string]any)["missing"])
	require.EqualValues(t, 2, p["params"].(map[string]any)["songs"])
	require.Equal(t, 200, s.get(url+"?partial=1").StatusCode)

	empty := s.bare("empty", true, 0, 0)
	requireProblem(t, s.get(fmt.Sprintf("/api/playlists/%d/export.zip", empty.ID)), 409, models.CodeExportEmpty, "")

	changed := s.zipURL("changed")
	var location models.FileLocation
	require.NoError(t, s.db.Last(&location).Error)
	require.NoError(t, os.Remove(filepath.Join(s.library, location.Locator)))
	p = requireProblem(t, s.get(changed), 409, models.CodeExportChanged, "")
	require.Contains(t, fmt.Sprint(p["params"]), location.Locator)
}

func TestExpiredBundleIsGone(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	s.insert(&models.ExportBundle{Name: "old", ScopeJSON: "{}", ExpiresAtMS: models.NowMS(start) - 1})
	requireProblem(t, s.get("/api/exports/bundles/old.zip"), 410, models.CodeBundleExpired, "")
	require.Empty(t, s.get("/api/exports").items(t))
}

// bigZIP makes a playlist whose one song is sparse: no room on the disk, much on the line.
func (s *server) bigZIP(size int64) string {
	s.t.Helper()
	p := s.playlist("big", "x")
	var location models.FileLocation
	require.NoError(s.t, s.db.Last(&location).Error)
	file := filepath.Join(s.library, location.Locator)
	require.NoError(s.t, os.Truncate(file, size))
	require.NoError(s.t, os.Chtimes(file, start, start))
	require.NoError(s.t, s.db.Model(&models.FileAsset{}).Where("id = ?", location.FileAssetID).Update("file_size_bytes", size).Error)
	return fmt.Sprintf("/api/playlists/%d/export.zip", p.ID)
}

// begin asks for a path on a connection of its own and reads the head of the answer.
func (s *server) begin(path string) net.Conn {
	s.t.Helper()
	conn, err := (&net.Dialer{}).DialContext(s.t.Context(), "tcp", strings.TrimPrefix(s.url, "http://"))
	require.NoError(s.t, err)
	_, err = fmt.Fprintf(conn, "GET %s HTTP/1.1\r\nHost: x\r\n\r\n", path)
	require.NoError(s.t, err)
	line, err := bufio.NewReaderSize(conn, 16).ReadString('\n')
	require.NoError(s.t, err)
	require.Contains(s.t, line, "200")
	return conn
}

// A client that goes away, and one that stays and takes nothing, both end the work.
func TestClientThatIsGoneOrStallsEndsTheWork(t *testing.T) {
	t.Parallel()
	for name, leave := range map[string]func(t *testing.T, conn net.Conn){
		"gone":   func(t *testing.T, conn net.Conn) { require.NoError(t, conn.Close()) },
		"stalls": func(*testing.T, net.Conn) {},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ended := make(lines, 8)
			s := newServer(t, func(d *api.Deps) { d.StallTimeout, d.Log = 200*time.Millisecond, ended.logger() })
			conn := s.begin(s.bigZIP(1 << 34)) // far more than a socket buffers
			t.Cleanup(func() { _ = conn.Close() })
			leave(t, conn)
			select {
			case line := <-ended:
				require.Contains(t, line, "export ended early")
			case <-time.After(20 * time.Second):
				t.Fatal("the download still runs")
			}
		})
	}
}

// A file that changes under a running download cuts the connection: a short body is seen
// by the client, a wrong one would not be.
func TestFileCutWhileSendingBreaksOff(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	url := s.bigZIP(64 << 20)
	var location models.FileLocation
	require.NoError(t, s.db.Last(&location).Error)

	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.url+url, nil)
	require.NoError(t, err)
	res, err := http.DefaultClient.Do(req)
	require.NoError(t, err)
	defer res.Body.Close()
	require.NoError(t, os.Truncate(filepath.Join(s.library, location.Locator), 1<<20))
	_, err = io.Copy(io.Discard, res.Body)
	require.ErrorIs(t, err, io.ErrUnexpectedEOF)
}
