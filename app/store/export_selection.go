package store

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"catalogsync/models"
)

// FindPlaylistsByIDs lists the playlists among ids that exist, by id.
func (s *Store) FindPlaylistsByIDs(ctx context.Context, ids []int64) ([]models.Playlist, error) {
	var list []models.Playlist
	for chunk := range slices.Chunk(ids, chunkIDs) {
		var part []models.Playlist
		if err := s.read(ctx).Where("id IN ?", chunk).Find(&part).Error; err != nil {
			return nil, fmt.Errorf("find %d playlists: %w", len(ids), err)
		}
		list = append(list, part...)
	}
	slices.SortFunc(list, func(a, b models.Playlist) int { return cmp.Compare(a.ID, b.ID) })
	return list, nil
}

// FindLiveJobs tells which unfinished job is still to do the given stage for which of
// the playlists: playlist id → job id. A job that is not planned yet counts by its scope.
func (s *Store) FindLiveJobs(ctx context.Context, ids []int64, stage models.StageName) (map[int64]int64, error) {
	var runs []models.JobRun
	err := s.read(ctx).
		Where("state IN ?", models.LiveJobStates).
		Where("EXISTS (SELECT 1 FROM job_stages AS g WHERE g.job_run_id = job_runs.id AND g.name = ? AND g.state IN ?)",
			stage, []models.StageState{models.StagePending, models.StagePlanning, models.StageRunning}).
		Order("id").Find(&runs).Error
	if err != nil {
		return nil, fmt.Errorf("find live jobs: %w", err)
	}
	found := map[int64]int64{}
	for _, run := range runs { // oldest first: it is the one that gets to the playlist
		busy, err := s.unfinishedPlaylists(ctx, run, ids)
		if err != nil {
			return nil, fmt.Errorf("find playlists of job %d: %w", run.ID, err)
		}
		for _, id := range busy {
			if _, taken := found[id]; !taken {
				found[id] = run.ID
			}
		}
	}
	return found, nil
}

// unfinishedPlaylists lists those of ids that a live job has not done with.
func (s *Store) unfinishedPlaylists(ctx context.Context, run models.JobRun, ids []int64) ([]int64, error) {
	var scope models.JobScope
	if err := json.Unmarshal([]byte(run.ScopeJSON), &scope); err != nil {
		return nil, err
	}
	inScope := make(map[int64]bool, len(scope.PlaylistIDs))
	for _, id := range scope.PlaylistIDs {
		inScope[id] = true
	}
	finished := map[int64]bool{} // only the playlists that the job's plan names
	for chunk := range slices.Chunk(ids, chunkIDs) {
		var linked []models.JobPlaylist
		if err := s.read(ctx).Where("job_run_id = ? AND playlist_id IN ?", run.ID, chunk).Find(&linked).Error; err != nil {
			return nil, err
		}
		for _, l := range linked {
			finished[l.PlaylistID] = l.FinishedAtMS > 0
		}
	}
	return slices.DeleteFunc(slices.Clone(ids), func(id int64) bool {
		done, planned := finished[id]
		return done || !planned && !inScope[id]
	}), nil
}
