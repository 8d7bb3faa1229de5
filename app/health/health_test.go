package health

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"catalogsync/models"
)

func TestMeterTellsOfTheLastHour(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	m := NewMeter(func() time.Time { return now })
	require.Zero(t, m.Traffic())
	for i := range 100 {
		took := 100 * time.Millisecond
		if i >= 90 {
			took = 2 * time.Second
		}
		m.Observe("search", took, nil)
	}
	now = now.Add(30 * time.Minute)
	for _, class := range []models.ErrorClass{models.ClassTransient, models.ClassRiskControl, models.ClassRateLimited, models.ClassPermanent,
		models.ClassUnavailable, models.ClassNotFound} {
		m.Observe("search", 0, models.NewError(class, models.CodeNetwork, "no"))
	}
	got := m.Traffic()
	require.EqualValues(t, 106, got.Requests)
	require.EqualValues(t, 4, got.Failed, "what is not served or gone was answered")
	require.EqualValues(t, 2, got.RiskEvents)
	require.Equal(t, 96, got.SuccessPercent())
	require.InDelta(t, 273, got.AvgMS, 2)
	require.InDelta(t, 2000, got.P95MS, 400)

	now = now.Add(31 * time.Minute)
	got = m.Traffic()
	require.EqualValues(t, 6, got.Requests, "the first hundred are over an hour old")
	require.EqualValues(t, 1, got.P95MS)
	now = now.Add(24 * time.Hour)
	require.Zero(t, m.Traffic())
}
