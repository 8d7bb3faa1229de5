package kuwo

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"catalogsync/app/sources"
	"catalogsync/models"
)

func TestSearch(t *testing.T) {
	t.Parallel()
	s := newSource(t, func(r *http.Request) reply {
		require.Equal(t, "纸船 & Gulls", r.URL.Query().Get("all"))
		require.Equal(t, "1", r.URL.Query().Get("mobi"))
		return reply{file: "search.json"}
	})
	found, err := s.Search(t.Context(), " 纸船 & Gulls ", 10)
	require.NoError(t, err)
	require.Len(t, found, 3, "the row without an id is left out")
	require.Equal(t, sources.Candidate{
		Source: "kuwo", RemoteID: "900100201", Title: "Paper Boat", Artists: []string{"林阿七", "The Gulls"}, DurationMS: 214_000,
		Offers:   []sources.Offer{{Quality: models.Quality128, Ext: "mp3", SizeBytes: 3428843}},
		CoverURL: "https://img1.kuwo.cn/star/albumcover/500/s3/1/2.jpg",
		Keys:     map[string]string{"rid": "900100201", "size_128": "3428843"},
	}, found[0])
	require.Equal(t, models.CodeWithdrawn, found[1].RefusedCode)
	require.Equal(t, models.CodePaid, found[2].RefusedCode, "no right to play, and it costs")
	require.Equal(t, "电影插曲", found[2].Subtitle)

	one, err := s.Search(t.Context(), "纸船 & Gulls", 1)
	require.NoError(t, err)
	require.Len(t, one, 1)
}

func TestSearchReadsSingleQuotedLiterals(t *testing.T) {
	t.Parallel()
	found, err := answering(t, "search_literal.txt").Search(t.Context(), "x", 10)
	require.NoError(t, err)
	require.Len(t, found, 1)
	require.Equal(t, `Don't Say "No" 你`, found[0].Title)
	require.Equal(t, []string{"Rock&Roll Kids"}, found[0].Artists)
}

func TestSearchFailuresAreNoEmptySearch(t *testing.T) {
	t.Parallel()
	none, err := answering(t, "search_none.json").Search(t.Context(), "x", 10)
	require.NoError(t, err)
	require.Empty(t, none)
	for file, class := range map[string]models.ErrorClass{
		"search_glitch.json":     models.ClassTransient,
		"search_cut.txt":         models.ClassTransient,
		"search_unreadable.json": models.ClassPermanent,
		"nocode.json":            models.ClassPermanent,
		"illegal_msg.json":       models.ClassRiskControl,
		"home.html":              models.ClassRiskControl,
	} {
		_, err := answering(t, file).Search(t.Context(), "x", 10)
		require.Equal(t, class, models.ClassOf(err), "%s: %v", file, err)
	}
}

func TestCandidateOfOwnSongNeedsNoSearch(t *testing.T) {
	t.Parallel()
	s := answering(t, "playlist.json")
	snap, err := s.FetchPlaylist(t.Context(), list1, "")
	require.NoError(t, err)
	c, ok := s.CandidateOf(snap.Songs[0])
	require.True(t, ok)
	require.Equal(t, []sources.Offer{{Quality: models.Quality128, Ext: "mp3", SizeBytes: 3428843}}, c.Offers,
		"what is served, not what is announced")
	withdrawn, ok := s.CandidateOf(snap.Songs[1])
	require.True(t, ok)
	require.True(t, withdrawn.Refused)
	_, ok = s.CandidateOf(models.SongSnapshot{Platform: "qq", RemoteID: "900100201"})
	require.False(t, ok)
}

var boat = sources.Candidate{Source: Name, RemoteID: "900100201"}

// player answers the home page and then the stream endpoint.
func player(t *testing.T, file string) *Source {
	t.Helper()
	return newSource(t, func(r *http.Request) reply {
		if r.URL.Path == "/" {
			return home(tokenSample)
		}
		return reply{file: file}
	})
}

func TestResolveSendsTheToken(t *testing.T) {
	t.Parallel()
	s := newSource(t, func(r *http.Request) reply {
		if r.URL.Path == "/" {
			return home(tokenSample)
		}
		require.Equal(t, tokenName+"="+tokenSample, r.Header.Get("Cookie"))
		secret := r.Header.Get("Secret")
		require.Len(t, secret, 2*len(tokenSample)+8)
		require.Equal(t, "7227ced0455e581aec1694a47d8d891469ad92b3529cdb4f40ca30d5ebe80afc", secret[:2*len(tokenSample)],
			"with this cookie's name the nonce changes the last eight digits alone")
		require.Equal(t, "900100201", r.URL.Query().Get("mid"))
		require.Regexp(t, `^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`, r.URL.Query().Get("reqId"))
		return reply{file: "play.json"}
	})
	streams, err := s.Resolve(t.Context(), boat, models.QualityLossless)
	require.NoError(t, err)
	require.Equal(t, []sources.Stream{{URL: "https://er-sycdn.kuwo.cn/0a1b/6a2f/resource/n1/5.mp3", Quality: models.Quality128, Ext: "mp3"}}, streams)
}

func TestResolveRefusals(t *testing.T) {
	t.Parallel()
	for file, want := range map[string]struct {
		class models.ErrorClass
		code  models.Code
	}{
		"play_paid.json":      {models.ClassUnavailable, models.CodePaid},
		"play_withdrawn.json": {models.ClassUnavailable, models.CodeWithdrawn},
		"play_blank.json":     {models.ClassUnavailable, models.CodeWithdrawn},
		"play_container.json": {models.ClassUnavailable, models.CodeProtected},
		"play_refused.json":   {models.ClassUnavailable, models.CodeLoginRequired},
		"play_elsewhere.json": {models.ClassPermanent, models.CodeForbiddenAddress},
		"search_none.json":    {models.ClassPermanent, models.CodeUpstreamShape},
		"square_error.json":   {models.ClassTransient, models.CodeUpstreamStatus},
	} {
		_, err := player(t, file).Resolve(t.Context(), boat, models.QualityUnknown)
		require.Equal(t, want.class, models.ClassOf(err), "%s: %v", file, err)
		require.Equal(t, want.code, models.CodeOf(err), "%s: %v", file, err)
	}
	_, err := player(t, "play.json").Resolve(t.Context(), boat, models.QualityLow)
	require.Equal(t, models.ClassUnavailable, models.ClassOf(err), "nothing above the ceiling")
}

func TestLyrics(t *testing.T) {
	t.Parallel()
	got, err := answering(t, "lyric.json").FetchLyrics(t.Context(), boat)
	require.NoError(t, err)
	require.Equal(t, sources.Lyrics{
		Original:    "[00:00.00]第一行\n[00:23.07]Paper boat\n[61:01.50]末",
		Translation: "[00:23.07]纸船",
	}, got)

	for first, second := range map[string]string{"lyric_failed.json": "lyric.json", "lyric_wrong.json": "lyric.json", "lyric_none.json": "lyric.json"} {
		s := newSource(t, func(r *http.Request) reply {
			if r.URL.Host == "m.kuwo.cn" {
				return reply{file: first}
			}
			return reply{file: second}
		})
		got, err := s.FetchLyrics(t.Context(), boat)
		require.NoError(t, err, first)
		require.NotEmpty(t, got.Original, first)
	}
	for _, file := range []string{"lyric_none.json", "lyric_failed.json"} {
		none, err := answering(t, file).FetchLyrics(t.Context(), boat)
		require.NoError(t, err)
		require.Empty(t, none)
	}
	_, err = answering(t, "lyric_wrong.json").FetchLyrics(t.Context(), boat)
	require.Equal(t, models.CodeUpstreamShape, models.CodeOf(err))
}
