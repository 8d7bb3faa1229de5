package api

import (
	"github.com/google/jsonschema-go/jsonschema"

	"catalogsync/handlers/api/openapi"
	"catalogsync/models"
)

// pickFields say which playlists an action is about.
func pickFields() []openapi.Param {
	return []openapi.Param{
		openapi.IDs("playlist_ids", "At most 10,000. At least one of playlist_ids, selection and filter is needed.").Like([]int{1, 2}),
		openapi.Text("selection", maxSelectionToken, "The token of a kept selection: all that match."),
		{Name: "filter", About: "All that match a filter: platform, pool_kind, status, keyword, wanted_only, held_only.", Schema: &jsonschema.Schema{Type: "object"}},
		openapi.IDs("except_ids", "Not these, of a selection or a filter."),
	}
}

// filterFields are those of a filter of playlists.
func filterFields() []openapi.Param {
	return []openapi.Param{
		platformParam(),
		openapi.OneOf("pool_kind", models.PoolKinds, "How it came into the pool."),
		openapi.OneOf("status", models.PlaylistStates, "How much of it is here."),
		openapi.Text("keyword", maxKeyword, "Part of the name, any case and width."),
		openapi.Flag("wanted_only", "Only those that are marked."),
		openapi.Flag("held_only", "Only those with held changes that wait for a decision."),
	}
}

// selectionFields are what all actions on playlists that may create jobs take.
func selectionFields(more ...openapi.Param) []openapi.Param {
	return append(with(pickFields(),
		sourcesParam("download_sources", "Providers in order of preference."),
		openapi.Int("workers", 0, maxWorkers, "Of the download; 0 = configured."),
		openapi.Int("priority", -maxPriority, maxPriority, "Higher goes first.").Like(0),
	), more...)
}

// selectionFails are how actions on a selection fail.
func selectionFails(more ...models.Code) fails {
	return fails{
		400: {models.CodeNothingSelected, models.CodeTooLarge}, 404: {models.CodeNotFound},
		409: append([]models.Code{models.CodeNotInThisBuild, models.CodeSelectionChanged}, more...),
	}
}

func selectionOperations() []openapi.Operation {
	jobsMade := func(of any) []openapi.Answer {
		return []openapi.Answer{
			answers(200, of, "Nothing had to be queued."),
			{Status: 202, Of: of, Or: bulkAcceptedJSON{}, About: "Work was queued, or the action is so large that a job of its own does it."},
		}
	}
	large := openapi.Answer{Status: 202, Of: bulkAcceptedJSON{}, About: "The action is so large that a job of its own does it."}
	return []openapi.Operation{
		{
			Method: "POST", Path: "/api/playlists/download", Tag: chapterSelection, Summary: "Download playlists, each by its state",
			About:   "Never synced: one sync_download job. Incomplete: one download_only job. Complete: left alone.",
			Body:    selectionFields(),
			Answers: jobsMade(downloadJSON{}), Fails: selectionFails(),
		},
		{
			Method: "POST", Path: "/api/playlists/sync", Tag: chapterSelection, Summary: "Sync playlists in one job",
			Body: selectionFields(), Answers: jobsMade(syncJSON{}), Fails: selectionFails(),
		},
		{
			Method: "POST", Path: "/api/playlists/wanted", Tag: chapterSelection, Summary: "Set or take the mark of playlists",
			Body:    with(pickFields(), openapi.Flag("wanted", "Whether they are wanted.").Must()),
			Answers: append(ok(wantedJSON{}), large), Fails: selectionFails(),
		},
		{
			Method: "POST", Path: "/api/playlists/export-zip", Tag: chapterSelection, Summary: "A ZIP of playlists, or jobs for what it lacks",
			About: "All complete: a ZIP. Else what is missing is queued, and the ZIP is made when its jobs have ended. With as_of nothing is queued.",
			Body: selectionFields(
				openapi.Flag("partial", "Take what is there, and queue nothing."),
				openapi.OneOf("layout", models.ExportLayouts, "shared has each song once."),
				instantParam("as_of", "The lists as they stood then."),
				openapi.Text("split", 0, "The most that a part may have.").Like("4GiB"),
			),
			Answers: jobsMade(exportJSON{}), Fails: selectionFails(models.CodeExportNotReady, models.CodeExportEmpty, models.CodeExportChanged),
		},
		{
			Method: "POST", Path: "/api/playlists/export", Tag: chapterSelection, Summary: "A ZIP of the complete playlists, jobs for the others",
			Body: selectionFields(), Answers: jobsMade(exportJSON{}), Fails: selectionFails(models.CodeExportNotReady, models.CodeExportEmpty, models.CodeExportChanged),
		},
		{
			Method: "POST", Path: "/api/playlists/rehearse", Tag: chapterSelection, Summary: "What an action would do now, without doing it",
			Body:    with([]openapi.Param{openapi.OneOf("action", models.BulkKinds, "The action.").Must()}, pickFields()...),
			Answers: ok(bulkRehearsalJSON{}), Fails: selectionFails(),
		},
		{
			Method: "POST", Path: "/api/playlists/selections", Tag: chapterSelection, Summary: "Keep \"all that match\" under a token",
			Body: filterFields(), Answers: []openapi.Answer{{Status: 201, Of: selectionJSON{}}}, Fails: fails{400: {models.CodeNothingSelected}},
		},
		{
			Method: "GET", Path: "/api/playlists/selections/:token", Tag: chapterSelection, Summary: "A kept selection, as it was and as it is now",
			Answers: ok(selectionJSON{}),
		},
		{Method: "GET", Path: "/api/bulk/:id", Tag: chapterSelection, Summary: "An action with what came of it", Answers: ok(bulkViewJSON{})},
		{
			Method: "POST", Path: "/api/bulk/:id/undo", Tag: chapterSelection, Summary: "Take an action back, as far as it has not begun",
			Answers: ok(undoneJSON{}), Fails: fails{409: {models.CodeNothingToUndo}},
		},
	}
}
