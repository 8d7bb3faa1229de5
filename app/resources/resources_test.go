package resources

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"catalogsync/models"
)

const mib = 1 << 20

// fakeMachine is a machine with a load that its clock drives.
type fakeMachine struct {
	memory      int64
	err         error
	now         time.Time
	busy, total float64
}

func (m *fakeMachine) Memory(context.Context) (int64, error) { return m.memory, m.err }
func (m *fakeMachine) CPU(context.Context) (busy, total float64, e error) {
	return m.busy, m.total, m.err
}

// run lets seconds pass under a load and samples every two.
func (m *fakeMachine) run(t *testing.T, c *Checker, seconds int, load float64) {
	t.Helper()
	for range seconds / 2 {
		m.now = m.now.Add(2 * time.Second)
		m.total += 4 // two processors
		m.busy += 4 * load
		c.Sample(t.Context())
	}
}

func newFake() (*fakeMachine, *Checker) {
	m := &fakeMachine{memory: 1000 * mib, now: time.Unix(0, 0)}
	return m, New(Limits{MinFreeMemory: 200 * mib, MaxCPUPercent: 95}, m, func() time.Time { return m.now })
}

func TestHeavyStagesWaitForWhatIsScarce(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		alter                   func(*fakeMachine)
		collect, sync, download string
	}{
		"enough":  {func(*fakeMachine) {}, "", "", ""},
		"memory":  {func(m *fakeMachine) { m.memory = 199 * mib }, "", "waits for memory: 199 MiB available, 200 MiB needed", "waits for memory: 199 MiB available, 200 MiB needed"},
		"unknown": {func(m *fakeMachine) { m.memory, m.err = 0, errors.New("no /proc") }, "", "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m, checker := newFake()
			c.alter(m)
			checker.Sample(t.Context())
			for stage, want := range map[models.StageName]string{models.StageCollect: c.collect, models.StageSync: c.sync, models.StageDownload: c.download} {
				ok, reason := checker.Check(stage)
				require.Equal(t, want, reason)
				require.Equal(t, want == "", ok)
			}
		})
	}
}

func TestOnlyALastingLoadHoldsBack(t *testing.T) {
	t.Parallel()
	m, c := newFake()
	check := func() bool { ok, _ := c.Check(models.StageDownload); return ok }
	m.run(t, c, 20, 1)
	require.True(t, check(), "half a minute is not over")
	m.run(t, c, 20, 1)
	ok, reason := c.Check(models.StageDownload)
	require.False(t, ok)
	require.Equal(t, "waits for the CPU: 100% busy, 95% allowed", reason)
	m.run(t, c, 10, 0.5)
	require.True(t, check(), "it is taken up again when the load falls")
	m.run(t, c, 120, 0.5)
	m.run(t, c, 8, 1)
	require.True(t, check(), "a peak of eight seconds")
	require.LessOrEqual(t, len(c.load.samples), 17, "old samples are forgotten")
}

func TestAMachineThatIsAlwaysBusyIsNotWaitedForForEver(t *testing.T) {
	t.Parallel()
	m, c := newFake()
	m.run(t, c, 60, 1)
	ok, _ := c.Check(models.StageDownload)
	require.False(t, ok)
	m.run(t, c, 120, 1)
	ok, reason := c.Check(models.StageDownload)
	require.True(t, ok, reason)
}

func TestLimitsCanBeSwitchedOff(t *testing.T) {
	t.Parallel()
	m := &fakeMachine{now: time.Unix(0, 0)}
	c := New(Limits{MaxCPUPercent: 100}, m, func() time.Time { return m.now })
	m.run(t, c, 60, 1)
	ok, _ := c.Check(models.StageDownload)
	require.True(t, ok)
}

func TestTheMachineCanBeRead(t *testing.T) {
	t.Parallel()
	memory, err := Machine{}.Memory(t.Context())
	require.NoError(t, err)
	require.Positive(t, memory)
	busy, total, err := Machine{}.CPU(t.Context())
	require.NoError(t, err)
	require.Positive(t, busy)
	require.Greater(t, total, busy)
}
