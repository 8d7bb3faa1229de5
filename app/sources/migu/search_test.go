package migu

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"catalogsync/app/sources"
	"catalogsync/app/sources/sourcetest"
	"catalogsync/models"
)

func TestSearch(t *testing.T) {
	t.Parallel()
	s := newSource(t, func(w http.ResponseWriter, r *http.Request) {
		q := r.URL.Query()
		if q.Get("text") != "旧码头 & Co" || q.Get("pageNo") != "1" || q.Get("pageSize") != "10" || r.Referer() != "https://music.migu.cn/" {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		sourcetest.Recorded(w, "search.json")
	})
	found, err := s.Search(t.Context(), " 旧码头 & Co ", 10)
	require.NoError(t, err)
	require.Len(t, found, 3, "rows without copyright id or title are left out")
	require.Equal(t, sources.Candidate{
		Source: "migu", RemoteID: "60054A0Z21K", Title: "旧码头 & Co", Artists: []string{"沈小舟", "The Terns"}, Album: "Low Tide", DurationMS: 197_000,
		Offers: []sources.Offer{
			{Quality: models.QualityHiRes, Ext: "flac", SizeBytes: 41_000_000}, {Quality: models.QualityLossless, Ext: "flac"},
			{Quality: models.Quality320, Ext: "mp3", SizeBytes: 7_880_000}, {Quality: models.Quality128, Ext: "mp3", SizeBytes: 3_152_000},
		},
		CoverURL: "https://d.musicapp.migu.cn/data/oss/resource/00/ab/3.webp",
		Keys: map[string]string{
			"song_id": "1149910001", "content_id": "600900000000000201", "formats": "ZQ,SQ,HQ,PQ",
			"lrc": "https://d.musicapp.migu.cn/data/oss/resource/00/ab/l", "trc": "https://d.musicapp.migu.cn/data/oss/resource/00/ab/t",
		},
	}, found[0], "a member's song is no refused one: tags are no verdict")
	require.Equal(t, "https://d.musicapp.migu.cn/data/oss/resource/00/ab/4.webp", found[1].CoverURL, "a path alone is completed")
	require.Zero(t, found[1].DurationMS)
	require.Empty(t, found[1].Offers)
	require.NotContains(t, found[2].Keys, "content_id")
}

func TestSearchFailuresAreNoEmptySearch(t *testing.T) {
	t.Parallel()
	none, err := answering(t, "search_none.json").Search(t.Context(), "x", 10)
	require.NoError(t, err)
	require.Empty(t, none)
	for file, code := range map[string]models.Code{
		"search_unreadable.json": models.CodeUpstreamShape,
		"search_refused.json":    models.CodeUpstreamStatus,
		"listen_nocode.json":     models.CodeUpstreamShape,
	} {
		_, err := answering(t, file).Search(t.Context(), "x", 10)
		require.Equal(t, code, models.CodeOf(err), "%s: %v", file, err)
		require.Equal(t, models.ClassPermanent, models.ClassOf(err), "%s: %v", file, err)
	}
	nothing, err := New(nil).Search(t.Context(), " ", 10)
	require.NoError(t, err, "nobody is asked for nothing")
	require.Empty(t, nothing)
}

func TestBlockedHostsAreLeftAlone(t *testing.T) {
	t.Parallel()
	for status, class := range map[int]models.ErrorClass{
		http.StatusServiceUnavailable: models.ClassTransient, http.StatusTooManyRequests: models.ClassRateLimited,
		http.StatusForbidden: models.ClassRiskControl, http.StatusOK: models.ClassRiskControl,
	} {
		s := newSource(t, func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(status)
			_, _ = w.Write([]byte("<html>访问过于频繁</html>"))
		})
		require.Equal(t, class, models.ClassOf(s.Probe(t.Context())), "%d", status)
	}
}
