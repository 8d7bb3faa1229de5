package api

import (
	"catalogsync/app/download/correction"
	"catalogsync/app/matching"
	"catalogsync/handlers/api/openapi"
	"catalogsync/models"
)

// placeParams are those of a list that is paged by the ids of its rows.
func placeParams() []openapi.Param {
	return []openapi.Param{
		openapi.Int("page_size", 1, maxPageSize, "Rows a page.").Like(defaultPageSize),
		openapi.ID("after", "The page behind this row. At most one of after, before and at."),
		openapi.ID("before", "The page before this row."),
		openapi.OneOf("at", []string{"last"}, "The last page."),
	}
}

func songFilterFields() []openapi.Param {
	return []openapi.Param{
		platformParam(),
		openapi.OneOf("state", models.SongStates, "Whether its file is here, and else why not."),
		openapi.Text("source", 0, "That delivered the file.").Like("kuwo"),
		openapi.OneOf("quality", models.Qualities, "Of the file."),
		openapi.Flag("mislabelled", "The quality that was claimed is not the real one."),
		openapi.Text("keyword", maxSongKeyword, "Parts of title, artists and album, in any order."),
	}
}

func songFilters() []openapi.Param { return with(songFilterFields(), placeParams()...) }

func songOperations() []openapi.Operation {
	return []openapi.Operation{
		{Method: "GET", Path: "/api/songs", Tag: chapterSongs, Summary: "The library, newest first", Query: songFilters(), Polled: true, Answers: ok(placedJSON[songJSON]{})},
		{Method: "GET", Path: "/api/songs/:id", Tag: chapterSongs, Summary: "One song, with playlists that it is on", Polled: true, Answers: ok(songDetailJSON{})},
		{
			Method: "GET", Path: "/api/songs/:id/audio", Tag: chapterSongs, Summary: "A song's file",
			About:   "Range, If-Range, If-None-Match and HEAD work, so that a player can jump.",
			Answers: []openapi.Answer{{Status: 200, Media: "audio/*"}, {Status: 206, Media: "audio/*"}, {Status: 304}, {Status: 416, About: "The range lies outside of the file."}},
		},
		{
			Method: "POST", Path: "/api/songs/download", Tag: chapterSongs, Summary: "Download songs that are not here",
			Body:    []openapi.Param{openapi.IDs("song_ids", "At most 2,000.").Must()},
			Answers: []openapi.Answer{answers(200, songsResultJSON{}, "Nothing had to be queued."), answers(202, songsResultJSON{}, "A job was queued.")},
			Fails:   fails{400: {models.CodeNothingSelected, models.CodeTooLarge}, 404: {models.CodeNotFound}},
		},
		{
			Method: "POST", Path: "/api/songs/selections", Tag: chapterSongs, Summary: "Keep \"all songs that match\" under a token",
			Body: songFilterFields(), Answers: []openapi.Answer{{Status: 201, Of: keptSongsJSON{}}}, Fails: fails{400: {models.CodeNothingSelected, models.CodeTooLarge}},
		},
		{
			Method: "POST", Path: "/api/songs/:id/forbid", Tag: chapterSongs, Summary: "The file is the wrong one: forbid its candidate and download anew",
			Body:    []openapi.Param{openapi.Text("note", maxSongKeyword, "Why.")},
			Answers: []openapi.Answer{answers(202, runJSON{}, "The job.")}, Fails: fails{409: {models.CodeNothingChosen, models.CodeNotAllowed}},
		},
		{
			Method: "GET", Path: "/api/artists", Tag: chapterSongs, Summary: "Artists, those with the most songs first", Polled: true,
			Query:   with([]openapi.Param{platformParam(), openapi.Text("keyword", maxSongKeyword, "Part of the name.")}, placeParams()...),
			Answers: ok(placedJSON[artistJSON]{}),
		},
		{Method: "GET", Path: "/api/artists/:id", Tag: chapterSongs, Summary: "One artist, with the playlists that have most of the songs", Polled: true, Answers: ok(artistDetailJSON{})},
		{Method: "GET", Path: "/api/artists/:id/songs", Tag: chapterSongs, Summary: "An artist's songs", Query: songFilters(), Polled: true, Answers: ok(placedJSON[songJSON]{})},
		{
			Method: "POST", Path: "/api/artists/:id/download", Tag: chapterSongs, Summary: "Download the newest 2,000 songs that are not here", Body: []openapi.Param{},
			Answers: []openapi.Answer{answers(200, songsResultJSON{}, "Nothing had to be queued."), answers(202, songsResultJSON{}, "A job was queued.")},
		},
	}
}

func decisionOperations() []openapi.Operation {
	return []openapi.Operation{
		{Method: "GET", Path: "/api/songs/:id/decision", Tag: chapterMatching, Summary: "Why a song has its file", Polled: true, Answers: ok(decisionJSON{})},
		{Method: "GET", Path: "/api/songs/:id/overrides", Tag: chapterMatching, Summary: "What was said of a song, latest first", Polled: true, Answers: ok(itemsJSON[overrideJSON]{})},
		{
			Method: "POST", Path: "/api/songs/:id/overrides", Tag: chapterMatching, Summary: "Say which candidate is right, wrong, or not there",
			About: "pick: this candidate and no other. forbid: never this one. absent: the source does not have the song and is not asked.",
			Body: []openapi.Param{
				openapi.OneOf("kind", models.OverrideKinds, "What is said.").Must(),
				openapi.Text("source", maxSourceName, "The source that it is said of.").Must().Like("qq"),
				openapi.Text("remote_id", maxRemoteID, "The candidate, as the decision names it; not with absent.").Like("97773"),
				openapi.Text("note", correction.MaxNote, "Why."),
			},
			Answers: []openapi.Answer{{Status: 201, Of: overrideJSON{}}}, Fails: fails{409: {models.CodeNotAllowed}, 400: {models.CodeUnknownSource}},
		},
		{Method: "DELETE", Path: "/api/songs/:id/overrides/:override_id", Tag: chapterMatching, Summary: "Take a word back", Answers: []openapi.Answer{{Status: 204}}},
		{
			Method: "POST", Path: "/api/songs/:id/download", Tag: chapterMatching, Summary: "Decide anew about a song and download it",
			About:   "A file that is here stays until the new one is whole and verified.",
			Answers: []openapi.Answer{answers(202, runJSON{}, "The job.")}, Fails: fails{409: {models.CodeNotAllowed}},
		},
		{Method: "GET", Path: "/api/matching", Tag: chapterMatching, Summary: "The rules in effect", Answers: ok(rulesJSON{})},
		{
			Method: "POST", Path: "/api/matching/replay", Tag: chapterMatching, Summary: "Decide anew by other rules about all that is stored",
			About: "Asks nobody and changes nothing. What the body leaves out is as it is now.",
			Body: []openapi.Param{
				openapi.Number("threshold", matching.MinThreshold, 1, "The total below which a candidate is never used."),
				openapi.Object("weights", "number", "title, artists, duration and album.").Like(map[string]any{"title": 35, "artists": 30, "duration": 25, "album": 10}),
				openapi.OneOf("quality_ceiling", models.Qualities, "The best that is taken."),
				sourcesParam("download_sources", "Providers in order of preference."),
			},
			Answers: ok(replayJSON{}), Fails: fails{400: {models.CodeBadSetting}},
		},
	}
}
