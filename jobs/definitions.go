// Package jobs runs jobs: it knows types, stages, lanes, items, commands and recovery,
// and nothing of what a stage does. The work itself is done by executors, which live in
// jobs/stages and are handed in.
package jobs

import (
	"time"

	"catalogsync/models"
)

// Definition is a job type: its stages in order.
type Definition struct {
	Type   models.JobType
	Stages []models.StageName
}

// Definitions lists all job types, in the order in which the console offers them.
// Adding a type is one row here.
var Definitions = []Definition{
	{models.JobCatalogSync, []models.StageName{models.StageCollect, models.StageSync, models.StageDownload}},
	{models.JobCollectOnly, []models.StageName{models.StageCollect}},
	{models.JobSyncOnly, []models.StageName{models.StageSync}},
	{models.JobSyncDownload, []models.StageName{models.StageSync, models.StageDownload}},
	{models.JobDownloadOnly, []models.StageName{models.StageDownload}},
}

// StageDefinition is how a kind of stage is run.
type StageDefinition struct {
	Name models.StageName
	Lane models.Lane
	// Workers is the default number of items at once; the configuration may override it.
	Workers int
	// Attempts bounds the tries of an item, the first included.
	Attempts int
	// SoftLimit ends an item that made no progress for so long; HardLimit ends any item.
	SoftLimit, HardLimit time.Duration
}

// StageDefinitions lists all kinds of stages.
var StageDefinitions = map[models.StageName]StageDefinition{
	models.StageCollect: {models.StageCollect, models.LaneGeneral, 6, 3, 2 * time.Minute, 2 * time.Hour},
	// A sync tells nothing between the pages of a long list, which it gets at the pace of a
	// platform that it shares with others; what hangs is ended by the client before.
	models.StageSync:     {models.StageSync, models.LaneGeneral, 8, 3, 15 * time.Minute, 20 * time.Minute},
	models.StageDownload: {models.StageDownload, models.LaneDownload, 10, 4, 2 * time.Minute, time.Hour},
}

// DefinitionOf finds a job type; false when there is none of that name.
func DefinitionOf(t models.JobType) (Definition, bool) {
	for _, d := range Definitions {
		if d.Type == t {
			return d, true
		}
	}
	return Definition{}, false
}
