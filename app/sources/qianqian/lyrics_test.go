package qianqian

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"catalogsync/app/sources"
	"catalogsync/app/sources/sourcetest"
	"catalogsync/models"
)

func withLyric(address string) sources.Candidate {
	c := candidate("T10090000021")
	c.Keys = map[string]string{keyLyric: address}
	return c
}

const wordsURL = "https://static-qianqian.taihe.com/0000/lyric/"

func TestLyrics(t *testing.T) {
	t.Parallel()
	s := newSource(t, standIn)
	for _, c := range []sources.Candidate{withLyric(wordsURL + "bb.lrc"), candidate("T10090000022")} {
		got, err := s.FetchLyrics(t.Context(), c)
		require.NoError(t, err)
		require.Equal(t, sources.Lyrics{Original: "[ti:灯塔]\n[00:01.00]雾里有灯"}, got)
	}
	for _, c := range []sources.Candidate{
		withLyric(wordsURL + "header.lrc"), withLyric(wordsURL + "empty.lrc"), withLyric(wordsURL + "none.lrc"),
		candidate("T10090000023"), candidate("T10090000099"),
	} {
		none, err := s.FetchLyrics(t.Context(), c)
		require.NoError(t, err)
		require.Empty(t, none)
	}
}

func TestLyricFailuresAreTold(t *testing.T) {
	t.Parallel()
	_, err := answering(t, "link.json").FetchLyrics(t.Context(), candidate("T10090000021"))
	require.Equal(t, models.CodeUpstreamShape, models.CodeOf(err))
	_, err = answering(t, "badsign.json").FetchLyrics(t.Context(), withLyric(wordsURL+"bb.lrc"))
	require.Equal(t, models.CodeUpstreamShape, models.CodeOf(err), "an error message is no song text")
	_, err = newSource(t, standIn).FetchLyrics(t.Context(), withLyric("http://127.0.0.1:1/x.lrc"))
	require.Equal(t, models.CodeForbiddenAddress, models.CodeOf(err), "no address leads inside")
}

func TestLyricHostsSeeNoLogin(t *testing.T) {
	t.Parallel()
	cfg := ClientConfig()
	cfg.Header.Set("Cookie", "token_=hunter22")
	seen := make(chan string, 2)
	base := sourcetest.Serve(t, func(w http.ResponseWriter, r *http.Request) {
		seen <- r.Header.Get("Cookie")
		sourcetest.Recorded(w, "words.txt")
	})
	_, err := New(sourcetest.NewClient(t, cfg, base)).FetchLyrics(t.Context(), withLyric(wordsURL+"bb.lrc"))
	require.NoError(t, err)
	require.Empty(t, <-seen)
}
