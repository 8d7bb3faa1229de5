package store

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"gorm.io/gorm"

	"catalogsync/models"
)

// logOf writes n lines of a job; every tenth is a warning of netease, every hundredth an error.
func logOf(t *testing.T, s *Store, n int) int64 {
	t.Helper()
	run := models.JobRun{Type: models.JobSyncOnly, State: models.JobCompleted}
	require.NoError(t, s.db.Write.Create(&run).Error)
	lines := make([]models.JobLog, n)
	for i := range lines {
		l := models.JobLog{JobRunID: run.ID, Level: "info", Source: "qq", Text: fmt.Sprintf("page %d", i)}
		switch {
		case i%100 == 99:
			l.Level, l.Text = "error", fmt.Sprintf("Cut off at 100%% of %d", i)
		case i%10 == 9:
			l.Level, l.Source = "warn", "netease"
		}
		lines[i] = l
	}
	require.NoError(t, s.db.Write.CreateInBatches(lines, 500).Error)
	return run.ID
}

// walk follows the pages to the end.
func walk(t *testing.T, s *Store, f models.LogFilter) (lines []models.JobLog, pages int) {
	t.Helper()
	for {
		p, err := s.ListLogs(t.Context(), f)
		require.NoError(t, err)
		lines = append(lines, p.Lines...)
		pages++
		require.Less(t, pages, 1000)
		if p.Next == 0 {
			return lines, pages
		}
		f.Before = p.Next
	}
}

func TestLogIsPagedNewestFirstWithoutGapsOrRepeats(t *testing.T) {
	s := newCatalog(t)
	first, second := logOf(t, s, 300), logOf(t, s, 250)
	all, pages := walk(t, s, models.LogFilter{Limit: 100})
	require.Len(t, all, 550)
	require.Equal(t, 6, pages)
	for i := 1; i < len(all); i++ {
		require.Less(t, all[i].ID, all[i-1].ID)
	}
	require.Equal(t, second, all[0].JobRunID)
	one, _ := walk(t, s, models.LogFilter{JobID: first, Limit: 100})
	require.Len(t, one, 300)
}

func TestLogFilters(t *testing.T) {
	s := newCatalog(t)
	job := logOf(t, s, 1000)
	for name, c := range map[string]struct {
		filter models.LogFilter
		want   int
	}{
		"warn and worse": {models.LogFilter{Level: "warn"}, 100},
		"errors":         {models.LogFilter{Level: "error"}, 10},
		"debug is all":   {models.LogFilter{Level: "debug"}, 1000},
		"source":         {models.LogFilter{Source: "netease"}, 90},
		"text":           {models.LogFilter{Text: "cut OFF"}, 10},
		"no wildcard":    {models.LogFilter{Text: "100% of"}, 10},
		"not a pattern":  {models.LogFilter{Text: "page_1"}, 0},
		"together":       {models.LogFilter{JobID: job, Level: "warn", Source: "netease", Text: "page 1"}, 11 - 1},
		"no such job":    {models.LogFilter{JobID: job + 1}, 0},
	} {
		c.filter.Limit = 40
		lines, _ := walk(t, s, c.filter)
		require.Len(t, lines, c.want, name)
	}
}

func TestALookUpInALongLogIsBounded(t *testing.T) {
	s := newCatalog(t)
	require.NoError(t, s.db.Write.Create(&models.JobRun{ID: 1, Type: models.JobSyncOnly, State: models.JobCompleted}).Error)
	require.NoError(t, s.db.Write.Exec(`WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 50000)
		INSERT INTO job_logs (job_run_id, level, text, at_ms) SELECT 1, CASE i WHEN 7 THEN 'error' ELSE 'info' END, 'line ' || i, i FROM n`).Error)
	p, err := s.ListLogs(t.Context(), models.LogFilter{Level: "error", Limit: 50})
	require.NoError(t, err)
	require.Empty(t, p.Lines)
	require.EqualValues(t, 50_000-logWindow+1, p.Next, "it tells where to go on")
	lines, pages := walk(t, s, models.LogFilter{Level: "error", Limit: 50})
	require.Len(t, lines, 1)
	require.Equal(t, 3, pages)
}

func TestEveryQueryOfTheLogIsServedByAnIndex(t *testing.T) {
	s := newCatalog(t)
	for name, f := range map[string]models.LogFilter{
		"all":      {Before: 9},
		"narrowed": {Level: "warn", Source: "qq", Text: "x", Before: 9},
		"of a job": {JobID: 1, Level: "warn", Before: 9},
	} {
		for _, build := range []func(*gorm.DB) *gorm.DB{
			func(q *gorm.DB) *gorm.DB { return logLines(q, f, 3).Limit(9) },
			func(q *gorm.DB) *gorm.DB { return logsBefore(q, f).Select("id").Order("id DESC").Offset(5).Limit(1) },
		} {
			query := s.read(t.Context()).ToSQL(func(q *gorm.DB) *gorm.DB { return build(q).Find(&[]models.JobLog{}) })
			var steps []struct{ Detail string }
			require.NoError(t, s.read(t.Context()).Raw("EXPLAIN QUERY PLAN "+query).Scan(&steps).Error)
			var plan strings.Builder
			for _, step := range steps {
				plan.WriteString(step.Detail + "\n")
			}
			require.NotContains(t, plan.String(), "SCAN", name)
			require.NotContains(t, plan.String(), "TEMP B-TREE", name)
		}
	}
}
