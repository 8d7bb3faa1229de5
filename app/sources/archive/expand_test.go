package archive

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"catalogsync/app/sources"
	"catalogsync/models"
)

func TestACollectionStandsForItsReleases(t *testing.T) {
	t.Parallel()
	s := open(t, standIn(t))
	pasted := []models.PlaylistRef{refOf("kite-009_rain"), refOf("kite-records")}
	list, err := s.Expand(t.Context(), pasted, 100)
	require.NoError(t, err)
	require.Equal(t, []sources.Expansion{{
		Ref: refOf("kite-records"), Total: 4,
		Playlists: []models.PlaylistRef{refOf("kite-009_rain"), refOf("kite-010"), refOf("kite-011")},
	}}, list, "each release once, collections in it left out, and the first page's total")

	list, err = s.Expand(t.Context(), pasted, 2)
	require.NoError(t, err)
	require.Len(t, list[0].Playlists, 2)
	require.Equal(t, 4, list[0].Total, "so that it can be told what is left out")

	list, err = s.Expand(t.Context(), nil, 100)
	require.NoError(t, err)
	require.Empty(t, list)
}

// A walk that the archive leads in a circle, or that never ends, ends.
func TestAWalkOverACollectionEnds(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]func(n int) string{
		"the same page for ever": func(int) string { return "kite-010" },
		"new ones for ever":      func(n int) string { return fmt.Sprintf("kite-%d", n) },
	} {
		asked := 0
		s := open(t, func(w http.ResponseWriter, r *http.Request) {
			if strings.HasPrefix(r.URL.Query().Get("q"), "identifier:") {
				recorded(w, "collections.json")
				return
			}
			asked++
			_, _ = fmt.Fprintf(w, `{"items":[{"identifier":%q,"mediatype":"audio"}],"count":1,"total":9,"cursor":"c%d"}`, row(asked), asked)
		})
		list, err := s.Expand(t.Context(), []models.PlaylistRef{refOf("kite-records")}, 1000)
		require.NoError(t, err, name)
		require.NotEmpty(t, list[0].Playlists, name)
		require.LessOrEqual(t, asked, mostScraped, name)
	}
}

func TestManyNamesAreAskedForInShortQueries(t *testing.T) {
	t.Parallel()
	var refs []models.PlaylistRef
	for i := range 120 {
		refs = append(refs, refOf(fmt.Sprintf("%s-%d", strings.Repeat("a", 80), i)))
	}
	refs = append(refs, models.PlaylistRef{Platform: Name, RemoteID: `x") OR title:(y`})
	named := 0
	for _, q := range askingForCollections(refs) {
		require.LessOrEqual(t, len(q), longestQuery)
		require.NotContains(t, q, "title")
		named += strings.Count(q, `"`) / 2
	}
	require.Equal(t, 120, named)
}

func TestACollectionThatCannotBeToldIsAnError(t *testing.T) {
	t.Parallel()
	s := open(t, func(w http.ResponseWriter, _ *http.Request) { recorded(w, "error.json") })
	_, err := s.Expand(t.Context(), []models.PlaylistRef{refOf("kite-records")}, 10)
	require.Equal(t, models.CodeUpstreamStatus, models.CodeOf(err))
	require.NotEmpty(t, models.ClassOf(err))
}
