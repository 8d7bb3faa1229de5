package schedule

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"catalogsync/models"
)

func TestBadDraftsNameTheirField(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, h *house) {
		h.nightly(nil)
		for field, change := range map[string]func(*Draft){
			"name":      func(d *Draft) { d.Name = " " },
			"cron":      func(d *Draft) { d.Cron = "61 * * * *" },
			"time_zone": func(d *Draft) { d.TimeZone = "Mars" },
			"job_type":  func(d *Draft) { d.JobType = "explode" },
			"overlap":   func(d *Draft) { d.Overlap = "perhaps" },
		} {
			d := Draft{Name: "Other", Cron: "@daily", JobType: models.JobSyncOnly}
			change(&d)
			_, err := h.Create(t.Context(), d)
			require.Equal(t, models.ClassInvalid, models.ClassOf(err), field)
			var e *models.Error
			require.ErrorAs(t, err, &e)
			require.Equal(t, field, e.Field)
		}
		for _, name := range []string{strings.Repeat("夜", 81), "two\nlines", "\xff"} {
			_, err := h.Create(t.Context(), Draft{Name: name, Cron: "@daily", JobType: models.JobSyncOnly})
			require.ErrorContains(t, err, "needs a name")
		}
		_, err := h.Create(t.Context(), Draft{Name: "Nightly", Cron: "@daily", JobType: models.JobSyncOnly})
		require.Equal(t, models.CodeNameTaken, models.CodeOf(err))
		list, err := h.List(t.Context())
		require.NoError(t, err)
		require.Len(t, list, 1)
	})
}

func TestEditMovesThePlan(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, h *house) {
		sc := h.nightly(func(d *Draft) { d.Enabled = false })
		require.Zero(t, sc.NextRunMS)
		require.Len(t, h.entry(sc.ID).Next, 5, "what it would do is told all the same")

		sc, err := h.Edit(t.Context(), sc.ID, func(d *Draft) { d.Enabled = true })
		require.NoError(t, err)
		require.Equal(t, at(t, "UTC", "2000-01-01 03:30").UnixMilli(), sc.NextRunMS)

		sc, err = h.Edit(t.Context(), sc.ID, func(d *Draft) { d.Cron, d.TimeZone, d.Scope.Limit = "0 4 * * *", "Asia/Shanghai", 7 })
		require.NoError(t, err)
		require.Equal(t, at(t, "Asia/Shanghai", "2000-01-02 04:00").UnixMilli(), sc.NextRunMS)
		var runs []string
		for _, n := range h.entry(sc.ID).Next {
			runs = append(runs, n.Format("01-02 15:04 MST"))
		}
		require.Equal(t, []string{"01-02 04:00 CST", "01-03 04:00 CST", "01-04 04:00 CST", "01-05 04:00 CST", "01-06 04:00 CST"}, runs)
		require.Equal(t, 7, h.entry(sc.ID).Scope.Limit)

		armed := sc.ArmedAtMS
		time.Sleep(time.Hour)
		sc, err = h.Edit(t.Context(), sc.ID, func(d *Draft) { d.Name = "Another name" })
		require.NoError(t, err)
		require.Equal(t, armed, sc.ArmedAtMS, "a new name leaves the plan alone")

		_, err = h.Edit(t.Context(), sc.ID, func(d *Draft) { d.Cron = "x" })
		require.Equal(t, models.CodeBadCron, models.CodeOf(err))
		require.Equal(t, "0 4 * * *", h.entry(sc.ID).Cron)
		_, err = h.Edit(t.Context(), 99, func(*Draft) {})
		require.Equal(t, models.ClassNotFound, models.ClassOf(err))
	})
}

func TestDeletedSchedulesStayAway(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, h *house) {
		h.up()
		sc := h.nightly(nil)
		h.until("2000-01-01 03:31")
		require.NoError(t, h.Delete(t.Context(), sc.ID))
		require.Equal(t, models.ClassNotFound, models.ClassOf(h.Delete(t.Context(), sc.ID)))
		h.restart()
		h.until("2000-01-03 00:00")
		list, err := h.List(t.Context())
		require.NoError(t, err)
		require.Empty(t, list, "not even the one that every database begins with")
		require.Len(t, h.enqueued, 1)
		_, err = h.store.GetJob(t.Context(), h.enqueued[0].ID)
		require.NoError(t, err, "the job stays")
	})
}
