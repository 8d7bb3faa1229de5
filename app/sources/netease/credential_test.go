package netease

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/require"

	"catalogsync/app/httpclient"
	"catalogsync/app/sources"
	"catalogsync/models"
)

func TestTheLoginIsToldByTheProfile(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		answer string
		state  sources.CredentialState
		code   models.Code
	}{
		"login":      {`{"code":200,"account":{"id":7000000001},"profile":{"userId":7000000001,"nickname":"夜班"}}`, sources.CredentialWorks, ""},
		"none":       {`{"code":200,"account":null,"profile":null}`, sources.CredentialRefused, ""},
		"anonymous":  {`{"code":200,"account":{"id":7,"anonimousUser":true},"profile":null}`, sources.CredentialRefused, ""},
		"expired":    {`{"code":301,"msg":null}`, sources.CredentialRefused, ""},
		"blocked":    {`{"code":-460,"message":"Cheating"}`, sources.CredentialUnknown, models.CodeRiskControl},
		"other form": {`{"code":200,"profil":{}}`, sources.CredentialUnknown, models.CodeUpstreamShape},
		"page":       {`<html>login</html>`, sources.CredentialUnknown, models.CodeUpstreamHTML},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if r.URL.Path != "/music.163.com/api/nuser/account/get" || r.Header.Get("Cookie") == "" {
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
