package store

import (
	"context"
	"fmt"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"catalogsync/app/revision"
	"catalogsync/models"
)

// FindImported tells which files of an import are settled: path → row.
func (s *Store) FindImported(ctx context.Context, jobID int64, paths []string) (map[string]models.ImportFile, error) {
	var list []models.ImportFile
	if err := s.read(ctx).Where("job_run_id = ? AND path IN ?", jobID, paths).Find(&list).Error; err != nil {
		return nil, fmt.Errorf("read files of import %d: %w", jobID, err)
	}
	found := make(map[string]models.ImportFile, len(list))
	for _, f := range list {
		found[f.Path] = f
	}
	return found, nil
}

// SaveImported writes down what became of files.
func (s *Store) SaveImported(ctx context.Context, rows []models.ImportFile) error {
	if len(rows) == 0 {
		return nil
	}
	err := s.write(ctx, []revision.Topic{revision.Maintenance}, func(tx *gorm.DB) error {
		return tx.Clauses(clause.OnConflict{DoNothing: true}).Create(&rows).Error
	})
	if err != nil {
		return fmt.Errorf("write down %d imported files: %w", len(rows), err)
	}
	return nil
}

// ListImported lists one page of an import's files in a state, and how many there are; ""
// = in any.
func (s *Store) ListImported(ctx context.Context, jobID int64, state models.ImportState, page models.Page) ([]models.ImportRow, int64, error) {
	query := func() *gorm.DB {
		q := s.read(ctx).Table("import_files f").Where("f.job_run_id = ?", jobID)
		if state != "" {
			q = q.Where("f.state = ?", state)
		}
		return q
	}
	var total int64
	var rows []models.ImportRow
	err := query().Count(&total).Error
	if err == nil {
		err = query().Select("f.*, s.name AS song_name, s.singers").Joins("LEFT JOIN songs s ON s.id = f.song_id").
			Order("f.id").Offset(page.Offset()).Limit(page.Size).Scan(&rows).Error
	}
	if err != nil {
		return nil, 0, fmt.Errorf("list files of import %d: %w", jobID, err)
	}
	return rows, total, nil
}

// CountImported counts an import's files by state.
func (s *Store) CountImported(ctx context.Context, jobID int64) (map[models.ImportState]int64, error) {
	var rows []struct {
		State models.ImportState
		Count int64
	}
	err := s.read(ctx).Raw("SELECT state, count(*) AS count FROM import_files WHERE job_run_id = ? GROUP BY state", jobID).Scan(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("count files of import %d: %w", jobID, err)
	}
	counts := map[models.ImportState]int64{}
	for _, r := range rows {
		counts[r.State] = r.Count
	}
	return counts, nil
}
