package api_test

import (
	"fmt"
	"log/slog"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"catalogsync/app/schedule"
	"catalogsync/app/store"
	"catalogsync/handlers/api"
	"catalogsync/models"
)

// newScheduleServer is a server with schedules over its real store.
func newScheduleServer(t *testing.T) (*server, *schedule.Service) {
	t.Helper()
	var service *schedule.Service
	s := newServer(t, func(d *api.Deps) {
		st, ok := d.Jobs.(*store.Store)
		require.True(t, ok)
		queue, ok := d.Runner.(*runner)
		require.True(t, ok)
		service = schedule.New(schedule.Options{Store: st, Jobs: enqueuer{queue}, CheckType: checkType,
			Now: d.Now, Log: slog.New(slog.DiscardHandler)})
		d.Schedules = service
	})
	return s, service
}

func TestSchedulesAreKept(t *testing.T) {
	t.Parallel()
	s, _ := newScheduleServer(t)
	nightly := s.get("/api/schedules").items(t)
	require.Len(t, nightly, 1)
	require.Equal(t, "Nightly catalog sync", nightly[0]["name"])
	require.Equal(t, false, nightly[0]["enabled"])
	require.Len(t, nightly[0]["next_runs"], 5)
	require.Nil(t, nightly[0]["alert"])

	a := s.post("/api/schedules", `{"name":"Charts","cron":"0 7 * * *","time_zone":"Asia/Shanghai","job_type":"sync_only","sources":["qq"],"limit":3}`)
	made := a.object(t, http.StatusCreated)
	require.Equal(t, "/api/schedules/2", a.Header.Get("Location"))
	require.Equal(t, true, made["enabled"])
	require.Equal(t, map[string]any{"sources": []any{"qq"}, "limit": 3.0}, made["scope"])
	runs, ok := made["next_runs"].([]any)
	require.True(t, ok)
	require.Equal(t, "2026-05-05T07:00:00+08:00", runs[0])

	changed := s.do(http.MethodPatch, "/api/schedules/2", `{"enabled":false,"limit":0,"overlap":"queue"}`).object(t, http.StatusOK)
	require.Equal(t, false, changed["enabled"])
	require.Equal(t, "queue", changed["overlap"])
	require.Equal(t, "0 7 * * *", changed["cron"], "what the body has not, stays")
	require.Equal(t, map[string]any{"sources": []any{"qq"}}, changed["scope"])

	require.Equal(t, http.StatusNoContent, s.do(http.MethodDelete, "/api/schedules/2", "").StatusCode)
	requireProblem(t, s.get("/api/schedules/2"), 404, models.CodeNotFound, "")
}

func TestScheduleRunsNowAndReports(t *testing.T) {
	t.Parallel()
	s, service := newScheduleServer(t)
	run := s.do(http.MethodPost, "/api/schedules/1/run", "").object(t, http.StatusAccepted)
	require.Equal(t, "running", run["result"])
	require.Equal(t, "api", run["origin"])
	require.EqualValues(t, 1, run["job_id"])
	requireProblem(t, s.do(http.MethodPost, "/api/schedules/1/run", ""), 409, models.CodeScheduleRunning, "")

	ended := models.NowMS(start.Add(time.Hour))
	require.NoError(t, s.db.Model(&models.JobRun{}).Where("id = 1").Updates(map[string]any{"state": "completed", "started_at_ms": models.NowMS(start), "finished_at_ms": ended}).Error)
	require.NoError(t, service.Settle(t.Context()))
	list := s.get("/api/schedules/1/runs").items(t)
	require.Len(t, list, 1)
	require.Equal(t, "completed", list[0]["result"])
	one := s.get(fmt.Sprintf("/api/schedules/1/runs/%.0f", list[0]["id"])).object(t, http.StatusOK)
	report, ok := one["report"].(map[string]any)
	require.True(t, ok)
	numbers, ok := report["numbers"].(map[string]any)
	require.True(t, ok)
	require.EqualValues(t, 3_600_000, numbers["duration_ms"])
}

func TestSchedulePreview(t *testing.T) {
	t.Parallel()
	s, _ := newScheduleServer(t)
	next := s.get("/api/schedules/preview?cron=30+3+*+*+*&time_zone=UTC").object(t, http.StatusOK)
	require.Equal(t, []any{"2026-05-04T03:30:00Z", "2026-05-05T03:30:00Z", "2026-05-06T03:30:00Z", "2026-05-07T03:30:00Z", "2026-05-08T03:30:00Z"}, next["next_runs"])
	p := requireProblem(t, s.get("/api/schedules/preview?cron=0+25+*+*+*"), 400, models.CodeBadCron, "cron")
	require.Equal(t, map[string]any{"position": 2.0, "column": 3.0, "value": "25", "want": "0-23"}, p["params"])
}

func TestBadScheduleRequestsNameTheirField(t *testing.T) {
	t.Parallel()
	s, _ := newScheduleServer(t)
	for _, c := range []struct {
		method, path, body string
		status             int
		code               models.Code
		field              string
	}{
		{"GET", "/api/schedules?x=1", "", 400, models.CodeUnknownField, "x"},
		{"GET", "/api/schedules/x", "", 400, models.CodeBadValue, "id"},
		{"GET", "/api/schedules/99", "", 404, models.CodeNotFound, ""},
		{"GET", "/api/schedules/99/runs", "", 404, models.CodeNotFound, ""},
		{"GET", "/api/schedules/1/runs/99", "", 404, models.CodeNotFound, ""},
		{"GET", "/api/schedules/1/runs?page=0", "", 400, models.CodeBadValue, "page"},
		{"GET", "/api/schedules/preview", "", 400, models.CodeBadCron, "cron"},
		{"GET", "/api/schedules/preview?cron=@daily&time_zone=Mars", "", 400, models.CodeBadValue, "time_zone"},
		{"GET", "/api/schedules/preview?cron=TZ=", "", 400, models.CodeBadCron, "cron"},
		{"POST", "/api/schedules", `{}`, 400, models.CodeBadValue, "name"},
		{"POST", "/api/schedules", `{"name":"A","cron":"@daily"}`, 400, models.CodeBadValue, "job_type"},
		{"POST", "/api/schedules", `{"name":"A","job_type":"sync_only"}`, 400, models.CodeBadCron, "cron"},
		{"POST", "/api/schedules", `{"name":"A","cron":"@daily","job_type":"sync_only","colour":1}`, 400, models.CodeUnknownField, "colour"},
		{"POST", "/api/schedules", `{"name":"A","cron":"@daily","job_type":"sync_only","sources":["spotify"]}`, 400, models.CodeBadValue, "sources"},
		{"POST", "/api/schedules", `{"name":"A","cron":"@daily","job_type":"sync_only","playlist_ids":[99]}`, 404, models.CodeNotFound, "playlist_ids"},
		{"POST", "/api/schedules", `{"name":"Nightly catalog sync","cron":"@daily","job_type":"sync_only"}`, 400, models.CodeNameTaken, "name"},
		{"PATCH", "/api/schedules/1", `{"cron":"61 * * * *"}`, 400, models.CodeBadCron, "cron"},
		{"PATCH", "/api/schedules/1", `{"overlap":"perhaps"}`, 400, models.CodeBadValue, "overlap"},
		{"PATCH", "/api/schedules/1", `{"enabled":"yes"}`, 400, models.CodeBadValue, "enabled"},
		{"PATCH", "/api/schedules/99", `{}`, 404, models.CodeNotFound, ""},
		{"DELETE", "/api/schedules/99", "", 404, models.CodeNotFound, ""},
		{"POST", "/api/schedules/99/run", "", 404, models.CodeNotFound, ""},
	} {
		t.Run(fmt.Sprint(c.method, c.path, c.body), func(t *testing.T) {
			requireProblem(t, s.do(c.method, c.path, c.body), c.status, c.code, c.field)
		})
	}
}

// checkType lets two types of jobs be made.
func checkType(t models.JobType) error {
	if t == models.JobCatalogSync || t == models.JobSyncOnly {
		return nil
	}
	return models.Invalid("type", models.CodeBadValue, "there is no job type %q", t)
}
