package apptest_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"catalogsync/app/apptest"
)

// jobView is a job as API and command line tell it.
type jobView struct {
	ID          int64
	Type        string
	State       string
	Priority    int
	ItemsTotal  int64 `json:"items_total"`
	ItemsDone   int64 `json:"items_done"`
	ItemsFailed int64 `json:"items_failed"`
	Stages      []struct {
		Name, State                                           string
		Total, Pending, Running, Succeeded, Skipped, Canceled int64
	}
	Failures []struct {
		Stage, Source string
		ErrorCode     string `json:"error_code"`
		Count         int64
	}
}

// live says that the job has not ended.
func (j jobView) live() bool {
	return j.State == "queued" || j.State == "running" || j.State == "pause_requested" || j.State == "paused"
}

// ask sends a request to a console's API and reads the answer into out, unless that is nil.
func ask(t testing.TB, console *apptest.Console, method, path string, body, out any) int {
	t.Helper()
	var sent io.Reader
	if body != nil {
		b, err := json.Marshal(body)
		require.NoError(t, err)
		sent = bytes.NewReader(b)
	}
	req, err := http.NewRequestWithContext(t.Context(), method, console.URL+path, sent)
	require.NoError(t, err)
	req.Header.Set("Content-Type", "application/json")
	resp, err := http.DefaultClient.Do(req)
	require.NoError(t, err)
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	if out != nil {
		require.NoError(t, json.Unmarshal(b, out), "%s", b)
	}
	return resp.StatusCode
}

// enqueue makes a job by the API.
func enqueue(t testing.TB, console *apptest.Console, body map[string]any) int64 {
	t.Helper()
	var job jobView
	require.Equal(t, http.StatusCreated, ask(t, console, http.MethodPost, "/api/jobs", body, &job))
	return job.ID
}

// jobOf reads a job by the API.
func jobOf(t testing.TB, console *apptest.Console, id int64) (job jobView) {
	t.Helper()
	require.Equal(t, http.StatusOK, ask(t, console, http.MethodGet, fmt.Sprintf("/api/jobs/%d", id), nil, &job))
	return job
}

// until waits for a job to come to something.
func until(t testing.TB, console *apptest.Console, id int64, what func(jobView) bool) (job jobView) {
	t.Helper()
	require.Eventually(t, func() bool {
		job = jobOf(t, console, id)
		return what(job)
	}, 2*time.Minute, 20*time.Millisecond)
	return job
}
