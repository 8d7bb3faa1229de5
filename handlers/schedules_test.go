package handlers_test

import (
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/url"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/gofiber/fiber/v3"
	"github.com/stretchr/testify/require"

	"catalogsync/app/database"
	"catalogsync/app/revision"
	"catalogsync/app/schedule"
	"catalogsync/app/store"
	"catalogsync/handlers/web"
	"catalogsync/models"
)

// scheduleConsole is the console on a real database of schedules.
type scheduleConsole struct {
	t       *testing.T
	app     *fiber.App
	db      *database.DB
	store   *store.Store
	service *schedule.Service
	now     time.Time
}

func newScheduleConsole(t *testing.T) *scheduleConsole {
	t.Helper()
	db, err := database.Open(t.Context(), filepath.Join(t.TempDir(), "c.db"))
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	s := &scheduleConsole{t: t, db: db, now: now}
	clock := func() time.Time { return s.now }
	revisions := revision.New()
	s.store = store.New(db, revisions, clock)
	s.service = schedule.New(schedule.Options{Store: s.store, Jobs: s, CheckType: checkType,
		Now: clock, Log: slog.New(slog.DiscardHandler)})
	s.app, _ = newApp(t, newFake(), func(d *web.Deps) {
		d.Schedules, d.Jobs, d.Revision, d.Now = s.service, s.store, revisions, clock
	})
	return s
}

// Enqueue keeps a job as the runner does.
func (s *scheduleConsole) Enqueue(ctx context.Context, t models.JobType, scope models.JobScope, title, origin string, priority int) (models.JobRun, error) {
	text, err := json.Marshal(scope)
	require.NoError(s.t, err)
	d, err := s.store.CreateJob(ctx, models.JobRun{Type: t, State: models.JobQueued, Title: title, ScopeJSON: string(text), Origin: origin, Priority: priority},
		[]models.JobStage{{Name: models.StageDownload, State: models.StagePending}}, models.JobEventRow{Kind: "job_created"})
	return d.JobRun, err
}

// endJob ends a job with failed items whose texts are hostile.
func (s *scheduleConsole) endJob(id int64) {
	s.t.Helper()
	ms := models.NowMS(s.now)
	require.NoError(s.t, s.db.Write.Model(&models.JobRun{}).Where("id = ?", id).
		Updates(map[string]any{"state": models.JobCompletedWithErrors, "started_at_ms": ms - 3_600_000, "finished_at_ms": ms, "items_failed": 2}).Error)
	require.NoError(s.t, s.db.Write.Create(&models.JobItem{JobRunID: id, JobStageID: id, ItemKey: "a", Source: "qq", State: models.ItemFailed, ErrorCode: models.CodeStalled, ErrorText: hostile}).Error)
	require.NoError(s.t, s.service.Settle(s.t.Context()))
}

func (s *scheduleConsole) post(path string, form url.Values) (answer, string) {
	s.t.Helper()
	return request(s.t, s.app, http.MethodPost, path, form, fragment...)
}

var goodSchedule = url.Values{"name": {"Charts"}, "cron": {"0 7 * * *"}, "time_zone": {"Asia/Shanghai"}, "job_type": {"sync_only"}, "sources": {"qq"},
	"scope": {"toplist"}, "limit": {"5"}, "overlap": {"queue"}, "enabled": {"1"}}

func TestSchedulePages(t *testing.T) {
	t.Parallel()
	s := newScheduleConsole(t)
	_, err := s.service.Create(t.Context(), schedule.Draft{Name: hostile, Cron: "@daily", JobType: models.JobCatalogSync, Enabled: true})
	require.NoError(t, err)
	for range 2 {
		run, err := s.service.RunNow(t.Context(), 2, "web")
		require.NoError(t, err)
		s.now = s.now.Add(time.Hour)
		s.endJob(*run.JobRunID)
	}
	s.now = s.now.Add(48 * time.Hour) // nobody was there: an alert
	for _, page := range []string{"/schedules", "/schedules/new", "/schedules/1", "/schedules/2", "/schedules/2/runs", "/schedules/2/runs/1", "/schedules/2/runs/2",
		"/schedules/preview?cron=@daily", "/schedules/preview?cron=" + url.QueryEscape(hostile)} {
		for _, lang := range []string{"en", "zh-CN,zh;q=0.9"} {
			for _, header := range [][]string{nil, fragment} {
				resp, body := get(t, s.app, page, append([]string{"Accept-Language", lang}, header...)...)
				require.Equal(t, http.StatusOK, resp.StatusCode, "%s: %s", page, body)
				require.NotContains(t, body, "no value", page)
				require.NotContains(t, body, "<script>alert", page)
				require.NotContains(t, body, "<img src=x", page)
			}
		}
	}
	_, body := get(t, s.app, "/schedules")
	require.Contains(t, body, "No run has finished that should have")
	require.Contains(t, body, `aria-checked="true"`)
	require.Contains(t, body, "2026-11-25 00:00")
	_, body = get(t, s.app, "/schedules/2/runs/2")
	require.Contains(t, body, "Compared with the run before")
	require.Contains(t, body, "The transfer stood still", "failures come by cause")
	require.Contains(t, body, `{"kind":"retry_failed"}`, "with the button that fixes them")
	for _, page := range []string{"/schedules/99", "/schedules/x", "/schedules/2/runs/99", "/schedules/1/runs/1"} {
		resp, _ := get(t, s.app, page)
		require.Equal(t, http.StatusNotFound, resp.StatusCode, page)
	}
}

func TestScheduleFormKeepsAndChanges(t *testing.T) {
	t.Parallel()
	s := newScheduleConsole(t)
	resp, body := s.post("/schedules", goodSchedule)
	require.Equal(t, http.StatusOK, resp.StatusCode, body)
	require.Equal(t, "/schedules", resp.Header.Get("HX-Redirect"))
	e, err := s.service.Get(t.Context(), 2)
	require.NoError(t, err)
	require.Equal(t, schedule.Draft{Name: "Charts", Cron: "0 7 * * *", TimeZone: "Asia/Shanghai", JobType: models.JobSyncOnly, Overlap: models.OverlapQueue, Enabled: true,
		Scope: models.JobScope{Sources: []string{"qq"}, PoolKinds: []models.PoolKind{models.PoolToplist}, Limit: 5}}, schedule.DraftOf(e.Schedule))

	// A scope that the form cannot show stays when it is left alone.
	_, err = s.service.Edit(t.Context(), 2, func(d *schedule.Draft) { d.Scope = models.JobScope{PlaylistIDs: []int64{4, 5}} })
	require.NoError(t, err)
	_, body = get(t, s.app, "/schedules/2")
	require.Contains(t, body, `value="kept" selected`)
	form := url.Values{"name": {"Charts"}, "cron": {"0 8 * * *"}, "time_zone": {""}, "job_type": {"sync_only"}, "scope": {"kept"}, "overlap": {"skip"}}
	resp, body = request(t, s.app, http.MethodPost, "/schedules/2", form)
	require.Equal(t, http.StatusSeeOther, resp.StatusCode, body)
	e, err = s.service.Get(t.Context(), 2)
	require.NoError(t, err)
	require.Equal(t, []int64{4, 5}, e.Scope.PlaylistIDs)
	require.Equal(t, schedule.LocalZone, e.TimeZone)
	require.False(t, e.Enabled, "a switch that is not ticked is off")

	_, _ = s.post("/schedules/2/delete", url.Values{})
	resp, _ = get(t, s.app, "/schedules/2")
	require.Equal(t, http.StatusNotFound, resp.StatusCode)
}

func TestScheduleSwitchAndRun(t *testing.T) {
	t.Parallel()
	s := newScheduleConsole(t)
	_, body := s.post("/schedules/1/enabled", url.Values{"enabled": {"1"}})
	require.Contains(t, body, "Switched on: Nightly catalog sync")
	e, err := s.service.Get(t.Context(), 1)
	require.NoError(t, err)
	require.NotZero(t, e.NextRunMS)
	_, body = s.post("/schedules/1/enabled", url.Values{"enabled": {"0"}})
	require.Contains(t, body, "Switched off")

	resp, body := s.post("/schedules/1/run", url.Values{})
	require.Contains(t, body, "/jobs/1")
	require.Equal(t, "changed", resp.Header.Get("HX-Trigger"))
	resp, body = s.post("/schedules/1/run", url.Values{})
	require.Equal(t, http.StatusConflict, resp.StatusCode)
	require.Contains(t, body, "has not ended yet")
}

func TestBadSchedulesPointAtTheFault(t *testing.T) {
	t.Parallel()
	s := newScheduleConsole(t)
	for field, values := range map[string]map[string]string{
		"field 2 (hour), character 3: 25": {"cron": "0 25 * * *"},
		"3 fields instead of 5":           {"cron": "0 3 *"},
		"Asia/Shanghai":                   {"time_zone": "Mars"},
		"toast-danger":                    {"name": ""},
		"This name is taken":              {"name": "Nightly catalog sync"},
		"catalog_sync":                    {"job_type": "explode"},
		"Sources":                         {"sources": "spotify"},
		"1–64":                            {"workers": "65"},
		"colour":                          {"colour": "red"},
	} {
		form := url.Values{}
		for k, v := range goodSchedule {
			form[k] = v
		}
		for k, v := range values {
			form.Set(k, v)
		}
		resp, body := s.post("/schedules", form)
		require.Equal(t, http.StatusBadRequest, resp.StatusCode, field)
		require.Contains(t, body, field)
	}
	_, body := get(t, s.app, "/schedules/preview?cron=0+25+*+*+*", "Accept-Language", "zh")
	require.Contains(t, body, "第 2 段（时），第 3 个字符：25")
	list, err := s.service.List(t.Context())
	require.NoError(t, err)
	require.Len(t, list, 1)
}

func TestAnUnchangedListOfSchedulesCostsNothing(t *testing.T) {
	t.Parallel()
	s := newScheduleConsole(t)
	first, body := get(t, s.app, "/schedules", fragment...)
	require.NotContains(t, body, "<html")
	second, _ := get(t, s.app, "/schedules", append(fragment, "HX-PTag", first.Header.Get("HX-PTag"))...)
	require.Equal(t, http.StatusNotModified, second.StatusCode)
	_, _ = s.post("/schedules/1/enabled", url.Values{"enabled": {"1"}})
	third, body := get(t, s.app, "/schedules", append(fragment, "HX-PTag", first.Header.Get("HX-PTag"))...)
	require.Equal(t, http.StatusOK, third.StatusCode)
	require.True(t, strings.Contains(body, `aria-checked="true"`))
}

// checkType lets two types of jobs be made.
func checkType(t models.JobType) error {
	if t == models.JobCatalogSync || t == models.JobSyncOnly {
		return nil
	}
	return models.Invalid("type", models.CodeBadValue, "there is no job type %q", t)
}
