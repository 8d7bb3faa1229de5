package handlers_test

import (
	"compress/gzip"
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// A poll is small on the line, says the same, and is still told as unchanged.
func TestFragmentsAreCompressedForBrowsers(t *testing.T) {
	t.Parallel()
	app, _ := newApp(t, newFake(), nil)
	plainResp, plain := get(t, app, "/dashboard/active", fragment...)
	require.Empty(t, plainResp.Header.Get("Content-Encoding"))
	resp, packed := get(t, app, "/dashboard/active", append(fragment, "Accept-Encoding", "gzip, br")...)
	require.Equal(t, "gzip", resp.Header.Get("Content-Encoding"))
	require.Contains(t, resp.Header.Get("Vary"), "Accept-Encoding")
	require.Less(t, len(packed)*3, len(plain))
	r, err := gzip.NewReader(strings.NewReader(packed))
	require.NoError(t, err)
	whole, err := io.ReadAll(r)
	require.NoError(t, err)
	require.Equal(t, plain, string(whole))
	again, _ := get(t, app, "/dashboard/active", append(fragment, "Accept-Encoding", "gzip", "HX-PTag", resp.Header.Get("HX-PTag"))...)
	require.Equal(t, 304, again.StatusCode)
}
