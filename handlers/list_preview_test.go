package handlers_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestAPastedListIsShownBeforeAnythingStarts(t *testing.T) {
	t.Parallel()
	f := newFake()
	app, _ := newApp(t, f, nil)
	// The browser sends the whole form along.
	form := url.Values{"type": {"sync_download"}, "scope": {"list"}, "limit": {""}, "playlists": {"qq:1\nbad\nqq:<i>3"}}
	resp, body := request(t, app, http.MethodPost, "/playlists/preview", form, fragment...)
	require.Equal(t, http.StatusOK, resp.StatusCode)
	require.Contains(t, body, "2 playlists, 2 new")
	require.Contains(t, body, "1 line cannot be used")
	require.Contains(t, body, "qq:&lt;i&gt;3")
	require.NotContains(t, body, "Start with", "a preview offers nothing to start")

	form.Set("playlists", strings.Repeat("qq:1\n", 500))
	_, body = request(t, app, http.MethodPost, "/playlists/preview", form, fragment...)
	require.Contains(t, body, "and 400 more")
	require.Empty(t, f.enqueued)
}
