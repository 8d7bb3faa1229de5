package subsonic

import (
	"net/url"
	"testing"

	"github.com/stretchr/testify/require"

	"catalogsync/app/sources"
	"catalogsync/models"
)

func TestSearchLeavesTheArtistOutWhereOnlyTitlesAreLookedAt(t *testing.T) {
	t.Parallel()
	s := startStandIn(t, whole)
	found, err := s.open(t).Search(t.Context(), "Paper Boat  The Gulls", 5)
	require.NoError(t, err)
	require.Len(t, found, 2)
	require.Equal(t, "Paper Boat", s.last().params.Get("query"))
	require.Equal(t, "5", s.last().params.Get("songCount"))
	require.Equal(t, []sources.Offer{{Quality: models.QualityLossless, Ext: "flac", SizeBytes: 66000}}, found[0].Offers)
	require.Equal(t, s.url+"/rest/getCoverArt.view?id=al-3", found[0].CoverURL, "without the login")

	before := len(s.methods())
	found, err = s.open(t).Search(t.Context(), "one two three four five six seven eight", 5)
	require.NoError(t, err)
	require.Empty(t, found)
	require.LessOrEqual(t, len(s.methods())-before, mostDropped+2)

	for _, file := range []string{"search_missing.json", "search_unreadable.json"} {
		_, err = startStandIn(t, files(map[string]string{methodSearch: file})).open(t).Search(t.Context(), "x", 5)
		requireError(t, err, models.ClassPermanent, models.CodeUpstreamShape)
	}
}

func TestStreams(t *testing.T) {
	t.Parallel()
	s := startStandIn(t, whole)
	for _, tc := range []struct {
		id      string
		ceiling models.Quality
		quality models.Quality
		ext     string
		method  string
		rate    string
	}{
		{"tr-12", models.QualityUnknown, models.QualityLossless, "flac", methodDownload, ""},
		{"tr-12", models.QualityLossless, models.QualityLossless, "flac", methodDownload, ""},
		{"tr-12", models.Quality320, models.Quality320, "mp3", methodStream, "320"},
		{"tr-12", models.Quality128, models.Quality128, "mp3", methodStream, "128"},
		{"tr-12", models.QualityLow, models.QualityLow, "mp3", methodStream, "96"},
		{"tr-50", models.QualityUnknown, models.QualityHiRes, "flac", methodDownload, ""},
		{"tr-50", models.Quality320, models.Quality320, "mp3", methodStream, "320"},
		{"tr-41", models.Quality320, models.Quality320, "mp3", methodDownload, ""},
		{"tr-40", models.QualityLow, models.QualityUnknown, "mp3", methodDownload, ""},
	} {
		streams, err := s.open(t).Resolve(t.Context(), sources.Candidate{RemoteID: tc.id}, tc.ceiling)
		require.NoError(t, err)
		require.Len(t, streams, 1)
		st := streams[0]
		require.Equal(t, tc.quality, st.Quality)
		require.Equal(t, tc.ext, st.Ext)
		u, err := url.Parse(st.URL)
		require.NoError(t, err)
		require.Equal(t, "/rest/"+tc.method+".view", u.Path)
		require.Equal(t, tc.rate, u.Query().Get("maxBitRate"))
		require.Equal(t, tc.id, u.Query().Get("id"))
		require.Empty(t, u.Query().Get("u")+u.Query().Get("t")+u.Query().Get("s"), "the address holds no login")
	}
	_, err := s.open(t).Resolve(t.Context(), sources.Candidate{RemoteID: "tr-50"}, models.QualityLossless)
	requireError(t, err, models.ClassUnavailable, models.CodeNoSource)
	require.ErrorContains(t, err, "QUALITY_CEILING", "no lossy copy in place of a file that is too good")
	_, err = startStandIn(t, files(map[string]string{methodSong: "song_other.json"})).open(t).Resolve(t.Context(), sources.Candidate{RemoteID: "tr-12"}, "")
	requireError(t, err, models.ClassPermanent, models.CodeUpstreamShape)
	_, err = startStandIn(t, files(map[string]string{methodSong: "song_missing.json"})).open(t).Resolve(t.Context(), sources.Candidate{RemoteID: "tr-12"}, "")
	requireError(t, err, models.ClassPermanent, models.CodeUpstreamShape)
}

// A refusal of a file is a document with status 200.
func TestADocumentIsNeverTakenForAudio(t *testing.T) {
	t.Parallel()
	for file, want := range map[string]struct {
		class models.ErrorClass
		code  models.Code
	}{
		"error_0_unknown_id.json": {models.ClassUnavailable, models.CodeWithdrawn},
		"error_70.json":           {models.ClassUnavailable, models.CodeWithdrawn},
		"error_50.json":           {models.ClassUnavailable, models.CodeNotPermitted},
		"error_0_transcode.json":  {models.ClassUnavailable, models.CodeNoSource},
		"error_0.json":            {models.ClassTransient, models.CodeUpstreamStatus},
		"error_40.xml":            {models.ClassPermanent, models.CodeLoginRefused},
		"ping.json":               {models.ClassPermanent, models.CodeUpstreamShape},
		"ping_ok.xml":             {models.ClassPermanent, models.CodeUpstreamShape},
		"page.html":               {models.ClassTransient, models.CodeUpstreamHTML},
	} {
		t.Run(file, func(t *testing.T) {
			t.Parallel()
			s := startStandIn(t, files(map[string]string{methodDownload: file}))
			_, err := s.open(t).Open(t.Context(), sources.Stream{URL: s.url + "/rest/download.view?id=tr-12"}, 0, "")
			requireError(t, err, want.class, want.code)
		})
	}
}

func TestAFileOfALegacyServerIsOpenedByPassword(t *testing.T) {
	t.Parallel()
	s := startStandIn(t, whole)
	s.refuse = legacyLogin("error_10_legacy.json")
	st := sources.Stream{URL: s.url + "/rest/download.view?id=tr-12"}
	body, err := s.open(t).Open(t.Context(), st, 0, "")
	require.NoError(t, err)
	require.NoError(t, body.Close())
	require.Equal(t, []string{methodDownload, methodDownload}, s.methods())

	_, err = s.open(t, optionLogin, loginToken).Open(t.Context(), st, 0, "")
	requireError(t, err, models.ClassPermanent, models.CodeLoginRefused)
}

func TestWords(t *testing.T) {
	t.Parallel()
	c := sources.Candidate{RemoteID: "tr-12", Title: "Paper Boat", Artists: []string{"Lin", "The Gulls"}}
	for _, tc := range []struct{ extensions, method, file, want string }{
		{"extensions.json", methodLyricsByID, "lyrics_song.json", "[00:00.50]first\n[01:02.01]second line\n[00:00.00]"},
		{"extensions.json", methodLyricsByID, "lyrics_song_plain.json", "first\nsecond"},
		{"extensions.json", methodLyricsByID, "lyrics_song_none.json", ""},
		{"extensions.json", methodLyricsByID, "lyrics_song_null.json", ""},
		{"extensions.json", methodLyricsByID, "error_70.json", ""},
		{"extensions_none.json", methodLyrics, "lyrics.json", "first\nsecond"},
		{"extensions_none.json", methodLyrics, "lyrics_none.json", ""},
	} {
		s := startStandIn(t, files(map[string]string{methodExtensions: tc.extensions, tc.method: tc.file}))
		words, err := s.open(t).FetchLyrics(t.Context(), c)
		require.NoError(t, err, tc.file)
		require.Equal(t, sources.Lyrics{Original: tc.want}, words, tc.file)
	}
	s := startStandIn(t, files(map[string]string{methodExtensions: "extensions.json", methodLyricsByID: "lyrics_song_wrong.json"}))
	_, err := s.open(t).FetchLyrics(t.Context(), c)
	requireError(t, err, models.ClassPermanent, models.CodeUpstreamShape)
}

func TestAddressesOfPlaylists(t *testing.T) {
	t.Parallel()
	s := (&standIn{url: "https://music.example/nd"}).open(t)
	for address, want := range map[string]string{
		"https://music.example/nd/app/#/playlist/0b3f-a/show":          "0b3f-a",
		"https://MUSIC.example:443/nd/app/#/playlist/a%2Fb%3D":         "a/b=",
		"https://music.example/nd/playlist/17":                         "17",
		"https://music.example/nd/rest/getPlaylist.view?id=pl-x%3D%3D": "pl-x==",
		"https://music.example/nd/app/#/album/1/show":                  "",
		"https://music.example/nd":                                     "",
		"https://music.example/nd/playlist/toplist_starred":            "",
		"https://music.example/other/playlist/17":                      "foreign",
		"https://music.example.org/nd/playlist/17":                     "foreign",
		"https://music.example:8443/nd/playlist/17":                    "foreign",
		"ftp://music.example/nd/playlist/17":                           "foreign",
	} {
		u, err := url.Parse(address)
		require.NoError(t, err)
		ref, ok, err := s.RecogniseURL(u)
		require.Equal(t, want != "foreign", ok, address)
		switch want {
		case "foreign":
			require.NoError(t, err, address)
		case "":
			require.Equal(t, models.CodeBadURL, models.CodeOf(err), address)
		default:
			require.NoError(t, err, address)
			require.Equal(t, playlistRef(want), ref, address)
		}
	}
}
