package handlers_test

import (
	"net/http"
	"net/url"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestPlaylistPriorityIsSetAndShown(t *testing.T) {
	t.Parallel()
	f := newFake()
	app, _ := newApp(t, f, nil)
	resp, body := request(t, app, http.MethodPost, "/playlists/2/priority", url.Values{"priority": {"high"}}, append(fragment, "Accept-Language", "en")...)
	require.Equal(t, http.StatusOK, resp.StatusCode)
	require.Contains(t, body, "comes first from the next job on")
	_, list := get(t, app, "/playlists")
	require.Contains(t, list, `priority-mark priority-high" hx-post="/playlists/2/priority"`)
	_, page := get(t, app, "/playlists/2")
	require.Contains(t, page, `<option value="high" selected>`)

	for value, status := range map[string]int{"highest": http.StatusBadRequest, "": http.StatusBadRequest} {
		resp, body := request(t, app, http.MethodPost, "/playlists/2/priority", url.Values{"priority": {value}}, append(fragment, "Accept-Language", "en")...)
		require.Equal(t, status, resp.StatusCode)
		require.Contains(t, body, "Priority", "the field is named")
	}
	resp, _ = request(t, app, http.MethodPost, "/playlists/x/priority", url.Values{"priority": {"low"}})
	require.Equal(t, http.StatusNotFound, resp.StatusCode)
}
