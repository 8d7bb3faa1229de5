package store

import (
	"context"
	"fmt"
	"maps"

	"catalogsync/models"
)

// flawQuery finds rows that break an invariant. It walks the ids of a table in steps, each
// a query of its own, so that no read lasts long however large the database is. The query
// gives one line of text for each flaw among the ids above @after up to @upto.
type flawQuery struct {
	table string
	step  int64
	sql   string
}

// FindFlaws looks for rows that break an invariant.
func (s *Store) FindFlaws(ctx context.Context, name models.Invariant) (models.Flaws, error) {
	var flaws models.Flaws
	queries := flawQueries(name)
	if len(queries) == 0 {
		return flaws, fmt.Errorf("there is no invariant %s", name)
	}
	for _, q := range queries {
		if err := s.walkFlaws(ctx, q, &flaws); err != nil {
			return flaws, fmt.Errorf("check %s: %w", name, err)
		}
	}
	return flaws, nil
}

// flawQueries are the queries of one invariant.
func flawQueries(name models.Invariant) []flawQuery {
	for _, table := range []map[models.Invariant][]flawQuery{catalogFlaws, songListFlaws, searchFlaws, fileFlaws, jobFlaws} {
		if queries := table[name]; queries != nil {
			return queries
		}
	}
	return nil
}

func (s *Store) walkFlaws(ctx context.Context, q flawQuery, flaws *models.Flaws) error {
	last, err := s.lastID(ctx, q.table)
	if err != nil {
		return err
	}
	for after := int64(0); after < last; after += q.step {
		args := maps.Clone(stateLists)
		args["after"], args["upto"] = after, after+q.step
		var lines []string
		if err := s.read(ctx).Raw(q.sql, args).Scan(&lines).Error; err != nil {
			return err
		}
		for _, line := range lines {
			flaws.Add(line)
		}
	}
	return nil
}

func (s *Store) lastID(ctx context.Context, table string) (last int64, err error) {
	err = s.read(ctx).Table(table).Select("coalesce(max(id), 0)").Scan(&last).Error
	return last, err
}

// stateLists are the lists of states that the queries name.
var stateLists = map[string]any{
	"job_states":   models.JobStates,
	"live_states":  models.LiveJobStates,
	"item_states":  models.ItemStates,
	"kinds":        models.CommandKinds,
	"stage_states": []models.StageState{models.StagePending, models.StagePlanning, models.StageRunning, models.StageCompleted, models.StageCompletedWithErrors, models.StageFailed, models.StageCanceled},
	"open_stages":  []models.StageState{models.StagePending, models.StagePlanning, models.StageRunning},
}
