package api

import (
	"catalogsync/handlers/api/openapi"
	"catalogsync/models"
)

func settingsOperations() []openapi.Operation {
	changeFails := fails{400: {models.CodeBadSetting}, 409: {models.CodeSettingsChanged, models.CodeReplayUnconfirmed, models.CodeNotAllowed, models.CodeNothingToRollBack}, 403: {models.CodeNotPermitted}}
	return []openapi.Operation{
		{Method: "GET", Path: "/api/settings", Tag: chapterSettings, Summary: "Every setting; of a secret only whether it is set", Answers: ok(settingsJSON{})},
		{
			Method: "PUT", Path: "/api/settings", Tag: chapterSettings, Summary: "Change settings",
			About: "One bad value refuses the whole, and nothing is written. What would turn stored decisions is refused once, with what it would do and a token to repeat as confirmed.",
			Body: []openapi.Param{
				openapi.Object("values", "string", "Texts by key; an empty one unsets.").Must().Like(map[string]any{"SOURCE_QQ_RATE": "0.5"}),
				openapi.Object("shown", "string", "What was seen before: what somebody else changed meanwhile is not overwritten.").Like(map[string]any{"SOURCE_QQ_RATE": "1"}),
				confirmedParam(),
			},
			Answers: ok(settingsOutcomeJSON{}), Fails: changeFails,
		},
		{
			Method: "GET", Path: "/api/settings/layout-preview", Tag: chapterSettings, Summary: "Where the newest songs would be filed by a layout",
			Query: []openapi.Param{openapi.Text("layout", maxLayout, "The layout.").Must().Like("{first_artist}/{title}")}, Answers: ok(layoutPreviewJSON{}), Fails: fails{400: {models.CodeBadLayout}},
		},
		{Method: "GET", Path: "/api/settings/sources", Tag: chapterSettings, Summary: "The sources as they are set up", Answers: ok(itemsJSON[sourceSettingsJSON]{})},
		{
			Method: "POST", Path: "/api/settings/sources/:name/test", Tag: chapterSettings, Summary: "Ask a source by one light request, and about its login",
			Answers: ok(sourceTestJSON{}), Fails: fails{404: {models.CodeNotFound, models.CodeUnknownSource}, 409: {models.CodeSourceNotInUse}, 400: {models.CodeUnknownSource}},
		},
		{Method: "GET", Path: "/api/settings/revisions", Tag: chapterSettings, Summary: "The latest changes, newest first", Polled: true, Answers: ok(itemsJSON[settingsRevisionJSON]{})},
		{
			Method: "POST", Path: "/api/settings/revisions/:id/rollback", Tag: chapterSettings, Summary: "Put back what a change changed, as a new change",
			Body:    []openapi.Param{confirmedParam()},
			Answers: ok(settingsOutcomeJSON{}), Fails: changeFails,
		},
		{
			Method: "POST", Path: "/api/notifications/test", Tag: chapterSettings, Summary: "Send a test message to every target of notifications",
			Answers: ok(itemsJSON[notificationJSON]{}), Fails: fails{400: {models.CodeNobodyToTell}},
		},
		{Method: "GET", Path: "/api/library", Tag: chapterSettings, Summary: "The folders of the library, and whether their disk is full", Answers: ok(libraryJSON{})},
		{
			Method: "POST", Path: "/api/library/folder", Tag: chapterSettings, Summary: "Let downloads that have not begun go to another folder",
			Body:    []openapi.Param{openapi.Text("folder", maxFolderRunes, "The whole path, on the server.").Must().Like("/mnt/disk2/music")},
			Answers: ok(libraryJSON{}), Fails: fails{400: {models.CodeLibraryUnwritable, models.CodeDiskFull}},
		},
	}
}

// confirmedParam repeats what a refused change said.
func confirmedParam() openapi.Param {
	return openapi.Text("confirmed", maxToken, "The token of a refusal replay_unconfirmed, to make the change all the same.")
}
