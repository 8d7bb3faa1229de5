package api

import (
	"context"
	"slices"

	"github.com/gofiber/fiber/v3"

	"catalogsync/jobs"
	"catalogsync/models"
)

// The dashboard shows the first of each kind; GET /api/jobs has them all.
const (
	dashboardActive = 50
	dashboardRecent = 10
)

type runnerJSON struct {
	OK        bool    `json:"ok"`
	StartedAt instant `json:"started_at"`
	BeatAt    instant `json:"beat_at"`
	Restarts  int     `json:"restarts"`
	LastError string  `json:"last_error,omitempty"`
}

func runnerOf(h jobs.Health) runnerJSON {
	return runnerJSON{OK: h.OK, StartedAt: instant(h.StartedAtMS), BeatAt: instant(h.BeatAtMS), Restarts: h.Restarts, LastError: h.LastError}
}

type coverageJSON struct {
	Platform   string               `json:"platform"`
	State      models.PlaylistState `json:"state"`
	Playlists  int64                `json:"playlists"`
	Songs      int64                `json:"songs"`
	Downloaded int64                `json:"downloaded"`
	Skipped    int64                `json:"skipped"`
}

func coverageOf(r models.CoverageRow) coverageJSON {
	return coverageJSON{Platform: r.Platform, State: r.State, Playlists: r.Playlists, Songs: r.Songs, Downloaded: r.Downloaded, Skipped: r.Skipped}
}

type dashboardJSON struct {
	Runner         runnerJSON     `json:"runner"`
	BytesPerSecond float64        `json:"bytes_per_second"`
	Running        []runningJSON  `json:"running"`
	ActiveJobs     []jobJSON      `json:"active_jobs"`
	RecentJobs     []jobJSON      `json:"recent_jobs"`
	Coverage       []coverageJSON `json:"coverage"`
}

func (h *handlers) dashboard(c fiber.Ctx) error {
	if err := noQuery(c); err != nil {
		return err
	}
	active, err := h.jobsIn(c.Context(), models.LiveJobStates, dashboardActive)
	if err != nil {
		return err
	}
	recent, err := h.jobsIn(c.Context(), endedJobStates(), dashboardRecent)
	if err != nil {
		return err
	}
	coverage, err := h.Playlists.Coverage(c.Context())
	if err != nil {
		return err
	}
	live := h.Runner.Live()
	return c.JSON(dashboardJSON{
		Runner: runnerOf(live.Health), BytesPerSecond: live.BytesPerSecond, Running: each(live.Running, runningOf),
		ActiveJobs: active, RecentJobs: recent, Coverage: each(coverage, coverageOf),
	})
}

func (h *handlers) jobsIn(ctx context.Context, states []models.JobState, limit int) ([]jobJSON, error) {
	list, _, err := h.Jobs.ListJobs(ctx, models.JobFilter{States: states, Page: models.Page{Number: 1, Size: limit}})
	return each(list, jobOf), err
}

func endedJobStates() []models.JobState {
	return slices.DeleteFunc(slices.Clone(models.JobStates), models.JobState.Live)
}
