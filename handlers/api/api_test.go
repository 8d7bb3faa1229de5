package api_test

import (
	"context"
	"fmt"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"catalogsync/handlers/api"
	"catalogsync/jobs"
	"catalogsync/models"
)

func TestEveryBadRequestNamesItsField(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	p := s.bare("List", true, 5, 0)
	s.insert(&models.JobRun{Type: models.JobSyncOnly, State: models.JobRunning, ScopeJSON: "{}"})
	for _, c := range []struct {
		method, path, body string
		status             int
		code               models.Code
		field              string
	}{
		{"GET", "/api/playlists?colour=red", "", 400, models.CodeUnknownField, "colour"},
		{"GET", "/api/playlists?platform=spotify", "", 400, models.CodeBadValue, "platform"},
		{"GET", "/api/playlists?pool_kind=x", "", 400, models.CodeBadValue, "pool_kind"},
		{"GET", "/api/playlists?status=done", "", 400, models.CodeBadValue, "status"},
		{"GET", "/api/playlists?sort=random", "", 400, models.CodeBadValue, "sort"},
		{"GET", "/api/playlists?wanted_only=perhaps", "", 400, models.CodeBadValue, "wanted_only"},
		{"GET", "/api/playlists?page=0", "", 400, models.CodeBadValue, "page"},
		{"GET", "/api/playlists?page=1&page=2", "", 400, models.CodeBadValue, "page"},
		{"GET", "/api/playlists?page=99999999999999999999", "", 400, models.CodeBadValue, "page"},
		{"GET", "/api/playlists?page_size=201", "", 400, models.CodeBadValue, "page_size"},
		{"GET", "/api/playlists/x", "", 400, models.CodeBadValue, "id"},
		{"GET", "/api/playlists/0", "", 400, models.CodeBadValue, "id"},
		{"GET", "/api/playlists/999", "", 404, models.CodeNotFound, ""},
		{"GET", "/api/playlists/999/songs", "", 404, models.CodeNotFound, ""},
		{"GET", "/api/playlists/1?x=1", "", 400, models.CodeUnknownField, "x"},
		{"GET", "/api/playlists/999/export.zip", "", 404, models.CodeNotFound, ""},
		{"GET", "/api/playlists/1/export.zip?partial=perhaps", "", 400, models.CodeBadValue, "partial"},
		{"GET", "/api/exports/bundles/unknown.zip", "", 404, models.CodeNotFound, ""},
		{"GET", "/api/exports/bundles/..%2Fx.zip", "", 404, models.CodeNotFound, ""},
		{"GET", "/api/exports?x", "", 400, models.CodeUnknownField, "x"},
		{"GET", "/api/dashboard?x=1", "", 400, models.CodeUnknownField, "x"},
		{"GET", "/api/nothing", "", 404, models.CodeNotFound, ""},
		{"DELETE", "/api/playlists", "", 404, models.CodeNotFound, ""},
		{"GET", "/api/jobs?state=asleep", "", 400, models.CodeBadValue, "state"},
		{"GET", "/api/jobs/999", "", 404, models.CodeNotFound, ""},
		{"GET", "/api/jobs/999/items", "", 404, models.CodeNotFound, ""},
		{"GET", "/api/jobs/999/playlists", "", 404, models.CodeNotFound, ""},
		{"GET", "/api/jobs/999/playlists/1/songs", "", 404, models.CodeNotFound, ""},
		{"GET", "/api/jobs/1/playlists/999/songs", "", 404, models.CodeNotFound, ""},
		{"GET", "/api/jobs/1/playlists/x/songs", "", 400, models.CodeBadValue, "playlist_id"},
		{"POST", "/api/jobs", `{}`, 400, models.CodeBadValue, "type"},
		{"POST", "/api/jobs", `{"type":"nonsense"}`, 400, models.CodeBadValue, "type"},
		{"POST", "/api/jobs", `{"type":"sync_only","colour":1}`, 400, models.CodeUnknownField, "colour"},
		{"POST", "/api/jobs", `{"type":"sync_only","sources":["spotify"]}`, 400, models.CodeBadValue, "sources"},
		{"POST", "/api/jobs", `{"type":"sync_only","download_sources":["netease"]}`, 400, models.CodeBadValue, "download_sources"},
		{"POST", "/api/jobs", `{"type":"sync_only","limit":-1}`, 400, models.CodeBadValue, "limit"},
		{"POST", "/api/jobs", `{"type":"sync_only","limit":"3"}`, 400, models.CodeBadValue, "limit"},
		{"POST", "/api/jobs", `{"type":"sync_only","workers":1000}`, 400, models.CodeBadValue, "workers"},
		{"POST", "/api/jobs", `{"type":"sync_only","playlist_ids":[1,999]}`, 404, models.CodeNotFound, "playlist_ids"},
		{"POST", "/api/jobs", `[1]`, 400, models.CodeBadRequest, ""},
		{"POST", "/api/jobs", `null`, 400, models.CodeBadRequest, ""},
		{"POST", "/api/jobs", `{"type":`, 400, models.CodeBadRequest, ""},
		{"POST", "/api/jobs", ``, 400, models.CodeBadRequest, "Content-Type"},
		{"POST", "/api/jobs?x=1", `{"type":"sync_only"}`, 400, models.CodeUnknownField, "x"},
		{"POST", "/api/jobs/1/commands", `{"kind":"explode"}`, 400, models.CodeBadValue, "kind"},
		{"POST", "/api/jobs/1/commands", `{"kind":"retry_item"}`, 400, models.CodeBadValue, "item_id"},
		{"POST", "/api/jobs/1/commands", `{"kind":"pause","item_id":4}`, 400, models.CodeUnknownField, "item_id"},
		{"POST", "/api/jobs/999/commands", `{"kind":"pause"}`, 404, models.CodeNotFound, ""},
		{"POST", "/api/playlists/download", `{}`, 400, models.CodeNothingSelected, "playlist_ids"},
		{"POST", "/api/playlists/download", `{"playlist_ids":[]}`, 400, models.CodeNothingSelected, "playlist_ids"},
		{"POST", "/api/playlists/download", `{"playlist_ids":["1"]}`, 400, models.CodeBadValue, "playlist_ids"},
		{"POST", "/api/playlists/download", `{"playlist_ids":[-1]}`, 400, models.CodeBadValue, "playlist_ids"},
		{"POST", "/api/playlists/download", `{"playlist_ids":[1,999]}`, 404, models.CodeNotFound, "playlist_ids"},
		{"POST", "/api/playlists/sync", `{"playlist_ids":[999]}`, 404, models.CodeNotFound, "playlist_ids"},
		{"POST", "/api/playlists/wanted", `{"playlist_ids":[1]}`, 400, models.CodeBadValue, "wanted"},
		{"POST", "/api/playlists/wanted", `{"playlist_ids":[1],"wanted":"yes"}`, 400, models.CodeBadValue, "wanted"},
		{"POST", "/api/playlists/export-zip", `{"playlist_ids":[]}`, 400, models.CodeNothingSelected, "playlist_ids"},
		{"POST", "/api/playlists/export", `{"ids":[1]}`, 400, models.CodeUnknownField, "ids"},
	} {
		t.Run(fmt.Sprint(c.method, c.path, c.body), func(t *testing.T) {
			requireProblem(t, s.do(c.method, c.path, c.body), c.status, c.code, c.field)
		})
	}
	require.Equal(t, int64(1), p.ID)
	var n int64
	require.NoError(t, s.db.Model(&models.JobRun{}).Count(&n).Error)
	require.EqualValues(t, 1, n, "no refused request left a job")
}

// A form of a foreign page can be sent as text/plain without the browser asking first.
func TestBodyMustBeDeclaredAsJSON(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	a := s.do(http.MethodPost, "/api/jobs", `{"type":"sync_only"}`, "Content-Type", "text/plain")
	requireProblem(t, a, 400, models.CodeBadRequest, "Content-Type")
}

func TestMessageIsInTheCallersLanguageAndInternalsStayInside(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	s.runner.fail = fmt.Errorf("write job: %w", errTest)
	a := s.post("/api/jobs", `{"type":"sync_only"}`)
	p := requireProblem(t, a, 500, models.CodeInternal, "")
	require.Equal(t, "en:internal", p["title"])
	require.NotContains(t, string(a.body), errTest.Error())
	require.Contains(t, s.log.String(), errTest.Error())
	require.Equal(t, map[string]any{"want": "1 – 200"}, requireProblem(t, s.get("/api/jobs?page_size=0"), 400, models.CodeBadValue, "page_size")["params"])
}

func TestPanicIsAProblemToo(t *testing.T) {
	t.Parallel()
	s := newServer(t, func(d *api.Deps) { d.Ping = func(context.Context) error { panic(errTest) } })
	requireProblem(t, s.get("/api/health"), 500, models.CodePanic, "")
	require.Contains(t, s.log.String(), "stack")
}

func TestPlaylistsAreFilteredAndPaged(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	for i := range 7 {
		s.bare(fmt.Sprint("List ", i), i%2 == 0, 5, 0)
	}
	whole := s.playlist("whole", "a", "b")
	require.NoError(t, s.db.Model(whole).Update("wanted", true).Error)

	page := s.get("/api/playlists?page=2&page_size=3&sort=name").object(t, 200)
	require.EqualValues(t, []any{2.0, 3.0, 3.0, 8.0}, []any{page["page"], page["page_size"], page["pages"], page["total"]})
	require.Len(t, s.get("/api/playlists?wanted_only=&platform=&keyword=").items(t), 8)
	require.Len(t, s.get("/api/playlists?status=unsynced&platform=qq").items(t), 3)
	require.Empty(t, s.get("/api/playlists?platform=netease").items(t))

	wanted := s.get("/api/playlists?wanted_only=1").items(t)
	require.Len(t, wanted, 1)
	require.Equal(t, "downloaded", wanted[0]["status"])
	require.Equal(t, fmt.Sprintf("/api/playlists/%d/export.zip", whole.ID), wanted[0]["export_url"])
	require.Equal(t, "2026-05-04T03:02:01Z", wanted[0]["synced_at"])
	require.Nil(t, wanted[0]["collected_at"])

	one := s.get(fmt.Sprintf("/api/playlists/%d", whole.ID)).object(t, 200)
	require.Equal(t, wanted[0], one)
	songs := s.get(fmt.Sprintf("/api/playlists/%d/songs?page_size=1&page=2", whole.ID))
	require.EqualValues(t, 2, songs.object(t, 200)["total"])
	require.Equal(t, "Song 1", songs.items(t)[0]["name"])
	require.Equal(t, "320k", songs.items(t)[0]["file"].(map[string]any)["quality"])
}

func TestUnchangedPollCosts304(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	p := s.bare("List", true, 5, 0)
	for _, path := range []string{"/api/playlists", "/api/dashboard", "/api/jobs"} {
		first := s.get(path)
		require.Equal(t, 200, first.StatusCode)
		tag := first.Header.Get("ETag")
		require.NotEmpty(t, tag)
		require.Equal(t, 304, s.get(path, "If-None-Match", tag).StatusCode, path)

		_ = s.post("/api/playlists/download", fmt.Sprintf(`{"playlist_ids":[%d]}`, p.ID)).object(t, 202)
		require.Equal(t, 200, s.get(path, "If-None-Match", tag).StatusCode, path)
		require.NoError(t, s.db.Exec("DELETE FROM job_runs").Error)

		tag = s.get(path).Header.Get("ETag")
		s.runner.live.Health.OK = !s.runner.live.Health.OK
		require.Equal(t, 200, s.get(path, "If-None-Match", tag).StatusCode, path)
	}
}

func TestJobsAreCreatedListedAndCommanded(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	p := s.bare("List", false, 5, 0)
	made := s.post("/api/jobs", fmt.Sprintf(`{"type":"sync_download","sources":["qq"],"download_sources":["kuwo","qq"],"pool_kinds":["toplist"],"playlist_ids":[%d],"limit":3,"workers":4,"title":"Mine","priority":2}`, p.ID))
	job := made.object(t, 201)
	require.Equal(t, "Mine", job["title"])
	require.Equal(t, "api", job["origin"])
	require.Equal(t, map[string]any{"sources": []any{"qq"}, "download_sources": []any{"kuwo", "qq"}, "pool_kinds": []any{"toplist"},
		"playlist_ids": []any{float64(p.ID)}, "limit": 3.0, "workers": 4.0}, job["scope"])

	shown := s.get(made.Header.Get("Location")).object(t, 200)
	require.Equal(t, job["id"], shown["id"])
	require.Len(t, shown["stages"], 2)
	require.Equal(t, []any{"cancel"}, shown["commands"], "a queued job can be canceled, not paused")
	require.Equal(t, []any{}, shown["failures"])
	require.Len(t, s.get("/api/jobs?state=queued,running").items(t), 1)
	require.Empty(t, s.get("/api/jobs?state=completed").items(t))

	refused := s.post(made.Header.Get("Location")+"/commands", `{"kind":"pause"}`)
	problem := requireProblem(t, refused, 409, models.CodeNotAllowed, "")
	require.Contains(t, problem["detail"], "the job is queued")
	applied := s.post(made.Header.Get("Location")+"/commands", `{"kind":"reprioritize","priority":7}`).object(t, 200)
	require.Equal(t, []any{"applied", 7.0}, []any{applied["state"], applied["priority"]})
	applied = s.post(made.Header.Get("Location")+"/commands", `{"kind":"retry_failed","stage":"sync","source":"qq","error_code":"playlist_gone"}`).object(t, 200)
	require.Equal(t, []any{"sync", "qq", "playlist_gone"}, []any{applied["stage"], applied["source"], applied["error_code"]})
	requireProblem(t, s.post(made.Header.Get("Location")+"/commands", `{"kind":"pause","error_code":"paid"}`), 400, models.CodeUnknownField, "error_code")
}

func TestJobTreeIsRead(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	p := s.playlist("List", "a", "b")
	job := s.post("/api/jobs", `{"type":"download_only"}`).object(t, 201)
	jobID := int64(job["id"].(float64))
	var stage models.JobStage
	require.NoError(t, s.db.Take(&stage, "job_run_id = ?", jobID).Error)
	s.insert(&models.JobPlaylist{JobRunID: jobID, PlaylistID: p.ID})
	var song models.Song
	require.NoError(t, s.db.Take(&song).Error)
	s.insert(&models.JobItem{JobRunID: jobID, JobStageID: stage.ID, ItemKey: "song", Title: "Song 0", Source: "qq", SongID: &song.ID,
		State: models.ItemFailed, ErrorCode: models.CodeNoMatch, ErrorText: "nothing alike"})

	base := fmt.Sprintf("/api/jobs/%d", jobID)
	require.Equal(t, "List", s.get(base + "/playlists").items(t)[0]["name"])
	songs := s.get(fmt.Sprintf("%s/playlists/%d/songs", base, p.ID)).items(t)
	require.Len(t, songs, 2)
	require.Equal(t, map[string]any{"code": "no_match", "text": "nothing alike"}, songs[0]["error"])
	require.Equal(t, "song", s.get(base + "/items?state=failed&code=no_match").items(t)[0]["key"])
	require.Empty(t, s.get(base+"/items?state=succeeded").items(t))
	failures := s.get(base).object(t, 200)["failures"].([]any)
	require.Len(t, failures, 1)
}

func TestBulkActionsAnswerInNumbers(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	unsynced, partial, whole := s.bare("u", false, 5, 0), s.bare("p", true, 5, 2), s.playlist("w", "data")
	all := fmt.Sprintf(`{"playlist_ids":[%d,%d,%d]`, unsynced.ID, partial.ID, whole.ID)

	d := s.post("/api/playlists/download", all+`,"workers":2}`).object(t, 202)
	require.Equal(t, []any{3.0, 1.0, 1.0, 1.0, 0.0}, []any{d["selected"], d["sync_download_count"], d["download_count"], d["already_downloaded_count"], d["busy_count"]})
	require.Equal(t, "sync_download", d["sync_download_job"].(map[string]any)["type"])
	require.Equal(t, "download_only", d["download_job"].(map[string]any)["type"])

	again := s.post("/api/playlists/download", all+`}`).object(t, 200)
	require.EqualValues(t, 2, again["busy_count"])
	require.Nil(t, again["download_job"])

	sync := s.post("/api/playlists/sync", all+`}`).object(t, 202)
	require.Equal(t, []any{3.0, 2.0, 1.0}, []any{sync["selected"], sync["sync_count"], sync["busy_count"]})

	wanted := s.post("/api/playlists/wanted", all+`,"wanted":true}`).object(t, 200)
	require.Equal(t, []any{3.0, 3.0, true}, []any{wanted["selected"], wanted["changed"], wanted["wanted"]})
	require.EqualValues(t, 0, s.post("/api/playlists/wanted", all+`,"wanted":true}`).object(t, 200)["changed"])
}

func TestExportIsReadyOrQueued(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	one, two, partial := s.playlist("one", "data 1"), s.playlist("two", "data 2"), s.bare("p", true, 5, 2)

	ready := s.post("/api/playlists/export-zip", fmt.Sprintf(`{"playlist_ids":[%d,%d]}`, one.ID, two.ID)).object(t, 200)
	require.Equal(t, "ready", ready["status"])
	require.EqualValues(t, 2, ready["exported_count"])
	zip := s.get(ready["download_url"].(string))
	require.Equal(t, 200, zip.StatusCode)
	require.EqualValues(t, ready["bundle"].(map[string]any)["size_bytes"], len(zip.body))
	require.Equal(t, ready["bundle"], s.get("/api/exports").items(t)[0])

	queued := s.post("/api/playlists/export-zip", fmt.Sprintf(`{"playlist_ids":[%d,%d]}`, one.ID, partial.ID)).object(t, 202)
	require.Equal(t, "queued", queued["status"])
	require.NotContains(t, queued, "download_url")
	require.EqualValues(t, 1, queued["download"].(map[string]any)["download_count"])

	mixed := s.post("/api/playlists/export", fmt.Sprintf(`{"playlist_ids":[%d,%d]}`, one.ID, partial.ID)).object(t, 200)
	require.Equal(t, "mixed", mixed["status"])
	require.EqualValues(t, 1, mixed["download"].(map[string]any)["busy_count"])
	require.NotEmpty(t, mixed["download_url"])

	taken := s.post("/api/playlists/export-zip", fmt.Sprintf(`{"playlist_ids":[%d,%d],"partial":true}`, one.ID, partial.ID)).object(t, 200)
	require.Equal(t, "ready", taken["status"])
}

func TestDashboard(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	s.playlist("List", "data")
	s.runner.live.Running = []jobs.RunningItem{{ItemID: 4, Title: "<script>", Stage: models.StageDownload, BytesPerSecond: 1.5}}
	_ = s.post("/api/jobs", `{"type":"sync_only"}`).object(t, 201)
	s.insert(&models.JobRun{Type: models.JobSyncOnly, State: models.JobCompleted, ScopeJSON: "{}"})

	d := s.get("/api/dashboard").object(t, 200)
	require.Len(t, d["active_jobs"], 1)
	require.Len(t, d["recent_jobs"], 1)
	require.Equal(t, "<script>", d["running"].([]any)[0].(map[string]any)["title"])
	require.Equal(t, true, d["runner"].(map[string]any)["ok"])
	require.Equal(t, "downloaded", d["coverage"].([]any)[0].(map[string]any)["state"])
}

func TestHealth(t *testing.T) {
	t.Parallel()
	var ping error
	s := newServer(t, func(d *api.Deps) {
		d.Ping = func(context.Context) error { return ping }
		d.Sources = func() []models.SourceHealth {
			return []models.SourceHealth{{Name: "netease", Blocked: true, SinceMS: 1000, RetryAtMS: 61_000, Code: models.CodeRiskControl, Reason: "captcha",
				Credential: true, Traffic: models.SourceTraffic{Requests: 8, Failed: 2, RiskEvents: 1, AvgMS: 120, P95MS: 300}}}
		}
	})
	h := s.get("/api/health").object(t, 200)
	require.Equal(t, []any{"ok", "1.2.3", 60.0, "ok"}, []any{h["status"], h["version"], h["uptime_seconds"], h["database"]})
	require.Equal(t, "ok\n", string(s.get("/healthz").body))
	source := h["sources"].([]any)[0].(map[string]any)
	require.Equal(t, []any{"netease", true, "risk_control", "captcha", true, 75.0, 1.0, 120.0, 300.0},
		[]any{source["name"], source["blocked"], source["code"], source["reason"], source["credential_set"], source["success_percent"],
			source["risk_events"], source["latency_avg_ms"], source["latency_p95_ms"]})
	require.Contains(t, source["retry_at"], "1970-01-01T00:01:01")

	ping = errTest
	require.Equal(t, "failing", s.get("/api/health").object(t, 503)["database"])
	require.Equal(t, 503, s.get("/healthz").StatusCode)
	ping, s.runner.live.Health.OK = nil, false
	require.Equal(t, "degraded", s.get("/api/health").object(t, 503)["status"])
	require.Equal(t, 503, s.get("/healthz").StatusCode)
}
