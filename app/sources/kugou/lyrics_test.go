package kugou

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"catalogsync/app/sources/sourcetest"
	"catalogsync/models"
)

// lyricist answers the search for words and the call for them.
func lyricist(t *testing.T, search, words string) *Source {
	t.Helper()
	return newSource(t, func(w http.ResponseWriter, r *http.Request) {
		q := r.URL.Query()
		switch {
		case r.URL.Path == lyricSearchPath && q.Get("hash") == hash128 && q.Get("duration") == "197000" && q.Get("keyword") == "沈小舟、阿七 - 夜航":
			sourcetest.Recorded(w, search)
		case r.URL.Path == lyricPath && q.Get("id") == "41000002" && q.Get("accesskey") == "1123456789ABCDEF0123456789ABCDEF" && q.Get("fmt") == "lrc":
			sourcetest.Recorded(w, words)
		default:
			w.WriteHeader(http.StatusBadRequest)
		}
	})
}

func TestLyrics(t *testing.T) {
	t.Parallel()
	c := candidate(hash128)
	c.Artists = []string{"沈小舟", "阿七"}
	got, err := lyricist(t, "lyrics_found.json", "words.json").FetchLyrics(t.Context(), c)
	require.NoError(t, err)
	require.Equal(t, "[id:$00000000]\n[00:01.00]今夜起航\n[00:04.00]by lamp light", got.Original, "the proposed words, not the first")
	require.Empty(t, got.Translation)
	for search, words := range map[string]string{"lyrics_none.json": "", "lyrics_found.json": "words_instrumental.json"} {
		none, err := lyricist(t, search, words).FetchLyrics(t.Context(), c)
		require.NoError(t, err)
		require.Empty(t, none)
	}
	for _, tc := range []struct {
		search, words string
		code          models.Code
	}{
		{"lyrics_unreadable.json", "", models.CodeUpstreamShape},
		{"lyrics_strange.json", "", models.CodeUpstreamShape},
		{"nostatus.json", "", models.CodeUpstreamShape},
		{"lyrics_status.json", "", models.CodeUpstreamStatus},
		{"verify_code.json", "", models.CodeRiskControl},
		{"lyrics_found.json", "words_krc.json", models.CodeUpstreamShape},
		{"lyrics_found.json", "words_nobase64.json", models.CodeUpstreamShape},
		{"lyrics_found.json", "words_nocontent.json", models.CodeUpstreamShape},
		{"lyrics_found.json", "words_failed.json", models.CodeUpstreamStatus},
	} {
		_, err := lyricist(t, tc.search, tc.words).FetchLyrics(t.Context(), c)
		require.Equal(t, tc.code, models.CodeOf(err), "%s, %s: %v", tc.search, tc.words, err)
	}
}
