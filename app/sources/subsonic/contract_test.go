package subsonic

import (
	"bytes"
	"net/http"
	"net/url"
	"strconv"
	"testing"

	"catalogsync/app/httpclient"
	"catalogsync/app/sources"
	"catalogsync/app/sources/sourcetest"
	"catalogsync/models"

	"github.com/stretchr/testify/require"
)

// audio stands for a file; what is in it is nobody's business here.
var audio = bytes.Repeat([]byte("fLaC and what follows "), 3000)

// whole is a server with everything in place.
func whole(method string, params url.Values) reply {
	id := params.Get("id")
	switch method {
	case methodDownload, methodStream:
		if id == "tr-60" {
			return reply{file: "error_50.json"}
		}
		return reply{content: audio, header: http.Header{"Content-Type": {"audio/flac"}, "Etag": {`"v1"`}}}
	case methodPlaylist:
		switch id {
		case evening:
			return reply{file: "playlist.json"}
		case "pl-private":
			return reply{file: "error_50.json"}
		}
		return reply{file: "error_70.json"}
	case methodSong:
		file, ok := map[string]string{"tr-12": "song.json", "tr-41": "song_rain.json", "tr-50": "song_hires.json", "tr-40": "song_untitled.json", "vi-1": "song_video.json"}[id]
		if !ok {
			return reply{file: "error_0_unknown_id.json"}
		}
		return reply{file: file}
	case methodSearch:
		// As gonic does: titles alone.
		if params.Get("query") == "Paper Boat" || params.Get("query") == "Paper" {
			return reply{file: "search.json"}
		}
		return reply{file: "search_none.json"}
	}
	return files(map[string]string{
		methodExtensions: "extensions.json", "ping": "ping.json", methodPlaylists: "playlists.json", methodStarred: "starred.json",
		methodLyricsByID: "lyrics_song.json",
	})(method, params)
}

func contract(t *testing.T, s *standIn) sourcetest.Fixture {
	values := s.values()
	name := values[sources.ValueName]
	return sourcetest.Fixture{
		BaseURL: s.url,
		Config:  ClientConfig(values),
		New: func(c *httpclient.Client) sources.Source {
			source, err := New(c, values)
			require.NoError(t, err)
			return source
		},
		Playlist: playlistRef(evening),
		Songs:    []string{"tr-12", "tr-40", "tr-41", "tr-12"},
		Toplist:  models.PlaylistRef{Platform: name, RemoteID: starredID, Kind: models.KindToplist},
		RefusedPlaylists: map[models.Code]models.PlaylistRef{
			models.CodePlaylistGone:    playlistRef("pl-gone"),
			models.CodePlaylistPrivate: playlistRef("pl-private"),
		},
		Query: "Paper Boat Lin", Nothing: "没有这样一首歌",
		Playable: sources.Candidate{Source: name, RemoteID: "tr-12", Title: "Paper Boat"},
		Refused: map[models.Code]sources.Candidate{
			models.CodeWithdrawn: {Source: name, RemoteID: "tr-99", Title: "gone"},
			models.CodeNotMusic:  {Source: name, RemoteID: "vi-1", Title: "Making of"},
		},
		URLs: map[string]models.PlaylistRef{
			s.url + "/app/#/playlist/" + url.PathEscape(evening) + "/show": playlistRef(evening),
			s.url + "/playlist/17": playlistRef("17"),
		},
		NotPlaylists: []string{s.url + "/app/#/album/x/show", s.url},
		Foreign:      []string{"https://navidrome.example/app/#/playlist/x/show"},
		RiskControl:  "<html><title>Sign in</title></html>",
	}
}

func TestContract(t *testing.T) {
	t.Parallel()
	s := startStandIn(t, whole)
	f := contract(t, s)
	f.Content = nil
	sourcetest.Run(t, f)
}

// The same on a server of before tokens and extensions.
func TestContractOnALegacyServer(t *testing.T) {
	t.Parallel()
	s := startStandIn(t, func(method string, params url.Values) reply {
		if method == methodExtensions {
			return reply{file: "error_0_unknown_method.json", status: http.StatusNotFound}
		}
		return whole(method, params)
	})
	s.refuse = legacyLogin("error_10_legacy.json")
	sourcetest.Run(t, contract(t, s))
}

func TestTheFileItselfIsServed(t *testing.T) {
	t.Parallel()
	s := startStandIn(t, whole)
	source := s.open(t)
	streams, err := source.Resolve(t.Context(), sources.Candidate{RemoteID: "tr-12"}, models.QualityUnknown)
	require.NoError(t, err)
	require.Len(t, streams, 1)
	require.Equal(t, models.QualityLossless, streams[0].Quality)
	require.Equal(t, "flac", streams[0].Ext)
	body, err := source.Open(t.Context(), streams[0], 0, "")
	require.NoError(t, err)
	defer body.Close()
	var got bytes.Buffer
	_, err = got.ReadFrom(body)
	require.NoError(t, err)
	require.Equal(t, audio, got.Bytes())
	require.Equal(t, strconv.Itoa(len(audio)), strconv.FormatInt(body.Length, 10))
	require.Equal(t, methodDownload, s.last().method)
}
