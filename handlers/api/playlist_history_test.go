package api_test

import (
	"archive/zip"
	"bytes"
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"catalogsync/models"
)

// leave takes a song off a playlist an hour after start, as a sync does.
func (s *server) leave(playlistID, songID int64, from int) {
	s.t.Helper()
	at := models.NowMS(start.Add(time.Hour))
	s.insert(&models.PlaylistChange{PlaylistID: playlistID, SongID: songID, Kind: models.ChangeRemoved, FromPosition: from, ToPosition: -1, AtMS: at})
	require.NoError(s.t, s.db.Exec("UPDATE playlist_songs SET gone_at_ms = ? WHERE playlist_id = ? AND song_id = ?", at, playlistID, songID).Error)
	require.NoError(s.t, s.db.Exec("UPDATE playlists SET collected_song_count = 1, downloaded_count = 1 WHERE id = ?", playlistID).Error)
}

func TestPlaylistAsOfAnInstant(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	p := s.playlist("List", "first", "second")
	s.leave(p.ID, 1, 0)
	base := fmt.Sprintf("/api/playlists/%d", p.ID)
	asOf := "?as_of=" + start.Format(time.RFC3339)

	then := s.get(base + "/songs" + asOf).items(t)
	require.Len(t, then, 2)
	require.NotNil(t, then[0]["gone_at"], "it has left since")
	require.Nil(t, then[1]["gone_at"])
	require.Len(t, s.get(base+"/songs?ever=1").items(t), 2)
	require.Empty(t, s.get(base+"/songs?as_of=2001-01-01").items(t))

	changes := s.get(base + "/changes").items(t)
	require.Len(t, changes, 3)
	require.Equal(t, "removed", changes[0]["kind"])
	require.EqualValues(t, 0, changes[0]["from_position"])
	require.Nil(t, changes[0]["to_position"])

	diff := s.get(base+"/diff?from="+start.Format(time.RFC3339)).object(t, http.StatusOK)
	require.EqualValues(t, 1, diff["removed"])
	require.EqualValues(t, 2, diff["songs_from"])
	require.EqualValues(t, 1, diff["songs_to"])
	require.Nil(t, diff["to"])

	for query, files := range map[string]int{"": 3, asOf: 4} { // with list and manifest
		a := s.get(base + "/export.zip" + query)
		require.Equal(t, http.StatusOK, a.StatusCode)
		r, err := zip.NewReader(bytes.NewReader(a.body), int64(len(a.body)))
		require.NoError(t, err)
		require.Len(t, r.File, files)
	}
}

func TestInstantsThatCannotBeMeant(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	base := fmt.Sprintf("/api/playlists/%d", s.playlist("List", "first").ID)
	for path, field := range map[string]string{
		"/songs?as_of=yesterday":         "as_of",
		"/songs?as_of=2026-02-30":        "as_of",
		"/songs?as_of=9999999-01-01":     "as_of",
		"/songs?as_of=2026-01-01&ever=1": "ever",
		"/diff":                          "from",
		"/diff?from=2026-01-01&to=<b>":   "to",
		"/changes?from=1":                "from",
		"/export.zip?as_of=x":            "as_of",
	} {
		requireProblem(t, s.get(base+path), http.StatusBadRequest, models.CodeBadValue, field)
	}
	for _, path := range []string{"/songs?as_of=2026-01-01", "/changes", "/diff?from=2026-01-01", "/held"} {
		requireProblem(t, s.get("/api/playlists/99"+path), http.StatusNotFound, models.CodeNotFound, "")
	}
}

func TestHeldChangesAreDecided(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	p := s.playlist("List", "first", "second")
	path := fmt.Sprintf("/api/playlists/%d/held", p.ID)
	require.Nil(t, s.get(path).object(t, http.StatusOK)["held"])
	s.insert(&models.HeldChange{PlaylistID: p.ID, State: models.HeldWaiting, Code: models.CodeHeldLoss, Note: "gone", Songs: 1, Fetches: 1, SinceMS: 5, SetAtMS: 7})
	s.insert(&models.HeldSong{PlaylistID: p.ID, SongID: 1})

	held, ok := s.get(path).object(t, http.StatusOK)["held"].(map[string]any)
	require.True(t, ok)
	require.EqualValues(t, 7, held["set"])
	require.Len(t, held["songs"], 1)
	require.Len(t, s.get("/api/playlists?held_only=1").items(t), 1)

	requireProblem(t, s.post(path, `{"action":"accept","set":6}`), http.StatusConflict, models.CodeHeldChanged, "")
	requireProblem(t, s.post(path, `{"action":"eat","set":7}`), http.StatusBadRequest, models.CodeBadValue, "action")
	requireProblem(t, s.post(path, `{"action":"accept"}`), http.StatusBadRequest, models.CodeBadValue, "set")
	require.EqualValues(t, 1, s.post(path, `{"action":"accept","set":7}`).object(t, http.StatusOK)["removed"])
	require.Nil(t, s.get(path).object(t, http.StatusOK)["held"])
	requireProblem(t, s.post(path, `{"action":"dismiss","set":7}`), http.StatusConflict, models.CodeHeldChanged, "")
}

func TestGonePolicyIsSet(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	p := s.playlist("List", "first")
	path := fmt.Sprintf("/api/playlists/%d", p.ID)
	require.Equal(t, "keep", s.get(path).object(t, http.StatusOK)["gone_policy"])
	s.post(path+"/gone-policy", `{"policy":"unlink","days":30}`).object(t, http.StatusOK)
	row := s.get(path).object(t, http.StatusOK)
	require.Equal(t, "unlink", row["gone_policy"])
	require.EqualValues(t, 30, row["gone_days"])
	requireProblem(t, s.post(path+"/gone-policy", `{"policy":"burn"}`), http.StatusBadRequest, models.CodeBadValue, "policy")
	requireProblem(t, s.post(path+"/gone-policy", `{"policy":"unlink","days":-1}`), http.StatusBadRequest, models.CodeBadValue, "days")
	requireProblem(t, s.post("/api/playlists/99/gone-policy", `{"policy":"keep"}`), http.StatusNotFound, models.CodeNotFound, "")
}
