package store

import (
	"context"
	"fmt"

	"gorm.io/gorm"

	"catalogsync/app/revision"
	"catalogsync/models"
)

// insertFindings writes findings; one that was found before is brought up to date.
var insertFindings = bulkInsert{
	head: `INSERT INTO maintenance_findings (look_id, class, subject, backend_id, location_id, file_asset_id, song_id,
		locator, found_locator, size_bytes, found_bytes, sha256, reason, found_at_ms)`,
	columns: 14,
	tail: `ON CONFLICT (subject) DO UPDATE SET look_id = excluded.look_id, class = excluded.class, song_id = excluded.song_id,
		locator = excluded.locator, found_locator = excluded.found_locator, size_bytes = excluded.size_bytes,
		found_bytes = excluded.found_bytes, sha256 = excluded.sha256, reason = excluded.reason`,
}

// AddFindings writes down what a look found.
func (s *Store) AddFindings(ctx context.Context, lookID int64, list []models.Finding) error {
	if len(list) == 0 {
		return nil
	}
	now := s.nowMS()
	args := make([]any, 0, len(list)*insertFindings.columns)
	for _, f := range list {
		args = append(args, lookID, f.Class, f.Subject, f.BackendID, f.LocationID, f.FileAssetID, f.SongID,
			f.Locator, f.FoundLocator, f.SizeBytes, f.FoundBytes, f.SHA256, f.Reason, now)
	}
	err := s.write(ctx, []revision.Topic{revision.Maintenance}, func(tx *gorm.DB) error { return insertFindings.exec(tx, args) })
	if err != nil {
		return fmt.Errorf("write down %d findings: %w", len(list), err)
	}
	return nil
}

// staleStep is the number of findings that are dropped in one transaction.
const staleStep = 2000

// DropStaleFindings forgets what an earlier look found and this one did not, but for the
// folders that could not be looked at.
func (s *Store) DropStaleFindings(ctx context.Context, lookID int64, unreachable []int64) error {
	for {
		var dropped int64
		err := s.write(ctx, []revision.Topic{revision.Maintenance}, func(tx *gorm.DB) error {
			query := tx.Model(&models.Finding{}).Select("id").Where("look_id < ?", lookID)
			if len(unreachable) > 0 {
				query = query.Where("backend_id IS NULL OR backend_id NOT IN ?", unreachable)
			}
			res := tx.Where("id IN (?)", query.Order("look_id, id").Limit(staleStep)).Delete(&models.Finding{})
			dropped = res.RowsAffected
			return res.Error
		})
		if err != nil {
			return fmt.Errorf("forget findings of earlier looks: %w", err)
		}
		if dropped < staleStep {
			return nil
		}
	}
}

// ListFindings lists one page of a class, oldest first, and how many there are.
func (s *Store) ListFindings(ctx context.Context, f models.FindingFilter) ([]models.FindingRow, int64, error) {
	query := func() *gorm.DB {
		q := s.read(ctx).Table("maintenance_findings f").Where("f.class = ?", f.Class)
		if f.Keyword != "" {
			q = q.Where(`(f.locator LIKE @word ESCAPE '\' OR f.found_locator LIKE @word ESCAPE '\')`, map[string]any{"word": containing(f.Keyword)})
		}
		return q
	}
	var total int64
	err := query().Count(&total).Error
	var rows []models.FindingRow
	if err == nil {
		err = query().Select("f.*, b.root, s.name AS song_name, s.singers").
			Joins("LEFT JOIN storage_backends b ON b.id = f.backend_id").Joins("LEFT JOIN songs s ON s.id = f.song_id").
			Order("f.id").Offset(f.Page.Offset()).Limit(f.Page.Size).Scan(&rows).Error
	}
	if err != nil {
		return nil, 0, fmt.Errorf("list findings: %w", err)
	}
	return rows, total, nil
}

// NextFindings lists findings of a class behind an id, those of the ids alone when any are
// named.
func (s *Store) NextFindings(ctx context.Context, class models.FindingClass, ids []int64, afterID int64, limit int) ([]models.Finding, error) {
	query := s.read(ctx).Where("class = ? AND id > ?", class, afterID)
	if len(ids) > 0 {
		query = query.Where("id IN ?", ids)
	}
	var list []models.Finding
	if err := query.Order("id").Limit(limit).Find(&list).Error; err != nil {
		return nil, fmt.Errorf("read findings: %w", err)
	}
	return list, nil
}

// CountFindings sums up each class that has any.
func (s *Store) CountFindings(ctx context.Context) ([]models.FindingCount, error) {
	var list []models.FindingCount
	err := s.read(ctx).Raw(`SELECT class, count(*) AS count, sum(found_bytes) AS bytes, sum(failed <> '') AS failed
		FROM maintenance_findings GROUP BY class`).Scan(&list).Error
	if err != nil {
		return nil, fmt.Errorf("count findings: %w", err)
	}
	return list, nil
}

// SettleFindings forgets findings that were settled.
func (s *Store) SettleFindings(ctx context.Context, ids []int64) error {
	if len(ids) == 0 {
		return nil
	}
	err := s.write(ctx, []revision.Topic{revision.Maintenance}, func(tx *gorm.DB) error {
		return tx.Where("id IN ?", ids).Delete(&models.Finding{}).Error
	})
	if err != nil {
		return fmt.Errorf("forget %d settled findings: %w", len(ids), err)
	}
	return nil
}

// FailFinding notes why a finding could not be settled.
func (s *Store) FailFinding(ctx context.Context, id int64, reason string) error {
	err := s.write(ctx, []revision.Topic{revision.Maintenance}, func(tx *gorm.DB) error {
		return tx.Model(&models.Finding{}).Where("id = ?", id).Update("failed", reason).Error
	})
	if err != nil {
		return fmt.Errorf("note what is wrong with finding %d: %w", id, err)
	}
	return nil
}

// FindSuspects tells which of these locations were found changed or damaged before. Their
// files are read again, so that a quick look does not lose what a thorough one found.
func (s *Store) FindSuspects(ctx context.Context, locationIDs []int64) (map[int64]bool, error) {
	var ids []int64
	err := s.read(ctx).Model(&models.Finding{}).Where("location_id IN ? AND class IN ?", locationIDs,
		[]models.FindingClass{models.FindingChanged, models.FindingDamaged}).Pluck("location_id", &ids).Error
	if err != nil {
		return nil, fmt.Errorf("find suspected files: %w", err)
	}
	set := make(map[int64]bool, len(ids))
	for _, id := range ids {
		set[id] = true
	}
	return set, nil
}
