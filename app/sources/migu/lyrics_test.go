package migu

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"catalogsync/app/sources"
	"catalogsync/app/sources/sourcetest"
	"catalogsync/models"
)

const wordsURL = "https://d.musicapp.migu.cn/data/oss/resource/00/ab/"

func withLyrics(words, translation string) sources.Candidate {
	return sources.Candidate{Source: Name, RemoteID: "60054A0Z21K", Keys: map[string]string{keyLyric: words, keyTranslate: translation}}
}

func TestLyrics(t *testing.T) {
	t.Parallel()
	s := newSource(t, standIn)
	got, err := s.FetchLyrics(t.Context(), withLyrics(wordsURL+"l", wordsURL+"t"))
	require.NoError(t, err)
	require.Equal(t, sources.Lyrics{
		Original:    "[ti:旧码头]\n[00:01.00]潮水退了\n[00:05.20]Boats lie still",
		Translation: "[00:01.00]The tide is out",
	}, got)

	byID, err := s.FetchLyrics(t.Context(), sources.Candidate{Source: Name, RemoteID: "60054A0Z23K"})
	require.NoError(t, err)
	require.Equal(t, got.Original, byID.Original, "the detail call knows the address")

	for _, c := range []sources.Candidate{
		withLyrics(wordsURL+"none", ""), {Source: Name, RemoteID: "60054A0Z29K"},
	} {
		none, err := s.FetchLyrics(t.Context(), c)
		require.NoError(t, err)
		require.Empty(t, none)
	}
}

func TestLyricsInGB18030(t *testing.T) {
	t.Parallel()
	got, err := answering(t, "words_gbk.txt").FetchLyrics(t.Context(), withLyrics(wordsURL+"l", ""))
	require.NoError(t, err)
	require.Equal(t, "[00:01.00]潮水退了\n[00:04.00]船未归", got.Original)
}

func TestLyricFailuresAreTold(t *testing.T) {
	t.Parallel()
	_, err := newSource(t, standIn).FetchLyrics(t.Context(), withLyrics("https://music.example/l", ""))
	require.Equal(t, models.CodeForbiddenAddress, models.CodeOf(err))
	_, err = answering(t, "listen_generic.json").FetchLyrics(t.Context(), withLyrics(wordsURL+"l", ""))
	require.Equal(t, models.CodeUpstreamShape, models.CodeOf(err), "an error message is no song text")
	s := newSource(t, func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("<html>")) })
	_, err = s.FetchLyrics(t.Context(), withLyrics(wordsURL+"l", ""))
	require.Equal(t, models.ClassRiskControl, models.ClassOf(err))
}

func TestLyricHostsSeeNoLogin(t *testing.T) {
	t.Parallel()
	cfg := ClientConfig()
	cfg.Header.Set("Cookie", "migu_cookie=hunter22")
	seen := make(chan string, 2)
	base := sourcetest.Serve(t, func(w http.ResponseWriter, r *http.Request) {
		seen <- r.Header.Get("Cookie")
		sourcetest.Recorded(w, "words.txt")
	})
	_, err := New(sourcetest.NewClient(t, cfg, base)).FetchLyrics(t.Context(), withLyrics(wordsURL+"l", ""))
	require.NoError(t, err)
	require.Empty(t, <-seen)
}
