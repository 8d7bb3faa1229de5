package store

import (
	"context"
	"fmt"

	"gorm.io/gorm"

	"catalogsync/app/revision"
	"catalogsync/models"
)

// CreateJob writes a job with its stages and the event of its birth.
func (s *Store) CreateJob(ctx context.Context, run models.JobRun, stages []models.JobStage, event models.JobEventRow) (models.JobDetail, error) {
	var detail models.JobDetail
	err := s.write(ctx, []revision.Topic{revision.Jobs}, func(tx *gorm.DB) error {
		now := s.nowMS()
		run.CreatedAtMS, run.UpdatedAtMS = now, now
		if err := tx.Create(&run).Error; err != nil {
			return err
		}
		for i := range stages {
			stages[i].JobRunID, stages[i].UpdatedAtMS = run.ID, now
		}
		if err := tx.Create(&stages).Error; err != nil {
			return err
		}
		event.JobRunID, event.AtMS = run.ID, now
		if err := tx.Create(&event).Error; err != nil {
			return err
		}
		detail = models.JobDetail{JobRun: run, Stages: stages}
		return nil
	})
	if err != nil {
		return models.JobDetail{}, fmt.Errorf("create job %s: %w", run.Type, err)
	}
	return detail, nil
}

// LiveJobs lists all unfinished jobs with their stages, the highest priority first.
func (s *Store) LiveJobs(ctx context.Context) ([]models.JobDetail, error) {
	var runs []models.JobRun
	err := s.read(ctx).Where("state IN ?", models.LiveJobStates).Order("priority DESC, id").Find(&runs).Error
	if err != nil {
		return nil, err
	}
	return withStages(s.read(ctx), runs)
}
