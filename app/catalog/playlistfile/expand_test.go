package playlistfile_test

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"catalogsync/app/catalog/playlistfile"
	"catalogsync/app/sources"
	"catalogsync/models"
)

// shelves recognises shelf.example/<id> and knows which ids hold others.
type shelves struct {
	of   map[string][]string
	fail error
}

func (s shelves) Name() string { return "shelf" }

func (s shelves) RecogniseURL(u *url.URL) (models.PlaylistRef, bool, error) {
	return shelfRef(strings.Trim(u.Path, "/")), u.Host == "shelf.example", nil
}

func (s shelves) Expand(_ context.Context, refs []models.PlaylistRef, most int) ([]sources.Expansion, error) {
	var list []sources.Expansion
	for _, r := range refs {
		if ids, ok := s.of[r.RemoteID]; ok {
			x := sources.Expansion{Ref: r, Total: len(ids)}
			for _, id := range ids[:min(len(ids), most)] {
				x.Playlists = append(x.Playlists, shelfRef(id))
			}
			list = append(list, x)
		}
	}
	return list, s.fail
}

func shelfRef(id string) models.PlaylistRef {
	return models.PlaylistRef{Platform: "shelf", RemoteID: id, Kind: models.KindPlaylist}
}

func expanded(t *testing.T, s shelves, text string) playlistfile.Result {
	t.Helper()
	known := []sources.Source{s}
	r, err := playlistfile.Parse(strings.NewReader(text), playlistfile.RecognisersOf(known))
	require.NoError(t, err)
	r, err = playlistfile.Expand(t.Context(), r, known)
	require.NoError(t, err)
	return r
}

func TestALineThatStandsForManyPlaylists(t *testing.T) {
	t.Parallel()
	s := shelves{of: map[string][]string{"label": {"a", "b", "c"}, "empty": {}}}
	r := expanded(t, s, "https://shelf.example/b\nhttps://shelf.example/label\nhttps://shelf.example/label\nnonsense\nhttps://shelf.example/empty\nhttps://shelf.example/d\n")
	require.Equal(t, []models.PlaylistRef{shelfRef("b"), shelfRef("a"), shelfRef("c"), shelfRef("d")}, r.Refs(), "each once, by line")
	require.Equal(t, 2, r.Entries[1].Line)
	require.Equal(t, []playlistfile.Expanded{
		{Line: 2, Text: "https://shelf.example/label", Playlists: 3, Total: 3}, {Line: 5, Text: "https://shelf.example/empty"},
	}, r.Expanded)
	require.Len(t, r.Duplicates, 1)
	require.Len(t, r.Bad, 1)
}

func TestManyPlaylistsOfOneLineAreBounded(t *testing.T) {
	t.Parallel()
	var ids []string
	for i := range playlistfile.MaxExpanded + 5 {
		ids = append(ids, fmt.Sprint(i))
	}
	r := expanded(t, shelves{of: map[string][]string{"label": ids}}, "https://shelf.example/label")
	require.Len(t, r.Entries, playlistfile.MaxExpanded)
	require.Equal(t, playlistfile.MaxExpanded+5, r.Expanded[0].Total, "what is left out is told")
}

func TestAPlatformThatDoesNotAnswerLosesNoLine(t *testing.T) {
	t.Parallel()
	s := shelves{of: map[string][]string{"label": {"a"}}, fail: errors.New("away")}
	r := expanded(t, s, "https://shelf.example/label\nhttps://shelf.example/d\n")
	require.Equal(t, []models.PlaylistRef{shelfRef("label"), shelfRef("d")}, r.Refs())
	require.Empty(t, r.Expanded)

	gone, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := playlistfile.Expand(gone, r, []sources.Source{s})
	require.ErrorIs(t, err, context.Canceled)
}
