package correction

import (
	"context"

	"catalogsync/models"
)

// ForbidFile says that the file that a song has is the wrong one: its candidate is never
// used again, and a job fetches the song anew. The file stays until another one is whole
// and verified. A song without a file, or with one that no download brought, is
// ClassConflict.
func (s *Service) ForbidFile(ctx context.Context, songID int64, note, actor string) (models.JobRun, error) {
	w, err := s.Why(ctx, songID)
	if err != nil {
		return models.JobRun{}, err
	}
	if !w.Song.Downloaded || w.Task.ChosenSource == "" {
		return models.JobRun{}, models.NewError(models.ClassConflict, models.CodeNothingChosen,
			"it is not known from where song %d has its file; forbid one of the candidates of its decision", songID)
	}
	said := Said{Kind: models.OverrideForbid, Source: w.Task.ChosenSource, RemoteID: w.Task.ChosenSongID, Note: note, Actor: actor}
	if _, err := s.Say(ctx, songID, said); err != nil {
		return models.JobRun{}, err
	}
	return s.DownloadAgain(ctx, songID, actor)
}
