package migu

import (
	"testing"

	"catalogsync/app/httpclient"
	"catalogsync/app/sources"
	"catalogsync/app/sources/sourcetest"
	"catalogsync/models"
)

func candidate(id, contentID string) sources.Candidate {
	return sources.Candidate{Source: Name, RemoteID: id, Title: "旧码头", Keys: map[string]string{keyContentID: contentID}}
}

func TestContract(t *testing.T) {
	t.Parallel()
	sourcetest.Run(t, sourcetest.Fixture{
		BaseURL: sourcetest.Serve(t, standIn), Config: ClientConfig(),
		New:   func(c *httpclient.Client) sources.Source { return New(c) },
		Query: "旧码头", Nothing: "没有这样一首歌", BareList: true,
		Playable: candidate("60054A0Z21K", "600900000000000201"), Content: sourcetest.Audio,
		Refused: map[models.Code]sources.Candidate{
			models.CodePaid:        candidate("60054A0Z31K", "600900000000000301"),
			models.CodePreviewOnly: candidate("60054A0Z22K", "600900000000000202"),
			models.CodeWithdrawn:   candidate("60054A0Z32K", "600900000000000302"),
			models.CodeProtected:   candidate("60054A0Z33K", "600900000000000303"),
		},
	})
}
