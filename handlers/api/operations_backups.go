package api

import (
	"catalogsync/handlers/api/openapi"
	"catalogsync/models"
)

func backupOperations() []openapi.Operation {
	accepted := func(of any, about string) []openapi.Answer { return []openapi.Answer{answers(202, of, about)} }
	return []openapi.Operation{
		{Method: "GET", Path: "/api/backups", Tag: chapterMaintenance, Summary: "The backups, newest first, and what becomes of a restore", Answers: ok(backupsJSON{})},
		{Method: "POST", Path: "/api/backups", Tag: chapterMaintenance, Summary: "Make a backup of database and settings now", Answers: accepted(acceptedJSON{}, "A job does it.")},
		{
			Method: "GET", Path: "/api/backups/:name", Tag: chapterMaintenance, Summary: "A backup's file",
			Answers: []openapi.Answer{{Status: 200, Media: "application/octet-stream"}, {Status: 206, Media: "application/octet-stream"}},
		},
		{Method: "DELETE", Path: "/api/backups/:name", Tag: chapterMaintenance, Summary: "Delete a backup", Answers: []openapi.Answer{{Status: 204}}},
		{
			Method: "POST", Path: "/api/backups/:name/restore", Tag: chapterMaintenance, Summary: "Restore a backup at the next start", NoBody: true,
			About: "What is there now is kept beside it.", Body: []openapi.Param{openapi.Flag("settings", "Restore the settings, too.")},
			Answers: accepted(models.RestoreOrder{}, "It waits for the next start."), Fails: fails{400: {models.CodeBackupDamaged}, 409: {models.CodeNotAllowed}},
		},
		{Method: "DELETE", Path: "/api/backups/restore/next", Tag: chapterMaintenance, Summary: "Do not restore at the next start", Answers: []openapi.Answer{{Status: 204}}, Fails: fails{404: {models.CodeNotFound}}},
		{Method: "POST", Path: "/api/restart", Tag: chapterMaintenance, Summary: "Start the program anew", Answers: []openapi.Answer{{Status: 202, About: "It ends, and starts again."}}},
	}
}
