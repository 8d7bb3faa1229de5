package jamendo

import (
	"net/http"
	"net/url"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"catalogsync/app/sources"
	"catalogsync/models"
)

func TestEveryResultCodeHasItsMeaning(t *testing.T) {
	t.Parallel()
	type meaning struct {
		class models.ErrorClass
		code  models.Code
	}
	special := map[int]meaning{
		1:   {models.ClassTransient, models.CodeUpstreamStatus},
		5:   {models.ClassPermanent, models.CodeLoginRefused},
		6:   {models.ClassRateLimited, models.CodeRateLimited},
		11:  {models.ClassPermanent, models.CodeLoginRefused},
		12:  {models.ClassPermanent, models.CodeLoginRefused},
		13:  {models.ClassPermanent, models.CodeLoginRefused},
		101: {models.ClassPermanent, models.CodeLoginRefused},
	}
	for _, code := range []int{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 21, 22, 23, 24, 101} {
		want, ok := special[code]
		if !ok {
			want = meaning{models.ClassPermanent, models.CodeUpstreamStatus}
		}
		e := requireError(t, answering(t, "error_"+strconv.Itoa(code)+".json").Probe(t.Context()), want.class, want.code)
		require.EqualValues(t, code, e.Params[codeParam])
		if code == 6 {
			require.Equal(t, limitPause, e.RetryAfter)
		}
	}
}

func TestAnswersThatAreNone(t *testing.T) {
	t.Parallel()
	for file, want := range map[string]models.Code{
		"no_headers.json": models.CodeUpstreamShape, "no_code.json": models.CodeUpstreamShape, "results_object.json": models.CodeUpstreamShape,
		"error_status.json": models.CodeUpstreamStatus, "page.html": models.CodeUpstreamHTML,
	} {
		err := answering(t, file).Probe(t.Context())
		require.Equal(t, want, models.CodeOf(err), "%s: %v", file, err)
	}
	s := startStandIn(t, func(string, url.Values) reply { return reply{file: "error_5.json", status: http.StatusBadRequest} })
	requireError(t, s.open(t).Probe(t.Context()), models.ClassPermanent, models.CodeLoginRefused)
	s = startStandIn(t, func(string, url.Values) reply {
		return reply{file: "page.html", status: http.StatusInternalServerError}
	})
	requireError(t, s.open(t).Probe(t.Context()), models.ClassTransient, models.CodeUpstreamStatus)

	page, err := answering(t, "playlists_warned.json").FetchPage(t.Context(), sources.Pool{Kind: models.PoolPlaylistSquare}, "")
	require.NoError(t, err, "a warning is no failure")
	require.Len(t, page.Playlists, 1)
}

func TestEveryCallShowsTheClientID(t *testing.T) {
	t.Parallel()
	s := startStandIn(t, whole)
	source := s.open(t)
	_, err := source.FetchPlaylist(t.Context(), ref(rain), "")
	require.NoError(t, err)
	require.Equal(t, testClientID, s.last().Get("client_id"))
	require.Equal(t, "json", s.last().Get("format"))
	require.Equal(t, bothTypes, s.last().Get("track_type"), "singles are left out otherwise")
	_, err = source.Search(t.Context(), "Tin", 7)
	require.NoError(t, err)
	require.Equal(t, bothTypes, s.last().Get("type"))
	require.Equal(t, "7", s.last().Get("limit"))
}

func TestOnlyItsOwnClientIDMakesTheSource(t *testing.T) {
	t.Parallel()
	o := Options()
	require.Len(t, o, 1)
	require.True(t, o[0].Required)
	require.True(t, o[0].Secret)
}
