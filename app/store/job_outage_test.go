package store

import (
	"testing"

	"github.com/stretchr/testify/require"

	"catalogsync/models"
)

// stopAll lets the job's songs wait for kuwo.
func stopAll(t *testing.T, s *Store, job models.JobDetail, o models.SourceOutage) {
	t.Helper()
	turn := models.ItemTurn{NowMS: s.nowMS(), MaxWaitMS: 1000, Outages: []models.SourceOutage{o}}
	for _, item := range claim(t, s, job, 1, 4) {
		turn.Results = append(turn.Results, models.ItemResult{ItemID: item.ID, StageID: item.JobStageID, JobID: job.ID,
			To: models.ItemPending, NotBeforeMS: o.UntilMS, WaitReason: "waits for kuwo", WaitSource: "kuwo"})
	}
	_, err := s.TurnItems(t.Context(), turn)
	require.NoError(t, err)
}

func TestStoppedItemsWaitForTheEndOfTheOutage(t *testing.T) {
	s := newCatalog(t)
	job, _ := treeJob(t, s)
	o := models.SourceOutage{Source: "kuwo", State: models.OutageOpen, SinceMS: 1000, UntilMS: 2000, Code: models.CodeRiskControl, Reason: "captcha"}
	stopAll(t, s, job, o)
	rows, err := s.OpenOutages(t.Context())
	require.NoError(t, err)
	require.Equal(t, []models.SourceOutage{o}, rows)
	turned, err := s.TurnItems(t.Context(), models.ItemTurn{Stages: []int64{job.Stages[1].ID}, NowMS: 9_000_000, MaxWaitMS: 1})
	require.NoError(t, err)
	require.Empty(t, turned.Stages[0].ReadySources, "its time does not release it")
	require.Zero(t, turned.Stages[0].NextMS)

	o.UntilMS, o.Probes = 7000, 1
	require.NoError(t, s.SaveOutage(t.Context(), o))
	items, _, err := s.ListJobItems(t.Context(), job.ID, models.ItemFilter{})
	require.NoError(t, err)
	require.EqualValues(t, 7000, items[len(items)-1].NotBeforeMS, "it tells the new time")
	_, err = s.RecoverJobs(t.Context(), false)
	require.NoError(t, err)
	require.Empty(t, claim(t, s, job, 1, 10), "a restart releases nothing")

	byJob, more, err := s.ReleaseStopped(t.Context(), o)
	require.NoError(t, err)
	require.False(t, more)
	require.Equal(t, map[int64]int64{job.ID: 4}, byJob)
	require.Len(t, claim(t, s, job, 1, 10), 4)
	rows, err = s.OpenOutages(t.Context())
	require.NoError(t, err)
	require.Empty(t, rows)
}

func TestStoppedItemsCanBeGivenUp(t *testing.T) {
	s := newCatalog(t)
	job, _ := treeJob(t, s)
	stopAll(t, s, job, models.SourceOutage{Source: "kuwo", State: models.OutageOpen, SinceMS: 1000, UntilMS: 2000})
	none, _, err := s.FailStopped(t.Context(), "qq", "qq has blocked for a day")
	require.NoError(t, err)
	require.Empty(t, none)
	failed, more, err := s.FailStopped(t.Context(), "kuwo", "kuwo has blocked for a day")
	require.NoError(t, err)
	require.False(t, more)
	require.Len(t, failed, 4)
	require.NotNil(t, failed[0].SongID)
	now, err := s.GetJob(t.Context(), job.ID)
	require.NoError(t, err)
	require.EqualValues(t, 4, now.Stages[1].Failed)
	require.Zero(t, now.Stages[1].Pending)
	require.EqualValues(t, 4, now.ItemsFailed)
	item, err := s.GetJobItem(t.Context(), job.ID, failed[0].ID)
	require.NoError(t, err)
	require.Equal(t, "kuwo has blocked for a day", item.ErrorText)
	require.Empty(t, item.WaitSource)
}

// An item that waits for an outage of which there is no row would wait forever.
func TestRecoveryReleasesItemsWhoseOutageIsGone(t *testing.T) {
	s := newCatalog(t)
	job, _ := treeJob(t, s)
	stopAll(t, s, job, models.SourceOutage{Source: "kuwo", State: models.OutageClosed, SinceMS: 1000, ClosedAtMS: 2000})
	_, err := s.RecoverJobs(t.Context(), false)
	require.NoError(t, err)
	require.Len(t, claim(t, s, job, 1, 10), 4)
}
