package qianqian

import (
	"testing"

	"catalogsync/app/httpclient"
	"catalogsync/app/sources"
	"catalogsync/app/sources/sourcetest"
	"catalogsync/models"
)

func candidate(id string) sources.Candidate {
	return sources.Candidate{Source: Name, RemoteID: id, Title: "灯塔", DurationMS: 197_000}
}

func TestContract(t *testing.T) {
	t.Parallel()
	sourcetest.Run(t, sourcetest.Fixture{
		BaseURL: sourcetest.Serve(t, standIn), Config: ClientConfig(),
		New:   func(c *httpclient.Client) sources.Source { return New(c) },
		Query: "灯塔", Nothing: "没有这样一首歌",
		Playable: candidate("T10090000021"), Content: sourcetest.Audio,
		Refused: map[models.Code]sources.Candidate{
			models.CodePreviewOnly: candidate("T10090000022"),
			models.CodePaid:        candidate("T10090000031"),
			models.CodeWithdrawn:   candidate("T10090000032"),
			models.CodeProtected:   candidate("T10090000033"),
		},
	})
}
