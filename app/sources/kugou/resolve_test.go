package kugou

import (
	"net/http"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"catalogsync/app/sources"
	"catalogsync/app/sources/sourcetest"
	"catalogsync/models"
)

// nightSail is a song with all four files.
func nightSail() sources.Candidate {
	c := candidate(hash128)
	c.Keys = map[string]string{"hash_128": hash128, "hash_320": hash320, "hash_flac": hashFLAC, "hash_hires": hashHiRes, "size_128": "3152000"}
	return c
}

// player answers calls by the hash asked for and notes which were.
type player struct {
	answers map[string]string
	mu      sync.Mutex
	asked   []string
}

func (p *player) source(t *testing.T) *Source {
	t.Helper()
	return newSource(t, func(w http.ResponseWriter, r *http.Request) {
		hash := r.URL.Query().Get("hash")
		if r.URL.Path != infoPath || r.URL.Query().Get("cmd") != "playInfo" || r.Referer() != "http://m.kugou.com" || r.UserAgent() != mobileAgent {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		p.mu.Lock()
		p.asked = append(p.asked, hash)
		p.mu.Unlock()
		sourcetest.Recorded(w, p.answers[hash], "info_paid.json")
	})
}

func TestResolveStopsAtTheBestGrantedFile(t *testing.T) {
	t.Parallel()
	p := &player{answers: map[string]string{hashFLAC: "info_flac.json", hash128: "info.json"}}
	streams, err := p.source(t).Resolve(t.Context(), nightSail(), models.QualityUnknown)
	require.NoError(t, err)
	want := sources.Stream{URL: "https://sharefs.kugou.com/2024/2a/1.flac", Quality: models.QualityLossless, Ext: "flac", SizeBytes: 22_100_000, DurationMS: 197_000}
	other := want
	other.URL = "http://sharefs.tx.kugou.com/2024/2a/1.flac"
	require.Equal(t, []sources.Stream{want, other}, streams)
	require.Equal(t, []string{hashHiRes, hashFLAC}, p.asked, "each quality has its own right")
}

func TestResolveLabelsWhatIsServed(t *testing.T) {
	t.Parallel()
	p := &player{answers: map[string]string{hashHiRes: "info_320.json"}}
	streams, err := p.source(t).Resolve(t.Context(), nightSail(), models.QualityUnknown)
	require.NoError(t, err)
	require.Equal(t, models.Quality320, streams[0].Quality, "bit rates come in bit/s too")
	require.Len(t, streams, 1)

	p = &player{answers: map[string]string{hash128: "info.json"}}
	streams, err = p.source(t).Resolve(t.Context(), nightSail(), models.Quality128)
	require.NoError(t, err)
	require.Equal(t, models.Quality128, streams[0].Quality, "and in kbit/s")
	require.Len(t, streams, maxAddresses)
	require.Equal(t, []string{hash128}, p.asked, "nothing above the ceiling is asked for")

	p = &player{answers: map[string]string{hash128: "info_320.json"}}
	_, err = p.source(t).Resolve(t.Context(), nightSail(), models.Quality128)
	require.Equal(t, models.CodeNoSource, models.CodeOf(err), "nor taken")
}

func TestResolveBelowAllFiles(t *testing.T) {
	t.Parallel()
	p := &player{}
	_, err := p.source(t).Resolve(t.Context(), nightSail(), models.QualityLow)
	require.Equal(t, models.CodeNoSource, models.CodeOf(err))
	require.Empty(t, p.asked)
}

func TestResolveFindsTheFilesByOneHash(t *testing.T) {
	t.Parallel()
	p := &player{answers: map[string]string{hash128: "info.json", hash320: "info_320.json"}}
	streams, err := p.source(t).Resolve(t.Context(), sources.Candidate{Source: Name, RemoteID: hash128}, models.QualityUnknown)
	require.NoError(t, err)
	require.Equal(t, models.Quality320, streams[0].Quality)
	require.Equal(t, []string{hash128, hash320}, p.asked)
}

func TestResolveRefusals(t *testing.T) {
	t.Parallel()
	for file, want := range map[string]struct {
		class models.ErrorClass
		code  models.Code
	}{
		"info_paid.json":           {models.ClassUnavailable, models.CodePaid},
		"info_gone.json":           {models.ClassUnavailable, models.CodeWithdrawn},
		"info_clip_size.json":      {models.ClassUnavailable, models.CodePreviewOnly},
		"info_clip_rate.json":      {models.ClassUnavailable, models.CodePreviewOnly},
		"info_clip_length.json":    {models.ClassUnavailable, models.CodePreviewOnly},
		"info_container.json":      {models.ClassUnavailable, models.CodeProtected},
		"info_container_told.json": {models.ClassUnavailable, models.CodeProtected},
		"tracker_none.json":        {models.ClassUnavailable, models.CodePaid},
		"tracker_gone.json":        {models.ClassUnavailable, models.CodeWithdrawn},
		"tracker_part.json":        {models.ClassUnavailable, models.CodePreviewOnly},
		"tracker_wrong.json":       {models.ClassPermanent, models.CodeUpstreamShape},
		"membership.json":          {models.ClassUnavailable, models.CodeLoginRequired},
		"login.json":               {models.ClassUnavailable, models.CodeLoginRequired},
		"info_relative.json":       {models.ClassPermanent, models.CodeUpstreamShape},
		"info_nostatus.json":       {models.ClassPermanent, models.CodeUpstreamShape},
		"frequent.json":            {models.ClassRateLimited, models.CodeRateLimited},
		"verify_code.json":         {models.ClassRiskControl, models.CodeRiskControl},
		"verify_text.json":         {models.ClassRiskControl, models.CodeRiskControl},
	} {
		streams, err := answering(t, file).Resolve(t.Context(), candidate(hash128), models.QualityUnknown)
		require.Empty(t, streams, file)
		require.Equal(t, want.class, models.ClassOf(err), "%s: %v", file, err)
		require.Equal(t, want.code, models.CodeOf(err), "%s: %v", file, err)
	}
	for _, id := range []string{"", "00000000000000000000000000000000", "../x"} {
		_, err := New(nil, "").Resolve(t.Context(), candidate(id), models.QualityUnknown)
		require.Equal(t, models.ClassInvalid, models.ClassOf(err), id)
	}
}

func TestAnM4AOfTheWholeSongIsNoPreview(t *testing.T) {
	t.Parallel()
	streams, err := answering(t, "info_m4a.json").Resolve(t.Context(), candidate(hash128), models.QualityUnknown)
	require.NoError(t, err)
	require.Equal(t, "m4a", streams[0].Ext)
}

func TestAddressesComeAsAListToo(t *testing.T) {
	t.Parallel()
	streams, err := answering(t, "tracker_list.json").Resolve(t.Context(), candidate(hash128), models.QualityUnknown)
	require.NoError(t, err)
	require.Equal(t, "https://sharefs.kugou.com/2024/0a/1.mp3", streams[0].URL)
}

func TestStreamsOfOtherHostsAreNotOpened(t *testing.T) {
	t.Parallel()
	s := answering(t, "info_elsewhere.json")
	streams, err := s.Resolve(t.Context(), candidate(hash128), models.QualityUnknown)
	require.NoError(t, err)
	_, err = s.Open(t.Context(), streams[0], 0, "")
	require.Equal(t, models.CodeForbiddenAddress, models.CodeOf(err))
}
