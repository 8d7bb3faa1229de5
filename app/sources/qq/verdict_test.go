package qq

import (
	"fmt"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"catalogsync/app/sources/sourcetest"
	"catalogsync/models"
)

// Each result code that the platform is known to answer with means the same wherever it
// stands: outside, at the part asked for, or in its data; as a number or as a text.
func TestResultCodesOfEveryLevel(t *testing.T) {
	t.Parallel()
	for code, want := range map[int]struct {
		class models.ErrorClass
		code  models.Code
	}{
		2001:   {models.ClassRiskControl, models.CodeRiskControl},
		100001: {models.ClassRateLimited, models.CodeRateLimited},
		104604: {models.ClassRateLimited, models.CodeRateLimited},
		1000:   {models.ClassUnavailable, models.CodeLoginRequired},
		104400: {models.ClassUnavailable, models.CodeLoginRequired},
		104401: {models.ClassUnavailable, models.CodeLoginRequired},
		2000:   {models.ClassPermanent, models.CodeUpstreamStatus},
		10004:  {models.ClassPermanent, models.CodeUpstreamStatus},
		10000:  {models.ClassPermanent, models.CodeUpstreamStatus},
		500001: {models.ClassPermanent, models.CodeUpstreamStatus},
		40000:  {models.ClassPermanent, models.CodeUpstreamStatus},
		500003: {models.ClassPermanent, models.CodeUpstreamStatus},
		104500: {models.ClassTransient, models.CodeUpstreamStatus},
		104004: {models.ClassUnavailable, models.CodeLoginRequired},
		104009: {models.ClassUnavailable, models.CodeLoginRequired},
		104013: {models.ClassUnavailable, models.CodeLoginRequired},
		777777: {models.ClassTransient, models.CodeUpstreamStatus},
	} {
		for name, form := range map[string]string{
			"outside":          `{"code":%d,"msg":"x"}`,
			"outside, as text": `{"code":"%d"}`,
			"part":             `{"code":0,"req":{"code":%d,"data":{}}}`,
			"data":             `{"code":0,"req":{"code":0,"data":{"code":%d,"body":{"item_song":[]}}}}`,
			"subcode":          `{"code":0,"req":{"code":0,"data":{"code":0,"subcode":"%d"}}}`,
			"retcode":          `{"code":0,"req":{"code":0,"data":{"retcode":%d}}}`,
		} {
			body := fmt.Sprintf(form, code)
			base := sourcetest.Serve(t, func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(body)) })
			found, err := New(sourcetest.NewClient(t, ClientConfig(), base)).Search(t.Context(), "山路", 5)
			require.Empty(t, found, body)
			require.Equal(t, want.class, models.ClassOf(err), "%s: %s", name, body)
			require.Equal(t, want.code, models.CodeOf(err), "%s: %s", name, body)
		}
	}
}
