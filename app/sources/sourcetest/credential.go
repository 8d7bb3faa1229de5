package sourcetest

import (
	"encoding/json"
	"net/http"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"catalogsync/app/httpclient"
	"catalogsync/app/sources"
	"catalogsync/models"
)

// Login is an answer to the question whether a login is good. Code is "" when that is told.
type Login struct {
	Answer string
	State  sources.CredentialState
	Code   models.Code
}

// ProbeLogins asks about a login once for each answer; a request that is not the right one
// is answered with status 404.
func ProbeLogins(t *testing.T, cfg httpclient.Config, open func(*httpclient.Client) sources.CredentialProber, right func(*http.Request) bool, logins map[string]Login) {
	t.Helper()
	for name, l := range logins {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			base := Serve(t, func(w http.ResponseWriter, r *http.Request) {
				if !right(r) {
					http.NotFound(w, r)
					return
				}
				_, _ = w.Write([]byte(l.Answer))
			})
			state, err := open(NewClient(t, cfg, base)).ProbeCredential(t.Context())
			require.Equal(t, l.State, state)
			if l.Code == "" {
				require.NoError(t, err)
				return
			}
			require.Equal(t, l.Code, models.CodeOf(err))
		})
	}
}

// Passes says that the HTTP client gives such a body to a reader of answers.
func Passes(body []byte) bool { return json.Valid(body) && utf8.Valid(body) }
