package subsonic

import (
	"net/http"
	"net/url"
	"testing"

	"github.com/stretchr/testify/require"

	"catalogsync/models"
)

func TestEveryErrorCodeHasItsMeaning(t *testing.T) {
	t.Parallel()
	for file, want := range map[string]struct {
		class models.ErrorClass
		code  models.Code
		says  string
	}{
		"error_0.json":                {models.ClassTransient, models.CodeUpstreamStatus, "server error 0"},
		"error_0_unknown_id.json":     {models.ClassNotFound, models.CodeUpstreamStatus, "not found"},
		"error_0_unknown_method.json": {models.ClassNotFound, models.CodeUpstreamStatus, "Unknown method"},
		"error_20.json":               {models.ClassPermanent, models.CodeUpstreamStatus, "update the server"},
		"error_30.json":               {models.ClassPermanent, models.CodeUpstreamStatus, "update the server"},
		"error_40.json":               {models.ClassPermanent, models.CodeLoginRefused, "user or password"},
		"error_40.xml":                {models.ClassPermanent, models.CodeLoginRefused, "user or password"},
		"error_42.json":               {models.ClassPermanent, models.CodeLoginRefused, "way of logging in"},
		"error_43.json":               {models.ClassPermanent, models.CodeLoginRefused, "two logins"},
		"error_44.json":               {models.ClassPermanent, models.CodeLoginRefused, "API key"},
		"error_50.json":               {models.ClassUnavailable, models.CodeNotPermitted, "does not allow"},
		"error_60.json":               {models.ClassPermanent, models.CodeUpstreamStatus, "trial"},
		"error_70.json":               {models.ClassNotFound, models.CodeNotFound, "does not have it"},
		"error_code_string.json":      {models.ClassNotFound, models.CodeNotFound, "does not have it"},
		"error_code_text.json":        {models.ClassPermanent, models.CodeUpstreamShape, "no number"},
		"status_unknown.json":         {models.ClassPermanent, models.CodeUpstreamShape, "envelope"},
		"ping_ok.xml":                 {models.ClassPermanent, models.CodeUpstreamShape, "XML"},
		"page.html":                   {models.ClassRiskControl, models.CodeUpstreamHTML, "web page"},
	} {
		t.Run(file, func(t *testing.T) {
			t.Parallel()
			s := startStandIn(t, files(map[string]string{"ping": file}))
			requireError(t, s.open(t).Probe(t.Context()), want.class, want.code)
			require.ErrorContains(t, s.open(t).Probe(t.Context()), want.says)
		})
	}
}

func TestStatusesTellWhereTheBodyDoesNot(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		reply reply
		class models.ErrorClass
		code  models.Code
	}{
		"a proxy's refusal":    {reply{file: "page.html", status: http.StatusForbidden}, models.ClassRiskControl, models.CodeUpstreamHTML},
		"a proxy's login":      {reply{file: "page.html", status: http.StatusUnauthorized}, models.ClassRiskControl, models.CodeUpstreamHTML},
		"no such address":      {reply{file: "page.html", status: http.StatusNotFound}, models.ClassNotFound, models.CodeUpstreamStatus},
		"code with a status":   {reply{file: "error_40.json", status: http.StatusUnauthorized}, models.ClassPermanent, models.CodeLoginRefused},
		"good, with a status":  {reply{file: "ping.json", status: http.StatusTeapot}, models.ClassPermanent, models.CodeUpstreamStatus},
		"too many transcodes":  {reply{file: "error_0.json", status: http.StatusTooManyRequests, header: http.Header{"Retry-After": {"7"}}}, models.ClassRateLimited, models.CodeRateLimited},
		"the server is down":   {reply{file: "page.html", status: http.StatusBadGateway}, models.ClassTransient, models.CodeUpstreamStatus},
		"redirect to a login":  {reply{status: http.StatusFound, header: http.Header{"Location": {"https://login.example/?back=x"}}}, models.ClassPermanent, models.CodeUpstreamStatus},
		"redirect to nowhere":  {reply{status: http.StatusMovedPermanently}, models.ClassPermanent, models.CodeUpstreamStatus},
		"redirect with a page": {reply{status: http.StatusFound, file: "page.html", header: http.Header{"Location": {"https://login.example/"}}}, models.ClassPermanent, models.CodeUpstreamStatus},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := startStandIn(t, func(method string, params url.Values) reply {
				if method == "ping" {
					return tc.reply
				}
				return files(nil)(method, params)
			})
			err := s.open(t).Probe(t.Context())
			requireError(t, err, tc.class, tc.code)
			if tc.reply.header.Get("Location") != "" {
				require.ErrorContains(t, err, "https://login.example")
				require.Equal(t, []string{methodExtensions, "ping"}, s.methods(), "the login follows no redirect")
			}
		})
	}
}

func TestAServerWithoutExtensionsIsAskedOnceForThem(t *testing.T) {
	t.Parallel()
	for _, extensions := range []reply{
		{file: "error_0_unknown_method.json", status: http.StatusNotFound}, {file: "error_0_unknown_method.json"}, {file: "error_70.json"},
		{file: "error_10.json"}, {file: "error_50.json"}, {file: "page.html", status: http.StatusNotFound}, {file: "extensions_none.json"}, {file: "ping.json"},
	} {
		s := startStandIn(t, func(method string, params url.Values) reply {
			if method == methodExtensions {
				return extensions
			}
			return reply{file: "ping.json"}
		})
		source := s.open(t)
		require.NoError(t, source.Probe(t.Context()), extensions.file)
		require.NoError(t, source.Probe(t.Context()), extensions.file)
		asked := 0
		for _, m := range s.methods() {
			if m == methodExtensions {
				asked++
			}
		}
		require.LessOrEqual(t, asked, 2, "once, and once more with the password where the server misses it")
		require.Equal(t, http.MethodGet, s.last().verb)
	}
}
