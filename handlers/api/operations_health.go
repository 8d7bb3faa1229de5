package api

import (
	"catalogsync/handlers/api/openapi"
	"catalogsync/models"
)

func healthOperations() []openapi.Operation {
	filters := []openapi.Param{
		openapi.OneOf("level", models.LogLevels, "This level and all more serious ones."),
		openapi.Text("source", maxLogText, "A source.").Like("qq"),
		openapi.ID("job", "The id of a job."),
		openapi.Text("text", maxLogText, "Part of the line."),
	}
	return []openapi.Operation{
		{
			Method: "GET", Path: "/api/health", Tag: chapterHealth, Summary: "How the program does",
			About:   "Degraded, with 503, when the database does not answer or the runner stands still. A source that is blocked does not degrade the program.",
			Answers: []openapi.Answer{answers(200, healthJSON{}, "All is well."), answers(503, healthJSON{}, "Something is wrong.")},
		},
		{
			Method: "GET", Path: "/api/dashboard", Tag: chapterHealth, Summary: "What runs, and what there is", Polled: true,
			Answers: ok(dashboardJSON{}),
		},
		{
			Method: "GET", Path: "/api/events", Tag: chapterHealth, Summary: "Stream of what changes, as server-sent events",
			About:   "Each event is called changed and names the topics that changed since the one before. Last-Event-ID goes on where a stream broke off.",
			Answers: []openapi.Answer{{Status: 200, Media: "text/event-stream"}},
			Fails:   fails{503: {models.CodeTooManyStreams}},
		},
		{
			Method: "GET", Path: "/api/logs", Tag: chapterHealth, Summary: "The log of all jobs, newest first", Polled: true,
			About:   "Paged by id: next is the before of the following page, null when there is nothing older. With filters a page may be empty and have a next all the same.",
			Query:   with(filters, openapi.ID("before", "The next of the page before."), openapi.Int("limit", 1, maxPageSize, "Lines a page.").Like(defaultPageSize)),
			Answers: ok(logPage{}),
		},
		{
			Method: "GET", Path: "/api/logs.txt", Tag: chapterHealth, Summary: "The newest 20,000 matching lines as a text, in order of time",
			Query: filters, Answers: []openapi.Answer{{Status: 200, Media: "text/plain"}},
		},
		{
			Method: "GET", Path: "/api/openapi.json", Tag: chapterHealth, Summary: "This document", Polled: true,
			Answers: []openapi.Answer{{Status: 200, Of: map[string]any{}}},
		},
	}
}
