package jobs

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"catalogsync/models"
)

// jobModel is a job of one stage as the tables alone know it.
type jobModel struct {
	state models.JobState
	items []models.ItemState
}

// rule is what somebody may try at any time: it says whether the tables allowed it.
type rule func(m *jobModel, rnd *rand.Rand) bool

// rules are everything that operator, runner and fate may do, allowed or not.
func rules() []rule {
	var list []rule
	for event := range jobEvents() {
		list = append(list, func(m *jobModel, _ *rand.Rand) bool { return m.moveJob(event) })
	}
	for event := range itemEvents() {
		list = append(list, func(m *jobModel, rnd *rand.Rand) bool { return m.moveItem(rnd.IntN(len(m.items)), event) })
	}
	return list
}

func jobEvents() map[models.JobEvent]bool {
	set := map[models.JobEvent]bool{}
	for _, events := range models.JobTransitions {
		for e := range events {
			set[e] = true
		}
	}
	return set
}

func itemEvents() map[models.ItemEvent]bool {
	set := map[models.ItemEvent]bool{}
	for _, events := range models.ItemTransitions {
		for e := range events {
			set[e] = true
		}
	}
	return set
}

// unfinished counts the items to which something has still to happen.
func (m *jobModel) unfinished() (n, running int) {
	for _, s := range m.items {
		if !s.Ended() {
			n++
		}
		if s == models.ItemRunning || s == models.ItemInterrupted {
			running++
		}
	}
	return n, running
}

// moveJob takes an event as the runner does: with what it means for the items, and only
// when they are ready for it.
func (m *jobModel) moveJob(event models.JobEvent) bool {
	left, running := m.unfinished()
	switch event {
	case models.JobFinish, models.JobFinishWithErrors:
		if left > 0 || slices.Contains(m.items, models.ItemFailed) != (event == models.JobFinishWithErrors) {
			return false
		}
	case models.JobDrained:
		if running > 0 {
			return false
		}
	case models.JobReopen: // comes with the retry of an item
		return false
	}
	next, ok := m.state.Next(event)
	if !ok {
		return false
	}
	m.state = next
	switch event {
	case models.JobCancel:
		m.moveAll(models.ItemCancel)
	case models.JobRecover, models.JobFail:
		m.moveAll(models.ItemInterrupt)
		m.moveAll(models.ItemRequeue)
	}
	return true
}

func (m *jobModel) moveAll(event models.ItemEvent) {
	for i, s := range m.items {
		if next, ok := s.Next(event); ok {
			m.items[i] = next
		}
	}
}

// moveItem moves an item as far as its job lets it.
func (m *jobModel) moveItem(i int, event models.ItemEvent) bool {
	next, ok := m.items[i].Next(event)
	if !ok {
		return false
	}
	switch event {
	case models.ItemClaim:
		if m.state != models.JobRunning {
			return false
		}
	case models.ItemCancel: // only with the whole job
		return false
	case models.ItemRetry, models.ItemForceRetry:
		if !m.state.Live() {
			reopened, ok := m.state.Next(models.JobReopen)
			if !ok {
				return false
			}
			m.state = reopened
		}
	case models.ItemGiveUp:
		if !m.state.Live() {
			return false
		}
	}
	m.items[i] = next
	return true
}

// settle lets the runner work undisturbed, and the operator resume.
func (m *jobModel) settle() (steps int) {
	for ; m.state.Live() && steps < 100; steps++ {
		for _, e := range []models.JobEvent{models.JobStart, models.JobDrained, models.JobResume} {
			m.moveJob(e)
		}
		for i := range m.items {
			for _, e := range []models.ItemEvent{models.ItemClaim, models.ItemSucceed, models.ItemRequeue} {
				m.moveItem(i, e)
			}
		}
		m.moveJob(models.JobFinish)
		m.moveJob(models.JobFinishWithErrors)
	}
	return steps
}

// The tables alone, walked in 100,000 sequences, five million steps: whatever is tried in whatever order, no
// state is left that they do not know, a canceled job stays canceled, a finished one has no
// item that is not, and from everywhere there is a way to the end.
func TestTablesLeadToAnEndFromEverywhere(t *testing.T) {
	t.Parallel()
	rnd := rand.New(rand.NewPCG(3, 9))
	tries, seen := rules(), map[models.JobState]int{}
	for range 100_000 {
		m := jobModel{state: models.JobQueued, items: make([]models.ItemState, 1+rnd.IntN(6))}
		for i := range m.items {
			m.items[i] = models.ItemPending
		}
		for range 25 + rnd.IntN(50) {
			before := m.state
			tries[rnd.IntN(len(tries))](&m, rnd)
			seen[m.state]++
			checkModel(t, before, &m)
		}
		require.Less(t, m.settle(), 100, "job %s with %v does not end", m.state, m.items)
		checkModel(t, m.state, &m)
	}
	for _, state := range models.JobStates {
		require.Positive(t, seen[state], "the walks came by %s", state)
	}
}

func checkModel(t *testing.T, before models.JobState, m *jobModel) {
	if !slices.Contains(models.JobStates, m.state) || slices.ContainsFunc(m.items, func(s models.ItemState) bool { return !slices.Contains(models.ItemStates, s) }) {
		require.Failf(t, "left the table", "%+v", m)
	}
	if before == models.JobCanceled && m.state != before {
		require.Failf(t, "a canceled job was moved", "%+v", m)
	}
	left, running := m.unfinished()
	done := m.state == models.JobCompleted || m.state == models.JobCompletedWithErrors || m.state == models.JobCanceled
	if done && left > 0 || m.state == models.JobPaused && running > 0 {
		require.Failf(t, "an item was lost", "%+v", m)
	}
}
