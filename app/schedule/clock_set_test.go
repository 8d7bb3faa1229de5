package schedule

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"catalogsync/models"
)

// A clock that was a year ahead is set right: the schedule does not rest for a year.
func TestAClockThatIsSetBack(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, h *house) {
		var ahead time.Duration
		h.Now = func() time.Time { return time.Now().Add(ahead) }
		sc := h.nightly(nil)
		ahead = 366 * 24 * time.Hour
		h.up()
		require.NotEmpty(t, h.runs(sc.ID), "nights seem to have passed")
		h.down()

		ahead = 0
		h.up()
		e := h.entry(sc.ID)
		require.Equal(t, at(t, "UTC", "2000-01-01 03:30").UnixMilli(), e.NextRunMS)
		h.until("2000-01-01 03:30")
		require.Len(t, h.enqueued, 1)
		h.until("2000-01-01 04:30")
		h.endJob(h.enqueued[0].ID, models.JobCompleted, 1, 0, 0)
		h.until("2000-01-01 12:00")
		require.Nil(t, h.entry(sc.ID).Alert)
		h.down()
		h.until("2000-01-02 12:00")
		h.up()
		require.NotNil(t, h.entry(sc.ID).Alert, "alerts are raised again too")
	})
}

// A machine that starts without knowing the time leaves the plan alone until it does.
func TestAClockThatBeginsLongAgo(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, h *house) {
		sc := h.nightly(nil)
		h.Now = func() time.Time { return time.Now().Add(-30 * 365 * 24 * time.Hour) }
		h.up()
		time.Sleep(time.Hour)
		h.down()
		h.Now = time.Now
		h.up()
		require.Equal(t, at(t, "UTC", "2000-01-01 03:30").UnixMilli(), h.entry(sc.ID).NextRunMS)
		require.Empty(t, h.runs(sc.ID))
	})
}

// After three nights without the program, one run makes up for all of them.
func TestThreeMissedNightsAreCaughtUpOnce(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, h *house) {
		sc := h.nightly(func(d *Draft) { d.CatchUp = true })
		other := h.nightly(func(d *Draft) { d.Name = "At the same minute" })
		h.until("2000-01-03 12:00")
		h.up()
		h.until("2000-01-03 14:00")
		require.Len(t, h.enqueued, 1)
		require.Equal(t, []string{"01-01 03:30 missed missed", "01-02 03:30 missed missed", "01-03 03:30 caught_up running"}, h.runs(sc.ID))
		require.Equal(t, "01-03 03:30 missed missed", h.runs(other.ID)[2])
		h.endJob(h.enqueued[0].ID, models.JobCompleted, 1, 0, 0)
		h.until("2000-01-04 03:30")
		require.Len(t, h.enqueued, 3, "both at their minute")
		require.NotEqual(t, h.enqueued[1].Title, h.enqueued[2].Title)
	})
}
