package api_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"catalogsync/models"
)

// logged writes lines of two jobs and gives their ids.
func (s *server) logged(n int) (first, second int64) {
	s.t.Helper()
	a := models.JobRun{Type: models.JobSyncOnly, State: models.JobCompleted}
	b := a
	s.insert(&a)
	s.insert(&b)
	for i := range n {
		s.insert(&models.JobLog{JobRunID: a.ID, Level: "info", Source: "qq", Text: fmt.Sprintf("line %d", i), AtMS: models.NowMS(start)})
	}
	s.insert(&models.JobLog{JobRunID: b.ID, Level: "error", Text: "broken\n2026-01-01 error job=9 forged", AtMS: models.NowMS(start)})
	return a.ID, b.ID
}

func TestLogIsListedNewestFirstAndPagedByID(t *testing.T) {
	s := newServer(t)
	first, second := s.logged(5)
	page := s.get("/api/logs?limit=4").object(t, http.StatusOK)
	items := page["items"].([]any)
	require.Len(t, items, 4)
	newest := items[0].(map[string]any)
	require.EqualValues(t, second, newest["job_id"])
	require.Equal(t, "error", newest["level"])
	require.Equal(t, "2026-05-04T03:02:01Z", newest["at"])
	rest := s.get(fmt.Sprintf("/api/logs?limit=4&before=%v", page["next"])).object(t, http.StatusOK)
	require.Len(t, rest["items"], 2)
	require.Nil(t, rest["next"])
	require.Len(t, s.get("/api/logs?level=warn").items(t), 1)
	require.Len(t, s.get(fmt.Sprintf("/api/logs?job=%d&source=qq&text=LINE", first)).items(t), 5)
	require.Empty(t, s.get("/api/logs?job=99").items(t))
}

func TestLogRefusesWhatItDoesNotKnow(t *testing.T) {
	s := newServer(t)
	for query, field := range map[string]string{"level=loud": "level", "job=x": "job", "before=-1": "before", "limit=1000": "limit", "text=" + strings.Repeat("x", 201): "text"} {
		requireProblem(t, s.get("/api/logs?"+query), http.StatusBadRequest, models.CodeBadValue, field)
	}
	requireProblem(t, s.get("/api/logs?lvl=info"), http.StatusBadRequest, models.CodeUnknownField, "lvl")
	requireProblem(t, s.get("/api/logs.txt?before=3"), http.StatusBadRequest, models.CodeUnknownField, "before")
}

func TestLogIsDownloadedInOrderOfTime(t *testing.T) {
	s := newServer(t)
	first, second := s.logged(600)
	a := s.get("/api/logs.txt")
	require.Equal(t, "text/plain; charset=utf-8", a.Header.Get("Content-Type"))
	require.Contains(t, a.Header.Get("Content-Disposition"), `filename="catalogsync-jobs-20260504-030201.log"`)
	lines := strings.Split(strings.TrimSuffix(string(a.body), "\n"), "\n")
	require.Len(t, lines, 601, "one line a line, whatever a text holds")
	require.Equal(t, fmt.Sprintf("2026-05-04T03:02:01.000Z info  job=%d source=qq line 0", first), lines[0])
	require.Equal(t, fmt.Sprintf("2026-05-04T03:02:01.000Z error job=%d broken ⏎ 2026-01-01 error job=9 forged", second), lines[600])
	require.Len(t, strings.Split(string(s.get("/api/logs.txt?level=error").body), "\n"), 2)
}

func TestAnUnchangedLogIsNotReadAgain(t *testing.T) {
	s := newServer(t)
	tag := s.get("/api/logs").Header.Get("ETag")
	require.Equal(t, http.StatusNotModified, s.get("/api/logs", "If-None-Match", tag).StatusCode)
}
