package qianqian

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
		if q.Get("word") != "河边 & wind" || q.Get("sign") != "b908f590ffd318362e06ed90db99258e" {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		sourcetest.Recorded(w, "search.json")
	})
	found, err := s.Search(t.Context(), " 河边 & wind ", 20)
	require.NoError(t, err)
	require.Len(t, found, 3, "rows without an id are left out")
	require.Equal(t, sources.Candidate{
		Source: "qianqian", RemoteID: "T10090000021", Title: "灯塔 & 雾", Artists: []string{"沈小舟", "The Terns"}, Album: "Fog Bank", DurationMS: 197_000,
		Offers: []sources.Offer{
			{Quality: models.QualityLossless, Ext: "flac", SizeBytes: 22_100_000}, {Quality: models.Quality320, Ext: "mp3", SizeBytes: 7_880_000},
			{Quality: models.Quality128, Ext: "mp3", SizeBytes: 3_152_000}, {Quality: models.QualityLow, Ext: "mp3", SizeBytes: 1_576_000},
		},
		CoverURL: "https://img01.dmhmusic.com/0000/M00/bb.jpg",
		Keys:     map[string]string{"rates": "3000,320,128,64", "lyric": "https://static-qianqian.taihe.com/0000/lyric/bb.lrc"},
	}, found[0], "writers are no performers")
	require.Equal(t, []string{"无类型歌手"}, found[1].Artists, "when nobody is marked as a performer, all are")
	require.False(t, found[1].Refused, "the stream call decides")
	require.Equal(t, "T10090000023", found[2].RemoteID)
	require.Empty(t, found[2].Offers)
}

func TestSearchWithoutPunctuation(t *testing.T) {
	t.Parallel()
	words := make(chan string, 16)
	s := newSource(t, func(w http.ResponseWriter, r *http.Request) {
		word := r.URL.Query().Get("word")
		words <- word
		if word == "灯塔 Pt 2" {
			sourcetest.Recorded(w, "search.json")
			return
		}
		sourcetest.Recorded(w, "keyword.json")
	})
	found, err := s.Search(t.Context(), "《灯塔》(Pt. 2)!", 10)
	require.NoError(t, err)
	require.NotEmpty(t, found)
	require.Len(t, words, 2)

	for _, query := range []string{"?!", "坏词", "坏,词"} {
		_, err := s.Search(t.Context(), query, 10)
		require.Equal(t, models.CodeBadRequest, models.CodeOf(err), query)
	}
	require.Len(t, words, 2+4, "only a text that changes is asked again, and only once")
}

func TestSearchFailuresAreNoEmptySearch(t *testing.T) {
	t.Parallel()
	for _, file := range []string{"nothing.json", "search_none.json"} {
		none, err := answering(t, file).Search(t.Context(), "x", 10)
		require.NoError(t, err, file)
		require.Empty(t, none, file)
	}
	for file, code := range map[string]models.Code{
		"search_hidden.json":     models.CodeUpstreamShape,
		"search_unreadable.json": models.CodeUpstreamShape,
		"search_list.json":       models.CodeUpstreamShape,
		"nodata.json":            models.CodeUpstreamShape,
		"nodata_null.json":       models.CodeUpstreamShape,
		"noerrno.json":           models.CodeUpstreamShape,
		"badsign.json":           models.CodeUpstreamStatus,
		"failed.json":            models.CodeUpstreamStatus,
	} {
		_, err := answering(t, file).Search(t.Context(), "x", 10)
		require.Equal(t, code, models.CodeOf(err), "%s: %v", file, err)
		require.Equal(t, models.ClassPermanent, models.ClassOf(err), "%s: %v", file, err)
	}
	_, err := answering(t, "badsign.json").Search(t.Context(), "x", 10)
	require.ErrorContains(t, err, "clock")
}

func TestBlockedCallersAreToldSo(t *testing.T) {
	t.Parallel()
	for body, status := range map[string]int{`{"msg":"forbidden"}`: http.StatusForbidden, "<html>": http.StatusOK, "<html>403": http.StatusForbidden} {
		s := newSource(t, func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(status)
			_, _ = w.Write([]byte(body))
		})
		require.Equal(t, models.ClassRiskControl, models.ClassOf(s.Probe(t.Context())), body)
	}
}
