package qq

import (
	"net/http"
	"testing"

	"catalogsync/app/httpclient"
	"catalogsync/app/sources"
	"catalogsync/app/sources/sourcetest"
	"catalogsync/models"
)

func TestTheLoginIsToldByTheOwnPage(t *testing.T) {
	t.Parallel()
	right := func(r *http.Request) bool {
		return r.URL.Path == "/c.y.qq.com/rsc/fcgi-bin/fcg_get_profile_homepage.fcg"
	}
	open := func(c *httpclient.Client) sources.CredentialProber { return New(c) }
	sourcetest.ProbeLogins(t, ClientConfig(), open, right, map[string]sourcetest.Login{
		"login":   {Answer: `{"code":0,"subcode":0,"data":{"creator":{}}}`, State: sources.CredentialWorks},
		"expired": {Answer: `{"code":1000,"subcode":0,"data":{}}`, State: sources.CredentialRefused},
		"jsonp":   {Answer: `MusicJsonCallback({"code":"1000"});`, State: sources.CredentialRefused},
		"blocked": {Answer: `{"code":2001}`, State: sources.CredentialUnknown, Code: models.CodeRiskControl},
		"page":    {Answer: `<html>login</html>`, State: sources.CredentialUnknown, Code: models.CodeUpstreamHTML},
		"no code": {Answer: `{"data":{}}`, State: sources.CredentialUnknown, Code: models.CodeUpstreamShape},
	})
}
