package api

import (
	"math"

	"catalogsync/handlers/api/openapi"
	"catalogsync/models"
)

func similarOperations() []openapi.Operation {
	const path = "/api/maintenance/similar"
	refused := fails{404: {models.CodeNotFound}, 409: {models.CodeJobsRunning, models.CodeMergedAlready, models.CodeNoSharedFile}}
	return []openapi.Operation{
		{
			Method: "GET", Path: path, Tag: chapterMaintenance, Summary: "Songs of several platforms that are one",
			Query:   with([]openapi.Param{openapi.OneOf("state", models.SimilarStates, "Only these; open unless given."), openapi.Text("keyword", maxKeyword, "Part of a name.")}, pageParams()...),
			Answers: ok(similarListJSON{}),
		},
		{
			Method: "POST", Path: path + "/look", Tag: chapterMaintenance, Summary: "Look for songs that are one",
			Body:    []openapi.Param{openapi.Flag("skip_look", "Work on what is listed already."), openapi.Flag("merge", "Merge all of them afterwards.")},
			Answers: []openapi.Answer{answers(202, acceptedJSON{}, "A job does it.")}, Fails: fails{409: {models.CodeJobsRunning}},
		},
		{
			Method: "POST", Path: path + "/:id/merge", Tag: chapterMaintenance, Summary: "Let both songs have one file",
			Body:    []openapi.Param{openapi.Int("keep", 1, math.MaxInt, "The song whose file is kept; the better one unless given.").Like(1)},
			Answers: ok(mergedJSON{}), Fails: refused,
		},
		{
			Method: "POST", Path: path + "/:id/reject", Tag: chapterMaintenance, Summary: "Note that they are two songs", Body: []openapi.Param{},
			Answers: ok(similarDecisionJSON{}), Fails: refused,
		},
		{
			Method: "POST", Path: path + "/:id/reopen", Tag: chapterMaintenance, Summary: "Take a rejection back", Body: []openapi.Param{},
			Answers: ok(similarDecisionJSON{}), Fails: refused,
		},
		{
			Method: "POST", Path: path + "/:id/part", Tag: chapterMaintenance, Summary: "Undo a merge", Body: []openapi.Param{},
			Answers: ok(similarDecisionJSON{}), Fails: fails{404: {models.CodeNotFound}, 409: {models.CodeJobsRunning, models.CodeNotMerged, models.CodeNameTaken}},
		},
	}
}
