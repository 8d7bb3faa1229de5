package api_test

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestPlaylistFolderIsRefreshed(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	p := s.playlist("List", "one", "two")
	require.NoError(t, s.db.Exec("DELETE FROM file_locations WHERE locator = '2.mp3'").Error)
	path := fmt.Sprintf("/api/playlists/%d/export-folder", p.ID)

	got := s.get(path).object(t, http.StatusOK)
	require.EqualValues(t, 1, got["songs"])
	require.EqualValues(t, 1, got["linked"])
	require.EqualValues(t, 1, got["missing_count"])
	require.Equal(t, true, got["changed"])
	missing := got["missing"].([]any)[0].(map[string]any)
	require.Equal(t, []any{float64(2), "Song 1", "not_downloaded"}, []any{missing["number"], missing["title"], missing["code"]})
	files, err := os.ReadDir(got["path"].(string))
	require.NoError(t, err)
	require.Len(t, files, 4, "song, list, manifest, mark")
	require.FileExists(t, filepath.Join(got["path"].(string), "List.m3u8"))

	require.Equal(t, false, s.get(path).object(t, http.StatusOK)["changed"])
	s.get("/api/playlists/99/export-folder").object(t, http.StatusNotFound)
	s.get(path+"?download=1").object(t, http.StatusBadRequest)
	var jobs int64
	require.NoError(t, s.db.Table("job_runs").Count(&jobs).Error)
	require.Zero(t, jobs, "nothing is downloaded")
}
