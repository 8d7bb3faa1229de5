package netease

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"catalogsync/models"
)

// Each code that the platform is known to answer with, for a playlist and for a search, as
// a number and as a text.
func TestResultCodes(t *testing.T) {
	t.Parallel()
	for code, want := range map[int]struct {
		class            models.ErrorClass
		playlist, search models.Code
	}{
		-460:  {models.ClassRiskControl, models.CodeRiskControl, models.CodeRiskControl},
		-462:  {models.ClassRiskControl, models.CodeRiskControl, models.CodeRiskControl},
		-447:  {models.ClassRateLimited, models.CodeRateLimited, models.CodeRateLimited},
		447:   {models.ClassRateLimited, models.CodeRateLimited, models.CodeRateLimited},
		405:   {models.ClassRateLimited, models.CodeRateLimited, models.CodeRateLimited},
		406:   {models.ClassRateLimited, models.CodeRateLimited, models.CodeRateLimited},
		429:   {models.ClassRateLimited, models.CodeRateLimited, models.CodeRateLimited},
		301:   {models.ClassUnavailable, models.CodeLoginRequired, models.CodeLoginRequired},
		20001: {models.ClassUnavailable, models.CodeLoginRequired, models.CodeLoginRequired},
		401:   {models.ClassUnavailable, models.CodePlaylistPrivate, models.CodeLoginRequired},
		403:   {models.ClassUnavailable, models.CodePlaylistPrivate, models.CodeLoginRequired},
		-2:    {models.ClassUnavailable, models.CodePlaylistPrivate, models.CodeLoginRequired},
		404:   {models.ClassNotFound, models.CodePlaylistGone, models.CodeNotFound},
		400:   {models.ClassPermanent, models.CodeBadRequest, models.CodeBadRequest},
		502:   {models.ClassTransient, models.CodeUpstreamStatus, models.CodeUpstreamStatus},
		503:   {models.ClassTransient, models.CodeUpstreamStatus, models.CodeUpstreamStatus},
		512:   {models.ClassPermanent, models.CodeUpstreamStatus, models.CodeUpstreamStatus},
	} {
		for _, form := range []string{`{"code":%d,"message":null}`, `{"code":"%d","msg":"x","playlist":null}`} {
			body := fmt.Sprintf(form, code)
			_, err := open(t, always(body)).FetchPlaylist(t.Context(), list("77"), "")
			require.Equal(t, want.class, models.ClassOf(err), body)
			require.Equal(t, want.playlist, models.CodeOf(err), body)
			found, err := open(t, always(body)).Search(t.Context(), "x", 5)
			require.Empty(t, found)
			require.Equal(t, want.class, models.ClassOf(err), body)
			require.Equal(t, want.search, models.CodeOf(err), body)
		}
	}
}
