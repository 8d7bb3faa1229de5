package kugou

import (
	"testing"

	"catalogsync/app/httpclient"
	"catalogsync/app/sources"
	"catalogsync/app/sources/sourcetest"
	"catalogsync/models"
)

func TestContract(t *testing.T) {
	t.Parallel()
	sourcetest.Run(t, sourcetest.Fixture{
		BaseURL: sourcetest.Serve(t, standIn), Config: ClientConfig(),
		New:   func(c *httpclient.Client) sources.Source { return New(c, "") },
		Query: "夜航", Nothing: "没有这样一首歌",
		Playable: candidate(hash128), Content: sourcetest.Audio,
		Refused: map[models.Code]sources.Candidate{
			models.CodePaid:          candidate("0A1B2C3D4E5F60718293A4B5C6D70011"),
			models.CodePreviewOnly:   candidate("0A1B2C3D4E5F60718293A4B5C6D70012"),
			models.CodeWithdrawn:     candidate("0A1B2C3D4E5F60718293A4B5C6D70013"),
			models.CodeProtected:     candidate("0A1B2C3D4E5F60718293A4B5C6D70014"),
			models.CodeLoginRequired: candidate("0A1B2C3D4E5F60718293A4B5C6D70015"),
		},
		RiskControl: `{"status":0,"errcode":20028,"error":"本次请求需要验证"}`,
	})
}
