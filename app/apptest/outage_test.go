package apptest_test

import (
	"log/slog"
	"maps"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"catalogsync/app"
	"catalogsync/app/apptest"
	"catalogsync/app/demo"
	"catalogsync/app/sources/all"
	"catalogsync/config"
	"catalogsync/jobs"
	"catalogsync/models"
)

// running starts the program in this process, against the demo upstream at base.
func running(t *testing.T, base string) *app.App {
	t.Helper()
	dir := t.TempDir()
	flags := map[string]string{
		"DB_PATH": filepath.Join(dir, "c.db"), "LIBRARY_DIR": filepath.Join(dir, "library"), "MAX_CPU_PERCENT": "100", "RETRY_BASE": "20ms",
	}
	maps.Copy(flags, all.AtStandIn(base, demo.Sources()...))
	c, err := config.Load(config.Inputs{Flags: flags, Sources: all.Kinds()})
	require.NoError(t, err)
	a, err := app.New(t.Context(), app.Options{Config: c, Version: "test", Logger: slog.New(slog.NewTextHandler(t.Output(), nil))})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, a.Close()) })
	require.NoError(t, a.StartRunner(t.Context()))
	return a
}

// asked counts the requests that a platform got.
func asked(up *demo.Server, platform string) int {
	n := 0
	for key, endpoint := range up.Stats().Endpoints {
		if key.Platform == platform {
			n += endpoint.Requests
		}
	}
	return n
}

func itemsOf(t *testing.T, a *app.App, job int64) []models.JobItem {
	t.Helper()
	var list []models.JobItem
	for page := 1; ; page++ {
		items, total, err := a.Store.ListJobItems(t.Context(), job, models.ItemFilter{Page: models.Page{Number: page, Size: 500}})
		require.NoError(t, err)
		list = append(list, items...)
		if len(items) == 0 || len(list) >= int(total) {
			return list
		}
	}
}

// NetEase blocks while the catalogue is collected, synced and downloaded: the others go on
// to the end; when it serves again, what it stopped and nothing else is done again.
func TestOutageOfOnePlatform(t *testing.T) {
	t.Parallel()
	up, base := apptest.Upstream(t, demo.Config{Playlists: 12, Songs: 90, Seed: 21})
	require.NoError(t, up.SetFaults("netease", demo.Faults{Rates: map[demo.FaultKind]float64{demo.FaultRiskControl: 1}}))
	a := running(t, base)
	began := time.Now()
	job, err := a.Runner.Enqueue(t.Context(), jobs.NewJob{Type: models.JobCatalogSync, Origin: "test"})
	require.NoError(t, err)

	waits := func(stage models.JobStage) bool { return stage.Message == "waits for netease" }
	require.Eventually(t, func() bool {
		detail, err := a.Store.GetJob(t.Context(), job.ID)
		require.NoError(t, err)
		outages := a.Runner.Live().Outages
		collect, sync, download := detail.Stages[0], detail.Stages[1], detail.Stages[2]
		return waits(collect) && sync.State == models.StageCompleted && (waits(download) || download.State == models.StageCompleted) &&
			len(outages) == 1 && outages[0].Probes >= 2
	}, time.Minute, 20*time.Millisecond, "qq and kuwo are through")
	// What was under way when it began to block, the failures that open the circuit, the
	// probes, and what the circuit lets through to see: after 1, 2, 4, 5, 5, … seconds.
	const underWay, opening = 6, 6
	probes, trials := a.Runner.Live().Outages[0].Probes+1, 3+int(time.Since(began)/(5*time.Second))
	require.LessOrEqual(t, asked(up, "netease"), underWay+opening+probes+trials, "a blocked source is left alone")

	before, stopped := map[int64]models.JobItem{}, map[int64]bool{}
	for _, item := range itemsOf(t, a, job.ID) {
		before[item.ID] = item
		if item.State == models.ItemPending {
			require.Equal(t, "netease", item.WaitSource, item.Title)
			require.NotEmpty(t, item.WaitReason)
			require.NotZero(t, item.NotBeforeMS)
			stopped[item.ID] = true
		}
	}
	require.NotEmpty(t, stopped)
	require.Greater(t, len(before), len(stopped)+20)

	require.NoError(t, up.SetFaults("netease", demo.Faults{}))
	recovered := models.NowMS(time.Now())
	done, err := a.Runner.Wait(t.Context(), job.ID)
	require.NoError(t, err)
	require.Equal(t, models.JobCompleted, done.State)
	again := map[int64]bool{}
	for _, item := range itemsOf(t, a, job.ID) {
		if _, known := before[item.ID]; known && item.StartedAtMS >= recovered {
			again[item.ID] = true
		}
		require.LessOrEqual(t, item.Attempts, 1, "an outage costs no attempt")
		require.Empty(t, item.WaitSource)
	}
	require.Equal(t, stopped, again, "exactly what the outage stopped was run again")
	require.Empty(t, a.Runner.Live().Outages)
	coverage, err := a.Store.Coverage(t.Context())
	require.NoError(t, err)
	require.NotEmpty(t, coverage)
	for _, row := range coverage {
		require.NotEqual(t, models.PlaylistUnsynced, row.State, row.Platform)
	}
}
