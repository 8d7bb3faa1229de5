package kugou

import (
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"catalogsync/app/sources"
	"catalogsync/app/sources/sourcetest"
	"catalogsync/models"
)

func TestSearch(t *testing.T) {
	t.Parallel()
	s := newSource(t, func(w http.ResponseWriter, r *http.Request) {
		q := r.URL.Query()
		if q.Get("keyword") != "夜航 & 灯" || q.Get("page") != "1" || q.Get("pagesize") != "10" || q.Get("platform") != "WebFilter" {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		sourcetest.Recorded(w, "search.json")
	})
	found, err := s.Search(t.Context(), " 夜航 & 灯 ", 10)
	require.NoError(t, err)
	require.Len(t, found, 4, "rows without a file or title are left out, each file comes once")
	require.Equal(t, sources.Candidate{
		Source: "kugou", RemoteID: hash128, Title: "夜航 & 灯", Subtitle: "(Live); 电影片尾曲", Artists: []string{"沈小舟", "The Terns"},
		Album: "Low <Tide>", DurationMS: 197_000,
		Offers: []sources.Offer{
			{Quality: models.QualityHiRes, Ext: "flac", SizeBytes: 41_000_000}, {Quality: models.QualityLossless, Ext: "flac", SizeBytes: 22_100_000},
			{Quality: models.Quality320, Ext: "mp3", SizeBytes: 7_880_000}, {Quality: models.Quality128, Ext: "mp3", SizeBytes: 3_152_000},
		},
		CoverURL: "https://imge.kugou.com/stdmusic/480/20240101/bb.jpg",
		Keys: map[string]string{
			"hash_128": hash128, "size_128": "3152000", "hash_320": hash320, "size_320": "7880000",
			"hash_flac": hashFLAC, "size_flac": "22100000", "hash_hires": hashHiRes, "size_hires": "41000000", "album_audio_id": "990000201",
		},
	}, found[0], "privileges are no verdict")
	require.Equal(t, "Night-Sail - Reprise", found[1].Title, "the file's name stands in")
	require.Equal(t, []string{"Jay-Kay", "阿七"}, found[1].Artists)
	require.Equal(t, []sources.Offer{
		{Quality: models.QualityLossless, Ext: "flac", SizeBytes: 20_000_000}, {Quality: models.Quality128, Ext: "m4a", SizeBytes: 2_500_000},
	}, found[1].Offers, "zeros are no hash")
	require.Equal(t, "1A1B2C3D4E5F60718293A4B5C6D70004", found[2].RemoteID)
	require.Equal(t, "mp3", found[2].Offers[0].Ext)
	require.Equal(t, "夜航 (伴奏)", found[3].Title, "other versions come last")

	two, err := s.Search(t.Context(), "夜航 & 灯", 10)
	require.NoError(t, err)
	require.Equal(t, found, two)
}

func TestSearchFailuresAreNoEmptySearch(t *testing.T) {
	t.Parallel()
	for _, file := range []string{"search_none.json", "search_none_list.json"} {
		none, err := answering(t, file).Search(t.Context(), "x", 10)
		require.NoError(t, err, file)
		require.Empty(t, none, file)
	}
	for file, want := range map[string]struct {
		class models.ErrorClass
		code  models.Code
	}{
		"search_hidden.json":     {models.ClassPermanent, models.CodeUpstreamShape},
		"search_nolist.json":     {models.ClassPermanent, models.CodeUpstreamShape},
		"search_unreadable.json": {models.ClassPermanent, models.CodeUpstreamShape},
		"nostatus.json":          {models.ClassPermanent, models.CodeUpstreamShape},
		"bad_parameters.json":    {models.ClassPermanent, models.CodeUpstreamStatus},
		"bad_status.json":        {models.ClassPermanent, models.CodeUpstreamStatus},
		"frequent.json":          {models.ClassRateLimited, models.CodeRateLimited},
		"verify_code.json":       {models.ClassRiskControl, models.CodeRiskControl},
		"verify_text.json":       {models.ClassRiskControl, models.CodeRiskControl},
		"membership.json":        {models.ClassUnavailable, models.CodeLoginRequired},
	} {
		_, err := answering(t, file).Search(t.Context(), "x", 10)
		require.Equal(t, want.class, models.ClassOf(err), "%s: %v", file, err)
		require.Equal(t, want.code, models.CodeOf(err), "%s: %v", file, err)
	}
}

func TestTooFrequentMeansMinutes(t *testing.T) {
	t.Parallel()
	err := answering(t, "frequent.json").Probe(t.Context())
	var e *models.Error
	require.ErrorAs(t, err, &e)
	require.GreaterOrEqual(t, e.RetryAfter, time.Minute)
}

func TestVerificationIsToldByAHeader(t *testing.T) {
	t.Parallel()
	s := newSource(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("SSA-CODE", "x")
		sourcetest.Recorded(w, "info.json")
	})
	streams, err := s.Resolve(t.Context(), candidate(hash128), models.QualityUnknown)
	require.Empty(t, streams, "an address that comes with it is not used")
	require.Equal(t, models.ClassRiskControl, models.ClassOf(err))
	require.Equal(t, models.ClassRiskControl, models.ClassOf(s.Probe(t.Context())))
}
