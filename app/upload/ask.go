package upload

import (
	"context"

	"catalogsync/models"
)

// UploadNow makes a job that brings a storage everything that it lacks. Uploads that
// failed are tried again.
func (s *Service) UploadNow(ctx context.Context, scope models.JobScope, origin string) (models.JobRun, error) {
	if err := s.CheckPlaylists(ctx, scope.PlaylistIDs); err != nil {
		return models.JobRun{}, err
	}
	target, err := s.Target(ctx, scope.Upload)
	if err != nil {
		return models.JobRun{}, err
	}
	to := models.UploadScope{BackendID: target.ID}
	if scope.Upload != nil {
		to.Verify, to.Workers = scope.Upload.Verify, scope.Upload.Workers
	}
	scope.Upload = &to
	return s.Queue.Enqueue(ctx, models.JobUploadOnly, scope, "", origin, 0)
}

// UploadSelected makes a job that brings a storage the files of some playlists.
func (s *Service) UploadSelected(ctx context.Context, playlistIDs []int64, backendID int64, origin string) (models.JobRun, error) {
	if len(playlistIDs) == 0 {
		return models.JobRun{}, models.Invalid("playlist_ids", models.CodeNothingSelected, "select at least one playlist")
	}
	return s.UploadNow(ctx, models.JobScope{PlaylistIDs: playlistIDs, Upload: &models.UploadScope{BackendID: backendID}}, origin)
}
