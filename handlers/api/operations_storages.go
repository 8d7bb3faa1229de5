package api

import (
	"math"

	"catalogsync/handlers/api/openapi"
	"catalogsync/models"
)

func storageOperations() []openapi.Operation {
	started := []openapi.Answer{answers(202, acceptedJSON{}, "A job does it.")}
	refused := []models.Code{models.CodeStorageAuth, models.CodeStorageRootMissing, models.CodeStorageClock, models.CodeStorageReadOnly, models.CodeStorageRegion, models.CodeStorageTLS, models.CodeStorageKeysMissing, models.CodeStorageDenied}
	gone := fails{404: {models.CodeNotFound}}
	text := func(name, about, example string) openapi.Param {
		return openapi.Text(name, maxStorageText, about).Like(example)
	}
	return []openapi.Operation{
		{Method: "GET", Path: "/api/storages", Tag: chapterStorages, Summary: "All storages, and how they do", Answers: ok(itemsJSON[storageJSON]{})},
		{
			Method: "POST", Path: "/api/storages", Tag: chapterStorages, Summary: "Try a bucket out and register it, or change the one of that name",
			Body: []openapi.Param{
				text("name", "Name of the storage.", "main-s3").Must(), text("bucket", "The bucket. It must exist.", "music-bucket").Must(),
				text("endpoint", "Address of the server.", "https://s3.example.com").Must(), text("region", "Region of the bucket.", "auto"),
				text("base_prefix", "Folder in the bucket that uploads go below.", "music"), text("addressing_style", "auto, path or virtual.", "auto"),
				text("public_base_url", "Address under which everybody can read the bucket.", "https://cdn.example.com"),
				text("credential_env_prefix", "Beginning of the settings that hold the keys; no key itself.", "CATALOGSYNC_MAIN_S3"),
			},
			Answers: []openapi.Answer{answers(200, storageJSON{}, "Changed."), answers(201, storageJSON{}, "Registered.")},
			Fails:   fails{422: refused, 503: {models.CodeStorageUnreachable}, 409: {models.CodeNameTaken}},
		},
		{Method: "GET", Path: "/api/storages/:id", Tag: chapterStorages, Summary: "One storage", Answers: ok(storageJSON{}), Fails: gone},
		{
			Method: "POST", Path: "/api/storages/:id/test", Tag: chapterStorages, Summary: "Write, read and remove a file", Body: []openapi.Param{},
			Answers: ok(triedJSON{}), Fails: fails{404: {models.CodeNotFound}, 422: refused, 503: {models.CodeStorageUnreachable}},
		},
		{
			Method: "POST", Path: "/api/storages/:id/enabled", Tag: chapterStorages, Summary: "Switch a storage on or off",
			Body: []openapi.Param{openapi.Flag("enabled", "On.")}, Answers: ok(storageJSON{}), Fails: fails{400: {models.CodeNotAllowed}, 404: {models.CodeNotFound}},
		},
		{
			Method: "GET", Path: "/api/uploads", Tag: chapterStorages, Summary: "Uploads, the failed ones first",
			Query:   with([]openapi.Param{openapi.Int("backend_id", 1, math.MaxInt32, "Only to this storage."), openapi.OneOf("state", models.UploadStates, "Only these.")}, pageParams()...),
			Answers: ok(listJSON[uploadJSON]{}),
		},
		{
			Method: "POST", Path: "/api/uploads", Tag: chapterStorages, Summary: "Upload what a storage lacks",
			Body: []openapi.Param{
				openapi.Int("backend_id", 0, math.MaxInt32, "The storage; the only one unless given.").Like(2), sourcesParam("sources", "Only songs of these platforms."),
				openapi.IDs("playlist_ids", "Only songs of these playlists."), openapi.Int("limit", 0, maxUploadLimit, "At most so many files; 0 for all."),
				openapi.Int("workers", 0, maxWorkers, "Files at once; 0 for the configured number."), openapi.Flag("verify", "Compare with the storage's own listing first."),
			},
			Answers: started, Fails: fails{400: {models.CodeNoStorage}, 404: {models.CodeNotFound}, 409: {models.CodeStorageDisabled}},
		},
	}
}
