package api

import (
	"math"

	"catalogsync/app/maintenance"
	"catalogsync/handlers/api/openapi"
	"catalogsync/models"
)

func maintenanceOperations() []openapi.Operation {
	keyword := openapi.Text("keyword", maxKeyword, "Part of the name.")
	started := []openapi.Answer{answers(202, acceptedJSON{}, "A job does it.")}
	busy := fails{409: {models.CodeJobsRunning}}
	return []openapi.Operation{
		{Method: "GET", Path: "/api/maintenance", Tag: chapterMaintenance, Summary: "What is out of order, by class", Answers: ok(overviewJSON{})},
		{Method: "GET", Path: "/api/maintenance/local-duplicates", Tag: chapterMaintenance, Summary: "Files that a folder has more than once", Answers: ok(duplicatesJSON{})},
		{
			Method: "POST", Path: "/api/maintenance/local-duplicates/dedupe", Tag: chapterMaintenance, Summary: "Keep one file of each group", NoBody: true,
			Body: []openapi.Param{openapi.Flag("dry_run", "Tell what it would do.")}, Answers: append(ok(duplicatesJSON{}), started...), Fails: busy,
		},
		{
			Method: "GET", Path: "/api/maintenance/findings", Tag: chapterMaintenance, Summary: "What is out of order in one class",
			Query: with([]openapi.Param{openapi.OneOf("class", models.FindingClasses, "The class.").Must(), keyword}, pageParams()...), Answers: ok(listJSON[findingJSON]{}),
		},
		{
			Method: "POST", Path: "/api/maintenance/reconcile", Tag: chapterMaintenance, Summary: "Compare database and disks",
			Body: []openapi.Param{
				openapi.Flag("deep", "Read every file whole."), openapi.Flag("fix", "Settle everything in the usual way afterwards."),
				openapi.Flag("download", "Download at once what was lost."),
			},
			Answers: started, Fails: busy,
		},
		{
			Method: "POST", Path: "/api/maintenance/fix", Tag: chapterMaintenance, Summary: "Settle what is out of order",
			Body: []openapi.Param{
				openapi.OneOf("class", append(names(models.FindingClasses), allClasses), "The class; all settles everything in the usual way.").Must(),
				openapi.Text("action", maxKeyword, "One of the actions of the class; the usual one unless given.").Like("forget"),
				openapi.IDs("ids", "Only these findings."), openapi.Flag("dry_run", "Tell what it would do."), openapi.Flag("download", "Download at once what was lost."),
			},
			Answers: append([]openapi.Answer{answers(200, rehearsedJSON{}, "What would happen.")}, started...), Fails: busy,
		},
		{
			Method: "GET", Path: "/api/maintenance/recycle-bin", Tag: chapterMaintenance, Summary: "What lies in the recycle bin",
			Query: with([]openapi.Param{keyword}, pageParams()...), Answers: ok(binJSON{}),
		},
		{
			Method: "POST", Path: "/api/maintenance/recycle-bin/restore", Tag: chapterMaintenance, Summary: "Put a file back to its place",
			Body: []openapi.Param{
				openapi.Int("backend_id", 1, math.MaxInt32, "The library folder.").Must().Like(1),
				openapi.Text("locator", maxLocator, "The file, as the list names it.").Must().Like(".recycle/2026-11-21/a.mp3"),
			},
			Answers: ok(restoredJSON{}), Fails: fails{404: {models.CodeNotFound}, 409: {models.CodeNameTaken, models.CodeJobsRunning}},
		},
		{
			Method: "POST", Path: "/api/maintenance/recycle-bin/empty", Tag: chapterMaintenance, Summary: "Delete everything in the bin for good", Body: []openapi.Param{},
			Answers: ok(maintenance.Bin{}), Fails: busy,
		},
		{
			Method: "POST", Path: "/api/maintenance/imports", Tag: chapterMaintenance, Summary: "Take over a folder of music",
			Body: []openapi.Param{
				openapi.Text("folder", maxLocator, "On the server.").Must().Like("/mnt/music"), openapi.Flag("dry_run", "Only tell what would be taken."),
				openapi.Flag("in_place", "Leave the files where they are."),
			},
			Answers: started, Fails: fails{404: {models.CodeNotFound}, 409: {models.CodeJobsRunning}},
		},
		{
			Method: "GET", Path: "/api/maintenance/imports/:id", Tag: chapterMaintenance, Summary: "What became of each file",
			Query: with([]openapi.Param{openapi.OneOf("state", models.ImportStates, "Only these.")}, pageParams()...), Answers: ok(listJSON[importedJSON]{}),
		},
	}
}
