package store

import (
	"context"
	"errors"

	"gorm.io/gorm"

	"catalogsync/app/revision"
	"catalogsync/models"
)

// AddCommand writes a pending command; a ClassNotFound error when there is no such job.
func (s *Store) AddCommand(ctx context.Context, c models.JobCommand) (models.JobCommand, error) {
	c.State, c.CreatedAtMS = models.CommandPending, s.nowMS()
	err := s.write(ctx, []revision.Topic{revision.Jobs}, func(tx *gorm.DB) error {
		return tx.Create(&c).Error
	})
	if errors.Is(err, gorm.ErrForeignKeyViolated) {
		return c, models.NotFound("there is no job %d", c.JobRunID)
	}
	return c, err
}

// GetCommand reads one command.
func (s *Store) GetCommand(ctx context.Context, id int64) (models.JobCommand, error) {
	var c models.JobCommand
	err := s.read(ctx).Take(&c, "id = ?", id).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return c, models.NotFound("there is no command %d", id)
	}
	return c, err
}

// PendingCommands lists the oldest commands without an answer, in order.
func (s *Store) PendingCommands(ctx context.Context, limit int) ([]models.JobCommand, error) {
	var rows []models.JobCommand
	err := s.read(ctx).Where("state = 'pending'").Order("id").Limit(bounded(limit)).Find(&rows).Error
	return rows, err
}

// ForeignWrites is a number that changes when another process wrote to the database.
func (s *Store) ForeignWrites(ctx context.Context) (int64, error) {
	return foreignWrites(s.db.Write.WithContext(ctx))
}

// AnswerCommand answers a command that changes nothing, with its event.
func (s *Store) AnswerCommand(ctx context.Context, a models.CommandAnswer, event models.JobEventRow) error {
	return s.write(ctx, []revision.Topic{revision.Jobs}, func(tx *gorm.DB) error {
		now := s.nowMS()
		event.AtMS = now
		if err := tx.Create(&event).Error; err != nil {
			return err
		}
		return answer(tx, a, now)
	})
}

// answer sets a pending command's answer; a command is answered once.
func answer(tx *gorm.DB, a models.CommandAnswer, now int64) error {
	return tx.Model(&models.JobCommand{}).Where("id = ? AND state = 'pending'", a.CommandID).
		Updates(map[string]any{"state": a.State, "reason": a.Reason, "answered_ms": now}).Error
}
