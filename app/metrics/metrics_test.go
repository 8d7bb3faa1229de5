package metrics

import (
	"context"
	"errors"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"catalogsync/models"
)

func scrape(m *Metrics) string {
	w := httptest.NewRecorder()
	m.Handler().ServeHTTP(w, httptest.NewRequest("GET", "/metrics", nil))
	return w.Body.String()
}

func TestMetricsTellWhatWasDoneAndHowThingsAre(t *testing.T) {
	t.Parallel()
	m := New("v1.2.3")
	m.ItemEnded(models.StageDownload, models.ItemResult{To: models.ItemSucceeded, Bytes: 700, ResultSource: "qq"})
	m.ItemEnded(models.StageDownload, models.ItemResult{To: models.ItemFailed, ErrorCode: models.CodeStalled})
	m.Upstream("qq", 80*time.Millisecond, models.NewError(models.ClassRiskControl, models.CodeRiskControl, "captcha"))
	m.Request("GET", "/api/jobs/:id", 200, time.Millisecond)
	state, fault := State{
		RunnerOK: true, Running: 3, DiskFree: 5, DiskTotal: 9,
		Queue:   []models.QueueShare{{Wait: models.QueueSource, Detail: "qq", Items: 4}, {Wait: models.QueueSource, Detail: "kuwo", Items: 2}},
		Sources: []models.SourceHealth{{Name: "qq", Blocked: true}},
	}, error(nil)
	m.Watch(func(context.Context) (State, error) { return state, fault })
	text := scrape(m)
	for _, line := range []string{
		`catalogsync_build_info{version="v1.2.3"} 1`,
		`catalogsync_items_total{code="",stage="download",state="succeeded"} 1`,
		`catalogsync_items_total{code="stalled",stage="download",state="failed"} 1`,
		`catalogsync_item_bytes_total{source="qq",stage="download"} 700`,
		`catalogsync_upstream_request_seconds_bucket{source="qq",le="0.1"} 1`,
		`catalogsync_upstream_failures_total{code="risk_control",source="qq"} 1`,
		`catalogsync_http_request_seconds_count{method="GET",route="/api/jobs/:id",status="200"} 1`,
		`catalogsync_database_up 1`, `catalogsync_runner_up 1`, `catalogsync_items_running 3`,
		`catalogsync_queue_items{wait="source"} 6`, `catalogsync_source_blocked{source="qq"} 1`,
		`catalogsync_library_disk_free_bytes 5`,
	} {
		require.Contains(t, text, line+"\n")
	}
	state, fault = State{}, errors.New("disk gone")
	require.Contains(t, scrape(m), "catalogsync_database_up 0\n")
}
