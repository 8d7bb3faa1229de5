// Package stages holds the executors: thin pieces that plan the items of a stage and hand
// each one to the subject that does the work.
package stages

import (
	"catalogsync/jobs"
	"catalogsync/models"
)

// Register lists the executor of each stage. Adding a stage is one line here.
func Register(collect *Collect, sync *Sync, download, reconcile, folders, parts jobs.Executor) map[models.StageName]jobs.Executor {
	return map[models.StageName]jobs.Executor{
		models.StageCollect:   collect,
		models.StageSync:      sync,
		models.StageDownload:  download,
		models.StageReconcile: reconcile,
		models.StageImport:    folders,
		models.StageParts:     parts,
	}
}
