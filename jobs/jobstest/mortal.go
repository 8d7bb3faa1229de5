package jobstest

import (
	"context"
	"errors"
	"sync/atomic"

	"catalogsync/jobs"
	"catalogsync/models"
)

// ErrDead is what a dead store answers.
var ErrDead = errors.New("the process is dead")

// Mortal is a store that writes nothing more once it was killed, or after a number of
// writes: what a process that is killed leaves behind. A write that is under way is
// finished or not, as in life.
type Mortal struct {
	jobs.Store
	left atomic.Int64 // writes until death
}

// NewMortal lets a store die after the given number of writes.
func NewMortal(s jobs.Store, writes int64) *Mortal {
	m := &Mortal{Store: s}
	m.left.Store(writes)
	return m
}

// Kill ends it now.
func (m *Mortal) Kill() { m.left.Store(0) }

// Revive lets it write again, that many times.
func (m *Mortal) Revive(writes int64) { m.left.Store(writes) }

// Dead says that it wrote for the last time.
func (m *Mortal) Dead() bool { return m.left.Load() <= 0 }

func (m *Mortal) spend() error {
	if m.left.Add(-1) < 0 {
		return ErrDead
	}
	return nil
}

func (m *Mortal) CreateJob(ctx context.Context, run models.JobRun, stages []models.JobStage, event models.JobEventRow) (models.JobDetail, error) {
	if err := m.spend(); err != nil {
		return models.JobDetail{}, err
	}
	return m.Store.CreateJob(ctx, run, stages, event)
}

func (m *Mortal) ChangeJob(ctx context.Context, c models.JobChange) (models.JobChanged, error) {
	if err := m.spend(); err != nil {
		return models.JobChanged{}, err
	}
	return m.Store.ChangeJob(ctx, c)
}

func (m *Mortal) AddItems(ctx context.Context, jobID, stageID int64, items []models.JobItem) (int64, error) {
	if err := m.spend(); err != nil {
		return 0, err
	}
	return m.Store.AddItems(ctx, jobID, stageID, items)
}

func (m *Mortal) TurnItems(ctx context.Context, turn models.ItemTurn) (models.ItemTurned, error) {
	if err := m.spend(); err != nil {
		return models.ItemTurned{}, err
	}
	return m.Store.TurnItems(ctx, turn)
}

func (m *Mortal) SaveProgress(ctx context.Context, p models.JobProgress) error {
	if m.Dead() {
		return ErrDead
	}
	return m.Store.SaveProgress(ctx, p)
}

func (m *Mortal) FinishJobPlaylists(ctx context.Context, jobID int64, songIDs []int64) error {
	if m.Dead() {
		return ErrDead
	}
	return m.Store.FinishJobPlaylists(ctx, jobID, songIDs)
}

func (m *Mortal) CancelLeftovers(ctx context.Context, jobID int64) (bool, error) {
	if err := m.spend(); err != nil {
		return false, err
	}
	return m.Store.CancelLeftovers(ctx, jobID)
}

func (m *Mortal) AddCommand(ctx context.Context, c models.JobCommand) (models.JobCommand, error) {
	if m.Dead() {
		return c, ErrDead
	}
	return m.Store.AddCommand(ctx, c)
}

func (m *Mortal) AnswerCommand(ctx context.Context, a models.CommandAnswer, event models.JobEventRow) error {
	if err := m.spend(); err != nil {
		return err
	}
	return m.Store.AnswerCommand(ctx, a, event)
}

func (m *Mortal) RecoverJobs(ctx context.Context, pause bool) (models.JobRecovery, error) {
	if m.Dead() {
		return models.JobRecovery{}, ErrDead
	}
	return m.Store.RecoverJobs(ctx, pause)
}

func (m *Mortal) RequeueLost(ctx context.Context, held []int64) (int64, error) {
	if m.Dead() {
		return 0, ErrDead
	}
	return m.Store.RequeueLost(ctx, held)
}

func (m *Mortal) SaveOutage(ctx context.Context, o models.SourceOutage) error {
	if err := m.spend(); err != nil {
		return err
	}
	return m.Store.SaveOutage(ctx, o)
}

func (m *Mortal) ReleaseStopped(ctx context.Context, o models.SourceOutage) (map[int64]int64, bool, error) {
	if err := m.spend(); err != nil {
		return nil, false, err
	}
	return m.Store.ReleaseStopped(ctx, o)
}

func (m *Mortal) FailStopped(ctx context.Context, source, reason string) ([]models.JobItem, bool, error) {
	if err := m.spend(); err != nil {
		return nil, false, err
	}
	return m.Store.FailStopped(ctx, source, reason)
}
