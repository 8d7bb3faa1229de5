package api

import (
	"catalogsync/handlers/api/openapi"
	"catalogsync/jobs"
	"catalogsync/models"
)

// scopeFields narrow what a job works on.
func scopeFields() []openapi.Param {
	return []openapi.Param{
		sourcesParam("sources", "Platforms to collect, sync, and whose songs to download."),
		sourcesParam("download_sources", "Providers in order of preference."),
		openapi.Some("pool_kinds", models.PoolKinds, "Kinds of pools to collect."),
		openapi.IDs("playlist_ids", "Only these playlists."),
		openapi.Flag("wanted_only", "Only marked playlists."),
		openapi.Int("limit", 0, maxLimit, "Of playlists, in download_only of songs; 0 = none."),
		openapi.Int("workers", 0, maxWorkers, "Of the download; 0 = configured."),
	}
}

func jobOperations() []openapi.Operation {
	return append(jobReads(), []openapi.Operation{
		{
			Method: "POST", Path: "/api/jobs", Tag: chapterJobs, Summary: "Create a job",
			Body: with([]openapi.Param{openapi.OneOf("type", jobs.Types(), "What it does.").Must().Like(models.JobSyncDownload)},
				with(scopeFields(),
					openapi.OneOf("download_order", models.DownloadOrders, "Configured unless given."),
					openapi.Text("title", maxTitle, "Shown in lists."),
					openapi.Int("priority", -maxPriority, maxPriority, "Higher goes first.").Like(0))...),
			Answers: []openapi.Answer{answers(201, runJSON{}, "The job; Location is its address.")},
			Fails:   fails{404: {models.CodeNotFound}, 409: {models.CodeNotInThisBuild, models.CodeNotAllowed}, 400: {models.CodeTooLarge, models.CodeNotInThisBuild}},
		},
		{
			Method: "POST", Path: "/api/jobs/:id/commands", Tag: chapterJobs, Summary: "Tell a job to do something, and wait for the answer",
			About: "commands of a job names what its state allows.",
			Body: []openapi.Param{
				openapi.OneOf("kind", models.CommandKinds, "What it is told.").Must(),
				openapi.ID("item_id", "Of retry_item and force_retry_item."),
				openapi.Text("stage", maxTitle, "Narrows retry_failed.").Like("download"),
				openapi.Text("source", maxTitle, "Narrows retry_failed.").Like("qq"),
				openapi.Text("error_code", maxTitle, "Narrows retry_failed.").Like("no_match"),
				openapi.Int("priority", -maxPriority, maxPriority, "Of reprioritize.").Like(0),
			},
			Answers: ok(commandJSON{}), Fails: fails{409: {models.CodeNotAllowed, models.CodeJobFinished, models.CodeTimeout}},
		},
	}...)
}

func jobReads() []openapi.Operation {
	return []openapi.Operation{
		{
			Method: "GET", Path: "/api/jobs", Tag: chapterJobs, Summary: "Jobs, newest first", Polled: true,
			Query: with([]openapi.Param{openapi.Some("state", models.JobStates, "Only these states.")}, pageParams()...), Answers: ok(listJSON[jobJSON]{}),
		},
		{Method: "GET", Path: "/api/jobs/:id", Tag: chapterJobs, Summary: "One job with stages, workers and failures", Polled: true, Answers: ok(jobPageJSON{})},
		{
			Method: "GET", Path: "/api/jobs/:id/items", Tag: chapterJobs, Summary: "Its items", Polled: true,
			Query: with([]openapi.Param{
				openapi.Some("state", models.ItemStates, "Only these states."),
				openapi.Text("stage", maxKeyword, "Of this stage.").Like("download"),
				openapi.Text("source", maxKeyword, "Of this source.").Like("qq"),
				openapi.Text("code", maxKeyword, "With this error.").Like("no_match"),
			}, pageParams()...),
			Answers: ok(listJSON[itemJSON]{}),
		},
		{
			Method: "GET", Path: "/api/jobs/:id/playlists", Tag: chapterJobs, Summary: "The playlists that it works on, with progress", Polled: true,
			Query: pageParams(), Answers: ok(listJSON[jobPlaylistJSON]{}),
		},
		{
			Method: "GET", Path: "/api/jobs/:id/playlists/:playlist_id/songs", Tag: chapterJobs, Summary: "The songs of one of them, with the state of their items", Polled: true,
			Query: pageParams(), Answers: ok(listJSON[jobSongJSON]{}),
		},
	}
}
