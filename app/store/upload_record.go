package store

import (
	"context"
	"fmt"
	"slices"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"catalogsync/app/revision"
	"catalogsync/models"
)

// BeginUpload notes that a task is under way.
func (s *Store) BeginUpload(ctx context.Context, taskID int64) error {
	return s.updateUpload(ctx, taskID, map[string]any{"state": models.UploadUploading, "attempts": gorm.Expr("attempts + 1"), "last_error": "", "last_error_code": ""})
}

// KeepUploadToken writes down under which token an interrupted upload can be gone on with.
func (s *Store) KeepUploadToken(ctx context.Context, taskID int64, token string) error {
	return s.updateUpload(ctx, taskID, map[string]any{"upload_id": token})
}

// SettleUpload ends a task that did not arrive: failed, skipped, or pending again.
func (s *Store) SettleUpload(ctx context.Context, taskID int64, state models.UploadState, code models.Code, text string) error {
	return s.updateUpload(ctx, taskID, map[string]any{"state": state, "last_error_code": code, "last_error": text})
}

func (s *Store) updateUpload(ctx context.Context, taskID int64, values map[string]any) error {
	values["updated_at_ms"] = s.nowMS()
	err := s.write(ctx, []revision.Topic{revision.Storages}, func(tx *gorm.DB) error {
		return tx.Model(&models.UploadTask{}).Where("id = ?", taskID).Updates(values).Error
	})
	if err != nil {
		return fmt.Errorf("note upload %d: %w", taskID, err)
	}
	return nil
}

// FinishUpload records a file that arrived, in one transaction: its location on the
// storage, which is never the primary one, what the storage holds of the song, and the
// task. Another file that had the name there is history.
func (s *Store) FinishUpload(ctx context.Context, u models.Uploaded) error {
	err := s.write(ctx, []revision.Topic{revision.Storages, revision.Songs}, func(tx *gorm.DB) error {
		now := s.nowMS()
		if err := s.replaceRemote(tx, u, now); err != nil {
			return err
		}
		l := models.FileLocation{FileAssetID: u.FileAssetID, SongID: u.SongID, BackendID: u.BackendID, Locator: u.Locator, LocatorKey: u.LocatorKey,
			Status: models.LocationActive, PublicURL: u.PublicURL, ModTimeMS: u.ModTimeMS, CreatedAtMS: now, UpdatedAtMS: now}
		err := tx.Clauses(clause.OnConflict{
			Columns:   []clause.Column{{Name: "file_asset_id"}, {Name: "backend_id"}, {Name: "locator"}},
			DoUpdates: clause.AssignmentColumns([]string{"locator_key", "status", "public_url", "mod_time_ms", "updated_at_ms"}),
		}).Create(&l).Error
		if err != nil {
			return err
		}
		if err := refreshPresence(tx, u.SongID, u.BackendID, now); err != nil {
			return err
		}
		state, note := models.UploadSucceeded, ""
		if u.Adopted {
			state, note = models.UploadSkipped, "it was there already"
		}
		return tx.Model(&models.UploadTask{}).Where("id = ?", u.TaskID).Updates(map[string]any{
			"state": state, "upload_id": "", "bytes_done": u.SizeBytes, "last_error": note, "last_error_code": "", "updated_at_ms": now,
		}).Error
	})
	if err != nil {
		return fmt.Errorf("record upload of %s: %w", u.Locator, err)
	}
	return nil
}

// replaceRemote ends what another asset had under the name.
func (s *Store) replaceRemote(tx *gorm.DB, u models.Uploaded, nowMS int64) error {
	var songs []int64
	old := func() *gorm.DB {
		return tx.Model(&models.FileLocation{}).Where("backend_id = ? AND locator = ? AND status = ? AND file_asset_id <> ?",
			u.BackendID, u.Locator, models.LocationActive, u.FileAssetID)
	}
	if err := old().Pluck("song_id", &songs).Error; err != nil || len(songs) == 0 {
		return err
	}
	if err := old().Updates(map[string]any{"status": models.LocationInactive, "updated_at_ms": nowMS}).Error; err != nil {
		return err
	}
	for _, song := range songs {
		if err := refreshPresence(tx, song, u.BackendID, nowMS); err != nil {
			return err
		}
	}
	return nil
}

// RecoverUploads lets the tasks wait that were under way when the program ended.
func (s *Store) RecoverUploads(ctx context.Context) error {
	err := s.write(ctx, nil, func(tx *gorm.DB) error {
		return tx.Exec(`UPDATE upload_tasks SET state = 'pending', updated_at_ms = ? WHERE state = 'uploading'`, s.nowMS()).Error
	})
	if err != nil {
		return fmt.Errorf("take up interrupted uploads: %w", err)
	}
	return nil
}

// FindRemoteFiles finds what is recorded under these names on a storage.
func (s *Store) FindRemoteFiles(ctx context.Context, backendID int64, locators []string) ([]models.RemoteFile, error) {
	var list []models.RemoteFile
	for chunk := range slices.Chunk(locators, chunkIDs) {
		var some []models.RemoteFile
		err := s.remoteFiles(ctx, backendID).Where("l.locator IN ?", chunk).Scan(&some).Error
		if err != nil {
			return nil, fmt.Errorf("find files of storage %d: %w", backendID, err)
		}
		list = append(list, some...)
	}
	return list, nil
}

// ListRemoteFiles lists what is recorded on a storage by id, from the one after afterID on.
func (s *Store) ListRemoteFiles(ctx context.Context, backendID, afterID int64, limit int) ([]models.RemoteFile, error) {
	var list []models.RemoteFile
	if err := s.remoteFiles(ctx, backendID).Where("l.id > ?", afterID).Order("l.id").Limit(limit).Scan(&list).Error; err != nil {
		return nil, fmt.Errorf("list files of storage %d: %w", backendID, err)
	}
	return list, nil
}

func (s *Store) remoteFiles(ctx context.Context, backendID int64) *gorm.DB {
	return s.read(ctx).Table("file_locations l").
		Select("l.id AS location_id, l.song_id, l.locator, a.file_size_bytes AS size_bytes, a.sha256").
		Joins("JOIN file_assets a ON a.id = l.file_asset_id").
		Where("l.backend_id = ? AND l.status = ?", backendID, models.LocationActive)
}

// MarkRemoteMissing says that files were not found on a storage, or not as they should be.
func (s *Store) MarkRemoteMissing(ctx context.Context, backendID int64, files []models.RemoteFile) error {
	if len(files) == 0 {
		return nil
	}
	err := s.write(ctx, []revision.Topic{revision.Storages, revision.Songs}, func(tx *gorm.DB) error {
		now := s.nowMS()
		for chunk := range slices.Chunk(files, chunkIDs) {
			ids := make([]int64, len(chunk))
			for i, f := range chunk {
				ids[i] = f.LocationID
			}
			err := tx.Model(&models.FileLocation{}).Where("id IN ? AND backend_id = ? AND status = ?", ids, backendID, models.LocationActive).
				Updates(map[string]any{"status": models.LocationMissing, "updated_at_ms": now}).Error
			if err != nil {
				return err
			}
			for _, f := range chunk {
				if err := refreshPresence(tx, f.SongID, backendID, now); err != nil {
					return err
				}
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("mark %d files of storage %d missing: %w", len(files), backendID, err)
	}
	return nil
}

// ListUploadTasks lists tasks, the failed ones first, then those that changed last.
func (s *Store) ListUploadTasks(ctx context.Context, f models.UploadTaskFilter) ([]models.UploadTaskRow, int64, error) {
	q := s.read(ctx).Table("upload_tasks t")
	if f.BackendID > 0 {
		q = q.Where("t.target_backend_id = ?", f.BackendID)
	}
	if len(f.States) > 0 {
		q = q.Where("t.state IN ?", f.States)
	}
	var total int64
	if err := q.Session(&gorm.Session{}).Count(&total).Error; err != nil {
		return nil, 0, fmt.Errorf("count uploads: %w", err)
	}
	var rows []models.UploadTaskRow
	err := q.Select("t.*, a.song_id, a.file_size_bytes AS size_bytes, s.name AS song_name, s.singers").
		Joins("JOIN file_assets a ON a.id = t.file_asset_id").Joins("JOIN songs s ON s.id = a.song_id").
		Order("t.state = 'failed' DESC, t.updated_at_ms DESC, t.id DESC").Offset(f.Page.Offset()).Limit(f.Page.Size).Scan(&rows).Error
	if err != nil {
		return nil, 0, fmt.Errorf("list uploads: %w", err)
	}
	return rows, total, nil
}
