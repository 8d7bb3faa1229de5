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
// Adding a type is one row here. A type is offered where every stage has an executor.
var Definitions = []Definition{
	{models.JobCatalogSync, []models.StageName{models.StageCollect, models.StageSync, models.StageDownload}},
	{models.JobCollectOnly, []models.StageName{models.StageCollect}},
	{models.JobSyncOnly, []models.StageName{models.StageSync}},
	{models.JobSyncDownload, []models.StageName{models.StageSync, models.StageDownload}},
	{models.JobDownloadOnly, []models.StageName{models.StageDownload}},
	{models.JobUploadOnly, []models.StageName{models.StageUpload}},
	{models.JobDownloadUpload, []models.StageName{models.StageDownload, models.StageUpload}},
	{models.JobScan, []models.StageName{models.StageScan, models.StageNotify}},
	{models.JobBeatsync, []models.StageName{models.StageAlign, models.StageTrim}},
	{models.JobReconcile, []models.StageName{models.StageReconcile}},
	{models.JobImport, []models.StageName{models.StageImport}},
	{models.JobParts, []models.StageName{models.StageParts}},
	{models.JobBulk, []models.StageName{models.StageBulk}},
	{models.JobDedupe, []models.StageName{models.StageDedupe}},
	{models.JobBackup, []models.StageName{models.StageBackup}},
	{models.JobSimilar, []models.StageName{models.StageSimilar}},
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
	// Does is the stage's work in words that follow "cannot".
	Does string
}

// StageDefinitions lists all kinds of stages.
var StageDefinitions = map[models.StageName]StageDefinition{
	models.StageCollect: {models.StageCollect, models.LaneGeneral, 6, 3, 2 * time.Minute, 2 * time.Hour, "collect playlists"},
	// A sync tells nothing between the pages of a long list, which it gets at the pace of a
	// platform that it shares with others; what hangs is ended by the client before.
	models.StageSync:     {models.StageSync, models.LaneGeneral, 8, 3, 15 * time.Minute, 20 * time.Minute, "sync playlists"},
	models.StageDownload: {models.StageDownload, models.LaneDownload, 10, 4, 2 * time.Minute, time.Hour, "download songs"},
	// A part of a large file may take long on a slow line, but it tells of every block.
	models.StageUpload: {models.StageUpload, models.LaneGeneral, 4, 4, 5 * time.Minute, 6 * time.Hour, "upload"},
	// A scan goes through a backend folder by folder; one item is one folder or prefix.
	models.StageScan: {models.StageScan, models.LaneGeneral, 4, 3, 10 * time.Minute, 6 * time.Hour, "scan storage"},
	// A media server answers a request for a scan at once, or is asleep.
	models.StageNotify: {models.StageNotify, models.LaneGeneral, 2, 5, time.Minute, 5 * time.Minute, "tell media servers"},
	// Both decode whole videos, which fills a processor: one more worker than needed to
	// keep it busy would only slow the others.
	models.StageAlign: {models.StageAlign, models.LaneGeneral, 2, 2, 10 * time.Minute, 2 * time.Hour, "align videos with songs"},
	models.StageTrim:  {models.StageTrim, models.LaneGeneral, 2, 2, 10 * time.Minute, 2 * time.Hour, "trim videos"},
	// The parts of a song are a few small requests and one copy of its file.
	models.StageParts: {models.StageParts, models.LaneGeneral, 4, 3, 2 * time.Minute, 30 * time.Minute, "add parts to songs"},
	// A selection is acted on in short transactions, one after the other.
	models.StageBulk: {models.StageBulk, models.LaneGeneral, 1, 3, 2 * time.Minute, 30 * time.Minute, "act on selections"},
	// These have one item, which tells of every few files or songs and may read all that there is.
	models.StageReconcile: {models.StageReconcile, models.LaneGeneral, 1, 2, 30 * time.Minute, 14 * 24 * time.Hour, "reconcile the library"},
	models.StageImport:    {models.StageImport, models.LaneGeneral, 1, 2, 30 * time.Minute, 14 * 24 * time.Hour, "import a folder"},
	models.StageDedupe:    {models.StageDedupe, models.LaneGeneral, 1, 2, 30 * time.Minute, 14 * 24 * time.Hour, "remove duplicate files"},
	// The copy of a large database tells nothing before it is written.
	models.StageBackup:  {models.StageBackup, models.LaneGeneral, 1, 2, time.Hour, 6 * time.Hour, "back up the database"},
	models.StageSimilar: {models.StageSimilar, models.LaneGeneral, 1, 2, 30 * time.Minute, 14 * 24 * time.Hour, "look for similar songs"},
}

// DefinitionOf finds a job type; false when there is none of that name.
func DefinitionOf(t models.JobType) (Definition, bool) { return findDefinition(Definitions, t) }

func findDefinition(list []Definition, t models.JobType) (Definition, bool) {
	for _, d := range list {
		if d.Type == t {
			return d, true
		}
	}
	return Definition{}, false
}

// CheckKnown refuses a job type that does not exist (CodeBadValue of the field "type"),
// whether or not this build can run it.
func CheckKnown(t models.JobType) error {
	if _, ok := DefinitionOf(t); !ok {
		return models.Invalid("type", models.CodeBadValue, "there is no job type %q", t)
	}
	return nil
}

// Types lists the names of all job types, those that this build cannot run included.
func Types() []models.JobType {
	types := make([]models.JobType, len(Definitions))
	for i, d := range Definitions {
		types[i] = d.Type
	}
	return types
}
