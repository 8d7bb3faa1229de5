package subsonic

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"catalogsync/app/sources"
	"catalogsync/models"
)

func TestWaysOfLoggingIn(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		settings []string
		refuse   func(url.Values) string
		code     models.Code // "" = it works
		says     string
		params   []string // of the last call, those that prove who asks
	}{
		"token":                               {params: []string{"u", "t", "s"}},
		"token where none is known, 10":       {refuse: legacyLogin("error_10_legacy.json"), params: []string{"u", "p"}},
		"token where none is known, 41":       {refuse: legacyLogin("error_41.json"), params: []string{"u", "p"}},
		"token where none is known, old 40":   {refuse: legacyLogin("error_40_legacy.json"), params: []string{"u", "p"}},
		"wrong password":                      {settings: []string{optionPassword, "another"}, code: models.CodeLoginRefused, says: "user or password", params: []string{"u", "t", "s"}},
		"wrong password, no token":            {settings: []string{optionPassword, "another"}, refuse: legacyLogin("error_41.json"), code: models.CodeLoginRefused, says: "user or password", params: []string{"u", "p"}},
		"token alone":                         {settings: []string{optionLogin, loginToken}, params: []string{"u", "t", "s"}},
		"token alone where none is known, 41": {settings: []string{optionLogin, loginToken}, refuse: legacyLogin("error_41.json"), code: models.CodeLoginRefused, says: "set LOGIN to auto or password", params: []string{"u", "t", "s"}},
		"token alone where none is known, 10": {settings: []string{optionLogin, loginToken}, refuse: legacyLogin("error_10_legacy.json"), code: models.CodeLoginRefused, says: "set LOGIN to auto or password", params: []string{"u", "t", "s"}},
		"password":                            {settings: []string{optionLogin, loginPassword}, params: []string{"u", "p"}},
		"key":                                 {settings: []string{optionAPIKey, testKey}, params: []string{"apiKey"}},
		"key, as told":                        {settings: []string{optionAPIKey, testKey, optionLogin, loginAPIKey, optionUser, "", optionPassword, ""}, params: []string{"apiKey"}},
		"wrong key":                           {settings: []string{optionAPIKey, "0123456789"}, code: models.CodeLoginRefused, says: "API key", params: []string{"apiKey"}},
		"key where none is known":             {settings: []string{optionAPIKey, testKey}, refuse: func(url.Values) string { return "error_42.json" }, code: models.CodeLoginRefused, says: "LOGIN", params: []string{"apiKey"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := startStandIn(t, files(map[string]string{"ping": "ping.json"}))
			if tc.refuse != nil {
				s.refuse = tc.refuse
			}
			source := s.open(t, tc.settings...)
			err := source.Probe(t.Context())
			if tc.code == "" {
				require.NoError(t, err)
			} else {
				requireError(t, err, models.ClassPermanent, tc.code)
				require.Contains(t, err.Error(), tc.says)
			}
			var proofs []string
			for _, p := range []string{"u", "p", "t", "s", "apiKey"} {
				if s.last().params.Has(p) {
					proofs = append(proofs, p)
				}
			}
			require.ElementsMatch(t, tc.params, proofs)
		})
	}
}

func TestTheFallbackIsRememberedAndSaltsAreFresh(t *testing.T) {
	t.Parallel()
	s := startStandIn(t, files(map[string]string{"ping": "ping.json"}))
	s.refuse = legacyLogin("error_10_legacy.json")
	source := s.open(t)
	require.NoError(t, source.Probe(t.Context()))
	before := len(s.methods())
	require.NoError(t, source.Probe(t.Context()))
	require.Equal(t, before+1, len(s.methods()), "the token is not tried again")

	s = startStandIn(t, files(map[string]string{"ping": "ping.json"}))
	source = s.open(t)
	salts := map[string]bool{}
	for range 3 {
		require.NoError(t, source.Probe(t.Context()))
		salts[s.last().params.Get("s")] = true
	}
	require.Len(t, salts, 3)
}

// Servers lock an account out after a few wrong passwords.
func TestARefusedLoginIsLeftAloneForAWhile(t *testing.T) {
	t.Parallel()
	s := startStandIn(t, files(map[string]string{"ping": "ping.json"}))
	source := s.open(t, optionPassword, "wrong one")
	now := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	source.login.now = func() time.Time { return now }
	for range 5 {
		requireError(t, source.Probe(t.Context()), models.ClassPermanent, models.CodeLoginRefused)
	}
	require.Len(t, s.methods(), 1)
	now = now.Add(refusalPause)
	requireError(t, source.Probe(t.Context()), models.ClassPermanent, models.CodeLoginRefused)
	require.Len(t, s.methods(), 2)
}

func TestFormsKeepTheLoginOutOfAddresses(t *testing.T) {
	t.Parallel()
	s := startStandIn(t, files(map[string]string{"ping": "ping.json", methodExtensions: "extensions.json"}))
	require.NoError(t, s.open(t).Probe(t.Context()))
	require.Equal(t, http.MethodPost, s.last().verb)
	require.Empty(t, s.last().query)
	require.Equal(t, testUser, s.last().params.Get("u"))
}

// Whatever a server sends back, no error repeats the login.
func TestNoErrorHoldsTheLogin(t *testing.T) {
	t.Parallel()
	for _, settings := range [][]string{{}, {optionLogin, loginPassword}, {optionAPIKey, testKey}} {
		for _, status := range []int{http.StatusOK, http.StatusFound, http.StatusForbidden, http.StatusNotFound, http.StatusTeapot, http.StatusInternalServerError} {
			for _, form := range []string{"%s", `{"subsonic-response":{"status":"failed","error":{"code":0,"message":"bad query %s"}}}`, `<html>%s</html>`, `{"asked":"%s"`, `{"x":"` + strings.Repeat("y", 150) + `%s"}`} {
				for _, post := range []bool{false, true} {
					s := &standIn{t: t}
					srv := echo(t, status, form, post)
					s.url = srv
					source := s.open(t, settings...)
					_, err := source.Search(t.Context(), "x", 3)
					require.Error(t, err)
					requireNoSecret(t, err.Error())
					_, err = source.Open(t.Context(), sources.Stream{URL: srv + "/rest/download.view?id=1"}, 0, "")
					if err != nil {
						requireNoSecret(t, err.Error())
					}
				}
			}
		}
	}
}

func requireNoSecret(t *testing.T, text string) {
	t.Helper()
	// The start of what is secret is enough to tell.
	for _, secret := range []string{"hunter22", "68756e746572", testKey[:6], url.QueryEscape(testPassword)[:6]} {
		require.NotContains(t, text, secret)
	}
	require.NotRegexp(t, `[?&]([tsp]|apiKey)=[^*&]`, text)
}

func TestSettingsAreChecked(t *testing.T) {
	t.Parallel()
	s := &standIn{url: "http://music.example"}
	for name, tc := range map[string]struct {
		settings []string
		says     string
	}{
		"no login":        {[]string{optionUser, "", optionPassword, ""}, "needs USER and PASSWORD"},
		"no password":     {[]string{optionPassword, ""}, "needs USER and PASSWORD"},
		"no key":          {[]string{optionLogin, loginAPIKey}, "no API_KEY"},
		"no address":      {[]string{optionURL, "music.example"}, "http://"},
		"login within it": {[]string{optionURL, "http://kite:hunter22@music.example"}, "settings of their own"},
	} {
		_, err := New(nil, s.values(tc.settings...))
		require.ErrorContains(t, err, tc.says, name)
		require.NotContains(t, err.Error(), "hunter22", name)
	}
	require.NoError(t, checkLogin(loginAuto))
	require.Error(t, checkLogin("magic"))
	for _, o := range Options() {
		require.Equal(t, o.Key == optionPassword || o.Key == optionAPIKey, o.Secret, o.Key)
	}
}

func TestAddressesOfServersAsPeopleCopyThem(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]string{
		"http://192.168.1.5:4533":                         "http://192.168.1.5:4533",
		" https://Music.Example/ ":                        "https://music.example",
		"https://music.example/rest/":                     "https://music.example",
		"https://music.example/app/#/playlist/abc/show":   "https://music.example",
		"https://example.org/music/app/":                  "https://example.org/music",
		"https://example.org/music/admin/home?x=1":        "https://example.org/music",
		"https://example.org/restaurant/music":            "https://example.org/restaurant/music",
		"https://example.org/apple/rest/ping.view?u=kite": "https://example.org/apple",
	} {
		base, err := parseBase(address)
		require.NoError(t, err, address)
		require.Equal(t, want, base.String(), address)
	}
}

func TestOnlyTheConfiguredServerIsAsked(t *testing.T) {
	t.Parallel()
	cfg := ClientConfig(map[string]string{optionURL: "http://192.168.1.5:4533/music"})
	require.Equal(t, []string{"http://192.168.1.5:4533/music"}, cfg.Configured)
	require.Equal(t, []string{"192.168.1.5"}, cfg.Hosts)

	s := startStandIn(t, whole)
	source := s.open(t)
	for _, address := range []string{
		"http://127.0.0.1:1/rest/download.view?id=1", "https://example.org/rest/download.view?id=1", s.url + "/admin?id=1",
		s.url + "/rest/../admin?id=1", strings.Replace(s.url, "http://", "http://u:p@", 1) + "/rest/download.view?id=1", "file:///etc/passwd", "%",
	} {
		_, err := source.Open(t.Context(), sources.Stream{URL: address}, 0, "")
		requireError(t, err, models.ClassPermanent, models.CodeForbiddenAddress)
	}
	require.Empty(t, s.methods())
}

// A server that leads elsewhere within the private network is not followed.
func TestAFileIsNotFollowedToAnotherServer(t *testing.T) {
	t.Parallel()
	other := startStandIn(t, whole)
	s := startStandIn(t, func(method string, params url.Values) reply {
		if method == methodDownload {
			return reply{status: http.StatusFound, header: http.Header{"Location": {other.url + "/rest/download.view?id=tr-12"}}}
		}
		return whole(method, params)
	})
	_, err := s.open(t).Open(t.Context(), sources.Stream{URL: s.url + "/rest/download.view?id=tr-12"}, 0, "")
	requireError(t, err, models.ClassPermanent, models.CodeForbiddenAddress)
	require.Empty(t, other.methods())
}
