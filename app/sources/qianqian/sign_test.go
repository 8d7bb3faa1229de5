package qianqian

import (
	"net/url"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestSign(t *testing.T) {
	t.Parallel()
	for want, params := range map[string]url.Values{
		"be97a43b6b22d1a8c3469a1b42cd534b": {"appid": {appID}, "timestamp": {"1700000000"}, "TSID": {"T10000000001"}},
		"b908f590ffd318362e06ed90db99258e": {
			"appid": {appID}, "timestamp": {"1700000000"}, "word": {"河边 & wind"}, "type": {"1"}, "pageNo": {"1"}, "pageSize": {"20"},
		},
		// MD5 of the secret alone, by md5sum.
		"4e92158ba2409edbb6a13db34f34c21f": {},
	} {
		require.Equal(t, want, sign(params))
	}
}
