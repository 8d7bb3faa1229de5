package qq

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/require"

	"catalogsync/app/httpclient"
	"catalogsync/app/sources"
	"catalogsync/models"
)

func TestTheLoginIsToldByTheOwnPage(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		answer string
		state  sources.CredentialState
		code   models.Code
	}{
		"login":   {`{"code":0,"subcode":0,"data":{"creator":{}}}`, sources.CredentialWorks, ""},
		"expired": {`{"code":1000,"subcode":0,"data":{}}`, sources.CredentialRefused, ""},
		"jsonp":   {`MusicJsonCallback({"code":"1000"});`, sources.CredentialRefused, ""},
		"blocked": {`{"code":2001}`, sources.CredentialUnknown, models.CodeRiskControl},
		"page":    {`<html>login</html>`, sources.CredentialUnknown, models.CodeUpstreamHTML},
		"no code": {`{"data":{}}`, sources.CredentialUnknown, models.CodeUpstreamShape},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if r.URL.Path != "/c.y.qq.com/rsc/fcgi-bin/fcg_get_profile_homepage.fcg" {
					http.NotFound(w, r)
					return
				}
				_, _ = w.Write([]byte(tc.answer))
			}))
			t.Cleanup(srv.Close)
			cfg := ClientConfig()
			cfg.BaseURL, cfg.RatePerSecond = srv.URL, 0
			client, err := httpclient.New(cfg)
			require.NoError(t, err)
			state, err := New(client).ProbeCredential(t.Context())
			require.Equal(t, tc.state, state)
			if tc.code == "" {
				require.NoError(t, err)
			} else {
				require.Equal(t, tc.code, models.CodeOf(err))
			}
		})
	}
}
