package api

import (
	"catalogsync/handlers/api/openapi"
	"catalogsync/models"
)

func playlistOperations() []openapi.Operation {
	return append(playlistReads(), []openapi.Operation{
		{
			Method: "POST", Path: "/api/playlists/:id/held", Tag: chapterPlaylists, Summary: "Accept or dismiss what a sync would have removed",
			About: "accept removes exactly the songs of the set that was read; dismiss keeps them, until a sync would remove others.",
			Body: []openapi.Param{
				openapi.OneOf("action", []string{heldAccept, heldDismiss}, "What is to happen.").Must(),
				openapi.Int("set", 0, 1<<53, "The set of GET.").Must().Like(1780000000000),
			},
			Answers: ok(heldDecidedJSON{}), Fails: fails{409: {models.CodeHeldChanged}},
		},
		{
			Method: "POST", Path: "/api/playlists/:id/gone-policy", Tag: chapterPlaylists, Summary: "What becomes of songs that left the list",
			Body: []openapi.Param{
				openapi.OneOf("policy", models.GonePolicyNames(), "unlink takes them off the list, at the nightly upkeep. Files and history stay.").Must(),
				openapi.Int("days", 0, models.MaxGoneDays, "So many days after they left."),
			},
			Answers: ok(gonePolicyJSON{}),
		},
		{
			Method: "POST", Path: "/api/playlists/:id/priority", Tag: chapterPlaylists, Summary: "How early it is synced and downloaded",
			Body:    []openapi.Param{openapi.OneOf("priority", models.PlaylistPriorityNames(), "It counts from the next job on.").Must()},
			Answers: ok(priorityJSON{}),
		},
		{
			Method: "POST", Path: "/api/playlists/preview", Tag: chapterPlaylists, Summary: "What an import of a list of playlists would come to",
			Body: []openapi.Param{listText()}, Answers: ok(previewJSON{}), Fails: fails{400: {models.CodeNothingSelected, models.CodeTooLarge}},
		},
		{
			Method: "POST", Path: "/api/playlists/import", Tag: chapterPlaylists, Summary: "Take the playlists that a list names",
			Body: []openapi.Param{listText()}, Answers: ok(importJSON{}), Fails: fails{400: {models.CodeNothingSelected, models.CodeTooLarge}},
		},
	}...)
}

func listText() openapi.Param {
	return openapi.Text("text", maxListBytes, "One playlist a line: its address, or platform,address.").Must().Like("qq,https://y.qq.com/n/ryqq/playlist/7570659434")
}

func playlistReads() []openapi.Operation {
	return []openapi.Operation{
		{
			Method: "GET", Path: "/api/playlists", Tag: chapterPlaylists, Summary: "The pool of playlists", Polled: true,
			Query: with([]openapi.Param{
				platformParam(),
				openapi.OneOf("pool_kind", models.PoolKinds, "How it came into the pool."),
				openapi.OneOf("status", models.PlaylistStates, "How much of it is here."),
				openapi.Text("keyword", maxKeyword, "Part of the name, any case and width."),
				openapi.Flag("wanted_only", "Only those that are marked."),
				openapi.Flag("held_only", "Only those with held changes that wait for a decision."),
				openapi.OneOf("sort", models.PlaylistSorts, "The order; plays unless given."),
			}, pageParams()...),
			Answers: ok(listJSON[playlistJSON]{}),
		},
		{
			Method: "GET", Path: "/api/playlists/:id", Tag: chapterPlaylists, Summary: "One playlist", Polled: true, Answers: ok(playlistJSON{}),
		},
		{
			Method: "GET", Path: "/api/playlists/:id/songs", Tag: chapterPlaylists, Summary: "Its songs in order", Polled: true,
			About:   "Songs that left the list come last, with gone_at. as_of and ever exclude each other.",
			Query:   with(pageParams(), instantParam("as_of", "The list as it stood then."), openapi.Flag("ever", "Everything that ever was on it: what is, then what left, latest first.")),
			Answers: ok(listJSON[playlistSongJSON]{}),
		},
		{
			Method: "GET", Path: "/api/playlists/:id/changes", Tag: chapterPlaylists, Summary: "What syncs added, removed and moved, latest first", Polled: true,
			Query:   with(pageParams(), instantParam("from", "Not before."), instantParam("to", "Not after.")),
			Answers: ok(listJSON[changeJSON]{}),
		},
		{
			Method: "GET", Path: "/api/playlists/:id/diff", Tag: chapterPlaylists, Summary: "What leads from one list to the other", Polled: true,
			Query:   []openapi.Param{instantParam("from", "The list of then.").Must(), instantParam("to", "The list of then; the present one unless given.")},
			Answers: ok(diffJSON{}),
		},
		{
			Method: "GET", Path: "/api/playlists/:id/held", Tag: chapterPlaylists, Summary: "What a doubtful sync would have removed", Polled: true,
			Answers: ok(heldAnswerJSON{}),
		},
	}
}
