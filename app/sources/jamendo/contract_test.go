package jamendo

import (
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"catalogsync/app/httpclient"
	"catalogsync/app/sources"
	"catalogsync/app/sources/sourcetest"
	"catalogsync/models"
)

const rain = "500990001"

var audio = strings.Repeat("fLaC and what follows ", 3000)

// whole is a platform with everything in place.
func whole(endpoint string, query url.Values) reply {
	id := query.Get("id")
	switch endpoint {
	case endpointPlaylists:
		if query.Get("offset") == "0" {
			return reply{file: "playlists.json"}
		}
		return reply{file: "playlists_end.json"}
	case endpointPlaylistTracks:
		if id == rain {
			return reply{file: "playlist.json"}
		}
		return reply{file: "playlist_gone.json"}
	case endpointAlbumTracks:
		return reply{file: "album.json"}
	case endpointTracks:
		switch {
		case query.Has("search") && strings.Contains(query.Get("search"), "Tin"):
			return reply{file: "search.json"}
		case query.Has("search"):
			return reply{file: "search_none.json"}
		case query.Has("order"):
			return reply{file: "chart.json"}
		case query.Get("include") == "lyrics":
			return reply{file: "track_lyrics.json"}
		}
		if file, ok := map[string]string{"1990001": "track.json", "1990002": "track_refused.json", "": "track.json"}[id]; ok {
			return reply{file: file}
		}
		return reply{file: "search_none.json"}
	case endpointFile:
		return reply{status: http.StatusFound, header: http.Header{"Location": {"https://prod-1.storage.jamendo.com/download/track/" + id + "/" + query.Get("audioformat") + "/"}}}
	}
	return reply{content: audio, header: http.Header{"Content-Type": {"audio/flac"}, "Etag": {`"v1"`}}}
}

func TestContract(t *testing.T) {
	t.Parallel()
	s := startStandIn(t, whole)
	candidate := func(id string) sources.Candidate { return sources.Candidate{Source: Name, RemoteID: id, Title: "x"} }
	sourcetest.Run(t, sourcetest.Fixture{
		BaseURL:  s.url,
		Config:   ClientConfig(),
		New:      func(c *httpclient.Client) sources.Source { return opened(t, c) },
		Playlist: ref(rain),
		Songs:    []string{"1990001", "1990002", "1990003", "1990001"},
		Toplist:  models.PlaylistRef{Platform: Name, RemoteID: "toplist_popularity_week", Kind: models.KindToplist},
		RefusedPlaylists: map[models.Code]models.PlaylistRef{
			models.CodePlaylistGone: ref("500990099"),
		},
		Query: "Tin Slow Gutter", Nothing: "没有这样一首歌",
		Playable: candidate("1990001"),
		Content:  []byte(audio),
		Refused: map[models.Code]sources.Candidate{
			models.CodeStreamOnly: candidate("1990002"),
			models.CodeWithdrawn:  candidate("1990099"),
		},
		URLs: map[string]models.PlaylistRef{
			"https://www.jamendo.com/playlist/500990001/rain-on-tin-roofs": ref(rain),
			"https://www.jamendo.com/list/p500990001":                      ref(rain),
			"https://www.jamendo.com/en/list/a290001/x":                    ref("album_290001"),
			"http://www.jamendo.com/fr/album/290001":                       ref("album_290001"),
			"https://jamen.do/l/p500990001":                                ref(rain),
		},
		NotPlaylists: []string{"https://www.jamendo.com/track/1990001/tin", "https://www.jamendo.com/artist/390001", "https://jamen.do/t/1990001", "https://www.jamendo.com/", "https://www.jamendo.com/playlist/p0"},
		Foreign:      []string{"https://jamendo.com.example/playlist/1", "https://notjamendo.com/playlist/1"},
		RiskControl:  "<html>captcha</html>",
	})
}

func TestAMissingFormatGivesWayToTheNext(t *testing.T) {
	t.Parallel()
	s := startStandIn(t, whole)
	source := s.open(t)
	streams, err := source.Resolve(t.Context(), sources.Candidate{RemoteID: "1990001"}, models.QualityUnknown)
	require.NoError(t, err)
	require.Equal(t, "flac", s.last().Get("audiodlformat"))
	require.Len(t, streams, len(formats))
	require.Equal(t, "https://prod-1.storage.jamendo.com/download/track/1990001/flac/", streams[0].URL)
	require.Equal(t, models.Quality192, streams[1].Quality)
	for _, st := range streams {
		require.NotContains(t, st.URL, testClientID, "what is kept of a stream holds no client id")
	}
	body, err := source.Open(t.Context(), streams[1], 0, "")
	require.NoError(t, err)
	defer body.Close()
	got, err := io.ReadAll(body)
	require.NoError(t, err)
	require.Equal(t, audio, string(got))
	require.Equal(t, testClientID, s.last().Get("client_id"))
	require.Equal(t, "mp32", s.last().Get("audioformat"))

	_, err = startStandIn(t, func(string, url.Values) reply { return reply{file: "page.html", status: http.StatusNotFound} }).open(t).
		Open(t.Context(), streams[1], 0, "")
	requireError(t, err, models.ClassTransient, models.CodeUpstreamStatus)
}
