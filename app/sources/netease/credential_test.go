package netease

import (
	"net/http"
	"testing"

	"catalogsync/app/httpclient"
	"catalogsync/app/sources"
	"catalogsync/app/sources/sourcetest"
	"catalogsync/models"
)

func TestTheLoginIsToldByTheProfile(t *testing.T) {
	t.Parallel()
	right := func(r *http.Request) bool {
		return r.URL.Path == "/music.163.com/api/nuser/account/get" && r.Header.Get("Cookie") != ""
	}
	open := func(c *httpclient.Client) sources.CredentialProber { return New(c) }
	sourcetest.ProbeLogins(t, ClientConfig(), open, right, map[string]sourcetest.Login{
		"login":      {Answer: `{"code":200,"account":{"id":7000000001},"profile":{"userId":7000000001,"nickname":"夜班"}}`, State: sources.CredentialWorks},
		"none":       {Answer: `{"code":200,"account":null,"profile":null}`, State: sources.CredentialRefused},
		"anonymous":  {Answer: `{"code":200,"account":{"id":7,"anonimousUser":true},"profile":null}`, State: sources.CredentialRefused},
		"expired":    {Answer: `{"code":301,"msg":null}`, State: sources.CredentialRefused},
		"blocked":    {Answer: `{"code":-460,"message":"Cheating"}`, State: sources.CredentialUnknown, Code: models.CodeRiskControl},
		"other form": {Answer: `{"code":200,"profil":{}}`, State: sources.CredentialUnknown, Code: models.CodeUpstreamShape},
		"page":       {Answer: `<html>login</html>`, State: sources.CredentialUnknown, Code: models.CodeUpstreamHTML},
	})
}
