package kugou

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"catalogsync/app/sources"
	"catalogsync/app/sources/sourcetest"
	"catalogsync/models"
)

func TestProbeCredential(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		cookie, search, song string
		want                 sources.CredentialState
		class                models.ErrorClass // "" = no error
	}{
		{"", "", "", sources.CredentialNone, ""},
		{"kg_mid=1", "", "", sources.CredentialRefused, ""},
		{ownCookie, "search.json", "login.json", sources.CredentialRefused, ""},
		{ownCookie, "search.json", "membership.json", sources.CredentialUnknown, ""},
		{ownCookie, "search.json", "web_song.json", sources.CredentialUnknown, ""},
		{ownCookie, "search_none.json", "", sources.CredentialUnknown, ""},
		{ownCookie, "search.json", "verify_code.json", sources.CredentialUnknown, models.ClassRiskControl},
		{ownCookie, "frequent.json", "", sources.CredentialUnknown, models.ClassRateLimited},
	} {
		s := withCookie(t, tc.cookie, func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == searchPath {
				sourcetest.Recorded(w, tc.search)
				return
			}
			sourcetest.Recorded(w, tc.song)
		})
		got, err := s.ProbeCredential(t.Context())
		require.Equal(t, tc.want, got, "%+v: %v", tc, err)
		require.Equal(t, tc.class == "", err == nil, "%v", err)
		if err != nil {
			require.Equal(t, tc.class, models.ClassOf(err))
		}
	}
}
