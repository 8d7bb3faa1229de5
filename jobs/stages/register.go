// Package stages holds the executors: thin pieces that plan the items of a stage and hand
// each one to the subject that does the work.
package stages

import (
	"catalogsync/jobs"
	"catalogsync/models"
)

// Executors are the executors of this build; one that is nil is a stage that it cannot run.
type Executors struct {
	Collect, Sync, Download, Parts           jobs.Executor
	Reconcile, Import, Dedupe, Similar, Bulk jobs.Executor
	Backup, Upload                           jobs.Executor
}

// Register lists the executor of each stage. Adding a stage is one field and one line here.
func Register(e Executors) map[models.StageName]jobs.Executor {
	list := map[models.StageName]jobs.Executor{
		models.StageCollect:   e.Collect,
		models.StageSync:      e.Sync,
		models.StageDownload:  e.Download,
		models.StageParts:     e.Parts,
		models.StageReconcile: e.Reconcile,
		models.StageImport:    e.Import,
		models.StageDedupe:    e.Dedupe,
		models.StageSimilar:   e.Similar,
		models.StageBulk:      e.Bulk,
		models.StageBackup:    e.Backup,
		models.StageUpload:    e.Upload,
	}
	for name, executor := range list {
		if executor == nil {
			delete(list, name)
		}
	}
	return list
}
