package store

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"gorm.io/gorm"

	"catalogsync/models"
)

// planned runs read-only store calls and gives the query plan of each statement that
// names one of the large tables.
func planned(t *testing.T, s *Store, calls func()) map[string][]string {
	t.Helper()
	statements := map[string][]any{}
	note := func(db *gorm.DB) { statements[db.Statement.SQL.String()] = db.Statement.Vars }
	hooks := s.db.Read.Callback()
	require.NoError(t, hooks.Query().After("gorm:query").Register("note_plan", note))
	require.NoError(t, hooks.Row().After("gorm:row").Register("note_plan", note))
	calls()
	require.NoError(t, hooks.Query().Remove("note_plan"))
	require.NoError(t, hooks.Row().Remove("note_plan"))
	plans := map[string][]string{}
	for text, vars := range statements {
		if !strings.Contains(text, "job_items") && !strings.Contains(text, "songs") {
			continue
		}
		var steps []struct{ Detail string }
		require.NoError(t, s.db.Read.Raw("EXPLAIN QUERY PLAN "+text, vars...).Scan(&steps).Error)
		for _, step := range steps {
			plans[text] = append(plans[text], step.Detail)
		}
	}
	return plans
}

// What is read for each poll of a page must not grow with the number of items that a job
// has, nor with the history of jobs.
func TestPagesReadNoHistoryOfItems(t *testing.T) {
	t.Parallel()
	s := newCatalog(t)
	ids := addPlaylists(t, s, "qq", 3)
	syncSongs(t, s, ids[0], "a1", "b1")
	job, err := s.CreateJob(t.Context(), models.JobRun{Type: models.JobDownloadOnly, State: models.JobRunning},
		[]models.JobStage{{Name: models.StageDownload, State: models.StageRunning}}, models.JobEventRow{Kind: "job_created"})
	require.NoError(t, err)
	song := songID(t, s, "qq", "a1")
	_, err = s.AddItems(t.Context(), job.ID, job.Stages[0].ID, []models.JobItem{{ItemKey: "song:1", SongID: &song}})
	require.NoError(t, err)
	require.NoError(t, s.LinkJobPlaylists(t.Context(), job.ID, ids))

	page := models.Page{Number: 1, Size: 50}
	plans := planned(t, s, func() {
		_, err := s.ListPlaylists(t.Context(), models.PlaylistFilter{Page: page})
		require.NoError(t, err)
		_, _, err = s.ListJobPlaylists(t.Context(), job.ID, page)
		require.NoError(t, err)
		_, _, err = s.ListJobPlaylistSongs(t.Context(), job.ID, ids[0], page)
		require.NoError(t, err)
		_, err = s.GroupFailedItems(t.Context(), job.ID)
		require.NoError(t, err)
		for _, state := range []models.ItemState{models.ItemFailed, models.ItemRunning} {
			_, _, err = s.ListJobItems(t.Context(), job.ID, models.ItemFilter{States: []models.ItemState{state}, Page: page})
			require.NoError(t, err)
		}
		_, err = s.ListAllMissingSongs(t.Context(), []string{"qq", "kuwo"}, 0, 10)
		require.NoError(t, err)
	})
	require.GreaterOrEqual(t, len(plans), 9)
	for text, steps := range plans {
		for _, step := range steps {
			require.NotContains(t, step, "USING INDEX job_items_by_job", text)
			require.NotContains(t, step, "SCAN i USING INDEX job_items_by_song", text)
			require.NotContains(t, step, "sqlite_autoindex_songs", text)
		}
		plan := strings.Join(steps, "\n")
		if strings.Contains(text, "'failed'") {
			require.Contains(t, plan, "job_items_failed", text)
		}
		if strings.Contains(text, "'running'") && strings.Contains(text, "job_items") {
			require.Contains(t, plan, "job_items_active", text)
		}
	}
}
